// Intervals cover: of many ensembles of an M/M/1 queue, 95 in 100 hold what theory says.
//
// Source: sojourn times in M/M/1 are exponential with mean 1 / (mu - lambda) (Kleinrock, "Queueing
// Systems", vol. 1, 1975).
#include <gtest/gtest.h>

#include <cmath>
#include <span>
#include <vector>

#include "analysis/ensemble/ensemble.h"
#include "analysis/parallel.h"
#include "tests/analysis/pausing_shop.h"
#include "tests/theory/validation.h"

namespace faultline::theory::coverage_theory_test {
namespace {

constexpr std::size_t repetitions = 400;
constexpr std::size_t runs_each = 8;

double share_that_holds(const std::vector<analysis::OneRun>& runs, std::string_view metric,
                        double theory) {
  std::size_t held = 0;
  for (std::size_t i = 0; i < repetitions; ++i) {
    std::vector<double> values;
    for (const auto& run : std::span(runs).subspan(i * runs_each, runs_each)) {
      for (const auto& [name, value] : run.metrics) {
        if (name == metric) values.push_back(value.value());
      }
    }
    const auto interval = analysis::student_interval(values);
    if (interval->low() <= theory && theory <= interval->high()) ++held;
  }
  return static_cast<double>(held) / static_cast<double>(repetitions);
}

// Half busy, 10 ms a request: the mean is 20 ms and the 95th percentile 20 ln 20. Each run issues
// 2,500 requests after its warm-up.
TEST(CoverageTheory, IntervalsHoldTheTruthAsOftenAsTheySay) {
  const auto scenario = analysis::load_text(R"json({
    "name": "mm1", "run": { "duration": "52s", "warmup": "2s", "window": "52s" },
    "components": { "web": { "type": "service", "workers": 1,
                             "endpoints": { "*": [{ "compute": "exp(10ms)" }] } } },
    "workloads": { "users": { "to": "web", "arrivals": "poisson(50/s)" } } })json");
  const auto ensemble = analysis::run_ensemble(
      scenario,
      {.runs = repetitions * runs_each, .jobs = analysis::all_processors(), .precisions = {}});
  ASSERT_EQ(ensemble.runs.size(), repetitions * runs_each);
  const double of_mean = share_that_holds(ensemble.runs, "latency_ms.mean", 20);
  const double of_p95 = share_that_holds(ensemble.runs, "latency_ms.p95", 20 * std::log(20));
  EXPECT_GE(of_mean, 0.92);
  EXPECT_LE(of_mean, 0.98);
  EXPECT_GE(of_p95, 0.92);
  EXPECT_LE(of_p95, 0.98);
  RecordProperty("mean", std::to_string(of_mean));
  RecordProperty("p95", std::to_string(of_p95));
}

}  // namespace
}  // namespace faultline::theory::coverage_theory_test
