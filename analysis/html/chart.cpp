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

namespace {

ordered_json chart_numbers(const std::vector<std::optional<double>>& values) {
  ordered_json numbers = ordered_json::array();
  for (const auto& value : values) numbers.push_back(chart_number(value));
  return numbers;
}

std::string_view across_name(Across across) {
  switch (across) {
    case Across::time:
      return "time";
    case Across::percentile:
      return "percentile";
    case Across::numbers:
      return "numbers";
    case Across::factors:
      return "factors";
  }
  return "";
}

}  // namespace

ordered_json chart_json(const Chart& chart) {
  ordered_json lines = ordered_json::array();
  for (const ChartLine& line : chart.lines) {
    const std::size_t look = line.look.value_or(lines.size());
    ordered_json json = {
        {"label", line.label}, {"look", look}, {"values", chart_numbers(line.values)}};
    if (!line.half_widths.empty()) json["half_widths"] = chart_numbers(line.half_widths);
    if (line.is_bound) json["is_bound"] = true;
    lines.push_back(std::move(json));
  }
  ordered_json json = {
      {"title", chart.title}, {"unit", name_of(chart.unit)}, {"across", across_name(chart.across)}};
  if (chart.across == Across::numbers || chart.across == Across::factors) {
    json.update({{"axis", chart.axis},
                 {"axis_unit", chart.axis_unit},
                 {"log_up", chart.log_up},
                 {"from_zero", chart.from_zero}});
  }
  json["lines"] = std::move(lines);
  return json;
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
