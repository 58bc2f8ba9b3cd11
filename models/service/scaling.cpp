// How a service comes by the replicas that its autoscaler wants, and how it parts from others.
#include <algorithm>

#include "models/service/service.h"
#include "models/world.h"
#include "sim/check.h"
#include "sim/station_load.h"

namespace faultline::models {
namespace {

constexpr std::uint64_t offset_draw = sim::salt_of("autoscaling offset");
constexpr std::uint64_t boot_draw = sim::salt_of("boot time");

}  // namespace

std::vector<Misfit> Service::misfits(const World& world) const {
  std::vector<Misfit> found;
  check_limit_store(world, found);
  const bool goes_by_queue = settings.autoscaling && settings.autoscaling->queue;
  if (goes_by_queue && !world.component(scaled_by_).work_held(world.now())) {
    found.push_back({"autoscaling/queue/name", "expected the name of a queue"});
  }
  return found;
}

bool Service::suffers(Fault fault) const {
  if (fault == Fault::autoscaler_outage) return settings.autoscaling.has_value();
  return fault == Fault::crash || fault == Fault::slow || fault == Fault::deployment;
}

void Service::begin_scaling(World& world) {
  autoscaler_.emplace(*settings.autoscaling, settings.hosting.replicas);
  if (settings.autoscaling->queue) scaled_by_ = world.find(settings.autoscaling->queue->name)->id();
  const auto interval = static_cast<std::uint64_t>(settings.autoscaling->interval.ns);
  sim::Draw draw = world.luck().with(salt()).with(offset_draw).draw();
  world.schedule(sim::Duration{static_cast<std::int64_t>(draw.below(interval))},
                 {.target = id(), .kind = kind_evaluate});
}

AutoscalerInput Service::scaling_input(const World& world) const {
  sim::StationLoad load(world.now());
  for (const sim::Station& station : stations_) load.add(station);
  AutoscalerInput input{
      .busy = load.busy, .up = load.up, .waiting = load.backlog.area, .workers = settings.workers};
  if (settings.autoscaling->queue) {
    input.queued = world.component(scaled_by_).work_held(world.now())->area;
  }
  return input;
}

void Service::evaluate(World& world) {
  world.schedule(settings.autoscaling->interval, {.target = id(), .kind = kind_evaluate});
  const auto decision = autoscaler_->evaluate(world.now(), scaling_input(world));
  if (!autoscaler_->works()) return;
  if (decision) world.tell([&](Observer& o) { o.scaled(id(), *decision, world.now()); });
  match(world, autoscaler_->wanted());
}

// The dead are replaced; then there are too few, or too many.
void Service::match(World& world, std::uint32_t wanted) {
  std::uint32_t alive = 0;
  for (ReplicaIndex i = 0; i < replicas_.size(); ++i) {
    const Replica& replica = replicas_[i];
    if (replica.state == Lifecycle::down) {
      if (replica.member) autoscaler_->count_replaced();
      decommission(world, i);
    }
    const bool is_being_replaced = rollout_ && rollout_->replacing.contains(i);
    const bool comes_or_stays =
        replica.state == Lifecycle::starting || replica.member || is_being_replaced;
    if (comes_or_stays && replica.state != Lifecycle::absent) ++alive;
  }
  for (ReplicaIndex i = 0; i < replicas_.size() && alive < wanted; ++i) {
    if (replicas_[i].state != Lifecycle::absent || replicas_[i].outages > 0) continue;
    sim::Draw draw = world.luck().with(salt()).with(boot_draw).with(i).draw(replicas_[i].boots);
    equip(world, i);
    provision(world, i, settings.autoscaling->boot_time.sample_duration(draw));
    ++alive;
  }
  while (alive > wanted && retire_one(world)) --alive;
  if (rollout_) count_versions(world);
}

// The last one that is not yet up, else the last; false: those left go anyway, to come back with
// another version.
bool Service::retire_one(World& world) {
  std::optional<ReplicaIndex> goes;
  for (ReplicaIndex i = 0; i < replicas_.size(); ++i) {
    if (replicas_[i].state == Lifecycle::starting) goes = i;
  }
  if (goes) {
    decommission(world, *goes);
    return true;
  }
  for (ReplicaIndex i = 0; i < replicas_.size(); ++i) {
    if (replicas_[i].serves() && replicas_[i].member) goes = i;
  }
  if (!goes) return false;
  retire(world, *goes);
  if (is_done(world, *goes)) {
    decommission(world, *goes);
    return true;
  }
  world.schedule(settings.autoscaling->drain,
                 {.a = *goes, .b = replicas_[*goes].boots, .target = id(), .kind = kind_drained});
  return true;
}

// It is to go, and nobody's work keeps it.
bool Service::is_done(const World& world, ReplicaIndex index) const {
  const Replica& replica = replicas_[index];
  return replica.state == Lifecycle::draining && !replica.member && present_[index] == 0 &&
         !world.expects_work(id(), index);
}

// A replica that goes has finished a request. It may be in the middle of being told of the last
// answer it waited for, so that it goes in an event of its own.
void Service::leave_if_done(World& world, ReplicaIndex index) {
  if (!is_done(world, index)) return;
  world.schedule({},
                 {.a = index, .b = replicas_[index].boots, .target = id(), .kind = kind_finished});
}

void Service::end_drain(World& world, const sim::Event& event) {
  const auto index = static_cast<ReplicaIndex>(event.a);
  const Replica& replica = replicas_[index];
  if (replica.boots != event.b || replica.state != Lifecycle::draining || replica.member) return;
  if (rollout_ && rollout_->replacing.contains(index)) return;
  const bool time_is_over = event.kind == kind_drained;
  if (time_is_over || is_done(world, index)) decommission(world, index);
}

void Service::begin_autoscaler_outage(World&, std::uint32_t cause) {
  if (autoscaler_) autoscaler_->begin_outage(cause);
}

void Service::end_autoscaler_outage(World&, std::uint32_t cause) {
  if (autoscaler_) autoscaler_->end_outage(cause);
}

}  // namespace faultline::models
