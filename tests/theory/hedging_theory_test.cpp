// Hedging: of two tries with independent exponential times, the second sent d after the first, the
// answer comes at min(X, d + Y). All servers are free, so nobody waits for anybody.
//
// Source: Dean and Barroso, "The Tail at Scale", Communications of the ACM 56 (2), 2013; the
// distribution by elementary probability.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/theory/lab.h"
#include "tests/theory/validation.h"

namespace faultline::theory::hedging_theory_test {
namespace {

using sim::Distribution;

constexpr std::uint64_t requests = 400'000;

void add_hedged_users(Lab& lab, const models::HedgeSettings& hedge) {
  auto users = poisson(1, "web");
  users->settings.call.hedge = hedge;
  lab.add(std::move(users));
  lab.add(service("web", 10'000, Distribution::exponential(10 * ms)));
}

models::HedgeTotals totals(Lab& lab) {
  return lab.world().hedges_of(lab.world().find("users")->id()).value_or(models::HedgeTotals{});
}

TEST(HedgingTheory, TheFasterOfTwo) {
  const double mean = 10;
  const double d = 23;
  Lab lab(671);
  models::HedgeSettings hedge;
  hedge.after = sim::Duration::from_ns(d * ms);
  add_hedged_users(lab, hedge);
  lab.run(requests);
  const auto latency = lab.latencies_ms();
  const double late = std::exp(-d / mean);
  Validation faster({Topic::calls, "Hedged calls", "exponential, mean 10 ms, hedged after 23 ms",
                     "Dean and Barroso 2013"});
  faster.holds("mean latency, ms", "m (1 - e^(-d/m)) + m/2 e^(-d/m)",
               mean * (1 - late) + mean / 2 * late, mean_of(latency));
  faster.holds("p99 of latency, ms", "(m ln 100 + d) / 2", (mean * std::log(100) + d) / 2,
               quantile_of(latency, 0.99));
  const models::HedgeTotals hedges = totals(lab);
  faster.holds("P(a call is hedged)", "e^(-d/m)", late,
               share_of(static_cast<double>(hedges.made), requests, late));
  faster.holds("P(the second try wins)", "1/2", 0.5,
               share_of(static_cast<double>(hedges.won), static_cast<double>(hedges.made), 0.5));
}

// Hedged at the measured 90th percentile, one call in ten is, though the hedges shorten the tail
// that is measured.
TEST(HedgingTheory, AtAMeasuredPercentile) {
  Lab lab(672);
  models::HedgeSettings hedge;
  hedge.after = sim::Duration::from_ns(10 * std::log(10) * ms);  // what will be measured
  hedge.percentile = 0.9;
  hedge.window = sim::Duration::from_seconds(10);
  add_hedged_users(lab, hedge);
  lab.run(requests);
  Validation at({Topic::calls, "Hedged at a percentile",
                 "exponential, mean 10 ms, at the 90th percentile of 10 s",
                 "Dean and Barroso 2013"});
  at.holds("P(a call is hedged)", "1 - p", 0.1,
           share_of(static_cast<double>(totals(lab).made), requests, 0.1));
}

}  // namespace
}  // namespace faultline::theory::hedging_theory_test
