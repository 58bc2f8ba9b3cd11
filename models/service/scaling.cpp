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
  const bool goes_by_queue = settings.autoscaling && settings.autoscaling->queue;
  if (!goes_by_queue || world.component(scaled_by_).work_held(world.now())) return {};
  return {{"autoscaling/queue/name", "expected the name of a queue"}};
}

bool Service::suffers(Fault fault) const {
  if (fault == Fault::autoscaler_outage) return settings.autoscaling.has_value();
  return fault == Fault::crash || fault == Fault::slow;
}

void Service::start(World& world) {
  if (!settings.autoscaling) return;
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
    const bool comes_or_stays = replica.state == Lifecycle::starting || replica.member;
    if (comes_or_stays && replica.state != Lifecycle::absent) ++alive;
  }
  for (ReplicaIndex i = 0; i < replicas_.size() && alive < wanted; ++i) {
    if (replicas_[i].state != Lifecycle::absent || replicas_[i].outages > 0) continue;
    sim::Draw draw = world.luck().with(salt()).with(boot_draw).with(i).draw(replicas_[i].boots);
    provision(world, i, settings.autoscaling->boot_time.sample_duration(draw));
    ++alive;
  }
  for (; alive > wanted; --alive) retire_one(world);
}

// The last one that is not yet up, else the last.
void Service::retire_one(World& world) {
  std::optional<ReplicaIndex> goes;
  for (ReplicaIndex i = 0; i < replicas_.size(); ++i) {
    if (replicas_[i].state == Lifecycle::starting) goes = i;
  }
  if (goes) return decommission(world, *goes);
  for (ReplicaIndex i = 0; i < replicas_.size(); ++i) {
    if (replicas_[i].serves() && replicas_[i].member) goes = i;
  }
  CHECK(goes.has_value());
  retire(world, *goes);
  leave_if_done(world, *goes);
  if (replicas_[*goes].state == Lifecycle::absent) return;
  world.schedule(settings.autoscaling->drain,
                 {.a = *goes, .b = replicas_[*goes].boots, .target = id(), .kind = kind_drained});
}

void Service::leave_if_done(World& world, ReplicaIndex replica) {
  const bool goes = replicas_[replica].state == Lifecycle::draining && !replicas_[replica].member;
  if (!goes || present_[replica] > 0 || world.expects_work(id(), replica)) return;
  decommission(world, replica);
}

void Service::end_drain(World& world, const sim::Event& event) {
  const auto index = static_cast<ReplicaIndex>(event.a);
  const Replica& replica = replicas_[index];
  if (replica.boots != event.b || replica.state != Lifecycle::draining || replica.member) return;
  decommission(world, index);
}

void Service::begin_autoscaler_outage(World&, std::uint32_t cause) {
  autoscaler_->begin_outage(cause);
}

void Service::end_autoscaler_outage(World&, std::uint32_t cause) { autoscaler_->end_outage(cause); }

}  // namespace faultline::models
