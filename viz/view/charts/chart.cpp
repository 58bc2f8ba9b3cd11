#include "viz/view/charts/chart.h"

#include <algorithm>

#include "analysis/round_ticks.h"

namespace faultline::viz {
namespace {

double end_of_window(const Chronicle& chronicle, std::size_t window) {
  return chronicle.window().seconds() * static_cast<double>(window + 1);
}

ChartLine make_line(const ChartOrder::Line& order, const Chronicle& chronicle, std::size_t windows,
                    std::vector<double>* below) {
  ChartLine line{.label = order.label, .pieces = {}, .last = {}};
  bool broken = true;
  for (std::size_t window = 0; window < windows; ++window) {
    const auto figure = chronicle.value(order.subject, order.metric, window);
    if (!figure && below == nullptr) {
      broken = true;
      continue;
    }
    if (broken) line.pieces.emplace_back();
    broken = false;
    const double low = below == nullptr ? 0 : (*below)[window];
    const double value = low + figure.value_or(0) * order.factor;
    if (below != nullptr) (*below)[window] = value;
    line.pieces.back().push_back({end_of_window(chronicle, window), low, value});
  }
  if (windows > 0) {
    const auto last = chronicle.value(order.subject, order.metric, windows - 1);
    if (last) line.last = *last * order.factor;
  }
  return line;
}

}  // namespace

Chart make_chart(const ChartOrder& order, const Chronicle& chronicle, sim::Time now) {
  Chart chart{
      .title = order.title, .unit = order.unit, .stacked = order.stacked, .lines = {}, .ticks = {}};
  const std::size_t windows = chronicle.windows_until(now);
  std::vector<double> below(windows, 0.0);
  double most = 0;
  for (const ChartOrder::Line& line : order.lines) {
    chart.lines.push_back(make_line(line, chronicle, windows, order.stacked ? &below : nullptr));
    for (const auto& piece : chart.lines.back().pieces) {
      for (const ChartPoint& point : piece) most = std::max(most, point.value);
    }
  }
  chart.ticks = analysis::round_ticks(order.axis_max.value_or(most));
  return chart;
}

}  // namespace faultline::viz
