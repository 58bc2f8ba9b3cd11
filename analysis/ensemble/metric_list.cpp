#include "analysis/ensemble/metric_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/format.h"
#include "models/outcome.h"

namespace faultline::analysis {
namespace {

using nlohmann::ordered_json;

// What is no figure of the simulated system, or stands elsewhere in a form of its own.
constexpr std::array<std::string_view, 5> not_measured = {"seed", "simulated_seconds",
                                                          "warmup_seconds", "events", "grew"};

void add_leaves(const ordered_json& node, const std::string& name, MetricList& list) {
  if (node.is_object()) {
    for (const auto& [key, child] : node.items()) add_leaves(child, name + "." + key, list);
  } else if (node.is_number()) {
    list.emplace_back(name, node.get<double>());
  } else if (node.is_null()) {
    list.emplace_back(name, std::nullopt);
  }
}

}  // namespace

bool is_share_metric(std::string_view metric) {
  constexpr std::array<std::string_view, 10> shares = {
      "availability", "quality", "good_share", "utilisation",   "hit_ratio",
      "wasted_work",  "time_up", "time_down",  "time_starting", "time_draining"};
  const std::string_view last = metric.substr(metric.rfind('.') + 1);
  return std::find(shares.begin(), shares.end(), last) != shares.end();
}

MetricList metrics_of(const ordered_json& result) {
  MetricList list;
  for (const auto& [key, value] : result.items()) {
    if (std::find(not_measured.begin(), not_measured.end(), key) != not_measured.end()) continue;
    if (key == "outcomes") {
      for (std::size_t i = 1; i < models::status_names.size(); ++i) {
        const std::string reason(models::status_names[i]);
        list.emplace_back("outcomes." + reason, value.value(reason, 0.0));
      }
    } else {
      add_leaves(value, key, list);
    }
  }
  return list;
}

std::string metric_text(std::string_view metric, std::optional<double> value) {
  if (!value) return "-";
  if (metric.find("_ms") != std::string_view::npos) {
    return *value < 0 ? "-" + milliseconds(-*value) : milliseconds(value);
  }
  if (is_share_metric(metric)) return percent(value);
  if (metric.starts_with("cost.")) return money(value);
  const double size = std::abs(*value);
  if (size < 1000 || size >= 1e15) return fmt::format("{:.4g}", *value);
  return (*value < 0 ? "-" : "") + with_separators(static_cast<std::uint64_t>(std::llround(size)));
}

}  // namespace faultline::analysis
