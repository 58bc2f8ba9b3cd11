#include "analysis/html/interval_chart.h"

#include <algorithm>
#include <cmath>

#include "analysis/ensemble/metric_list.h"

namespace faultline::analysis::html {
namespace {

constexpr double far_for_a_chart = 30;

// The largest of the steps between neighbours, as a multiple of the smallest; equal numbers are
// one.
double unevenness(const std::vector<double>& rising) {
  double least = HUGE_VAL, most = 0;
  for (std::size_t i = 1; i < rising.size(); ++i) {
    const double step = rising[i] - rising[i - 1];
    if (step <= 0) continue;
    least = std::min(least, step);
    most = std::max(most, step);
  }
  return most / least;
}

bool means_are_far_apart(const std::vector<ChartLine>& lines) {
  double least = HUGE_VAL, most = 0;
  for (const ChartLine& line : lines) {
    if (line.is_bound) continue;
    for (const auto& value : line.values) {
      if (!value) continue;
      least = std::min(least, *value);
      most = std::max(most, *value);
    }
  }
  return least > 0 && most >= far_for_a_chart * least;
}

}  // namespace

Unit unit_of_metric(std::string_view metric) {
  if (metric.find("_ms") != metric.npos) return Unit::ms;
  if (is_share_metric(metric)) return Unit::share;
  return metric.ends_with("_per_s") ? Unit::per_s : Unit::count;
}

bool rises_by_factors(const std::vector<double>& rising) {
  if (rising.size() < 3 || rising.front() <= 0 || rising.back() < 4 * rising.front()) return false;
  std::vector<double> logarithms;
  for (const double number : rising) logarithms.push_back(std::log(number));
  return unevenness(logarithms) < unevenness(rising);
}

ChartLine interval_line(std::string label, const std::vector<std::optional<Interval>>& figures) {
  ChartLine line{.label = std::move(label), .values = {}};
  bool any = false;
  for (const auto& figure : figures) {
    line.values.push_back(figure ? std::optional(figure->mean) : std::nullopt);
    line.half_widths.push_back(figure ? figure->half_width : std::nullopt);
    any = any || line.half_widths.back();
  }
  if (!any) line.half_widths.clear();
  return line;
}

Chart interval_chart(std::string title, std::string_view metric, std::vector<double> rising,
                     std::string axis, std::vector<ChartLine> lines) {
  Chart chart{.title = std::move(title),
              .caption = "",
              .unit = unit_of_metric(metric),
              .across = rises_by_factors(rising) ? Across::factors : Across::numbers,
              .x = std::move(rising),
              .lines = std::move(lines),
              .axis = std::move(axis)};
  chart.log_up = means_are_far_apart(chart.lines);
  chart.from_zero = !metric.ends_with("availability");
  return chart;
}

}  // namespace faultline::analysis::html
