// What the pictures of a sweep are made of: their sizes, texts, and the scale of an axis.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::analysis::svg {

// In pixels.
inline constexpr double left = 90;
inline constexpr double top = 60;
inline constexpr double plot_width = 560;
inline constexpr double plot_height = 360;
inline constexpr double bottom = top + plot_height;

void begin(std::ostream& out, double width, double height, std::string_view title,
           std::string_view below);
void text(std::ostream& out, double x, double y, std::string_view attributes,
          std::string_view content);
// The frame, and what the axes are of.
void frame(std::ostream& out, std::string_view across, std::string_view upwards);
void tick_across(std::ostream& out, double x, std::string_view label);
void tick_upwards(std::ostream& out, double y, std::string_view label);

// Values from `low` to `high` along `length` pixels; by their logarithms where they span far.
struct Scale {
  double low;
  double high;
  double length;
  bool logarithmic = false;

  double at(double value) const;
  std::vector<double> ticks() const;
};

// Around all of `values`, from 0 where `from_zero`. Logarithmic when all are above 0 and the
// largest is 30 times the smallest or more.
Scale scale_of(const std::vector<double>& values, double length, bool from_zero);

}  // namespace faultline::analysis::svg
