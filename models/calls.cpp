// The life of a call: begin, resolve, connect, be served, come back. How a message crosses the
// network is in transmission.cpp; how a try ends, and another begins, in tries.cpp.
//
// Who owns an attempt's record at each stage is said in attempt.h. Every path ends in exactly one
// `answered` of the caller for a call that somebody waits for, and in exactly one `release` of each
// record.
#include <algorithm>

#include "models/call_draws.h"
#include "models/world.h"
#include "sim/check.h"

namespace faultline::models {
namespace {

// A health check takes this much of the server's own time at full speed.
constexpr sim::Duration health_check_work = sim::Duration{1'000'000};

}  // namespace

Attempt& World::fresh_attempt() {
  const auto [handle, attempt] = attempts_.acquire();
  attempt.self = handle;
  return attempt;
}

Attempt& World::copy_of(const Attempt& attempt) {
  const auto [handle, copy] = attempts_.acquire();
  copy = attempt;
  copy.self = handle;
  return copy;
}

void World::place_caller(Attempt& attempt, CallSiteId site, ReplicaIndex from) {
  const std::vector<Replica>& replicas = components_[call_sites_[site].caller]->replicas_;
  attempt.here = replicas.empty() ? attempt.request.home : replicas[from].place;
  attempt.site = site;
  attempt.from = from;
  attempt.began = now();
}

Attempt& World::prepare(CallSiteId site, ReplicaIndex from, const Request& request) {
  Attempt& attempt = fresh_attempt();
  attempt.request = request;
  attempt.luck = request.luck;
  attempt.key = request.key;
  attempt.bytes = request.bytes;
  attempt.endpoint = request.endpoint;
  place_caller(attempt, site, from);
  return attempt;
}

Attempt& World::prepare(CallSiteId site, ReplicaIndex from, const Attempt& parent) {
  Attempt& attempt = fresh_attempt();
  attempt.parent = parent.self;
  attempt.request = parent.request;
  attempt.luck = parent.luck;
  attempt.base_lineage = parent.lineage;
  attempt.lineage = parent.lineage;
  attempt.operation = parent.operation;
  attempt.key = parent.key;
  attempt.version = parent.version;
  attempt.bytes = parent.bytes;
  attempt.deadline = deadline_of(parent);
  attempt.endpoint = parent.endpoint;
  place_caller(attempt, site, from);
  return attempt;
}

void World::begin(Attempt& attempt) {
  CallSite& site = call_sites_[attempt.site];
  ++site.calls;
  if (site.policy.deadline) {
    attempt.deadline = std::min(attempt.deadline, now() + *site.policy.deadline);
  }
  begin_try(attempt);
}

void World::begin_try(Attempt& attempt) {
  CallSite& site = call_sites_[attempt.site];
  ++site.attempts;
  attempt.sent = now();
  attempt.stage = Stage::resolving;
  const bool guarded = !site.guards.empty() && !attempt.one_way;
  if (guarded && !admit(attempt)) return fail_at_once(attempt, Status::withheld);
  if (attempt.deadline != sim::Time::max()) {
    if (attempt.deadline <= now()) return fail_at_once(attempt, Status::timed_out);
    wait_until_deadline(attempt);
  } else if (site.policy.timeout && !attempt.one_way) {
    attempt.timer = arm(*site.policy.timeout, attempt.event(site.caller, kind_timeout));
  }
  if (site.hedge) expect_hedge(attempt);
  if (!site.callee_is_name) return connect(attempt, site.callee);
  if (const auto destination = components_[site.callee]->resolve(*this, attempt)) {
    connect(attempt, *destination);
  }
}

// The caller's patience with this try, or what is left to the deadline.
void World::wait_until_deadline(Attempt& attempt) {
  if (attempt.one_way) return;
  attempt.timer = arm(deadline_of(attempt) - now(),
                      attempt.event(call_sites_[attempt.site].caller, kind_timeout));
}

void World::resolved(sim::Handle handle, const Destination& destination) {
  if (Attempt* attempt = attempts_.find(handle)) connect(*attempt, destination);
}

void World::unresolved(sim::Handle handle) {
  if (Attempt* attempt = attempts_.find(handle)) fail_at_once(*attempt, Status::name_failure);
}

void World::connect(Attempt& attempt, ComponentId address) {
  attempt.callee = address;
  if (!attempt.to_is_fixed) {
    const auto to = components_[address]->route(*this, attempt);
    if (!to) return turn_from(attempt, *components_[address]);
    attempt.to = *to;
  }
  depart(attempt);
}

void World::connect(Attempt& attempt, const Destination& destination) {
  const bool leads_to_replica = destination.replica && !attempt.to_is_fixed;
  if (!leads_to_replica) return connect(attempt, destination.component);
  attempt.callee = destination.component;
  attempt.to = *destination.replica;
  depart(attempt);
}

void World::turn_from(Attempt& attempt, const Component& callee) {
  const auto instead = callee.instead(*this);
  if (!instead) return fail_at_once(attempt, Status::unavailable);
  Component& other = *components_[*instead];
  if (!other.is_name()) return connect(attempt, *instead);
  if (const auto destination = other.resolve(*this, attempt)) connect(attempt, *destination);
}

void World::depart(Attempt& attempt) {
  const ComponentId address = attempt.callee;
  attempt.there = components_[address]->replicas_[attempt.to].place;
  const bool needs_connection = call_sites_[attempt.site].pool && !attempt.one_way &&
                                attempt.operation != Operation::health_check;
  if (needs_connection) return dial(attempt);
  const EdgeId edge = edge_between(call_sites_[attempt.site].caller, address);
  if (const sim::Duration* delay =
          transmit_plainly(edge, attempt.here, attempt.there, attempt.bytes)) {
    attempt.stage = Stage::outbound;
    if (observed()) {
      const ComponentId caller = call_sites_[attempt.site].caller;
      tell([&](Observer& o) { o.departed(attempt, caller, now(), now() + *delay); });
    }
    return schedule(*delay, attempt.event(address, kind_arrive));
  }
  set_out(attempt);
}

void World::set_out(Attempt& attempt) {
  const EdgeId edge = edge_between(call_sites_[attempt.site].caller, attempt.callee);
  send_off(attempt,
           carry(edge, attempt.here, attempt.there, attempt.bytes, attempt, towards_callee));
}

// The message is gone, or whoever held the attempt went silent. The caller learns of it by its
// timeout, or by that of the connection: counted from the beginning of the try, or, where the
// attempt had been taken up, from the silence. If nobody waits, the record has served.
void World::lose(Attempt& attempt) {
  const bool was_connected = attempt.stage == Stage::held || attempt.stage == Stage::returning;
  attempt.stage = Stage::lost;
  if (attempt.abandoned || attempt.one_way) return release(attempt);
  if (armed(attempt.timer)) return;
  const CallSite& site = call_sites_[attempt.site];
  const sim::Time silent_since = was_connected ? now() : attempt.sent;
  const sim::Time patience_ends = silent_since + site.policy.connect_timeout;
  attempt.timer = arm(std::max(patience_ends - now(), sim::Duration{0}),
                      attempt.event(site.caller, kind_timeout));
}

// Nothing was sent: the answer is known here and now, and given in an event of its own.
void World::fail_at_once(Attempt& attempt, Status status) {
  attempt.outcome = {.status = status};
  attempt.stage = Stage::returning;
  if (attempt.one_way) return release(attempt);
  schedule({}, attempt.event(call_sites_[attempt.site].caller, kind_answer));
}

void World::on_arrive(Attempt& attempt) {
  Component& callee = *components_[attempt.callee];
  const Replica& replica = callee.replicas_[attempt.to];
  if (observed()) tell([&](Observer& o) { o.arrived(attempt, now()); });
  if (!replica.serves() && replica.silent) return lose(attempt);
  attempt.stage = Stage::held;
  if (!replica.serves()) return send_back(attempt, Status::reset);
  if (attempt.connection && !still_connected(attempt)) return send_back(attempt, Status::reset);
  if (attempt.operation == Operation::health_check) return check_health(attempt);
  // Who has no connections opens one for each call.
  if (callee.certificate_expired() && !call_sites_[attempt.site].pool) {
    return send_back(attempt, Status::reset);
  }
  attempt.work = {};
  ++callee.arrived_;
  if (attempt.lineage == 0) ++callee.first_arrived_;
  callee.receive(*this, attempt);
}

void World::check_health(Attempt& attempt) {
  const double speed = components_[attempt.callee]->replicas()[attempt.to].speed;
  if (speed <= 0) return lose(attempt);
  const auto takes = sim::Duration::from_ns(static_cast<double>(health_check_work.ns) / speed);
  schedule(takes, attempt.event(attempt.callee, kind_health_answer));
}

void World::on_health_answer(sim::Handle handle) {
  Attempt* attempt = attempts_.find(handle);
  // The process that was asked may have died since: its connections were dealt with then.
  if (attempt == nullptr || attempt->stage != Stage::held) return;
  if (components_[attempt->callee]->replicas()[attempt->to].speed <= 0) {
    return lose(*attempt);
  }
  const auto status = components_[attempt->callee]->check_health(*this, *attempt);
  if (status) send_back(*attempt, *status);
}

void World::answer_check(sim::Handle handle, Status status) {
  Attempt* attempt = attempts_.find(handle);
  if (attempt != nullptr && attempt->stage == Stage::held) send_back(*attempt, status);
}

void World::reply(Attempt& attempt) {
  CHECK(attempt.stage == Stage::held);
  Component& callee = *components_[attempt.callee];
  switch (attempt.outcome.status) {
    case Status::ok:
      ++callee.completed_;
      break;
    case Status::rejected:
    case Status::throttled:
      ++callee.rejected_;
      break;
    default:
      ++callee.failed_;
      break;
  }
  send_back(attempt);
}

// The callee's part is done, with attempt.outcome as its answer.
void World::send_back(Attempt& attempt) {
  attempt.outcome.replica = attempt.to;
  if (attempt.one_way) return release(attempt);
  const ComponentId caller = call_sites_[attempt.site].caller;
  const EdgeId edge = edge_between(attempt.callee, caller);
  const std::uint64_t bytes = attempt.outcome.bytes;
  attempt.stage = Stage::returning;
  const sim::Duration* delay =
      attempt.connection ? nullptr : transmit_plainly(edge, attempt.there, attempt.here, bytes);
  if (delay != nullptr) {
    if (observed()) tell([&](Observer& o) { o.answered(attempt, caller, now(), now() + *delay); });
    if (attempt.abandoned) return release(attempt);
    return schedule(*delay, attempt.event(caller, kind_answer));
  }
  const sim::Delivery delivery =
      carry(edge, attempt.there, attempt.here, bytes, attempt, towards_caller);
  if (observed()) {
    const auto arrives = delivery.arrives ? std::optional{now() + delivery.delay} : std::nullopt;
    tell([&](Observer& o) { o.answered(attempt, caller, now(), arrives); });
  }
  if (!delivery.arrives) return lose(attempt);
  if (attempt.abandoned) return release(attempt);
  schedule(delivery.delay, attempt.event(caller, kind_answer));
}

void World::send_back(Attempt& attempt, Status status) {
  attempt.outcome = {.status = status};
  send_back(attempt);
}

void World::release(Attempt& attempt) {
  cancel(attempt.timer);
  attempts_.release(attempt.self);
}

void World::end_try(Attempt& attempt) {
  CallSite& site = call_sites_[attempt.site];
  if (attempt.guarded) leave_guard(attempt);
  const sim::Time first_sent = sent_first(attempt);
  if (attempt.rival && !settle(attempt)) return;
  if (attempt.outcome.ok()) {
    if (site.budget) site.budget->success();
    if (site.hedge) site.hedge->answered(now(), now() - first_sent, attempt.is_hedge);
  } else {
    if (retry(attempt)) return;
    ++site.failures;
  }
  if (observed()) tell([&](Observer& o) { o.ended(attempt, now()); });
  components_[site.caller]->answered(*this, attempt);
  release(attempt);
}

void World::on_answer(Attempt& attempt) {
  if (attempt.abandoned) return release(attempt);
  cancel(attempt.timer);
  if (attempt.connection) leave_connection(attempt, false);
  end_try(attempt);
}

bool World::caller_left(const Attempt& attempt) const {
  const Attempt* waits = &attempt;
  while (waits != nullptr) {
    if (waits->abandoned) return true;
    if (!waits->parent || waits->one_way) return false;
    waits = attempts_.find(waits->parent);
  }
  return true;
}

bool World::expects_work(ComponentId component, ReplicaIndex replica) const {
  bool expected = false;
  attempts_.for_each([&](sim::Handle, const Attempt& attempt) {
    const bool there = attempt.stage == Stage::held || attempt.stage == Stage::outbound ||
                       (attempt.stage == Stage::connecting && !attempt.abandoned);
    expected = expected || (there && attempt.callee == component && attempt.to == replica &&
                            attempt.operation != Operation::health_check);
  });
  return expected;
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
  for (CallSite& site : call_sites_) {
    if (site.caller == component && !site.guards.empty()) site.guard_of(replica).reset(now());
  }
  // What it asked of itself is both, and has nobody left who could be answered.
  for (const sim::Handle handle : made) {
    Attempt& attempt = attempts_[handle];
    cancel(attempt.timer);
    attempt.abandoned = true;
    attempt.connection = {};
    const bool ours = attempt.stage == Stage::lost || attempt.stage == Stage::resolving ||
                      attempt.stage == Stage::connecting || attempt.stage == Stage::backing_off;
    if (ours) release(attempt);
  }
  end_connections_at(component, replica, silent);
  for (const sim::Handle handle : held) {
    Attempt& attempt = attempts_[handle];
    if (attempt.operation != Operation::health_check) ++components_[component]->lost_;
    if (silent) {
      lose(attempt);
    } else {
      send_back(attempt, Status::reset);
    }
  }
}

Edge& World::edge(ComponentId from, ComponentId to) { return edges_[edge_between(from, to)]; }

void World::handle(const sim::Event& event) {
  const sim::Handle handle{event.a, event.b};
  switch (event.kind) {
    case kind_arrive:
      return on_arrive(attempts_[handle]);
    case kind_answer:
      return on_answer(attempts_[handle]);
    case kind_timeout:
      return on_timeout(attempts_[handle]);
    case kind_retry:
      return on_retry(attempts_[handle]);
    case kind_health_answer:
      return on_health_answer(handle);
    case kind_hello:
      return on_hello(handle);
    case kind_hello_back:
      return on_hello_back(handle);
    case kind_connection_timer:
      return on_connection_timer(handle);
    case kind_hedge:
      return on_hedge(handle);
    case kind_cancel:
      return on_cancel(handle);
    case kind_started:
      return components_[event.target]->on_started(*this, event);
    case kind_act:
      return act(event);
    default:
      return components_[event.target]->on_event(*this, event);
  }
}

}  // namespace faultline::models
