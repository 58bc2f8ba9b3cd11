#include "analysis/html/chart.h"

#include <fmt/format.h>

#include <cstdlib>

namespace faultline::analysis::html {

using nlohmann::ordered_json;

std::string_view name_of(Unit unit) {
  switch (unit) {
    case Unit::per_s:
      return "per_s";
    case Unit::ms:
      return "ms";
    case Unit::share:
      return "share";
    case Unit::count:
      return "count";
  }
  return "";
}

ordered_json chart_number(std::optional<double> value) {
  if (!value) return nullptr;
  const double rounded = std::strtod(fmt::format("{:.6g}", *value).c_str(), nullptr);
  const auto whole = static_cast<std::int64_t>(rounded);
  // "70", not "70.0"
  return static_cast<double>(whole) == rounded ? ordered_json(whole) : ordered_json(rounded);
}

ordered_json chart_json(const Chart& chart) {
  ordered_json lines = ordered_json::array();
  for (const ChartLine& line : chart.lines) {
    ordered_json values = ordered_json::array();
    for (const auto& value : line.values) values.push_back(chart_number(value));
    const std::size_t look = line.look.value_or(lines.size());
    lines.push_back({{"label", line.label}, {"look", look}, {"values", std::move(values)}});
  }
  return {{"title", chart.title},
          {"unit", name_of(chart.unit)},
          {"across", chart.across == Across::time ? "time" : "percentile"},
          {"lines", std::move(lines)}};
}

std::vector<double> windows_of(const sim::Series& series) {
  std::vector<double> begins;
  for (std::size_t i = 0; i < series.size(); ++i) begins.push_back(series[i].begin.seconds());
  begins.push_back(series.end().seconds());
  return begins;
}

ChartLine line_of(std::string label, const sim::Series& series) {
  ChartLine line{.label = std::move(label), .values = {}};
  for (std::size_t i = 0; i < series.size(); ++i) line.values.push_back(series[i].value);
  return line;
}

}  // namespace faultline::analysis::html
