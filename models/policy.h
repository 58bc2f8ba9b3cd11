// CallPolicy: how patient and how stubborn a caller is with one callee.
//
// Parameters   timeout          per try; absent: the caller waits for as long as the connection
// holds
//              deadline         for the whole call, passed on to what is called in its course
//              connect-timeout  when nothing was ever heard and there is no timeout, default 30 s
//              retries          max, backoff, budget, and whether writes are tried again
//              breaker          absent: calls are made whatever became of those before
//              bulkhead         absent: as many calls at once as there are reasons for
//              hedge            absent: one try at a time
//              cancel           whether the callee is told of an answer nobody needs any more
//              connection       absent: as if there always were one (connection/settings.h)
#pragma once

#include <cstdint>
#include <optional>

#include "models/connection/settings.h"
#include "models/fields.h"
#include "models/resilience/backoff.h"
#include "models/resilience/bulkhead.h"
#include "models/resilience/circuit_breaker.h"
#include "models/resilience/hedge.h"
#include "models/resilience/retry_budget.h"
#include "sim/time.h"

namespace faultline::models {

struct RetryPolicy {
  std::uint64_t max = 0;  // tries after the first
  Backoff backoff;
  std::optional<RetryBudgetSettings> budget;
  bool writes = true;  // retry what is not idempotent, too
  bool heeds_retry_after = true;

  void describe(Fields& fields);
};

struct CallPolicy {
  std::optional<sim::Duration> timeout;
  std::optional<sim::Duration> deadline;
  sim::Duration connect_timeout = sim::Duration::from_seconds(30);
  std::optional<RetryPolicy> retries;
  std::optional<CircuitBreakerSettings> breaker;
  std::optional<BulkheadSettings> bulkhead;
  std::optional<HedgeSettings> hedge;
  bool cancel = false;
  std::optional<ConnectionPolicy> connection;

  bool guarded() const { return breaker || bulkhead; }

  void describe(Fields& fields);
};

}  // namespace faultline::models
