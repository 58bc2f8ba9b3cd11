#include "models/edge/load_balancer.h"

#include <array>

#include "models/world.h"

namespace faultline::models {
namespace {

enum OwnKind : std::uint16_t { kind_check = first_own_kind };

enum Purpose : std::uint64_t { choice_draw = 1, offset_draw = 2, check_draw = 3 };

constexpr std::array<std::string_view, 4> policy_words = {"round-robin", "random",
                                                          "least-connections", "power-of-two"};

// What the caller is told: a backend's silence or death is an error of ours (502, 504).
Status status_towards_caller(Status from_backend) {
  switch (from_backend) {
    case Status::timed_out:
    case Status::reset:
      return Status::failed;
    default:
      return from_backend;
  }
}

}  // namespace

void LoadBalancer::describe(Fields& fields) {
  settings.hosting.describe(fields);
  fields.name({"backends", "The component whose replicas share the load.", true},
              Reference::component, settings.backends);
  fields.choice_of({"policy", "Which backend gets a request.", false, true}, policy_words,
                   settings.policy);
  fields.nested({"health-check", "How dead backends are found out; absent: not at all."},
                "health-check", settings.health_check);
  fields.nested({"call", "Timeout and retries towards a backend."}, "call", settings.call);
}

void LoadBalancer::bind(World& world) {
  make_replicas(world, settings.hosting);
  site_ = world.add_call_site(*this, settings.backends, settings.call);
  if (settings.health_check) {
    CallPolicy patience;
    patience.timeout = settings.health_check->timeout;
    check_site_ = world.add_call_site(*this, settings.backends, patience);
  }
  backends_ = world.find(settings.backends)->id();
}

void LoadBalancer::start(World& world) {
  const std::size_t backends = world.component(backends_).replicas().size();
  views_.resize(replicas().size());
  for (View& view : views_) view.backends.resize(backends);
  if (!settings.health_check) return;
  const auto interval = static_cast<std::uint64_t>(settings.health_check->interval.ns);
  for (std::uint32_t replica = 0; replica < views_.size(); ++replica) {
    for (std::uint32_t backend = 0; backend < backends; ++backend) {
      sim::Draw draw = world.luck().with(salt()).with(offset_draw).with(replica).draw(backend);
      const sim::Duration offset{static_cast<std::int64_t>(draw.below(interval))};
      world.schedule(offset, {.a = replica, .b = backend, .target = id(), .kind = kind_check});
    }
  }
}

void LoadBalancer::receive(World& world, Attempt& attempt) {
  View& view = views_[attempt.to];
  const auto backend = choose(world, view, attempt);
  if (!backend) {
    ++no_backend_;
    return world.reply(attempt, {.status = Status::unavailable});
  }
  ++view.backends[*backend].outstanding;
  Attempt& call = world.prepare(site_, attempt.to, attempt);
  call.cookie = attempt.self;
  call.send_to(*backend);
  world.begin(call);
}

void LoadBalancer::answered(World& world, const Attempt& attempt) {
  View& view = views_[attempt.from];
  if (attempt.operation == Operation::health_check) return learn(world, view, attempt);
  --view.backends[attempt.to].outstanding;
  Attempt& incoming = world.attempt(attempt.cookie);
  incoming.outcome = attempt.outcome;
  incoming.outcome.status = status_towards_caller(attempt.outcome.status);
  world.reply(incoming);
}

bool LoadBalancer::eligible(const World& world, const View& view, ReplicaIndex backend) const {
  return view.backends[backend].health.up() &&
         world.component(backends_).replicas()[backend].state != Lifecycle::draining;
}

std::optional<ReplicaIndex> LoadBalancer::choose(World& world, View& view, const Attempt& attempt) {
  using Policy = LoadBalancerSettings::Policy;
  switch (settings.policy) {
    case Policy::round_robin:
      return next_in_turn(world, view);
    case Policy::random:
      return drawn(world, view, attempt, false);
    case Policy::least_connections:
      return least_loaded(world, view);
    case Policy::power_of_two:
      return drawn(world, view, attempt, true);
  }
  return std::nullopt;
}

std::optional<ReplicaIndex> LoadBalancer::next_in_turn(const World& world, View& view) {
  const auto count = static_cast<ReplicaIndex>(view.backends.size());
  for (ReplicaIndex i = 0; i < count; ++i) {
    const ReplicaIndex candidate = view.turn;
    view.turn = static_cast<ReplicaIndex>(view.turn + 1 == count ? 0 : view.turn + 1);
    if (eligible(world, view, candidate)) return candidate;
  }
  return std::nullopt;
}

// The first in turn among those with the least outstanding.
std::optional<ReplicaIndex> LoadBalancer::least_loaded(const World& world, View& view) {
  const auto count = static_cast<ReplicaIndex>(view.backends.size());
  std::optional<ReplicaIndex> best;
  for (ReplicaIndex i = 0; i < count; ++i) {
    const auto candidate = static_cast<ReplicaIndex>((view.turn + i) % count);
    if (!eligible(world, view, candidate)) continue;
    if (!best || view.backends[candidate].outstanding < view.backends[*best].outstanding) {
      best = candidate;
    }
  }
  if (best) view.turn = static_cast<ReplicaIndex>((*best + 1) % count);
  return best;
}

std::optional<ReplicaIndex> LoadBalancer::drawn(const World& world, View& view,
                                                const Attempt& attempt, bool two) {
  candidates_.clear();
  for (ReplicaIndex i = 0; i < view.backends.size(); ++i) {
    if (eligible(world, view, i)) candidates_.push_back(i);
  }
  const std::size_t count = candidates_.size();
  if (count == 0) return std::nullopt;
  sim::Draw draw = world.luck_of(attempt, *this, choice_draw).draw();
  const std::size_t first = draw.below(count);
  if (!two || count == 1) return candidates_[first];
  std::size_t second = draw.below(count - 1);
  if (second >= first) ++second;
  const Backend& a = view.backends[candidates_[first]];
  const Backend& b = view.backends[candidates_[second]];
  return b.outstanding < a.outstanding ? candidates_[second] : candidates_[first];
}

void LoadBalancer::on_event(World& world, const sim::Event& event) {
  check(world, static_cast<ReplicaIndex>(event.a), static_cast<ReplicaIndex>(event.b));
  world.schedule(settings.health_check->interval,
                 {.a = event.a, .b = event.b, .target = id(), .kind = kind_check});
}

void LoadBalancer::check(World& world, ReplicaIndex replica, ReplicaIndex backend) {
  if (!replicas()[replica].serves()) return;
  Attempt& call = world.prepare(check_site_, replica);
  call.operation = Operation::health_check;
  call.send_to(backend);
  call.luck = world.luck().with(salt()).with(check_draw).with(checks_++);
  world.begin(call);
}

void LoadBalancer::learn(World& world, View& view, const Attempt& attempt) {
  HealthBelief& health = view.backends[attempt.to].health;
  const bool good = attempt.outcome.ok();
  if (!good) ++failed_checks_;
  if (health.learn(good, *settings.health_check)) unhealthy_.add(world.now(), good ? -1 : 1);
}

// A new process knows nothing of what the old one saw.
void LoadBalancer::lost_work(World& world, ReplicaIndex replica) {
  View& view = views_[replica];
  for (Backend& backend : view.backends) {
    if (!backend.health.up()) unhealthy_.add(world.now(), -1);
    backend = {};
  }
  view.turn = 0;
}

void LoadBalancer::measure(const World& world, sim::Metrics& metrics) const {
  Component::measure(world, metrics);
  metrics.level({"unhealthy", "backends", "Backends believed dead, over all replicas."},
                unhealthy_.mark(world.now()));
  metrics.counter({"no_backend", "requests", "Refused because no backend was believed alive."},
                  no_backend_);
  metrics.counter({"health_checks_failed", "checks", "Health checks without a good answer."},
                  failed_checks_);
}

std::vector<StaticCall> LoadBalancer::static_calls() const {
  return {{.endpoint = {}, .callee = settings.backends, .operation = Operation::serve}};
}

}  // namespace faultline::models
