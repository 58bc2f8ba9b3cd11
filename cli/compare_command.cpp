// `compare`.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "analysis/atomic_file.h"
#include "analysis/comparison/comparison.h"
#include "analysis/comparison/comparison_text.h"
#include "analysis/ensemble/ensemble.h"
#include "analysis/html/comparison_page.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/loading.h"
#include "cli/option_reader.h"
#include "cli/progress.h"
#include "cli/report_file.h"

namespace faultline::cli {
namespace {

// What both have in common, and what only one of them has.
ScenarioArguments side_of(const CompareArguments& arguments, const std::string& name,
                          const std::vector<std::string>& own) {
  ScenarioArguments what = arguments.both;
  what.scenario = name;
  what.set.insert(what.set.end(), own.begin(), own.end());
  return what;
}

analysis::Compared heading_of(const scenarios::Scenario& scenario,
                              const std::vector<std::string>& own) {
  const std::string changed = own.empty() ? "" : fmt::format(" with {}", fmt::join(own, ", "));
  return {.name = scenario.name + changed, .about = scenario.about};
}

int compare_loaded(const scenarios::Scenario& a, const scenarios::Scenario& b,
                   analysis::EnsemblePlan& plan, const CompareArguments& arguments) {
  auto page = report_file(arguments.report, {a.file, b.file});
  plan.interrupt = watch_signals();
  Progress progress;
  std::size_t before = 0;
  plan.on_run = [&](std::size_t done, std::size_t of) {
    if (progress.due()) progress.show_part(before + done, 2 * of, "runs");
  };
  const analysis::Ensemble of_a = run_ensemble(a, plan);
  before = plan.runs;
  const analysis::Ensemble of_b = run_ensemble(b, plan);
  progress.done();

  const analysis::Comparison comparison = analysis::compare_runs(of_a.runs, of_b.runs);
  const analysis::Compared side_a = heading_of(a, arguments.set_a);
  const analysis::Compared side_b = heading_of(b, arguments.set_b);
  std::vector<std::string> notices;
  for (const auto* ensemble : {&of_a, &of_b}) {
    for (const auto& [of_seed, why] : ensemble->cut_short) {
      notices.push_back(fmt::format("{}: the run with seed {} was cut short and does not count: {}",
                                    ensemble == &of_a ? "A" : "B", of_seed, why));
    }
  }
  if (of_a.interrupted || of_b.interrupted) {
    notices.push_back(
        fmt::format("interrupted: {} of {} pairs had ended", comparison.pairs, plan.runs));
  }
  if (page) {
    analysis::html::write_comparison_page(comparison, side_a, side_b, notices, arguments.command,
                                          page->stream());
    page->commit();
  }
  if (arguments.json) {
    fmt::print("{}\n", analysis::comparison_json(comparison, side_a, side_b).dump(2));
  } else {
    fmt::print("{}", analysis::comparison_text(comparison, side_a, side_b));
  }
  for (const std::string& notice : notices) fmt::print(stderr, "{}\n", notice);
  const bool whole = comparison.pairs == plan.runs;
  return whole ? exit_done : exit_stopped;
}

}  // namespace

int compare(const CompareArguments& arguments) {
  scenarios::Problems problems;
  OptionReader reader(problems);
  const std::string& name_of_b = arguments.b.empty() ? arguments.a : arguments.b;
  const auto a = load(side_of(arguments, arguments.a, arguments.set_a), problems);
  const auto b = load(side_of(arguments, name_of_b, arguments.set_b), problems);
  analysis::EnsemblePlan plan;
  plan.runs = reader.count("--runs", arguments.runs, 1, 100'000).value_or(30);
  plan.jobs = reader.jobs(arguments.jobs);
  const auto seed = reader.count("--seed", arguments.seed, 0, UINT64_MAX);
  if (!a || !b || !problems.empty()) return report(problems);
  // One seed for both, or nothing would be paired.
  plan.first_seed = seed.value_or(a->run.seed);
  try {
    return compare_loaded(*a, *b, plan, arguments);
  } catch (const analysis::WriteError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return exit_wrong;
  }
}

}  // namespace faultline::cli
