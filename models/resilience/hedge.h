// Hedge: a second try of a call that has not been answered for a while, beside the first; whichever
// is answered well first counts.
//
// Parameters   after       how long to wait before it
//              percentile  waits as long as this share of answers took, once measured
//              window      over which that is measured
//              budget      bounds second tries to a fraction of the calls answered well
// Metrics      hedges made, won, and not made for want of budget
// Invariant    what is measured is the time to the answer of whichever try came first, so that of
//              100 calls that are hedged at their 95th percentile about 5 are, however many win
// Source       Dean and Barroso, "The Tail at Scale", Communications of the ACM, 2013
#pragma once

#include <cstdint>
#include <optional>

#include "models/fields.h"
#include "models/resilience/retry_budget.h"
#include "sim/histogram.h"
#include "sim/metrics.h"
#include "sim/time.h"

namespace faultline::models {

struct HedgeSettings {
  sim::Duration after;
  std::optional<double> percentile;
  sim::Duration window = sim::Duration::from_seconds(10);
  std::optional<RetryBudgetSettings> budget;

  void describe(Fields& fields);
};

// Of all calls from one place.
class Hedge {
 public:
  // Below so many answers in a window it says nothing of a percentile.
  static constexpr std::uint64_t answers_needed = 100;

  explicit Hedge(const HedgeSettings& settings) : settings_(settings) {
    if (settings.budget) budget_.emplace(*settings.budget);
  }

  // How long a try that begins now is to be waited for.
  sim::Duration delay(sim::Time now);
  // Whether a second try may be made.
  bool take();
  // A call was answered well, `took` after the first of the tries under way began.
  void answered(sim::Time now, sim::Duration took, bool by_second);

  std::uint64_t made() const { return made_; }
  std::uint64_t won() const { return won_; }
  std::uint64_t over_budget() const { return over_budget_; }

 private:
  void close_windows(sim::Time now);

  HedgeSettings settings_;
  std::optional<RetryBudget> budget_;
  std::int64_t window_ = 0;                // the number of the one being measured
  sim::Histogram answers_;                 // in it
  std::optional<sim::Duration> measured_;  // in the one before
  std::uint64_t made_ = 0;
  std::uint64_t won_ = 0;
  std::uint64_t over_budget_ = 0;
};

// Of all hedged calls of a caller.
struct HedgeTotals {
  std::uint64_t made = 0;
  std::uint64_t won = 0;
  std::uint64_t over_budget = 0;

  void add(const Hedge& hedge) {
    made += hedge.made();
    won += hedge.won();
    over_budget += hedge.over_budget();
  }
  void measure(sim::Metrics& metrics) const {
    metrics.rate({"hedges_per_s", "1/s", "Second tries beside the first, per second."}, made);
    metrics.ratio({"hedges_won", "0..1", "Share of second tries that were answered well first."},
                  won, made);
    metrics.counter({"hedges_over_budget", "tries", "Second tries not made for want of budget."},
                    over_budget);
  }
};

}  // namespace faultline::models
