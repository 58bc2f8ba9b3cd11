#include "cli/loading.h"

#include <cstdio>

#include "analysis/verdicts.h"
#include "scenarios/find_scenario.h"
#include "scenarios/library_path.h"

namespace faultline::cli {

std::optional<scenarios::Scenario> load(const ScenarioArguments& arguments,
                                        scenarios::Problems& problems) {
  std::vector<scenarios::Override> overrides;
  for (const std::string& text : arguments.set) {
    if (auto setting = scenarios::parse_override(text, problems)) {
      overrides.push_back(std::move(*setting));
    }
  }
  if (arguments.duration) overrides.push_back({"/run/duration", *arguments.duration});
  const std::filesystem::path library = scenarios::library_path();
  const auto path = scenarios::find_scenario(arguments.scenario, library, problems);
  if (!path || !problems.empty()) return std::nullopt;
  auto scenario = scenarios::load_scenario(*path, overrides, library, problems);
  if (scenario) analysis::check_metrics(*scenario, problems);
  if (!problems.empty()) return std::nullopt;
  return scenario;
}

int report(const scenarios::Problems& problems) {
  std::fputs(problems.text().c_str(), stderr);
  return exit_wrong;
}

}  // namespace faultline::cli
