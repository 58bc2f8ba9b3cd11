// Two tries of one call side by side, and calls that nobody needs the answer of any more.
//
// The tries know each other by `Attempt::rival`. Whichever ends badly while the other is under way
// is forgotten; the first that ends well is the call's, and the other is withdrawn.
#include "models/call_draws.h"
#include "models/world.h"

namespace faultline::models {

void World::expect_hedge(const Attempt& attempt) {
  CallSite& site = call_sites_[attempt.site];
  const bool once_only = attempt.request && !attempt.request.idempotent;
  if (attempt.is_hedge || attempt.one_way || once_only) return;
  if (attempt.operation == Operation::health_check) return;
  schedule(site.hedge->delay(now()), attempt.event(site.caller, kind_hedge));
}

void World::on_hedge(sim::Handle handle) {
  Attempt* first = attempts_.find(handle);
  // Answered, given up, or dead with its caller since.
  if (first == nullptr || first->abandoned) return;
  CallSite& site = call_sites_[first->site];
  if (!site.hedge->take()) return;
  Attempt& second = copy_of(*first);
  second.timer = {};
  second.connection = {};
  second.outcome = {};
  second.guarded = false;
  second.is_hedge = true;
  second.lineage = lineage_after(second.base_lineage, hedge_mark + second.tries);
  second.rival = first->self;
  first->rival = second.self;
  components_[site.caller]->hedged(*this, second);
  begin_try(second);
}

bool World::settle(Attempt& attempt) {
  Attempt* other = attempts_.find(attempt.rival);
  CHECK(other != nullptr);
  other->rival = {};
  Component& caller = *components_[call_sites_[attempt.site].caller];
  if (attempt.outcome.ok()) {
    caller.hedge_ended(*this, *other, attempt);
    withdraw(*other);
    return true;
  }
  caller.hedge_ended(*this, attempt, *other);
  release(attempt);
  return false;
}

void World::withdraw(Attempt& attempt) {
  if (attempt.rival) {
    Attempt& other = attempts_[attempt.rival];
    attempt.rival = other.rival = {};
    withdraw(other);
  }
  cancel(attempt.timer);
  attempt.timer = {};
  if (attempt.guarded) {
    attempt.guarded = false;
    call_sites_[attempt.site].guard_of(attempt.from).withdraw(attempt.permit);
  }
  if (attempt.stage == Stage::connecting) leave_line(attempt);
  if (attempt.connection) leave_connection(attempt, true);
  const bool ours = attempt.stage == Stage::lost || attempt.stage == Stage::resolving ||
                    attempt.stage == Stage::backing_off;
  if (ours) return release(attempt);
  abandon(attempt);
}

// The callee, or the network, has the record. Where the policy says so a message tells the callee.
void World::abandon(Attempt& attempt) {
  attempt.abandoned = true;
  const CallSite& site = call_sites_[attempt.site];
  const bool on_its_way = attempt.stage == Stage::outbound || attempt.stage == Stage::held;
  if (!site.policy.cancel || !on_its_way) return;
  const sim::Delivery delivery = transmit(
      edge_between(site.caller, attempt.callee), attempt.here, attempt.there, 0,
      attempt.luck.with(site.salt + cancel_draw).with(attempt.lineage), geography_.transport());
  if (delivery.arrives) schedule(delivery.delay, attempt.event(attempt.callee, kind_cancel));
}

void World::on_cancel(sim::Handle handle) {
  Attempt* attempt = attempts_.find(handle);
  // Answered or lost since, or overtaken by what tells of its end.
  if (attempt == nullptr || attempt->stage != Stage::held) return;
  components_[attempt->callee]->cancelled(*this, *attempt);
}

std::optional<HedgeTotals> World::hedges_of(ComponentId caller) const {
  std::optional<HedgeTotals> totals;
  for (const CallSite& site : call_sites_) {
    if (site.caller != caller || !site.hedge) continue;
    if (!totals) totals.emplace();
    totals->add(*site.hedge);
  }
  return totals;
}

}  // namespace faultline::models
