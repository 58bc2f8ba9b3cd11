// Which backends a balancer believes to be well: by active checks, and by their answers.
#include <algorithm>

#include "models/edge/balancer/kinds.h"
#include "models/edge/balancer/load_balancer.h"

namespace faultline::models {

void LoadBalancer::begin_checks(World& world) {
  const auto interval = static_cast<std::uint64_t>(settings.health_check->interval.ns);
  const sim::Luck luck = world.luck().with(salt()).with(balancer::offset_draw);
  for (std::uint32_t replica = 0; replica < views_.size(); ++replica) {
    for (std::uint32_t backend = 0; backend < views_[replica].backends.size(); ++backend) {
      sim::Draw draw = luck.with(replica).draw(backend);
      const sim::Duration offset{static_cast<std::int64_t>(draw.below(interval))};
      world.schedule(offset,
                     {.a = replica, .b = backend, .target = id(), .kind = balancer::kind_check});
    }
  }
}

void LoadBalancer::check(World& world, ReplicaIndex replica, ReplicaIndex backend) {
  if (!replicas()[replica].serves() || !member_[backend]) return;
  Attempt& call = world.prepare(check_site_, replica);
  call.operation = Operation::health_check;
  call.send_to(backend);
  call.luck = world.luck().with(salt()).with(balancer::check_draw).with(checks_++);
  world.begin(call);
}

void LoadBalancer::learn(World& world, View& view, const Attempt& attempt) {
  Backend& backend = view.backends[attempt.to];
  const bool good = attempt.outcome.ok();
  if (!member_[attempt.to]) return;
  if (!good) ++failed_checks_;
  if (!backend.health.learn(good, *settings.health_check)) return;
  unhealthy_.add(world.now(), good ? -1 : 1);
  if (!backend.ejection.ejected()) healthy_.add(world.now(), good ? 1 : -1);
  if (good) begin_slowly(world, backend);
}

// How a try has ended that a backend was sent. Who passes on bytes sees broken connections only.
void LoadBalancer::hear(World& world, const Attempt& attempt) {
  const Status status = attempt.outcome.status;
  if (status == Status::withheld) return;  // the backend was not even sent it
  View& view = views_[attempt.from];
  Backend& backend = view.backends[attempt.to];
  const bool broken = status == Status::reset || status == Status::timed_out;
  if (settings.policy == LoadBalancerSettings::Policy::least_response_time) {
    backend.response_time.learn(world.now(), world.now() - attempt.sent,
                                settings.response_time_memory);
  }
  if (settings.connections && broken) {
    const Connections::Key key = connection_of(world, world.attempt(attempt.cookie));
    const auto* open = view.connections.find(key);
    if (open != nullptr && open->backend == attempt.to) close(world, view, key);
  }
  if (!settings.ejection || !member_[attempt.to]) return;
  const bool answers = attempt.outcome.ok() || status == Status::throttled;
  const bool good = settings.connections ? !broken : answers;
  if (backend.ejection.learn(good, *settings.ejection)) eject(world, attempt.from, attempt.to);
}

void LoadBalancer::eject(World& world, ReplicaIndex replica, ReplicaIndex index) {
  View& view = views_[replica];
  const auto ejected = std::count_if(view.backends.begin(), view.backends.end(),
                                     [](const Backend& b) { return b.ejection.ejected(); });
  const double share = static_cast<double>(ejected) / static_cast<double>(members_);
  if (share >= settings.ejection->max_share) return;
  Backend& backend = view.backends[index];
  if (backend.well()) healthy_.add(world.now(), -1);
  const sim::Duration lasts = backend.ejection.eject(world.now(), *settings.ejection);
  ejected_.add(world.now(), 1);
  ++ejections_;
  world.schedule(lasts, {.a = replica, .b = index, .target = id(), .kind = balancer::kind_back});
}

void LoadBalancer::take_back(World& world, Backend& backend) {
  if (!backend.ejection.take_back(world.now())) return;
  ejected_.add(world.now(), -1);
  if (backend.well()) healthy_.add(world.now(), 1);
}

}  // namespace faultline::models
