// Chart: figures over the time of a run, made ready to be drawn: points in simulated seconds and
// units, and an axis with round numbers. Where nothing was to report, a line is broken.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "viz/view/run/chronicle.h"

namespace faultline::viz {

// What a chart is to show.
struct ChartOrder {
  struct Line {
    std::string subject;
    std::string metric;
    std::string label;
    double factor = 1;  // of the figures
  };
  std::string title;
  std::string unit;
  std::vector<Line> lines;
  bool stacked = false;
  std::optional<double> axis_max{};  // where it is known, as that of a share
};

struct ChartPoint {
  double at = 0;   // the end of its window, in seconds
  double low = 0;  // of a stacked chart: where its band begins
  double value = 0;
};

struct ChartLine {
  std::string label;
  std::vector<std::vector<ChartPoint>> pieces;
  std::optional<double> last;  // the figure of the last window
};

struct Chart {
  std::string title;
  std::string unit;
  bool stacked = false;
  std::vector<ChartLine> lines;
  std::vector<double> ticks;  // from 0, the last is the end of the axis
};

// Of the windows that have ended by `now`.
Chart make_chart(const ChartOrder& order, const Chronicle& chronicle, sim::Time now);

}  // namespace faultline::viz
