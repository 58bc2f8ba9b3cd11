#include "analysis/loading.h"

#include "analysis/verdicts.h"
#include "scenarios/find_scenario.h"
#include "scenarios/library_path.h"

namespace faultline::analysis {

std::optional<scenarios::Scenario> load_by_name(std::string_view name,
                                                std::span<const scenarios::Override> overrides,
                                                scenarios::Problems& problems) {
  const std::filesystem::path library = scenarios::library_path();
  const auto path = scenarios::find_scenario(name, library, problems);
  if (!path || !problems.empty()) return std::nullopt;
  auto scenario = scenarios::load_scenario(*path, overrides, library, problems);
  if (scenario) {
    check_metrics(*scenario, problems);
    check_alerts(*scenario, problems);
  }
  if (!problems.empty()) return std::nullopt;
  return scenario;
}

}  // namespace faultline::analysis
