// Shows that what many runs say together is theirs, in the order of their seeds, whatever the
// number of threads; that runs are added until a figure is known well enough; and how a warm-up is
// found.
#include "analysis/ensemble/ensemble.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "analysis/ensemble/batch_means.h"
#include "analysis/ensemble/ensemble_text.h"
#include "analysis/ensemble/metric_names.h"
#include "analysis/ensemble/warmup.h"
#include "tests/analysis/pausing_shop.h"

namespace faultline::analysis::ensemble_test {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Optional;

scenarios::Scenario random_shop() { return pausing_shop(0, "", "poisson"); }

std::string told(const scenarios::Scenario& scenario, const EnsemblePlan& plan) {
  const Ensemble ensemble = run_ensemble(scenario, plan);
  return ensemble_json(scenario, ensemble, plan).dump() +
         ensemble_text(scenario, ensemble, plan, {"runs", "warm-up"});
}

// 2, 4 and 9: mean 5, deviation sqrt(13); t with 2 degrees of freedom is 4.3027 (printed tables).
TEST(Interval, IsStudents) {
  const std::vector<double> values = {2, 4, 9};
  const auto interval = student_interval(values);
  ASSERT_TRUE(interval);
  EXPECT_DOUBLE_EQ(interval->mean, 5);
  EXPECT_NEAR(interval->deviation, 3.605551, 1e-6);
  EXPECT_THAT(interval->half_width, Optional(DoubleNear(4.302653 * 3.605551 / 1.7320508, 1e-4)));
  EXPECT_FALSE(interval->within(0.5));
  EXPECT_TRUE(interval->within(2));
}

TEST(Interval, OfOneSaysNothingAndOfNoneIsNone) {
  EXPECT_FALSE(student_interval(std::vector<double>{}));
  const auto one = student_interval(std::vector<double>{3});
  EXPECT_EQ(one->half_width, std::nullopt);
  EXPECT_FALSE(one->within(1));
}

// A sum of tenths is rounded; that of equal tenths must not look like a difference.
TEST(Interval, OfEqualsIsExact) {
  const auto interval = student_interval(std::vector<double>(7, 0.1));
  EXPECT_EQ(interval->mean, 0.1);
  EXPECT_THAT(interval->half_width, Optional(0.0));
}

TEST(Ensemble, HasTheFiguresOfEachSeed) {
  const auto scenario = random_shop();
  const Ensemble ensemble = run_ensemble(scenario, {.first_seed = 7, .runs = 3, .jobs = 2});
  ASSERT_EQ(ensemble.runs.size(), 3);
  std::vector<double> means;
  for (const OneRun& run : ensemble.runs) {
    RunOptions options;
    options.seed = run.seed;
    const auto result = analysis::run(scenario, options).result.json;
    EXPECT_EQ(run.digest, result["digest"]);
    means.push_back(result["latency_ms"]["mean"].get<double>());
  }
  EXPECT_EQ(ensemble.runs.front().seed, 7);
  const Summary* latency = ensemble.find("latency_ms.mean");
  ASSERT_NE(latency, nullptr);
  EXPECT_NEAR(latency->interval->mean, (means[0] + means[1] + means[2]) / 3, 1e-9);
  EXPECT_EQ(latency->least, *std::min_element(means.begin(), means.end()));
  EXPECT_EQ(latency->most, *std::max_element(means.begin(), means.end()));
}

TEST(Ensemble, IsTheSameForAnyNumberOfThreads) {
  const auto scenario = random_shop();
  EnsemblePlan plan{.runs = 4, .precisions = {{"latency_ms.mean", 0.05}}, .max_runs = 12};
  const std::string alone = told(scenario, plan);
  plan.jobs = 5;
  EXPECT_EQ(told(scenario, plan), alone);
}

TEST(Ensemble, AddsRunsUntilAFigureIsKnown) {
  const auto scenario = random_shop();
  EnsemblePlan plan{.runs = 2, .precisions = {{"latency_ms.mean", 0.02}}, .max_runs = 500};
  const Ensemble ensemble = run_ensemble(scenario, plan);
  EXPECT_GT(ensemble.runs.size(), 2);
  EXPECT_LT(ensemble.runs.size(), 500);
  EXPECT_TRUE(ensemble.find("latency_ms.mean")->interval->within(0.02));
}

TEST(Ensemble, SaysWhenItGaveUp) {
  const auto scenario = random_shop();
  const EnsemblePlan plan{.runs = 3, .precisions = {{"latency_ms.p99", 1e-6}}, .max_runs = 9};
  const Ensemble ensemble = run_ensemble(scenario, plan);
  EXPECT_EQ(ensemble.runs.size(), 9);
  EXPECT_THAT(ensemble_text(scenario, ensemble, plan, {"", ""}), HasSubstr("NOT REACHED, gave up"));
}

TEST(Ensemble, KeepsWhatHadEndedWhenInterrupted) {
  std::atomic<bool> interrupt = false;
  EnsemblePlan plan{.runs = 50, .jobs = 1, .interrupt = &interrupt};
  plan.on_run = [&](std::size_t done, std::size_t) { interrupt = done == 3; };
  const Ensemble ensemble = run_ensemble(random_shop(), plan);
  EXPECT_TRUE(ensemble.interrupted);
  EXPECT_EQ(ensemble.runs.size(), 3);
}

TEST(Ensemble, DoesNotCountRunsThatALimitCutShort) {
  auto scenario = random_shop();
  scenario.run.max_events = 100;
  const Ensemble ensemble = run_ensemble(scenario, {.runs = 2});
  EXPECT_TRUE(ensemble.runs.empty());
  ASSERT_EQ(ensemble.cut_short.size(), 2);
  EXPECT_THAT(ensemble.cut_short.front().second, HasSubstr("limit of events"));
}

// Nobody failed for most reasons: those are 0 and not missing, so that runs can be averaged.
TEST(MetricList, NamesEveryReasonForFailing) {
  const Ensemble ensemble = run_ensemble(random_shop(), {.runs = 1});
  const Summary* reset = ensemble.find("outcomes.reset");
  ASSERT_NE(reset, nullptr);
  EXPECT_EQ(reset->interval->mean, 0);
  EXPECT_EQ(ensemble.find("seed"), nullptr);
}

TEST(MetricNames, AreTakenWithDotsOrAsAPointer) {
  const auto names = metric_names(random_shop());
  scenarios::Problems problems;
  const std::string dotted = "components.web.waiting_ms.p99.9";
  EXPECT_THAT(resolve_metric(names, dotted, "--metric", problems), Optional(dotted));
  EXPECT_THAT(resolve_metric(names, "/components/web/waiting_ms/p99.9", "--metric", problems),
              Optional(dotted));
  EXPECT_TRUE(problems.empty());
  EXPECT_FALSE(resolve_metric(names, "latency_ms.p98", "--metric", problems));
  EXPECT_THAT(problems.text(), HasSubstr("--metric: expected a metric of the result"));
  EXPECT_THAT(problems.text(), HasSubstr("did you mean \"latency_ms.p9"));
}

// 12 batches of 10 and 12 that alternate: whatever is cut off of the level part makes its mean
// less well known, and the three high ones must go.
TEST(Warmup, CutsOffWhatStandsOut) {
  std::vector<double> batches = {90, 50, 30};
  for (int i = 0; i < 12; ++i) batches.push_back(i % 2 == 0 ? 10 : 12);
  EXPECT_THAT(mser_cut(batches), Optional(3));
}

TEST(Warmup, IsNotFoundInWhatNeverSettlesOrIsShort) {
  std::vector<double> climbing;
  for (int i = 0; i < 20; ++i) climbing.push_back(i);
  EXPECT_EQ(mser_cut(climbing), std::nullopt);
  EXPECT_EQ(mser_cut(std::vector<double>(least_batches - 1, 1.0)), std::nullopt);
}

// For its first ten seconds the load is three times what it is afterwards.
TEST(Warmup, IsFoundInAScenario) {
  const auto scenario = load_text(R"json({
    "name": "settling", "run": { "duration": "120s", "warmup": "1s" },
    "components": { "web": { "type": "service", "workers": 4,
                             "endpoints": { "*": [{ "compute": "exp(100ms)" }] } } },
    "workloads": {
      "early": { "to": "web", "arrivals": "poisson(1/s)",
                 "curve": { "spike": { "at": "0s", "for": "10s", "factor": 60 } } },
      "users": { "to": "web", "arrivals": "poisson(20/s)" } } })json");
  const FoundWarmup found = find_warmup(scenario, 1, 3, 2);
  ASSERT_TRUE(found.length) << found.why_not;
  EXPECT_GE(found.length->seconds(), 10);
  EXPECT_LE(found.length->seconds(), 45);
}

TEST(Warmup, LooksOnlyAtWhatComesBeforeTheTimeline) {
  const FoundWarmup found = find_warmup(pausing_shop(0), 1, 2, 1);
  EXPECT_EQ(found.length, std::nullopt);
  EXPECT_THAT(found.why_not, HasSubstr("50 windows of 1s are needed before the timeline acts"));
}

// 5 requests a second come regularly and take 100 ms: every batch is like any other.
TEST(BatchMeans, CutTheTimeAfterTheWarmup) {
  RunOptions options;
  const BatchMeans means = run_in_batches(pausing_shop(0, ""), 29, options);
  ASSERT_EQ(means.batches.size(), 29);
  for (const Summary& summary : means.summaries) {
    if (summary.metric == "requests.offered") {
      EXPECT_EQ(summary.interval->mean, 10);
    } else if (summary.metric == "latency_ms.mean") {
      EXPECT_NEAR(summary.interval->mean, 100, 1e-6);
    }
  }
}

TEST(BatchMeans, SayWhenTheyDependOnEachOther) {
  EXPECT_THAT(lag_one_correlation(std::vector<double>{1, -1, 1, -1, 1, -1, 1, -1}),
              Optional(DoubleNear(-7.0 / 8, 1e-12)));
  EXPECT_EQ(lag_one_correlation(std::vector<double>{1, 1, 1, 1}), std::nullopt);
  EXPECT_EQ(lag_one_correlation(std::vector<double>{1, 2}), std::nullopt);
  BatchMeans means;
  means.batches.resize(16);
  means.correlation = 0.51;  // chance: 2 / sqrt(16)
  EXPECT_FALSE(means.independent());
  means.correlation = -0.49;
  EXPECT_TRUE(means.independent());
}

}  // namespace
}  // namespace faultline::analysis::ensemble_test
