// Guard: what keeps one caller (a process, or all users of a workload together) from making a call:
// a bulkhead that is full, or a circuit breaker that is open. In that order, as a call that finds
// no room must not take a trial.
#pragma once

#include <cstdint>
#include <optional>

#include "models/resilience/bulkhead.h"
#include "models/resilience/circuit_breaker.h"
#include "sim/metrics.h"
#include "sim/time.h"
#include "sim/wide.h"

namespace faultline::models {

class Guard {
 public:
  using Permit = CircuitBreaker::Permit;

  Guard(const std::optional<BulkheadSettings>& bulkhead,
        const std::optional<CircuitBreakerSettings>& breaker) {
    if (bulkhead) bulkhead_.emplace(*bulkhead);
    if (breaker) breaker_.emplace(*breaker);
  }

  // nullopt: the call is not made. Else the permit is to be handed back when the call has ended.
  std::optional<Permit> ask(sim::Time now) {
    if (bulkhead_ && !bulkhead_->enter()) return std::nullopt;
    if (!breaker_) return Permit{};
    const auto permit = breaker_->ask(now);
    if (!permit && bulkhead_) bulkhead_->leave();
    return permit;
  }
  void report(Permit permit, sim::Time now, bool failed, sim::Duration took) {
    if (bulkhead_) bulkhead_->leave();
    if (breaker_) breaker_->report(permit, now, failed, took);
  }
  // How it would have ended nobody will know.
  void withdraw(Permit permit) {
    if (bulkhead_) bulkhead_->leave();
    if (breaker_) breaker_->withdraw(permit);
  }
  // The caller has died, and the one in its place knows nothing.
  void reset(sim::Time now) {
    if (bulkhead_) bulkhead_->reset();
    if (breaker_) breaker_->reset(now);
  }

  const std::optional<Bulkhead>& bulkhead() const { return bulkhead_; }
  const std::optional<CircuitBreaker>& breaker() const { return breaker_; }

 private:
  std::optional<Bulkhead> bulkhead_;
  std::optional<CircuitBreaker> breaker_;
};

// Of all guards of a caller.
struct GuardTotals {
  sim::Int128 open_ns = 0;
  sim::Int128 breaker_ns = 0;  // the time of all breakers, open or not
  std::uint64_t opened = 0;
  std::uint64_t withheld = 0;

  void add(const Guard& guard, sim::Time now) {
    if (const auto& breaker = guard.breaker()) {
      open_ns += breaker->open_time().mark(now).area;
      breaker_ns += now.ns;
      opened += breaker->opened();
      withheld += breaker->withheld();
    }
    if (const auto& bulkhead = guard.bulkhead()) withheld += bulkhead->withheld();
  }
  void measure(sim::Metrics& metrics) const {
    metrics.ratio({"breakers_open", "0..1", "Share of time that circuit breakers were open."},
                  open_ns, breaker_ns);
    metrics.counter({"breakers_opened", "times", "Circuit breakers that opened."}, opened);
    metrics.counter({"calls_withheld", "tries",
                     "Tries not made: a circuit breaker was open, or a bulkhead full."},
                    withheld);
  }
};

}  // namespace faultline::models
