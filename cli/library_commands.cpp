// `validate` and `list`.
#include <fmt/format.h>

#include <algorithm>

#include "analysis/step_table.h"
#include "cli/commands.h"
#include "cli/loading.h"
#include "scenarios/find_scenario.h"
#include "scenarios/library_path.h"

namespace faultline::cli {
namespace {

// Every scenario of the library that is a step of a series.
std::vector<scenarios::Scenario> steps_of_all(scenarios::Problems& problems) {
  std::vector<scenarios::Scenario> steps;
  for (const std::string& name : scenarios::scenario_names(scenarios::library_path())) {
    auto scenario = load({.scenario = name, .set = {}, .duration = {}}, problems);
    if (scenario && scenario->series) steps.push_back(*std::move(scenario));
  }
  return steps;
}

}  // namespace

int validate(const std::vector<std::string>& names, const std::vector<std::string>& set) {
  scenarios::Problems problems;
  for (const std::string& name : names) {
    // Its own: some checks are left out where there are problems already.
    scenarios::Problems of_this;
    load({.scenario = name, .set = set, .duration = {}}, of_this);
    if (of_this.empty()) fmt::print("{}: right\n", name);
    for (const scenarios::Problem& problem : of_this.kept()) problems.add(problem);
  }
  return problems.empty() ? exit_done : report(problems);
}

int list(bool names_only) {
  const std::vector<std::string> names = scenarios::scenario_names(scenarios::library_path());
  std::size_t width = 0;
  for (const std::string& name : names) width = std::max(width, name.size());
  scenarios::Problems problems;
  for (const std::string& name : names) {
    if (names_only) {
      fmt::print("{}\n", name);
      continue;
    }
    const auto scenario = load({.scenario = name, .set = {}, .duration = {}}, problems);
    fmt::print("{:<{}}  {}\n", name, width, scenario ? scenario->about : "(has mistakes)");
  }
  return problems.empty() ? exit_done : report(problems);
}

int list_series(const std::string& name) {
  scenarios::Problems problems;
  std::vector<scenarios::Scenario> steps = steps_of_all(problems);
  if (!problems.empty()) return report(problems);
  std::vector<std::string> known;
  for (const scenarios::Scenario& step : steps) known.push_back(step.series->name);
  std::erase_if(steps, [&](const scenarios::Scenario& s) { return s.series->name != name; });
  if (steps.empty()) {
    const auto meant = scenarios::nearest_name(name, known);
    const std::string hint = meant ? "; did you mean " + scenarios::in_quotes(*meant) + "?" : "";
    fmt::print(stderr, "there is no series {}{}\n", scenarios::in_quotes(name), hint);
    return exit_wrong;
  }
  std::sort(steps.begin(), steps.end(),
            [](const auto& a, const auto& b) { return a.series->step < b.series->step; });
  for (const scenarios::Scenario& step : steps) {
    fmt::print("{:>2}  {}\n", step.series->step, step.about);
  }
  fmt::print("\n{}", analysis::step_table(steps));
  return exit_done;
}

}  // namespace faultline::cli
