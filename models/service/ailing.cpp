// What ails the processes of a service by and by, and who restarts them (process.h).
#include <limits>
#include <utility>

#include "models/service/service.h"
#include "models/world.h"

namespace faultline::models {
namespace {

constexpr std::uint64_t worker_leak_draw = sim::salt_of("worker leak");
constexpr std::uint64_t look_draw = sim::salt_of("watchdog offset");
// Why a replica drains; entries of the timeline are numbered from 0.
constexpr std::uint32_t watchdog_cause = std::numeric_limits<std::uint32_t>::max() - 1;

}  // namespace

void Service::on_ailment(World& world, const sim::Event& event) {
  const auto replica = static_cast<ReplicaIndex>(event.a);
  if (event.kind == kind_look) return look(world, replica);
  if (replicas_[replica].boots != event.b || !replicas_[replica].serves()) return;
  if (event.kind == kind_collected) return end_collection(world, replica);
  if (processes_[replica].is_to_restart) restart_ailing(world, replica);
}

// A request has come.
void Service::allocate(World& world, ReplicaIndex replica) {
  Process& process = processes_[replica];
  if (present_[replica] == 0) process.progressed = world.now();
  if (!process.heap) return;
  const bool collects = settings.process->heap->pause_per_gb.has_value();
  const bool full = collects && process.heap->full();
  process.heap->come();
  if (!process.collecting && (full || process.heap->exhausted())) collect(world, replica);
}

// One is gone. One that was refused has left nothing behind, and was no progress.
void Service::free(World& world, ReplicaIndex replica, Status status) {
  Process& process = processes_[replica];
  const bool refused = status == Status::rejected;
  if (!refused) process.progressed = world.now();
  if (!process.heap) return;
  if (refused) return process.heap->turn_away();
  const VersionSettings* version = rollout_ ? rollout_->version_of(replica) : nullptr;
  process.heap->go(version == nullptr ? 0 : size_of(version->leak));
}

// Everything stands still. Where there is no collector that takes no time, and helps nothing.
void Service::collect(World& world, ReplicaIndex replica) {
  Process& process = processes_[replica];
  process.collecting = true;
  speed_changed(world, replica);
  collecting_.add(world.now(), 1);
  world.schedule(
      process.heap->pause(),
      {.a = replica, .b = replicas_[replica].boots, .target = id(), .kind = kind_collected});
}

void Service::end_collection(World& world, ReplicaIndex replica) {
  Process& process = processes_[replica];
  if (!process.collecting) return;
  if (settings.process->heap->pause_per_gb) ++collections_;
  process.heap->collect();
  if (process.heap->exhausted()) {
    ++deaths_;
    return restart(world, replica);
  }
  process.collecting = false;
  collecting_.add(world.now(), -1);
  speed_changed(world, replica);
  for (const sim::Handle check : std::exchange(process.checks, {})) {
    Attempt* asked = world.find_attempt(check);
    if (asked == nullptr) continue;
    if (const auto status = check_health(world, *asked)) world.answer_check(check, *status);
  }
}

// Until the collection ends a check of its health waits, like everybody.
bool Service::stands_still(const Attempt& check) {
  if (processes_.empty() || !processes_[check.to].collecting) return false;
  processes_[check.to].checks.push_back(check.self);
  return true;
}

bool Service::leaks_worker(World& world, const Frame& frame) {
  const double share = settings.process->worker_leak;
  if (share == 0 || !frame.has_worker || frame.parent) return false;
  sim::Draw draw = world.luck_of(world.attempt(frame.incoming), *this, worker_leak_draw).draw();
  const bool leaks = draw.uniform() < share;
  if (leaks) ++leaked_workers_;
  return leaks;
}

double Service::ailing_speed(ReplicaIndex replica) const {
  if (processes_[replica].collecting) return 0;
  if (!settings.process->contention) return 1;
  const sim::Station& station = stations_[replica];
  return settings.process->contention->speed(station.in_system() - station.waiting());
}

// As many are worked on as there are.
void Service::contend(World& world, ReplicaIndex replica) {
  if (settings.process->contention) speed_changed(world, replica);
}

void Service::begin_anew(World& world, ReplicaIndex replica) {
  Process& process = processes_[replica];
  if (process.heap) process.heap->clear();
  if (process.collecting) collecting_.add(world.now(), -1);
  process.collecting = false;
  process.is_to_restart = false;
  process.checks.clear();
  speed_changed(world, replica);
}

void Service::begin_watch(World& world) {
  const auto interval = static_cast<std::uint64_t>(settings.process->watchdog->interval.ns);
  const sim::Luck luck = world.luck().with(salt()).with(look_draw);
  for (ReplicaIndex i = 0; i < replicas_.size(); ++i) {
    sim::Draw draw = luck.draw(i);
    world.schedule(sim::Duration{static_cast<std::int64_t>(draw.below(interval))},
                   {.a = i, .target = id(), .kind = kind_look});
  }
}

void Service::look(World& world, ReplicaIndex replica) {
  const WatchdogSettings& watchdog = *settings.process->watchdog;
  world.schedule(watchdog.interval, {.a = replica, .target = id(), .kind = kind_look});
  Process& process = processes_[replica];
  if (process.is_to_restart && present_[replica] == 0) return restart_ailing(world, replica);
  if (!ails(world, replica)) return;
  ++watchdog_restarts_;
  if (watchdog.drain.ns == 0) return restart(world, replica);
  process.is_to_restart = true;
  begin_drain(world, replica, watchdog_cause);
  world.schedule(
      watchdog.drain,
      {.a = replica, .b = replicas_[replica].boots, .target = id(), .kind = kind_restart});
}

bool Service::ails(const World& world, ReplicaIndex replica) const {
  if (replicas_[replica].state != Lifecycle::up) return false;
  const WatchdogSettings& watchdog = *settings.process->watchdog;
  const Process& process = processes_[replica];
  if (watchdog.heap_above && process.heap->occupied() >= *watchdog.heap_above) return true;
  return watchdog.stuck_for && present_[replica] > 0 &&
         world.now() - process.progressed >= *watchdog.stuck_for;
}

void Service::restart_ailing(World& world, ReplicaIndex replica) {
  if (replicas_[replica].member) restart(world, replica);
}

}  // namespace faultline::models
