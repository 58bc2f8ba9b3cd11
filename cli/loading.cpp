#include "cli/loading.h"

#include <cstdio>

#include "analysis/loading.h"
#include "scenarios/find_scenario.h"
#include "scenarios/library_path.h"

namespace faultline::cli {

std::vector<scenarios::Override> overrides_of(const ScenarioArguments& arguments,
                                              scenarios::Problems& problems) {
  std::vector<scenarios::Override> overrides;
  for (const std::string& text : arguments.set) {
    if (auto setting = scenarios::parse_override(text, problems)) {
      overrides.push_back(std::move(*setting));
    }
  }
  if (arguments.duration) overrides.push_back({"/run/duration", *arguments.duration});
  return overrides;
}

std::optional<scenarios::Scenario> load(const ScenarioArguments& arguments,
                                        scenarios::Problems& problems) {
  return analysis::load_by_name(arguments.scenario, overrides_of(arguments, problems), problems);
}

scenarios::Document document_of(const ScenarioArguments& arguments,
                                const std::vector<scenarios::Override>& overrides) {
  scenarios::Problems none;
  const auto library = scenarios::library_path();
  const auto path = scenarios::find_scenario(arguments.scenario, library, none);
  return path ? scenarios::load_document(*path, overrides, library, none) : scenarios::Document();
}

int report(const scenarios::Problems& problems) {
  std::fputs(problems.text().c_str(), stderr);
  return exit_wrong;
}

}  // namespace faultline::cli
