#include "cli/planning_options.h"

#include "analysis/ensemble/metric_names.h"
#include "cli/interrupt.h"
#include "cli/option_reader.h"
#include "sim/units.h"

namespace faultline::cli {
namespace {

constexpr std::uint64_t most_trial_runs = 10'000;
constexpr double default_precision = 0.02;

std::vector<analysis::Slo> read_slos(const std::vector<std::string>& texts,
                                     const scenarios::Scenario* scenario,
                                     scenarios::Problems& problems) {
  std::vector<analysis::Slo> slos;
  if (scenario == nullptr) return slos;
  if (texts.empty()) {
    for (const auto& objective : scenario->slos) slos.push_back(analysis::slo_of(objective));
    if (slos.empty()) {
      OptionReader(problems).refuse(
          "--slo", "at least one, such as --slo 'latency_ms.p99 < 250', as the scenario has none",
          std::nullopt);
    }
    return slos;
  }
  const auto names = analysis::metric_names(*scenario);
  for (const std::string& text : texts) {
    if (auto slo = analysis::parse_slo(text, names, "--slo", problems)) {
      slos.push_back(*std::move(slo));
    }
  }
  return slos;
}

analysis::Survival read_survival(const PlanningArguments& arguments, OptionReader& reader) {
  analysis::Survival survival;
  survival.what = arguments.survive;
  if (!arguments.settle) return survival;
  const auto settle = sim::parse_duration(*arguments.settle);
  if (settle) {
    survival.settle = *settle;
  } else {
    reader.refuse("--settle", "a duration such as 30s", arguments.settle);
  }
  if (arguments.survive.empty()) {
    reader.refuse("--settle", "--survive together with it", arguments.settle);
  }
  return survival;
}

}  // namespace

analysis::Ordeals read_planning_options(const PlanningArguments& arguments,
                                        const scenarios::Scenario* scenario,
                                        scenarios::Problems& problems) {
  OptionReader reader(problems);
  analysis::TrialPlan plan;
  plan.slos = read_slos(arguments.slos, scenario, problems);
  plan.max_runs = reader.count("--max-runs", arguments.max_runs, 4, most_trial_runs).value_or(32);
  plan.first_seed = reader.count("--seed", arguments.seed, 0, INT64_MAX - most_trial_runs)
                        .value_or(scenario == nullptr ? 1 : scenario->run.seed);
  plan.jobs = reader.jobs(arguments.jobs);
  analysis::Survival survival = read_survival(arguments, reader);
  if (scenario != nullptr) conditions_of(*scenario, survival, "--survive", problems);
  return {std::move(plan), std::move(survival)};
}

double read_precision(const std::optional<std::string>& text, std::string_view option,
                      scenarios::Problems& problems) {
  if (!text) return default_precision;
  const auto share = sim::parse_ratio(*text);
  if (share && *share > 0) return *share;
  OptionReader(problems).refuse(option, "a share above 0 and up to 1, such as 2%", text);
  return default_precision;
}

}  // namespace faultline::cli
