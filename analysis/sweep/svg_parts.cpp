#include "analysis/sweep/svg_parts.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <cmath>

#include "analysis/round_ticks.h"
#include "analysis/xml_text.h"

namespace faultline::analysis::svg {
namespace {

constexpr std::size_t longest_text = 90;
constexpr double far_apart = 30;

}  // namespace

void text(std::ostream& out, double x, double y, std::string_view attributes,
          std::string_view content) {
  fmt::print(out, "<text x=\"{:.2f}\" y=\"{:.2f}\"{}>{}</text>\n", x, y, attributes,
             xml_text(content, longest_text));
}

void begin(std::ostream& out, double width, double height, std::string_view title,
           std::string_view below) {
  fmt::print(out,
             "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" "
             "viewBox=\"0 0 {0} {1}\" font-family=\"sans-serif\" font-size=\"13\">\n"
             "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
             width, height);
  text(out, left, 26, " font-size=\"17\" font-weight=\"bold\"", title);
  text(out, left, 46, "", below);
}

void frame(std::ostream& out, std::string_view across, std::string_view upwards) {
  fmt::print(out,
             "<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\" fill=\"none\" "
             "stroke=\"#000\"/>\n",
             left, top, plot_width, plot_height);
  text(out, left + plot_width / 2, bottom + 44, " text-anchor=\"middle\"", across);
  const double middle = top + plot_height / 2;
  text(out, 20, middle,
       fmt::format(" text-anchor=\"middle\" transform=\"rotate(-90 20 {:.2f})\"", middle), upwards);
}

void tick_across(std::ostream& out, double x, std::string_view label) {
  fmt::print(out, "<path d=\"M{:.2f} {:.2f}v6\" stroke=\"#000\"/>\n", x, bottom);
  text(out, x, bottom + 20, " text-anchor=\"middle\"", label);
}

void tick_upwards(std::ostream& out, double y, std::string_view label) {
  fmt::print(out, "<path d=\"M{:.2f} {:.2f}h-6\" stroke=\"#000\"/>\n", left, y);
  text(out, left - 10, y + 4, " text-anchor=\"end\"", label);
}

double Scale::at(double value) const {
  if (!logarithmic) return (value - low) / (high - low) * length;
  return std::log(std::max(value, low) / low) / std::log(high / low) * length;
}

std::vector<double> Scale::ticks() const {
  if (!logarithmic) return round_ticks_within(low, high);
  const bool decades = high / low > 1000;
  std::vector<double> ticks;
  for (double power = std::pow(10, std::floor(std::log10(low))); power <= high; power *= 10) {
    for (const double digit : {1.0, 2.0, 5.0}) {
      if (decades && digit > 1) continue;
      const double tick = digit * power;
      if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) ticks.push_back(tick);
    }
  }
  return ticks;
}

Scale scale_of(const std::vector<double>& values, double length, bool from_zero) {
  if (values.empty()) return {0, 1, length};
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  if (*least > 0 && *most >= far_apart * *least) return {*least, *most, length, true};
  Scale scale{from_zero ? std::min(0.0, *least) : *least, *most, length};
  if (scale.low == scale.high) {  // a line of its own height needs room on both sides
    const double room = scale.low == 0 ? 1 : std::abs(scale.low) * 0.1;
    scale.low -= from_zero && scale.low == 0 ? 0 : room;
    scale.high += room;
  }
  return scale;
}

}  // namespace faultline::analysis::svg
