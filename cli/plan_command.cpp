// `plan`.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "analysis/atomic_file.h"
#include "analysis/ensemble/metric_names.h"
#include "analysis/html/plan_page.h"
#include "analysis/loading.h"
#include "analysis/planning/plan.h"
#include "analysis/planning/plan_text.h"
#include "analysis/run.h"
#include "analysis/sweep/sweep.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/loading.h"
#include "cli/option_reader.h"
#include "cli/planning_options.h"
#include "cli/progress.h"
#include "cli/report_file.h"
#include "cli/shell_words.h"
#include "cli/vary_options.h"

namespace faultline::cli {
namespace {

// What `--minimise` names: "cost" stands for the bill, by default that or the instances.
std::string read_minimise(const std::optional<std::string>& text,
                          const scenarios::Scenario& scenario, scenarios::Problems& problems) {
  constexpr const char* bill = "cost.per_month";
  const auto names = analysis::metric_names(scenario);
  const bool priced = std::find(names.begin(), names.end(), bill) != names.end();
  if (!text) return priced ? bill : "instances";
  if (*text == "cost" && !priced) {
    OptionReader(problems).refuse(
        "--minimise", "a scenario with prices (section `cost`), or another metric", text);
    return bill;
  }
  if (*text == "cost") return bill;
  return analysis::resolve_metric(names, *text, "--minimise", problems).value_or(bill);
}

analysis::PlanQuestion read_question(const PlanArguments& arguments,
                                     const scenarios::Scenario& scenario,
                                     const scenarios::Document& document,
                                     scenarios::Problems& problems) {
  analysis::PlanQuestion question;
  question.exhaustive = arguments.exhaustive;
  question.precision = read_precision(arguments.precision, "--precision", problems);
  question.minimise = read_minimise(arguments.minimise, scenario, problems);
  if (scenario.prices) question.currency = scenario.prices->currency;
  question.variations = read_variations(arguments.vary, &scenario, document, problems);
  for (const analysis::Variation& variation : question.variations) {
    if (!variation.is_load()) continue;
    OptionReader(problems).refuse(
        "--vary", "what you may choose; how much load it bears is told as its headroom", "load");
  }
  if (question.variations.size() == arguments.vary.size()) {
    question.points = analysis::grid_of(question.variations, problems);
  }
  return question;
}

// The command that runs the choice.
std::string look_at(const PlanArguments& arguments, const analysis::PlanQuestion& question,
                    const analysis::SweepPoint& choice) {
  const ScenarioArguments& what = arguments.planning.what;
  std::vector<std::string> words = {"faultline", "run", what.scenario};
  const auto add = [&](const char* option, const std::string& value) {
    words.insert(words.end(), {option, value});
  };
  for (const std::string& set : what.set) add("--set", set);
  for (const auto& setting : analysis::overrides_of(question.variations, choice)) {
    add("--set", setting.path + "=" + setting.value);
  }
  if (what.duration) add("--duration", *what.duration);
  if (arguments.planning.seed) add("--seed", *arguments.planning.seed);
  return shell_line(words);
}

void tell(const PlanArguments& arguments, const std::string& name,
          const std::vector<scenarios::Scenario>& scenarios, const analysis::PlanQuestion& question,
          const analysis::Plan& plan, const analysis::Ordeals& ordeals,
          std::optional<analysis::AtomicFile>& page) {
  std::string look;
  std::optional<analysis::Run> chosen;
  if (plan.choice) {
    const std::size_t point = plan.tried[*plan.choice].point;
    look = look_at(arguments, question, question.points[point]);
    analysis::RunOptions options;
    options.seed = ordeals.plan().first_seed;
    if (page) chosen = analysis::run(ordeals.as_it_stands(scenarios[point]), options);
  }
  if (arguments.planning.json) {
    fmt::print("{}\n", analysis::plan_json(name, question, plan, ordeals).dump(2));
  } else {
    fmt::print("{}", analysis::plan_text(name, question, plan, ordeals));
    if (plan.choice) fmt::print("\nTo look into the choice:\n  {}\n", look);
  }
  if (!page) return;
  analysis::html::write_plan_page({.scenario = name,
                                   .question = question,
                                   .plan = plan,
                                   .ordeals = ordeals,
                                   .chosen = chosen ? &*chosen : nullptr,
                                   .command = arguments.command,
                                   .look = look},
                                  page->stream());
  page->commit();
}

int make_and_tell(const PlanArguments& arguments, const std::string& name,
                  const std::vector<scenarios::Scenario>& scenarios,
                  analysis::PlanQuestion& question, analysis::Ordeals& ordeals) {
  auto page = report_file(arguments.report, {scenarios.front().file});
  Progress progress;
  std::size_t runs = 0;
  std::size_t configurations = 0;
  ordeals.watch(watch_signals(), [&] {
    ++runs;
    if (progress.due()) {
      progress.show(fmt::format("{} configurations of at most {} told, {} runs", configurations,
                                question.points.size(), runs));
    }
  });
  question.on_tried = [&](std::size_t told) { configurations = told; };
  const analysis::Plan plan = analysis::make_plan(scenarios, question, ordeals);
  progress.done();
  tell(arguments, name, scenarios, question, plan, ordeals, page);
  if (plan.interrupted) {
    fmt::print(stderr, "interrupted: {} configurations were told by then\n", plan.tried.size());
    return exit_stopped;
  }
  return plan.choice ? exit_done : exit_not_so;
}

}  // namespace

int plan(const PlanArguments& arguments) {
  scenarios::Problems problems;
  const ScenarioArguments& what = arguments.planning.what;
  const auto base = overrides_of(what, problems);
  const auto scenario = analysis::load_by_name(what.scenario, base, problems);
  analysis::Ordeals ordeals =
      read_planning_options(arguments.planning, scenario ? &*scenario : nullptr, problems);
  if (!scenario) return report(problems);
  analysis::PlanQuestion question =
      read_question(arguments, *scenario, document_of(what, base), problems);
  if (!problems.empty()) return report(problems);
  const auto scenarios =
      analysis::load_points(what.scenario, base, question.variations, question.points, problems);
  if (!problems.empty()) return report(problems);
  try {
    return make_and_tell(arguments, scenario->name, scenarios, question, ordeals);
  } catch (const analysis::WriteError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return exit_wrong;
  }
}

}  // namespace faultline::cli
