#include "models/policy.h"

namespace faultline::models {

void RetryPolicy::describe(Fields& fields) {
  fields.count({"max", "Tries after the first."}, max, {0, 100});
  fields.nested({"backoff", "How long to wait before each retry; absent: not at all."}, "backoff",
                backoff);
  fields.nested({"budget", "Bounds retries to a fraction of successes; absent: no bound."},
                "retry-budget", budget);
  fields.flag({"writes", "Whether requests that are not idempotent are retried as well."}, writes);
  fields.flag({"heed-retry-after",
               "Whether a try is not made again before the time that a refusal has named; or "
               "hammers on."},
              heeds_retry_after);
}

void CallPolicy::describe(Fields& fields) {
  fields.duration({"timeout",
                   "How long the caller waits for each try; absent: for as long as the "
                   "connection holds."},
                  timeout, sim::Duration{1});
  fields.duration({"deadline",
                   "When the whole call, retries included, is given up; passed on to whatever is "
                   "called in its course. Absent: that of the call in whose course it is made."},
                  deadline, sim::Duration{1});
  fields.duration({"connect-timeout",
                   "When a try without timeout is given up if the other end "
                   "stays or falls silent."},
                  connect_timeout, sim::Duration{1});
  fields.nested({"retries", "What to do when a try fails; absent: report the failure."}, "retries",
                retries);
  fields.nested({"breaker",
                 "When to stop calling for a while, as too many calls fail or are slow; absent: "
                 "never. Each process of the caller has its own."},
                "breaker", breaker);
  fields.nested({"bulkhead", "How many calls may be under way at once; absent: any number.", false},
                "bulkhead", bulkhead);
  fields.nested({"hedge",
                 "When to make a second try beside the first, if the request is idempotent; "
                 "absent: never."},
                "hedge", hedge);
  fields.flag({"cancel",
               "Whether the callee is told when a try is given up, or another was answered first; "
               "it then takes the request out of its line, but does not stop work begun."},
              cancel);
  fields.nested(
      {"connection",
       "Over what connections it calls; absent: as if there always were one, at no cost."},
      "connection", connection);
  if (hedge && timeout && hedge->after >= *timeout) {
    fields.reject("hedge", "`after` must be shorter than `timeout`, or it never comes");
  }
}

}  // namespace faultline::models
