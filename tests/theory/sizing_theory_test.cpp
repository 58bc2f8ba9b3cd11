// Plans and capacities find what the formulas of queueing give.
//
// Source: Erlang's C; the time in M/M/c is service plus wait, P(W > t) = C exp(-(c - a) t)
// (Kleinrock, "Queueing Systems", vol. 1, 1975); in M/M/1 it is exponential with 1 / (mu - lambda).
#include <gtest/gtest.h>

#include <cmath>

#include "analysis/parallel.h"
#include "analysis/planning/plan.h"
#include "scenarios/problems.h"
#include "tests/analysis/pausing_shop.h"
#include "tests/theory/formulas.h"

namespace faultline::theory::sizing_theory_test {
namespace {

constexpr double service_ms = 10;
constexpr double offered = 7.3;  // erlangs: 730 requests a second

scenarios::Scenario with_workers(unsigned workers, const std::string& rate) {
  return analysis::load_text(R"json({
    "name": "mmc", "run": { "duration": "42s", "warmup": "2s", "window": "42s" },
    "components": { "web": { "type": "service", "workers": )json" +
                             std::to_string(workers) + R"json(,
                             "endpoints": { "*": [{ "compute": "exp(10ms)" }] } } },
    "workloads": { "users": { "to": "web", "arrivals": "poisson()json" +
                             rate + ")\" } } }");
}

double mean_ms(unsigned c) { return service_ms * (1 + erlang_c(c, offered) / (c - offered)); }

double p95_ms(unsigned c) {
  const double spare = c - offered;
  const double must_wait = erlang_c(c, offered);
  return service_ms * quantile_of_tail(
                          [&](double t) {
                            return std::exp(-t) +
                                   must_wait * (std::exp(-t) - std::exp(-spare * t)) / (spare - 1);
                          },
                          0.05);
}

analysis::Slo below(const std::string& metric, double bound) {
  analysis::Slo slo{.objective = {}, .text = metric};
  slo.objective.metric = metric;
  slo.objective.below = bound;
  return slo;
}

analysis::Ordeals ordeals_for(const analysis::Slo& slo) {
  return {analysis::TrialPlan{.slos = {slo}, .jobs = analysis::all_processors()}, {}};
}

// From 8 to 23 workers.
unsigned planned_workers(const analysis::Slo& slo) {
  analysis::PlanQuestion question;
  question.minimise = "instances";
  question.precision = 0.5;
  scenarios::Problems problems;
  question.variations = {*analysis::parse_variation("/components/web/workers=8..23:1", problems)};
  question.points = analysis::grid_of(question.variations, problems);
  std::vector<scenarios::Scenario> scenarios;
  for (unsigned c = 8; c <= 23; ++c) scenarios.push_back(with_workers(c, "730/s"));
  analysis::Ordeals ordeals = ordeals_for(slo);
  const analysis::Plan plan = analysis::make_plan(scenarios, question, ordeals);
  // Halving 16 values takes 4 trials, and what is one step weaker at most one more.
  EXPECT_LE(plan.tried.size(), 5);
  return plan.choice ? 8 + static_cast<unsigned>(plan.tried[*plan.choice].point) : 0;
}

// Bounds half way between what c - 1 and c workers give: c are needed.
TEST(SizingTheory, PlansFindTheWorkersOfErlangC) {
  for (const unsigned c : {9U, 10U, 11U}) {
    EXPECT_EQ(planned_workers(below("latency_ms.mean", (mean_ms(c - 1) + mean_ms(c)) / 2)), c);
    EXPECT_EQ(planned_workers(below("latency_ms.p95", (p95_ms(c - 1) + p95_ms(c)) / 2)), c);
  }
}

// At 50/s of 100/s the mean is 20 ms; it is 40 ms at 75/s, 1.5 times that load.
TEST(SizingTheory, CapacityIsWhereTheFormulaCrossesTheBound) {
  auto ordeals = ordeals_for(below("latency_ms.mean", 40));
  const auto capacity = analysis::find_capacity(with_workers(1, "50/s"), 0.02, ordeals);
  ASSERT_TRUE(capacity && capacity->holds() != nullptr && capacity->misses() != nullptr);
  EXPECT_LT(capacity->holds()->load, 1.5);
  EXPECT_GT(capacity->misses()->load, 1.5);
  EXPECT_LT(capacity->misses()->load / capacity->holds()->load, 1.15);
}

}  // namespace
}  // namespace faultline::theory::sizing_theory_test
