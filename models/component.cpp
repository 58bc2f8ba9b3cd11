#include "models/component.h"

#include <algorithm>

#include "models/world.h"
#include "sim/check.h"

namespace faultline::models {

void HostingSettings::describe(Fields& fields) {
  fields.count({"replicas", "How many identical members it has."}, replicas, {1, 10000});
  fields.names({"zones",
                "Where they stand: replica i in zone i modulo their number; absent: in all "
                "zones in turn."},
               Reference::zone, zones);
  fields.duration({"start-time", "From a restart until it serves."}, start_time);
}

std::optional<Destination> Component::resolve(World&, const Attempt&) {
  return Destination{.component = id_};
}

std::optional<ReplicaIndex> Component::route(World&, const Attempt&) {
  const auto count = static_cast<ReplicaIndex>(replicas_.size());
  for (ReplicaIndex i = 0; i < count; ++i) {
    const auto candidate = static_cast<ReplicaIndex>((turn_ + i) % count);
    if (replicas_[candidate].state == Lifecycle::up) {
      turn_ = static_cast<ReplicaIndex>((candidate + 1) % count);
      return candidate;
    }
  }
  const ReplicaIndex next = turn_;
  turn_ = static_cast<ReplicaIndex>((turn_ + 1) % count);
  return next;
}

void Component::make_replicas(World& world, const HostingSettings& hosting) {
  make_replicas(world, hosting, hosting.replicas, hosting.replicas);
}

void Component::make_replicas(World& world, const HostingSettings& hosting, std::uint64_t at_most,
                              std::uint64_t present) {
  std::vector<PlaceId> places;
  for (const std::string& zone : hosting.zones) {
    const auto place = world.geography().zone(zone);
    CHECK(place.has_value());
    places.push_back(*place);
  }
  if (places.empty()) places = world.geography().zones();
  start_time_ = hosting.start_time;
  for (std::size_t i = 0; i < at_most; ++i) {
    replicas_.push_back({.place = places[i % places.size()],
                         .state = i < present ? Lifecycle::up : Lifecycle::absent,
                         .member = i < present});
  }
  up_.set(world.now(), static_cast<std::int64_t>(present));
  provisioned_.set(world.now(), static_cast<std::int64_t>(present));
}

void Component::account_service(World& world, const Attempt& attempt, sim::Duration work) {
  service_ns_ += work.ns;
  if (world.caller_left(attempt)) wasted_ns_ += work.ns;
}

void Component::enter(World& world, ReplicaIndex index, Lifecycle state) {
  Replica& replica = replicas_[index];
  if (replica.state == state) return;
  const Lifecycle from = replica.state;
  replica.spent[static_cast<std::size_t>(from)] += world.now() - replica.since;
  replica.since = world.now();
  replica.state = state;
  if (from == Lifecycle::up) up_.add(world.now(), -1);
  if (state == Lifecycle::up) up_.add(world.now(), 1);
  if (from == Lifecycle::absent) provisioned_.add(world.now(), 1);
  if (state == Lifecycle::absent) provisioned_.add(world.now(), -1);
  world.tell([&](Observer& o) { o.state_changed(id_, index, from, state, world.now()); });
  world.tell_watchers(id_, index);
}

void Component::go_down(World& world, ReplicaIndex index, bool silent) {
  Replica& replica = replicas_[index];
  if (replica.state == Lifecycle::absent) return;
  if (replica.state == Lifecycle::down) {
    replica.silent = replica.silent || silent;
    return;
  }
  replica.silent = silent;
  enter(world, index, Lifecycle::down);
  world.end_attempts_at(id_, index, silent);
  lost_work(world, index);
}

void Component::crash(World& world, ReplicaIndex index) { go_down(world, index, false); }

void Component::begin_start(World& world, ReplicaIndex index) {
  Replica& replica = replicas_[index];
  if (replica.state != Lifecycle::down || replica.outages > 0) return;
  replica.silent = false;  // the host lives, be the process dead
  if (!replica.crashes.empty() || !replica.member) return;
  replica.drains.clear();
  boot(world, index, start_time_);
}

void Component::boot(World& world, ReplicaIndex index, sim::Duration takes) {
  Replica& replica = replicas_[index];
  ++replica.boots;
  enter(world, index, Lifecycle::starting);
  world.schedule(takes, {.a = index, .b = replica.boots, .target = id_, .kind = kind_started});
}

void Component::on_started(World& world, const sim::Event& event) {
  const auto index = static_cast<ReplicaIndex>(event.a);
  Replica& replica = replicas_[index];
  if (replica.state != Lifecycle::starting || replica.boots != event.b) return;
  replica.member = true;
  enter(world, index, Lifecycle::up);
  came_up(world, index);
}

void Component::restart(World& world, ReplicaIndex index) {
  replicas_[index].crashes.clear();
  crash(world, index);
  begin_start(world, index);
}

void Component::begin_crash(World& world, ReplicaIndex index, std::uint32_t cause) {
  replicas_[index].crashes.insert(cause);
  crash(world, index);
}

void Component::end_crash(World& world, ReplicaIndex index, std::uint32_t cause) {
  if (replicas_[index].crashes.erase(cause) == 0) return;  // restarted since
  begin_start(world, index);
}

void Component::begin_outage(World& world, ReplicaIndex index) {
  ++replicas_[index].outages;
  go_down(world, index, true);
}

void Component::end_outage(World& world, ReplicaIndex index) {
  CHECK(replicas_[index].outages > 0);
  if (--replicas_[index].outages == 0) begin_start(world, index);
}

void Component::slow(World& world, ReplicaIndex index, std::uint32_t cause, double factor) {
  replicas_[index].slowed[cause] = factor;
  update_speed(world, index);
}

void Component::recover_speed(World& world, ReplicaIndex index, std::uint32_t cause) {
  replicas_[index].slowed.erase(cause);
  update_speed(world, index);
}

void Component::update_speed(World& world, ReplicaIndex index) {
  Replica& replica = replicas_[index];
  replica.speed = 1;
  for (const auto& [cause, factor] : replica.slowed) replica.speed *= factor;
  speed_changed(world, index);
}

void Component::drain(World& world, ReplicaIndex index) {
  if (replicas_[index].state == Lifecycle::up) enter(world, index, Lifecycle::draining);
}

void Component::begin_drain(World& world, ReplicaIndex index, std::uint32_t cause) {
  replicas_[index].drains.insert(cause);
  drain(world, index);
}

void Component::end_drain(World& world, ReplicaIndex index, std::uint32_t cause) {
  Replica& replica = replicas_[index];
  if (replica.drains.erase(cause) == 0 || !replica.drains.empty()) return;
  if (replica.state == Lifecycle::draining) enter(world, index, Lifecycle::up);
}

void Component::provision(World& world, ReplicaIndex index, sim::Duration takes) {
  CHECK(replicas_[index].state == Lifecycle::absent && replicas_[index].outages == 0);
  boot(world, index, takes);
}

void Component::retire(World& world, ReplicaIndex index) {
  CHECK(replicas_[index].state == Lifecycle::up || replicas_[index].state == Lifecycle::draining);
  replicas_[index].member = false;
  if (replicas_[index].state == Lifecycle::draining) return world.tell_watchers(id_, index);
  enter(world, index, Lifecycle::draining);
}

void Component::decommission(World& world, ReplicaIndex index) {
  Replica& replica = replicas_[index];
  CHECK(replica.state != Lifecycle::absent);
  const bool had_work = replica.state != Lifecycle::down;
  replica.silent = false;
  replica.member = false;
  replica.crashes.clear();
  replica.drains.clear();
  replica.slowed.clear();
  enter(world, index, Lifecycle::absent);
  update_speed(world, index);
  if (!had_work) return;
  world.end_attempts_at(id_, index, false);
  lost_work(world, index);
}

void Component::measure(const World& world, sim::Metrics& metrics) const {
  metrics.rate({"arrivals_per_s", "1/s", "Attempts that arrived, per second."}, arrived_);
  metrics.counter({"arrived", "attempts", "Attempts that arrived."}, arrived_);
  metrics.counter({"completed", "attempts", "Attempts answered well."}, completed_);
  metrics.counter(
      {"rejected", "attempts", "Attempts refused, for want of room or by a rate limit."},
      rejected_);
  metrics.counter({"failed", "attempts", "Attempts answered with an error."}, failed_);
  metrics.counter({"lost", "attempts", "Attempts lost with a replica that went down."}, lost_);
  metrics.state({"in_system", "attempts", "Attempts being dealt with, now."},
                static_cast<double>(in_system()));
  metrics.ratio({"amplification", "attempts/request",
                 "Attempts that arrived, retries included, per first try."},
                arrived_, first_arrived_);
  metrics.counter({"first_arrived", "attempts", "First tries that arrived."}, first_arrived_);
  metrics.ratio(
      {"wasted_work", "0..1", "Share of service time spent on attempts whose caller had left."},
      wasted_ns_, service_ns_);
  metrics.level({"replicas_up", "replicas", "Replicas that are up."}, up_.mark(world.now()));
  std::array<sim::Int128, lifecycle_names.size()> spent{};
  sim::Int128 total = 0;
  for (const Replica& replica : replicas_) {
    for (std::size_t s = 0; s < spent.size(); ++s) spent[s] += replica.spent[s].ns;
    spent[static_cast<std::size_t>(replica.state)] += (world.now() - replica.since).ns;
    total += world.now().ns;
  }
  total -= spent[static_cast<std::size_t>(Lifecycle::absent)];
  metrics.ratio({"time_starting", "0..1", "Share of replica-time spent starting."}, spent[0],
                total);
  metrics.ratio({"time_up", "0..1", "Share of replica-time spent up."}, spent[1], total);
  metrics.ratio({"time_draining", "0..1", "Share of replica-time spent draining."}, spent[2],
                total);
  metrics.ratio({"time_down", "0..1", "Share of replica-time spent down."}, spent[3], total);
  if (const auto guards = world.guards_of(id_)) guards->measure(metrics);
  if (const auto hedges = world.hedges_of(id_)) hedges->measure(metrics);
  if (const auto connections = world.connections_of(id_)) connections->measure(metrics);
}

}  // namespace faultline::models
