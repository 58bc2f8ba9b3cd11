#include "analysis/planning/trial.h"

#include <algorithm>

#include "sim/check.h"

namespace faultline::analysis {
namespace {

constexpr std::size_t first_round = 4;  // fewer say little: the quantiles of Student's t are large
constexpr double wrong_at_most = 0.05;

void judge_trial(const Ensemble& ensemble, double confidence, const std::vector<Slo>& said,
                 Trial& trial) {
  trial.slos.clear();
  trial.standing = Standing::holds;
  for (std::size_t i = 0; i < said.size(); ++i) {
    std::vector<std::optional<double>> values;
    for (const OneRun& run : ensemble.runs) {
      values.push_back(run.slos[i].reached ? run.slos[i].value : std::nullopt);
    }
    trial.slos.push_back(standing_of(said[i].objective, values, confidence));
    const Standing standing = trial.slos.back().standing;
    if (standing == Standing::misses) trial.standing = Standing::misses;
    if (standing == Standing::unclear && trial.standing == Standing::holds) {
      trial.standing = Standing::unclear;
    }
  }
}

}  // namespace

const Summary* Trial::find(std::string_view metric) const {
  const auto found = std::find_if(summaries.begin(), summaries.end(),
                                  [&](const Summary& s) { return s.metric == metric; });
  return found == summaries.end() ? nullptr : &*found;
}

std::optional<double> Trial::mean(std::string_view metric) const {
  const Summary* summary = find(metric);
  return summary != nullptr && summary->interval ? std::optional(summary->interval->mean)
                                                 : std::nullopt;
}

std::vector<std::size_t> trial_rounds(std::size_t max_runs) {
  std::vector<std::size_t> rounds;
  for (std::size_t runs = first_round; runs < max_runs; runs *= 2) rounds.push_back(runs);
  rounds.push_back(max_runs);
  return rounds;
}

std::optional<Trial> try_slos(scenarios::Scenario scenario, const TrialPlan& plan) {
  CHECK(plan.max_runs >= 2);
  scenario.slos.clear();
  scenario.expectations.clear();
  scenario.alerts.clear();
  for (const Slo& slo : plan.slos) scenario.slos.push_back(slo.objective);

  const auto rounds = trial_rounds(plan.max_runs);
  const double confidence = 1 - wrong_at_most / static_cast<double>(rounds.size());
  EnsemblePlan ensemble_plan{.first_seed = plan.first_seed,
                             .jobs = plan.jobs,
                             .interrupt = plan.interrupt,
                             .on_run = [&](std::size_t, std::size_t) {
                               if (plan.on_run) plan.on_run();
                             }};
  Trial trial;
  const Ensemble ensemble =
      run_in_rounds(scenario, ensemble_plan, rounds, [&](const Ensemble& so_far) {
        judge_trial(so_far, confidence, plan.slos, trial);
        return trial.standing != Standing::unclear;
      });
  if (ensemble.interrupted) return std::nullopt;
  judge_trial(ensemble, confidence, plan.slos, trial);
  trial.runs = ensemble.runs.size() + ensemble.cut_short.size();
  trial.summaries = ensemble.summaries;
  if (!ensemble.cut_short.empty()) {
    trial.cut_short = ensemble.cut_short.front().second;
    trial.standing = Standing::misses;
  }
  return trial;
}

}  // namespace faultline::analysis
