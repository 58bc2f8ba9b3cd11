// How a try ends by the caller's patience, and whether another one follows a try that failed.
#include <algorithm>

#include "models/call_draws.h"
#include "models/world.h"

namespace faultline::models {

void World::on_timeout(Attempt& attempt) {
  attempt.timer = {};
  ++call_sites_[attempt.site].timeouts;
  if (observed()) tell([&](Observer& o) { o.gave_up(attempt, now()); });
  attempt.outcome = {.status = Status::timed_out};
  if (attempt.stage == Stage::connecting) leave_line(attempt);
  if (attempt.connection) leave_connection(attempt, true);
  const bool ours = attempt.stage == Stage::lost || attempt.stage == Stage::resolving;
  if (ours) return end_try(attempt);
  // The callee, or the network, has the record: the caller goes on with a copy.
  Attempt& mine = copy_of(attempt);
  abandon(attempt);
  end_try(mine);
}

bool World::admit(Attempt& attempt) {
  const auto permit = call_sites_[attempt.site].guard_of(attempt.from).ask(now());
  if (!permit) return false;
  attempt.permit = *permit;
  attempt.guarded = true;
  return true;
}

// A callee that refuses whoever asks too often is well.
void World::leave_guard(Attempt& attempt) {
  attempt.guarded = false;
  const bool well = attempt.outcome.ok() || attempt.outcome.status == Status::throttled;
  call_sites_[attempt.site]
      .guard_of(attempt.from)
      .report(attempt.permit, now(), !well, now() - attempt.sent);
}

std::optional<GuardTotals> World::guards_of(ComponentId caller) const {
  std::optional<GuardTotals> totals;
  for (const CallSite& site : call_sites_) {
    if (site.caller != caller || site.guards.empty()) continue;
    if (!totals) totals.emplace();
    for (const Guard& guard : site.guards) totals->add(guard, now());
  }
  return totals;
}

bool World::retry(Attempt& attempt) {
  CallSite& site = call_sites_[attempt.site];
  if (!site.policy.retries) return false;
  const RetryPolicy& policy = *site.policy.retries;
  if (attempt.tries >= policy.max) return false;
  if (attempt.request && !policy.writes && !attempt.request.idempotent) return false;
  const auto draw = attempt.luck.with(site.salt + backoff_draw).with(attempt.lineage).draw();
  sim::Duration backoff = policy.backoff.wait(attempt.tries, attempt.backoff, draw);
  if (policy.heeds_retry_after) backoff = std::max(backoff, attempt.outcome.retry_after());
  if (attempt.deadline - now() <= backoff) return false;
  if (site.budget && !site.budget->take()) {
    ++site.over_budget;
    return false;
  }
  components_[site.caller]->try_failed(*this, attempt);
  attempt.backoff = backoff;
  ++attempt.tries;
  attempt.lineage = lineage_after(attempt.base_lineage, attempt.tries);
  // A record of its own, so that whoever still holds the handle of the last try, such as a name
  // server or a dead process's unfinished work, is not heard as if it were of this one.
  Attempt& fresh = copy_of(attempt);
  fresh.stage = Stage::backing_off;
  fresh.outcome = {};
  fresh.is_hedge = false;
  attempts_.release(attempt.self);
  if (fresh.backoff.ns == 0) {
    begin_again(fresh);
  } else {
    fresh.timer = arm(fresh.backoff, fresh.event(site.caller, kind_retry));
  }
  return true;
}

void World::on_retry(Attempt& attempt) {
  attempt.timer = {};
  begin_again(attempt);
}

void World::begin_again(Attempt& attempt) {
  if (attempt.to_is_fixed) {
    components_[call_sites_[attempt.site].caller]->choose_again(*this, attempt);
  }
  begin_try(attempt);
}

}  // namespace faultline::models
