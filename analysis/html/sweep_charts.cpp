#include "analysis/html/sweep_charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "analysis/html/interval_chart.h"

namespace faultline::analysis::html {
namespace {

// Metrics of one chart.
struct ChartFamily {
  std::string title;
  std::vector<std::size_t> metrics;  // of the plan
};

bool is_of_requests(std::string_view metric) {
  return metric == "offered_per_s" || metric == "goodput_per_s";
}

std::string family_title(const std::string& metric) {
  if (is_of_requests(metric)) return "Requests";
  const std::size_t unit = metric.rfind("_ms.");
  const std::string family = unit == metric.npos ? metric : metric.substr(0, unit);
  if (family == "latency") return "Latency";
  if (family == "availability") return "Availability";
  if (family == "cost.per_month") return "Cost a month";
  return family == "cost.per_million_requests" ? "Cost per million requests" : family;
}

std::string label_in_family(const std::string& metric) {
  if (is_of_requests(metric)) return metric.substr(0, metric.find('_'));
  const std::size_t unit = metric.rfind("_ms.");
  return unit == metric.npos ? metric : metric.substr(unit + 4);
}

std::vector<ChartFamily> families_of(const std::vector<std::string>& metrics) {
  std::vector<ChartFamily> families;
  for (std::size_t m = 0; m < metrics.size(); ++m) {
    const std::string title = family_title(metrics[m]);
    auto family = std::find_if(families.begin(), families.end(),
                               [&](const ChartFamily& other) { return other.title == title; });
    if (family == families.end()) family = families.insert(family, {title, {}});
    family->metrics.push_back(m);
  }
  return families;
}

}  // namespace

std::vector<Chart> charts_of_sweep(const SweepPlan& plan, const Sweep& sweep) {
  if (plan.variations.size() != 1) return {};
  std::vector<std::string> values;
  for (const SweepRow& row : sweep.rows) values.push_back(row.point.front());
  const auto numeric = numeric_axis(values);
  if (!numeric) return {};
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return numeric->numbers[a] < numeric->numbers[b];
  });
  std::vector<double> rising;
  for (const std::size_t i : order) rising.push_back(numeric->numbers[i]);
  const std::string caption =
      plan.runs == 1 ? "One run of each point."
                     : fmt::format("Means of {} runs of each point, with 95 % bands.", plan.runs);
  std::vector<Chart> charts;
  for (const ChartFamily& family : families_of(plan.metrics)) {
    std::vector<ChartLine> lines;
    for (const std::size_t m : family.metrics) {
      std::vector<std::optional<Interval>> figures;
      for (const std::size_t i : order) figures.push_back(sweep.rows[i].figures[m]);
      lines.push_back(interval_line(label_in_family(plan.metrics[m]), figures));
    }
    charts.push_back(interval_chart(family.title, plan.metrics[family.metrics.front()], rising,
                                    names_of(plan.variations).front(), std::move(lines)));
    charts.back().caption = caption;
    charts.back().axis_unit = numeric->unit;
  }
  return charts;
}

}  // namespace faultline::analysis::html
