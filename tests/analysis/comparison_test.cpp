// Shows that two scenarios are compared pair by pair: by hand, with themselves, and what pairing
// gains.
#include "analysis/comparison/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "analysis/comparison/comparison_text.h"
#include "tests/analysis/pausing_shop.h"

namespace faultline::analysis::comparison_test {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Optional;

OneRun run_with(std::uint64_t seed, MetricList metrics) {
  OneRun run;
  run.seed = seed;
  run.metrics = std::move(metrics);
  return run;
}

const Difference& find(const Comparison& comparison, const std::string& metric) {
  return *std::find_if(comparison.differences.begin(), comparison.differences.end(),
                       [&](const Difference& d) { return d.metric == metric; });
}

std::vector<OneRun> runs_of(const scenarios::Scenario& scenario) {
  return run_ensemble(scenario, {.runs = 6, .jobs = 2}).runs;
}

// b - a is 1, 2 and 3: mean 2, deviation 1. The seeds come in another order, and 9 has no pair.
TEST(Comparison, PairsRunsBySeed) {
  const auto comparison =
      compare_runs({run_with(1, {{"x", 10}}), run_with(2, {{"x", 20}}), run_with(3, {{"x", 30}}),
                    run_with(9, {{"x", 500}})},
                   {run_with(3, {{"x", 33}}), run_with(2, {{"x", 22}}), run_with(1, {{"x", 11}})});
  EXPECT_EQ(comparison.pairs, 3);
  const Difference& x = find(comparison, "x");
  EXPECT_DOUBLE_EQ(x.a, 20);
  EXPECT_DOUBLE_EQ(x.b, 22);
  EXPECT_DOUBLE_EQ(x.difference.mean, 2);
  EXPECT_DOUBLE_EQ(x.difference.deviation, 1);
  // Deviations 10 and 11 apart.
  EXPECT_THAT(x.variance_reduction, Optional(DoubleNear(100 + 121, 1e-9)));
  // 4.303 / sqrt(3) = 2.48 on either side of 2.
  EXPECT_FALSE(x.significant());
}

TEST(Comparison, LeavesOutWhatOneSideDoesNotHave) {
  const auto comparison =
      compare_runs({run_with(1, {{"x", 1}, {"gone", 1}, {"null", std::nullopt}}),
                    run_with(2, {{"x", 1}, {"gone", 1}, {"null", 4}})},
                   {run_with(1, {{"x", 3}, {"new", 1}, {"null", 5}}),
                    run_with(2, {{"x", 3}, {"new", 1}, {"null", 5}})});
  EXPECT_THAT(comparison.only_in_one, ElementsAre("gone", "new"));
  EXPECT_EQ(find(comparison, "null").difference.count, 1);
  EXPECT_TRUE(find(comparison, "x").significant());
  EXPECT_EQ(find(comparison, "x").variance_reduction, std::nullopt);
}

TEST(Comparison, OfAScenarioWithItselfIsExactlyNothing) {
  const auto runs = runs_of(pausing_shop(1, "", "poisson"));
  const auto comparison = compare_runs(runs, runs_of(pausing_shop(1, "", "poisson")));
  ASSERT_GT(comparison.differences.size(), 30);
  for (const Difference& difference : comparison.differences) {
    EXPECT_EQ(difference.difference.mean, 0) << difference.metric;
    EXPECT_EQ(difference.difference.deviation, 0) << difference.metric;
  }
  EXPECT_EQ(comparison.significant(), 0);
  EXPECT_THAT(comparison_text(comparison, {"a", ""}, {"b", ""}),
              HasSubstr("metrics are exactly the same in every run"));
}

// A worker that is a little slower, under the same arrivals: the difference is far better known
// than either latency. The same with other seeds on one side: it is not.
TEST(Comparison, PairingCancelsWhatChanceDoesToBoth) {
  const auto a = runs_of(pausing_shop(0, "", "poisson"));
  auto slower =
      pausing_shop(0, R"("trigger": { "at": "2s", "slow": "web", "factor": 1.05 })", "poisson");
  const auto paired = compare_runs(a, runs_of(slower));
  const Difference& latency = find(paired, "latency_ms.mean");
  EXPECT_TRUE(latency.significant());
  ASSERT_TRUE(latency.variance_reduction);
  EXPECT_GT(*latency.variance_reduction, 5);

  auto others = run_ensemble(slower, {.first_seed = 100, .runs = 6}).runs;
  for (OneRun& run : others) run.seed -= 99;
  const auto unpaired = compare_runs(a, others);
  EXPECT_LT(*find(unpaired, "latency_ms.mean").variance_reduction, 5);
}

}  // namespace
}  // namespace faultline::analysis::comparison_test
