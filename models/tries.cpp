// How a try ends, by an answer or by the caller's patience, and whether another one follows.
#include "models/call_draws.h"
#include "models/world.h"

namespace faultline::models {

void World::on_answer(sim::Handle handle) {
  Attempt& attempt = attempts_[handle];
  if (attempt.abandoned) return release(handle, attempt);
  cancel(attempt.timer);
  end_try(handle, attempt);
}

void World::on_timeout(sim::Handle handle) {
  Attempt& attempt = attempts_[handle];
  attempt.timer = {};
  ++call_sites_[attempt.site].timeouts;
  if (observed()) {
    tell([&](Observer& o) { o.gave_up(attempt, handle, attempt.request_id, now()); });
  }
  attempt.outcome = {.status = Status::timed_out};
  const bool ours = attempt.stage == Stage::lost || attempt.stage == Stage::resolving;
  if (ours) return end_try(handle, attempt);
  // The callee, or the network, has the record: the caller goes on with a copy.
  const sim::Handle copy = attempts_.acquire();
  Attempt& mine = attempts_[copy];
  mine = attempt;
  if (attempt.request) hold(attempt.request);
  attempt.abandoned = true;
  end_try(copy, mine);
}

void World::end_try(sim::Handle handle, Attempt& attempt) {
  CallSite& site = call_sites_[attempt.site];
  if (attempt.outcome.ok()) {
    if (site.budget) site.budget->success();
  } else {
    if (retry(handle, attempt)) return;
    ++site.failures;
  }
  components_[site.caller]->answered(*this, attempt);
  release(handle, attempt);
}

bool World::retry(sim::Handle handle, Attempt& attempt) {
  CallSite& site = call_sites_[attempt.site];
  if (!site.policy.retries) return false;
  const RetryPolicy& policy = *site.policy.retries;
  if (attempt.tries >= policy.max) return false;
  if (attempt.request && !policy.writes && !requests_[attempt.request].idempotent) return false;
  if (site.budget && !site.budget->take()) {
    ++site.over_budget;
    return false;
  }
  const auto draw = attempt.luck.with(site.salt + backoff_draw).with(attempt.lineage).draw();
  attempt.backoff = policy.backoff.wait(attempt.tries, attempt.backoff, draw);
  ++attempt.tries;
  attempt.lineage = lineage_after(attempt.base_lineage, attempt.tries);
  // A record of its own, so that whoever still holds the handle of the last try, such as a name
  // server or a dead process's unfinished work, is not heard as if it were of this one.
  const sim::Handle next = attempts_.acquire();
  Attempt& fresh = attempts_[next];
  fresh = attempt;
  fresh.stage = Stage::backing_off;
  attempts_.release(handle);
  if (fresh.backoff.ns == 0) {
    begin_try(next, fresh);
  } else {
    fresh.timer = arm(fresh.backoff, event_for(next, fresh, site.caller, kind_retry));
  }
  return true;
}

void World::on_retry(sim::Handle handle) {
  Attempt& attempt = attempts_[handle];
  attempt.timer = {};
  begin_try(handle, attempt);
}

}  // namespace faultline::models
