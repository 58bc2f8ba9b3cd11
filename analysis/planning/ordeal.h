// Ordeal: the trials of one configuration, as it stands and under every condition it shall bear.
//
// Order        as it stands first; the others as they were given, but what made the last
//              configuration fail before them. The first that does not hold ends it
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/planning/conditions.h"
#include "analysis/planning/trial.h"

namespace faultline::analysis {

struct ConditionTrial {
  std::string condition;
  Trial trial;
};

struct Ordeal {
  Standing standing = Standing::unclear;  // holds: under every condition
  std::vector<ConditionTrial> trials;     // "as it stands" first, then in the order they were made

  std::size_t runs() const;
  const Trial& as_it_stands() const { return trials.front().trial; }
  // What made it end, where it does not hold; else the trial with the least left to its SLOs.
  const ConditionTrial& worst(const std::vector<Slo>& slos) const;
};

// Which SLO has the least left to its bound in a trial, relative to the bound: below 0 it is
// missed. nullopt of the share: there was nothing to report.
struct Tightest {
  std::size_t slo = 0;
  std::optional<double> left;
};
Tightest tightest_of(const Trial& trial, const std::vector<Slo>& slos);
// The same as a number, of nothing to report less than any.
double least_left(const Trial& trial, const std::vector<Slo>& slos);

class Ordeals {
 public:
  Ordeals(TrialPlan plan, Survival survival)
      : plan_(std::move(plan)), survival_(std::move(survival)) {}

  // From now on runs end when `interrupt` is raised, and `on_run` is told of each.
  void watch(const std::atomic<bool>* interrupt, std::function<void()> on_run) {
    plan_.interrupt = interrupt;
    plan_.on_run = std::move(on_run);
  }
  // What the first trial of a configuration runs.
  scenarios::Scenario as_it_stands(const scenarios::Scenario& scenario) const {
    return under(scenario, Condition{.name = {}, .target = {}, .action = nullptr}, survival_);
  }
  // nullopt: interrupted.
  std::optional<Ordeal> undergo(const scenarios::Scenario& scenario);

  const TrialPlan& plan() const { return plan_; }
  const Survival& survival() const { return survival_; }
  std::size_t runs() const { return runs_; }

 private:
  TrialPlan plan_;
  Survival survival_;
  std::string failed_last_;  // the target of a condition
  std::size_t runs_ = 0;
};

}  // namespace faultline::analysis
