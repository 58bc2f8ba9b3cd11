#include "analysis/ensemble/metric_names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "analysis/ensemble/metric_list.h"
#include "analysis/verdicts.h"
#include "scenarios/json_pointer.h"

namespace faultline::analysis {

std::vector<std::string> metric_names(const scenarios::Scenario& scenario) {
  std::vector<std::string> names;
  for (auto& [name, value] : metrics_of(shape_of_result(scenario))) names.push_back(name);
  return names;
}

std::optional<std::string> resolve_metric(const std::vector<std::string>& names,
                                          std::string_view text, std::string_view option,
                                          scenarios::Problems& problems) {
  std::string name(text);
  if (text.starts_with('/')) {
    if (const auto tokens = scenarios::parse_pointer(name)) {
      name = fmt::format("{}", fmt::join(*tokens, "."));
    }
  }
  if (std::find(names.begin(), names.end(), name) != names.end()) return name;
  problems.add({.origin = {std::string(option), {}},
                .pointer = {},
                .message = "expected a metric of the result, such as latency_ms.p99",
                .value = scenarios::in_quotes(text),
                .suggestion = scenarios::nearest_name(name, names)});
  return std::nullopt;
}

}  // namespace faultline::analysis
