// MetricList: the figures of a result as one list, each under its dotted name.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::analysis {

// "latency_ms.p99", "components.web.utilisation"; nullopt: nothing to report.
using MetricList = std::vector<std::pair<std::string, std::optional<double>>>;

// Of what the users got, then of components, workloads and alerts, in the order of the result.
// Reasons for failing that nobody failed for are 0.
MetricList metrics_of(const nlohmann::ordered_json& result);

// A share of a whole, from 0 to 1, such as "components.web.utilisation".
bool is_share_metric(std::string_view metric);

// As one reads it: times in a fitting unit, shares in percent, others to four digits.
std::string metric_text(std::string_view metric, std::optional<double> value);

}  // namespace faultline::analysis
