#include "analysis/planning/ordeal.h"

#include <algorithm>
#include <cmath>

namespace faultline::analysis {
namespace {

// How far a mean is on the right side of the nearest bound, as a share of it. A promise of more
// than half, such as 99.9 % available, is of how little fails.
double left_of(const scenarios::Expectation& objective, double mean) {
  double left = HUGE_VAL;
  const auto hold = [&](const std::optional<double>& bound, double sign) {
    if (!bound) return;
    const bool nearly_all = sign < 0 && *bound > 0.5 && *bound < 1;
    const double scale = nearly_all ? 1 - *bound : std::max(std::abs(*bound), 1e-12);
    left = std::min(left, sign * (*bound - mean) / scale);
  };
  hold(objective.below, 1);
  hold(objective.at_most, 1);
  hold(objective.above, -1);
  hold(objective.at_least, -1);
  if (objective.equals) left = std::min(left, objective.holds(mean) ? HUGE_VAL : -HUGE_VAL);
  return left;
}

}  // namespace

double least_left(const Trial& trial, const std::vector<Slo>& slos) {
  return tightest_of(trial, slos).left.value_or(-HUGE_VAL);
}

std::size_t Ordeal::runs() const {
  std::size_t runs = 0;
  for (const ConditionTrial& of : trials) runs += of.trial.runs;
  return runs;
}

const ConditionTrial& Ordeal::worst(const std::vector<Slo>& slos) const {
  if (standing != Standing::holds) return trials.back();
  return *std::min_element(trials.begin(), trials.end(),
                           [&](const ConditionTrial& a, const ConditionTrial& b) {
                             return least_left(a.trial, slos) < least_left(b.trial, slos);
                           });
}

Tightest tightest_of(const Trial& trial, const std::vector<Slo>& slos) {
  Tightest tightest{.slo = 0, .left = HUGE_VAL};
  for (std::size_t i = 0; i < trial.slos.size(); ++i) {
    const auto& interval = trial.slos[i].interval;
    if (!interval) return {i, std::nullopt};
    const double left = left_of(slos[i].objective, interval->mean);
    if (left < *tightest.left) tightest = {i, left};
  }
  return tightest;
}

std::optional<Ordeal> Ordeals::undergo(const scenarios::Scenario& scenario) {
  // What a configuration has not cannot be down in it; what no configuration has was told before.
  scenarios::Problems none_here;
  auto conditions = conditions_of(scenario, survival_, "", none_here);
  std::stable_partition(conditions.begin() + 1, conditions.end(),
                        [&](const Condition& c) { return c.target == failed_last_; });
  Ordeal ordeal;
  for (const Condition& condition : conditions) {
    TrialPlan plan = plan_;
    for (Slo& slo : plan.slos) slo = under(std::move(slo), condition, survival_);
    auto trial = try_slos(under(scenario, condition, survival_), plan);
    if (!trial) return std::nullopt;
    runs_ += trial->runs;
    ordeal.standing = trial->standing;
    ordeal.trials.push_back({condition.name, *std::move(trial)});
    if (ordeal.standing != Standing::holds) {
      if (condition.action != nullptr) failed_last_ = condition.target;
      break;
    }
  }
  return ordeal;
}

}  // namespace faultline::analysis
