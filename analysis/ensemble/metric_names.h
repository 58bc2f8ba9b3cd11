// The names of the metrics that a result of a scenario has, and which of them a user means.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/problems.h"
#include "scenarios/scenario.h"

namespace faultline::analysis {

// As in MetricList, in its order.
std::vector<std::string> metric_names(const scenarios::Scenario& scenario);

// `text` is such a name or the same as a JSON pointer. nullopt after adding a problem, which names
// `option` and the nearest name.
std::optional<std::string> resolve_metric(const std::vector<std::string>& names,
                                          std::string_view text, std::string_view option,
                                          scenarios::Problems& problems);

}  // namespace faultline::analysis
