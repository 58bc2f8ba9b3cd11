#include "cli/loading.h"

#include <cstdio>

#include "analysis/loading.h"

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

int report(const scenarios::Problems& problems) {
  std::fputs(problems.text().c_str(), stderr);
  return exit_wrong;
}

}  // namespace faultline::cli
