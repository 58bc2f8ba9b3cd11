#include "analysis/maps/stability_svg.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>

#include "analysis/maps/stability_text.h"
#include "analysis/round_ticks.h"
#include "analysis/xml_text.h"

namespace faultline::analysis {
namespace {

// In pixels.
constexpr double left = 80;
constexpr double top = 60;
constexpr double plot_width = 520;
constexpr double plot_height = 440;
constexpr double image_width = left + plot_width + 30;
constexpr double legend_top = top + plot_height + 80;
constexpr double legend_line = 22;
constexpr double swatch = 16;
constexpr double height = legend_top + 4 * legend_line + 10;
constexpr std::size_t longest_title = 80;

// Equally spaced values along a side of the plot, each in the middle of its cell.
struct Axis {
  double first;
  double step;
  std::size_t cells;
  double length;  // in pixels

  Axis(double from, double to, std::size_t count, double pixels)
      : first(from),
        step(count > 1 ? (to - from) / static_cast<double>(count - 1) : 1),
        cells(count),
        length(pixels) {}

  double cell() const { return length / static_cast<double>(cells); }
  double begin_of(std::size_t i) const { return static_cast<double>(i) * cell(); }
  double at(double value) const { return ((value - first) / step + 0.5) * cell(); }
  std::vector<double> ticks() const {
    if (cells == 1) return {first};
    return round_ticks_within(first, first + step * static_cast<double>(cells - 1));
  }
};

Axis loads_of(const StabilityMap& map) {
  return {map.loads.front(), map.loads.back(), map.loads.size(), plot_width};
}

Axis seconds_of(const StabilityMap& map) {
  return {map.triggers.front().seconds(), map.triggers.back().seconds(), map.triggers.size(),
          plot_height};
}

// What a verdict looks like in a cell of 1 x 1.
std::string_view mark_of(Stability stability) {
  switch (stability) {
    case Stability::stable:
      return R"(<circle cx=".5" cy=".5" r=".09" fill="#000"/>)";
    case Stability::recovers:
      return R"(<circle cx=".5" cy=".5" r=".2" fill="none" stroke="#000" stroke-width=".09"/>)";
    case Stability::never_recovers:
      return R"(<path d="M.3 .3L.7 .7M.7 .3L.3 .7" stroke="#000" stroke-width=".1"/>)";
    case Stability::overloaded:
      return R"(<path d="M.4 .25V.75M.6 .25V.75M.25 .4H.75M.25 .6H.75" stroke="#000" )"
             R"(stroke-width=".07"/>)";
  }
  return {};
}

void write_definitions(std::ostream& out) {
  out << "<defs>\n";
  for (const StabilityLook& look : stability_looks) {
    fmt::print(
        out,
        "<symbol id=\"{}\" viewBox=\"0 0 1 1\" preserveAspectRatio=\"none\">"
        "<rect width=\"1\" height=\"1\" fill=\"{}\" shape-rendering=\"crispEdges\"/></symbol>\n"
        "<symbol id=\"{}-sign\" viewBox=\"0 0 1 1\">{}</symbol>\n",
        look.name, look.colour, look.name, mark_of(look.stability));
  }
  out << "</defs>\n";
}

void write_cell(std::ostream& out, std::string_view name, double x, double y, double w, double h) {
  for (const std::string_view part : {"", "-sign"}) {
    fmt::print(
        out,
        "<use xlink:href=\"#{}{}\" x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\"/>",
        name, part, x, y, w, h);
  }
  out << '\n';
}

void write_text(std::ostream& out, double x, double y, std::string_view attributes,
                std::string_view text) {
  fmt::print(out, "<text x=\"{:.2f}\" y=\"{:.2f}\"{}>{}</text>\n", x, y, attributes,
             xml_text(text, longest_title));
}

void write_cells(const StabilityMap& map, std::ostream& out) {
  const Axis loads = loads_of(map);
  const Axis seconds = seconds_of(map);
  for (std::size_t row = 0; row < map.triggers.size(); ++row) {
    const double y = top + plot_height - seconds.begin_of(row + 1);
    for (std::size_t column = 0; column < map.loads.size(); ++column) {
      write_cell(out, look_of(map.cell(column, row).stability).name, left + loads.begin_of(column),
                 y, loads.cell(), seconds.cell());
    }
  }
}

void write_axes(const StabilityMap& map, std::ostream& out) {
  const double bottom = top + plot_height;
  fmt::print(out,
             "<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\" fill=\"none\" "
             "stroke=\"#000\"/>\n",
             left, top, plot_width, plot_height);
  const Axis loads = loads_of(map);
  for (const double tick : loads.ticks()) {
    const double x = left + loads.at(tick);
    fmt::print(out, "<path d=\"M{:.2f} {:.2f}v6\" stroke=\"#000\"/>\n", x, bottom);
    write_text(out, x, bottom + 20, " text-anchor=\"middle\"", fmt::format("{:.6g}", tick));
  }
  write_text(out, left + plot_width / 2, bottom + 44, " text-anchor=\"middle\"",
             "load (factor on every arrival rate)");
  const Axis seconds = seconds_of(map);
  for (const double tick : seconds.ticks()) {
    const double y = bottom - seconds.at(tick);
    fmt::print(out, "<path d=\"M{:.2f} {:.2f}h-6\" stroke=\"#000\"/>\n", left, y);
    write_text(out, left - 10, y + 4, " text-anchor=\"end\"", fmt::format("{:.6g}", tick));
  }
  const double middle = top + plot_height / 2;
  write_text(out, 24, middle,
             fmt::format(" text-anchor=\"middle\" transform=\"rotate(-90 24 {:.2f})\"", middle),
             "length of the trigger (s)");
}

void write_legend(std::ostream& out) {
  double y = legend_top;
  for (const StabilityLook& look : stability_looks) {
    write_cell(out, look.name, left, y, swatch, swatch);
    write_text(out, left + swatch + 8, y + 13, "", fmt::format("{}: {}", look.name, look.meaning));
    y += legend_line;
  }
}

}  // namespace

void write_stability_svg(const StabilityMap& map, std::ostream& out) {
  fmt::print(out,
             "<svg xmlns=\"http://www.w3.org/2000/svg\" "
             "xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"{0}\" height=\"{1}\" "
             "viewBox=\"0 0 {0} {1}\" font-family=\"sans-serif\" font-size=\"13\">\n"
             "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
             image_width, height);
  write_definitions(out);
  write_text(out, left, 26, " font-size=\"17\" font-weight=\"bold\"", map.scenario);
  write_text(out, left, 46, "",
             fmt::format("trigger: {}; seed {}", stability_happening(map), map.seed));
  write_cells(map, out);
  write_axes(map, out);
  write_legend(out);
  out << "</svg>\n";
}

}  // namespace faultline::analysis
