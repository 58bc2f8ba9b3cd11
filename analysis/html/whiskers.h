// Intervals drawn: a row for each figure, its mean as a dot and its interval as a line through it,
// all on one scale, as shares of something that each row has of its own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace faultline::analysis::html {

struct WhiskerRow {
  std::string label;
  std::string text;  // the figures, as they stand in a table
  double middle = 0;
  double low = 0;
  double high = 0;
  bool clear = false;             // drawn in the accent: the interval does not hold 0
  std::vector<double> dots = {};  // single observations, below the line
};

// What would lie more than so far from 0 ends in an arrow.
inline constexpr double farthest_whisker = 2;

// As SVG. `across`: what the scale is of.
std::string whiskers_svg(const std::vector<WhiskerRow>& rows, std::string_view across);

}  // namespace faultline::analysis::html
