#include "analysis/sweep/heat_svg.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <array>

#include "analysis/ensemble/metric_list.h"
#include "analysis/sweep/svg_parts.h"

namespace faultline::analysis {
namespace {

constexpr double cell_text_width = 62;  // the least width of a cell that its figure fits into
constexpr double cell_text_height = 18;
constexpr std::size_t most_labels_across = 12;
constexpr std::size_t most_labels_upwards = 20;

// Pale yellow, teal, dark blue: the darker, the more, in print and to any eye.
std::string heat_colour(double share) {
  constexpr std::array<std::array<double, 3>, 3> stops = {
      {{255, 250, 205}, {65, 165, 175}, {20, 45, 110}}};
  const std::size_t stop = share < 0.5 ? 0 : 1;
  const double part = share * 2 - static_cast<double>(stop);
  std::array<int, 3> mixed{};
  for (std::size_t i = 0; i < mixed.size(); ++i) {
    mixed[i] = static_cast<int>(stops[stop][i] * (1 - part) + stops[stop + 1][i] * part + 0.5);
  }
  return fmt::format("#{:02x}{:02x}{:02x}", mixed[0], mixed[1], mixed[2]);
}

void write_heat_cell(const std::string& metric, const std::optional<Interval>& figure,
                     const svg::Scale& heat, double x, double y, double width, double height,
                     std::ostream& out) {
  const double share = figure ? std::clamp(heat.at(figure->mean), 0.0, 1.0) : 0;
  fmt::print(out,
             "<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\" fill=\"{}\" "
             "stroke=\"#bbb\" stroke-width=\".5\"/>\n",
             x, y, width, height, figure ? heat_colour(share) : "#fff");
  if (width < cell_text_width || height < cell_text_height) return;
  svg::text(out, x + width / 2, y + height / 2 + 4,
            fmt::format(" text-anchor=\"middle\" font-size=\"11\" fill=\"{}\"",
                        figure && share > 0.66 ? "#fff" : "#000"),
            figure ? metric_text(metric, figure->mean) : "-");
}

}  // namespace

void write_heat_svg(const std::string& scenario, const SweepPlan& plan, const Sweep& sweep,
                    std::size_t metric, std::ostream& out) {
  const auto& across = plan.variations[0].values.values();
  const auto& upwards = plan.variations[1].values.values();
  std::vector<double> means;
  for (const SweepRow& row : sweep.rows) {
    if (row.figures[metric]) means.push_back(row.figures[metric]->mean);
  }
  const svg::Scale heat = svg::scale_of(means, 1, false);
  const std::string& name = plan.metrics[metric];
  const std::string runs = plan.runs == 1 ? "one run" : fmt::format("mean of {} runs", plan.runs);
  svg::begin(out, svg::left + svg::plot_width + 30, svg::bottom + 110, scenario,
             fmt::format("{}; {} of each point", name, runs));
  const double width = svg::plot_width / static_cast<double>(across.size());
  const double height = svg::plot_height / static_cast<double>(upwards.size());
  for (std::size_t i = 0; i < sweep.rows.size(); ++i) {
    write_heat_cell(name, sweep.rows[i].figures[metric], heat,
                    svg::left + static_cast<double>(i / upwards.size()) * width,
                    svg::bottom - static_cast<double>(i % upwards.size() + 1) * height, width,
                    height, out);
  }
  const auto names = names_of(plan.variations);
  svg::frame(out, names[0], names[1]);
  const std::size_t every_x = (across.size() + most_labels_across - 1) / most_labels_across;
  for (std::size_t i = 0; i < across.size(); i += every_x) {
    svg::tick_across(out, svg::left + (static_cast<double>(i) + 0.5) * width, across[i]);
  }
  const std::size_t every_y = (upwards.size() + most_labels_upwards - 1) / most_labels_upwards;
  for (std::size_t i = 0; i < upwards.size(); i += every_y) {
    svg::tick_upwards(out, svg::bottom - (static_cast<double>(i) + 0.5) * height, upwards[i]);
  }
  constexpr int steps = 40;
  constexpr double step_width = 5;
  const double y = svg::bottom + 70;
  for (int i = 0; i < steps && !means.empty(); ++i) {
    fmt::print(out,
               "<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"12\" fill=\"{}\"/>\n",
               svg::left + i * step_width, y, step_width + 0.5,
               heat_colour(static_cast<double>(i) / (steps - 1)));
  }
  if (!means.empty()) {
    svg::text(out, svg::left, y + 28, "", metric_text(name, heat.low));
    svg::text(out, svg::left + steps * step_width, y + 28, " text-anchor=\"end\"",
              metric_text(name, heat.high));
    svg::text(out, svg::left + steps * step_width + 16, y + 11, "",
              heat.logarithmic ? "colours by the logarithm; white: nothing to report"
                               : "white: nothing to report");
  }
  out << "</svg>\n";
}

}  // namespace faultline::analysis
