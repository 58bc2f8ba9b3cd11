// Chart: lines over time, or over something else, that the page draws and lets one look into.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/recorder.h"

namespace faultline::analysis::html {

// What a figure is written as.
enum class Unit { per_s, ms, share, count };

// What the axis across is of. Of numbers, `factors` are as far apart as their logarithms.
enum class Across { time, percentile, numbers, factors };

struct ChartLine {
  std::string label;
  std::vector<std::optional<double>> values;  // by Chart::x; nullopt: nothing to report
  // Of the 95 % interval around each value, drawn as a band; empty: of none.
  std::vector<std::optional<double>> half_widths = {};
  // Its colour and dashes, so that what is in several charts looks alike; default: its place.
  std::optional<std::size_t> look = {};
  bool is_bound = false;  // the same everywhere, and nothing that was measured
};

struct Chart {
  std::string title;
  std::string caption;  // what it shows, for those who do not see it too
  Unit unit = Unit::count;
  Across across = Across::time;
  // Of time, the begins of windows in seconds, and the end of the last; of percentiles, shares;
  // else rising numbers.
  std::vector<double> x = {};
  std::vector<ChartLine> lines = {};
  // Over numbers: what they are of, and the unit that is written behind each, such as "ms".
  std::string axis = {};
  std::string axis_unit = {};
  bool log_up = false;    // upwards by logarithms
  bool from_zero = true;  // the axis upwards, unless by logarithms
};

// The name of a unit in the data of a page.
std::string_view name_of(Unit unit);

// To six digits, as a chart shows no more.
nlohmann::ordered_json chart_number(std::optional<double> value);
nlohmann::ordered_json chart_json(const Chart& chart);

// The begins of the windows of a series in seconds, and the end of the last.
std::vector<double> windows_of(const sim::Series& series);
ChartLine line_of(std::string label, const sim::Series& series);

}  // namespace faultline::analysis::html
