// The life of a call: begin, resolve, connect, be served, come back. How a message crosses the
// network is in transmission.cpp; how a try ends, and another begins, in tries.cpp.
//
// Who owns an attempt's record at each stage is said in attempt.h. Every path ends in exactly one
// `answered` of the caller for a call that somebody waits for, and in exactly one `release` of each
// record.
#include <algorithm>

#include "models/call_draws.h"
#include "models/world.h"

namespace faultline::models {
namespace {

// A health check takes this much of the server's own time at full speed.
constexpr sim::Duration health_check_work = sim::Duration{1'000'000};

}  // namespace

PlaceId World::place_of(const CallSite& site, const CallStart& start) const {
  const Component& caller = *components_[site.caller];
  if (!caller.replicas().empty()) return caller.replicas()[start.from].place;
  return requests_[start.request].home;
}

sim::Handle World::call(CallSiteId site_id, const CallStart& start) {
  CallSite& site = call_sites_[site_id];
  ++site.calls;
  const sim::Handle handle = attempts_.acquire();
  Attempt& attempt = attempts_[handle];
  attempt.request = start.request;
  attempt.parent = start.parent;
  attempt.cookie = start.cookie;
  if (start.request) {
    Request& request = requests_[start.request];
    ++request.holders;
    attempt.luck = request.luck;
    attempt.request_id = request.id;
  }
  attempt.began = now();
  attempt.key = start.key;
  attempt.version = start.version;
  attempt.bytes = start.bytes;
  attempt.base_lineage = start.lineage;
  if (const Attempt* parent = attempts_.find(start.parent)) {
    attempt.luck = parent->luck;
    attempt.base_lineage = parent->lineage;
  }
  if (start.luck) attempt.luck = *start.luck;
  attempt.lineage = attempt.base_lineage;
  attempt.here = place_of(site, start);
  attempt.site = site_id;
  attempt.from = start.from;
  attempt.endpoint = start.endpoint;
  attempt.operation = start.operation;
  attempt.one_way = start.one_way;
  if (start.to) {
    attempt.to = *start.to;
    attempt.to_is_fixed = true;
  }
  begin_try(handle, attempt);
  return handle;
}

void World::begin_try(sim::Handle handle, Attempt& attempt) {
  CallSite& site = call_sites_[attempt.site];
  ++site.attempts;
  attempt.sent = now();
  attempt.stage = Stage::resolving;
  if (site.policy.timeout && !attempt.one_way) {
    attempt.timer =
        arm(*site.policy.timeout, event_for(handle, attempt, site.caller, kind_timeout));
  }
  if (!site.callee_is_name) return connect(handle, attempt, site.callee);
  if (const auto address = components_[site.callee]->resolve(*this, handle)) {
    connect(handle, attempt, *address);
  }
}

void World::resolved(sim::Handle handle, ComponentId address) {
  if (Attempt* attempt = attempts_.find(handle)) connect(handle, *attempt, address);
}

void World::unresolved(sim::Handle handle) {
  if (Attempt* attempt = attempts_.find(handle)) {
    fail_at_once(handle, *attempt, Status::name_failure);
  }
}

void World::connect(sim::Handle handle, Attempt& attempt, ComponentId address) {
  Component& callee = *components_[address];
  attempt.callee = address;
  if (!attempt.to_is_fixed) {
    const auto to = callee.route(*this, attempt);
    if (!to) return fail_at_once(handle, attempt, Status::unavailable);
    attempt.to = *to;
  }
  attempt.there = callee.replicas_[attempt.to].place;
  const EdgeId edge = edge_between(call_sites_[attempt.site].caller, address);
  if (const auto delay = transmit_plainly(edge, attempt.here, attempt.there, attempt.bytes)) {
    attempt.stage = Stage::outbound;
    return schedule(*delay, event_for(handle, attempt, address, kind_arrive));
  }
  send_off(handle, attempt,
           transmit(edge, attempt.here, attempt.there, attempt.bytes, attempt, towards_callee));
}

// The message is gone, or whoever held the attempt went silent. The caller learns of it by its
// timeout, or by that of the connection: counted from the beginning of the try, or, where the
// attempt had been taken up, from the silence. If nobody waits, the record has served.
void World::lose(sim::Handle handle, Attempt& attempt) {
  const bool was_connected = attempt.stage == Stage::held || attempt.stage == Stage::returning;
  attempt.stage = Stage::lost;
  if (attempt.abandoned || attempt.one_way) return release(handle, attempt);
  if (armed(attempt.timer)) return;
  const CallSite& site = call_sites_[attempt.site];
  const sim::Time silent_since = was_connected ? now() : attempt.sent;
  const sim::Time patience_ends = silent_since + site.policy.connect_timeout;
  attempt.timer = arm(std::max(patience_ends - now(), sim::Duration{0}),
                      event_for(handle, attempt, site.caller, kind_timeout));
}

// Nothing was sent: the answer is known here and now, and given in an event of its own.
void World::fail_at_once(sim::Handle handle, Attempt& attempt, Status status) {
  attempt.outcome = {.status = status};
  attempt.stage = Stage::returning;
  if (attempt.one_way) return release(handle, attempt);
  schedule({}, event_for(handle, attempt, call_sites_[attempt.site].caller, kind_answer));
}

void World::on_arrive(sim::Handle handle) {
  Attempt& attempt = attempts_[handle];
  Component& callee = *components_[attempt.callee];
  const Replica& replica = callee.replicas_[attempt.to];
  if (observed()) {
    tell([&](Observer& o) { o.arrived(attempt, handle, attempt.request_id, now()); });
  }
  if (!replica.serves() && replica.silent) return lose(handle, attempt);
  attempt.stage = Stage::held;
  if (!replica.serves()) return send_back(handle, attempt, Status::reset);
  if (attempt.operation == Operation::health_check) return check_health(handle, attempt);
  ++callee.arrived_;
  if (attempt.lineage == 0) ++callee.first_arrived_;
  callee.receive(*this, handle);
}

void World::check_health(sim::Handle handle, Attempt& attempt) {
  const double speed = components_[attempt.callee]->replicas()[attempt.to].speed;
  if (speed <= 0) return lose(handle, attempt);
  const auto takes = sim::Duration::from_ns(static_cast<double>(health_check_work.ns) / speed);
  schedule(takes, event_for(handle, attempt, attempt.callee, kind_health_answer));
}

void World::on_health_answer(sim::Handle handle) {
  Attempt* attempt = attempts_.find(handle);
  // The process that was asked may have died since: its connections were dealt with then.
  if (attempt == nullptr || attempt->stage != Stage::held) return;
  if (components_[attempt->callee]->replicas()[attempt->to].speed <= 0) {
    return lose(handle, *attempt);
  }
  send_back(handle, *attempt, Status::ok);
}

void World::count_reply(sim::Handle handle, Attempt& attempt) {
  CHECK(attempt.stage == Stage::held);
  Component& callee = *components_[attempt.callee];
  switch (attempt.outcome.status) {
    case Status::ok:
      ++callee.completed_;
      break;
    case Status::rejected:
      ++callee.rejected_;
      break;
    default:
      ++callee.failed_;
      break;
  }
  send_back(handle, attempt);
}

// The callee's part is done, with attempt.outcome as its answer.
void World::send_back(sim::Handle handle, Attempt& attempt) {
  attempt.outcome.replica = attempt.to;
  if (attempt.one_way) return release(handle, attempt);
  const ComponentId caller = call_sites_[attempt.site].caller;
  const EdgeId edge = edge_between(attempt.callee, caller);
  const std::uint64_t bytes = attempt.outcome.bytes;
  attempt.stage = Stage::returning;
  if (const auto delay = transmit_plainly(edge, attempt.there, attempt.here, bytes)) {
    if (attempt.abandoned) return release(handle, attempt);
    return schedule(*delay, event_for(handle, attempt, caller, kind_answer));
  }
  const sim::Delivery delivery =
      transmit(edge, attempt.there, attempt.here, bytes, attempt, towards_caller);
  if (observed()) {
    const auto arrives = delivery.arrives ? std::optional{now() + delivery.delay} : std::nullopt;
    tell([&](Observer& o) {
      o.answered(attempt, handle, attempt.request_id, caller, now(), arrives);
    });
  }
  if (!delivery.arrives) return lose(handle, attempt);
  if (attempt.abandoned) return release(handle, attempt);
  schedule(delivery.delay, event_for(handle, attempt, caller, kind_answer));
}

void World::send_back(sim::Handle handle, Attempt& attempt, Status status) {
  attempt.outcome = {.status = status};
  send_back(handle, attempt);
}

void World::release(sim::Handle handle, Attempt& attempt) {
  cancel(attempt.timer);
  if (attempt.request) drop(attempt.request);
  attempts_.release(handle);
}

bool World::caller_left(sim::Handle handle) const {
  const Attempt* attempt = attempts_.find(handle);
  while (attempt != nullptr) {
    if (attempt->abandoned) return true;
    if (!attempt->parent || attempt->one_way) return false;
    attempt = attempts_.find(attempt->parent);
  }
  return true;
}

void World::end_attempts_at(ComponentId component, ReplicaIndex replica, bool silent) {
  std::vector<sim::Handle> held;
  std::vector<sim::Handle> made;
  attempts_.for_each([&](sim::Handle handle, Attempt& attempt) {
    if (attempt.stage == Stage::held && attempt.callee == component && attempt.to == replica) {
      held.push_back(handle);
    }
    if (call_sites_[attempt.site].caller == component && attempt.from == replica &&
        !attempt.abandoned && !attempt.one_way) {
      made.push_back(handle);
    }
  });
  // What it asked of itself is both, and has nobody left who could be answered.
  for (const sim::Handle handle : made) {
    Attempt& attempt = attempts_[handle];
    cancel(attempt.timer);
    attempt.abandoned = true;
    const bool ours = attempt.stage == Stage::lost || attempt.stage == Stage::resolving ||
                      attempt.stage == Stage::backing_off;
    if (ours) release(handle, attempt);
  }
  for (const sim::Handle handle : held) {
    Attempt& attempt = attempts_[handle];
    if (attempt.operation != Operation::health_check) ++components_[component]->lost_;
    if (silent) {
      lose(handle, attempt);
    } else {
      send_back(handle, attempt, Status::reset);
    }
  }
}

Edge& World::edge(ComponentId from, ComponentId to) { return edges_[edge_between(from, to)]; }

}  // namespace faultline::models
