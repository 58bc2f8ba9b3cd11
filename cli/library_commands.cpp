// `validate` and `list`.
#include <fmt/format.h>

#include <algorithm>

#include "cli/commands.h"
#include "cli/loading.h"
#include "scenarios/find_scenario.h"
#include "scenarios/library_path.h"

namespace faultline::cli {

int validate(const std::vector<std::string>& names, const std::vector<std::string>& set) {
  scenarios::Problems problems;
  for (const std::string& name : names) {
    const std::size_t before = problems.count();
    load({.scenario = name, .set = set, .duration = {}}, problems);
    if (problems.count() == before) fmt::print("{}: right\n", name);
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

}  // namespace faultline::cli
