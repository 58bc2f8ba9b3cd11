#include "analysis/sweep/sweep_pictures.h"

#include <fmt/format.h>

#include "analysis/sweep/curves_svg.h"
#include "analysis/sweep/heat_svg.h"

namespace faultline::analysis {
namespace {

// What stands before the percentile of a latency: those share a picture.
std::string family_of(const std::string& metric) {
  const std::size_t unit = metric.rfind("_ms.");
  return unit == metric.npos ? metric : metric.substr(0, unit + 3);
}

// Metrics may have any name of a component in them.
std::string file_name(const std::string& metric) {
  std::string name = metric;
  for (char& c : name) {
    if (c == '/' || c == ' ' || static_cast<unsigned char>(c) < 0x20) c = '_';
  }
  return name;
}

bool is_grid_of_two(const SweepPlan& plan) {
  if (plan.variations.size() != 2) return false;
  std::size_t cells = 1;
  for (const Variation& variation : plan.variations) cells *= variation.values.values().size();
  return cells == plan.points.size();
}

}  // namespace

std::vector<SweepPicture> pictures_of(const SweepPlan& plan) {
  std::vector<SweepPicture> pictures;
  if (plan.variations.size() == 1) {
    for (std::size_t m = 0; m < plan.metrics.size(); ++m) {
      const std::string name = file_name(family_of(plan.metrics[m]));
      if (pictures.empty() || pictures.back().name != name) pictures.push_back({name, {}});
      pictures.back().metrics.push_back(m);
    }
  } else if (is_grid_of_two(plan)) {
    for (std::size_t m = 0; m < plan.metrics.size(); ++m) {
      pictures.push_back({file_name(plan.metrics[m]), {m}});
    }
  }
  return pictures;
}

std::string why_no_pictures(const SweepPlan& plan) {
  if (plan.variations.size() == 1 || is_grid_of_two(plan)) return {};
  return fmt::format(
      "no pictures: they show every combination of one variation or two, not {}; sweep.csv and "
      "sweep.json have all points\n",
      plan.variations.size() == 2 ? "a sample of two"
                                  : fmt::format("{} variations", plan.variations.size()));
}

void write_sweep_svg(const std::string& scenario, const SweepPlan& plan, const Sweep& sweep,
                     const SweepPicture& picture, std::ostream& out) {
  if (plan.variations.size() == 1) {
    write_curves_svg(scenario, plan, sweep, picture, out);
  } else {
    write_heat_svg(scenario, plan, sweep, picture.metrics.front(), out);
  }
}

}  // namespace faultline::analysis
