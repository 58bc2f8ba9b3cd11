#include "analysis/sweep/curves_svg.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "analysis/ensemble/metric_list.h"
#include "analysis/sweep/svg_parts.h"

namespace faultline::analysis {
namespace {

// Told apart by the colour-blind as well (Okabe and Ito, "Color universal design", 2008).
constexpr std::array<std::string_view, 6> curve_colours = {"#0072b2", "#d55e00", "#009e73",
                                                           "#cc79a7", "#e69f00", "#56b4e9"};
constexpr double curves_legend_top = svg::bottom + 72;
constexpr double curves_legend_line = 20;
constexpr std::size_t most_word_labels = 12;  // that fit side by side

// The points from left to right: by their numbers, or in their order where they are words.
struct Across {
  std::vector<std::size_t> order;
  std::vector<double> x;  // of each in `order`, in pixels from the left of the plot
  std::string unit;
};

Across lay_across(const Sweep& sweep, std::ostream& out) {
  std::vector<std::string> values;
  for (const SweepRow& row : sweep.rows) values.push_back(row.point.front());
  Across across;
  across.order.resize(values.size());
  std::iota(across.order.begin(), across.order.end(), std::size_t{0});
  const auto numeric = numeric_axis(values);
  if (!numeric) {
    const double width = svg::plot_width / static_cast<double>(values.size());
    const std::size_t every = (values.size() + most_word_labels - 1) / most_word_labels;
    for (std::size_t i = 0; i < values.size(); ++i) {
      across.x.push_back((static_cast<double>(i) + 0.5) * width);
      if (i % every == 0) svg::tick_across(out, svg::left + across.x.back(), values[i]);
    }
    return across;
  }
  across.unit = numeric->unit;
  std::stable_sort(across.order.begin(), across.order.end(), [&](std::size_t a, std::size_t b) {
    return numeric->numbers[a] < numeric->numbers[b];
  });
  const svg::Scale scale = svg::scale_of(numeric->numbers, svg::plot_width, false);
  for (const std::size_t i : across.order) across.x.push_back(scale.at(numeric->numbers[i]));
  for (const double tick : scale.ticks()) {
    svg::tick_across(out, svg::left + scale.at(tick), fmt::format("{:.6g}", tick));
  }
  return across;
}

// A stretch of points that have something to report.
using CurvePart = std::vector<std::size_t>;  // indices into Across::order

std::vector<CurvePart> curve_parts_of(const Sweep& sweep, const Across& across,
                                      std::size_t metric) {
  std::vector<CurvePart> stretches(1);
  for (std::size_t i = 0; i < across.order.size(); ++i) {
    if (sweep.rows[across.order[i]].figures[metric]) {
      stretches.back().push_back(i);
    } else if (!stretches.back().empty()) {
      stretches.emplace_back();
    }
  }
  return stretches;
}

void write_curve(const Sweep& sweep, const Across& across, const svg::Scale& scale,
                 std::size_t metric, std::string_view colour, std::ostream& out) {
  const auto figure = [&](std::size_t i) { return *sweep.rows[across.order[i]].figures[metric]; };
  const auto place = [&](std::size_t i, double value) {
    const double up = std::clamp(scale.at(value), 0.0, svg::plot_height);
    return fmt::format("{:.2f},{:.2f} ", svg::left + across.x[i], svg::bottom - up);
  };
  for (const CurvePart& stretch : curve_parts_of(sweep, across, metric)) {
    std::string band;
    std::string line;
    for (const std::size_t i : stretch) {
      band += place(i, figure(i).high());
      line += place(i, figure(i).mean);
    }
    for (auto i = stretch.rbegin(); i != stretch.rend(); ++i) band += place(*i, figure(*i).low());
    fmt::print(out, "<polygon points=\"{}\" fill=\"{}\" fill-opacity=\".2\"/>\n", band, colour);
    fmt::print(out, "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"/>\n",
               line, colour);
    for (const std::size_t i : stretch) {
      fmt::print(out, "<circle cx=\"{:.2f}\" cy=\"{:.2f}\" r=\"3\" fill=\"{}\"/>\n",
                 svg::left + across.x[i], svg::bottom - scale.at(figure(i).mean), colour);
    }
  }
}

}  // namespace

void write_curves_svg(const std::string& scenario, const SweepPlan& plan, const Sweep& sweep,
                      const SweepPicture& picture, std::ostream& out) {
  std::vector<double> means;
  std::vector<double> all;
  for (const SweepRow& row : sweep.rows) {
    for (const std::size_t m : picture.metrics) {
      if (!row.figures[m]) continue;
      means.push_back(row.figures[m]->mean);
      all.push_back(row.figures[m]->low());
      all.push_back(row.figures[m]->high());
    }
  }
  // A band may reach below 0 where few runs are made; a metric does not.
  const bool positive = !means.empty() && *std::min_element(means.begin(), means.end()) >= 0;
  // Nor does a share of a whole reach above it.
  const bool to_one = is_share_metric(picture.name) && !means.empty() &&
                      *std::max_element(means.begin(), means.end()) <= 1;
  const auto axis_of = [&](bool from_zero) {
    svg::Scale of_means = svg::scale_of(means, svg::plot_height, from_zero);
    if (of_means.logarithmic) return of_means;
    for (double& value : all) value = positive ? std::max(value, 0.0) : value;
    svg::Scale of_bands = svg::scale_of(all, svg::plot_height, from_zero);
    if (to_one) of_bands.high = std::min(of_bands.high, 1.0);
    return of_bands;
  };
  svg::Scale scale = axis_of(picture.name != "availability");
  if (scale.logarithmic) {
    for (const double value : all) scale.high = std::max(scale.high, value);
  }

  const double height =
      curves_legend_top + curves_legend_line * static_cast<double>(picture.metrics.size()) + 16;
  const std::string runs = plan.runs == 1 ? "one run" : fmt::format("{} runs", plan.runs);
  svg::begin(out, svg::left + svg::plot_width + 30, height, scenario,
             fmt::format("{} of each point{}", runs, plan.runs > 1 ? ", with 95 % bands" : ""));
  const Across across = lay_across(sweep, out);
  const std::string name = names_of(plan.variations).front();
  svg::frame(out, across.unit.empty() ? name : fmt::format("{} ({})", name, across.unit),
             picture.name);
  for (const double tick : scale.ticks()) {
    svg::tick_upwards(out, svg::bottom - scale.at(tick), metric_text(picture.name, tick));
  }
  for (std::size_t i = 0; i < picture.metrics.size(); ++i) {
    const std::string_view colour = curve_colours[i % curve_colours.size()];
    write_curve(sweep, across, scale, picture.metrics[i], colour, out);
    const double y = curves_legend_top + curves_legend_line * static_cast<double>(i);
    fmt::print(out, "<path d=\"M{:.2f} {:.2f}h24\" stroke=\"{}\" stroke-width=\"3\"/>\n", svg::left,
               y - 4, colour);
    svg::text(out, svg::left + 32, y, "", plan.metrics[picture.metrics[i]]);
  }
  out << "</svg>\n";
}

}  // namespace faultline::analysis
