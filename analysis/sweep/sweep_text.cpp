#include "analysis/sweep/sweep_text.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>

#include "analysis/ensemble/metric_list.h"
#include "analysis/output_folder.h"
#include "analysis/table.h"
#include "scenarios/problems.h"

namespace faultline::analysis {
namespace {

constexpr std::size_t told_cut_short = 5;
constexpr std::size_t longest_cell = 30;

std::string metric_title(const std::string& metric) {
  constexpr std::string_view of_all = "latency_ms.";
  if (metric.starts_with(of_all)) return metric.substr(of_all.size());
  constexpr std::string_view rate = "_per_s";
  if (metric.ends_with(rate)) return metric.substr(0, metric.size() - rate.size()) + "/s";
  return metric;
}

std::string figure_cell(const std::string& metric, const std::optional<Interval>& interval) {
  if (!interval) return "-";
  const std::string mean = metric_text(metric, interval->mean);
  if (!interval->half_width) return mean;
  return mean + " +/- " + metric_text(metric, interval->half_width);
}

std::string plural(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace

Table sweep_table(const SweepPlan& plan, const Sweep& sweep) {
  std::vector<Table::Column> columns;
  for (const std::string& name : names_of(plan.variations)) {
    columns.push_back({scenarios::printable(name, longest_cell), Align::right});
  }
  const bool all_whole = std::all_of(sweep.rows.begin(), sweep.rows.end(),
                                     [&](const SweepRow& row) { return row.runs == plan.runs; });
  columns.push_back({all_whole ? "" : "runs", Align::right});
  for (const std::string& metric : plan.metrics) {
    columns.push_back({metric_title(metric), Align::right});
  }
  Table table(std::move(columns));
  for (const SweepRow& row : sweep.rows) {
    std::vector<std::string> cells;
    for (const std::string& value : row.point) {
      cells.push_back(scenarios::printable(value, longest_cell));
    }
    cells.push_back(all_whole ? "" : std::to_string(row.runs));
    for (std::size_t m = 0; m < plan.metrics.size(); ++m) {
      cells.push_back(figure_cell(plan.metrics[m], row.figures[m]));
    }
    table.add(std::move(cells));
  }
  return table;
}

std::string sweep_text(const std::string& scenario, const SweepPlan& plan, const Sweep& sweep) {
  std::string text = fmt::format("{}   {}   {} each   ", scenarios::printable(scenario, 60),
                                 plural(plan.points.size(), "point"), plural(plan.runs, "run"));
  text += plan.runs == 1
              ? fmt::format("seed {}", plan.first_seed)
              : fmt::format("seeds {} to {}", plan.first_seed, plan.first_seed + plan.runs - 1);
  if (plan.shard.count > 1) {
    text += fmt::format("   shard {}/{}", plan.shard.number, plan.shard.count);
  }
  text += "\n\n";
  text += sweep_table(plan, sweep).text(2);
  if (plan.runs > 1) {
    text += "\n  +/-: half the width of a 95 % interval for the mean over the runs (Student's t)\n";
  }
  if (sweep.made + sweep.found == 0 && !sweep.interrupted) {
    text += fmt::format("  nothing to do: of {} in all, none falls to this shard\n",
                        plural(plan.points.size() * plan.runs, "run"));
  }
  if (sweep.found > 0) {
    text +=
        fmt::format("  {} made, {} found in the store\n", plural(sweep.made, "run"), sweep.found);
  }
  for (std::size_t i = 0; i < std::min(sweep.cut_short.size(), told_cut_short); ++i) {
    text += fmt::format("  not counted, cut short: {}\n", sweep.cut_short[i]);
  }
  if (sweep.cut_short.size() > told_cut_short) {
    text +=
        fmt::format("  not counted, cut short: {} more\n", sweep.cut_short.size() - told_cut_short);
  }
  return text;
}

void write_sweep_csv(const SweepPlan& plan, const Sweep& sweep, std::ostream& out) {
  for (const Variation& variation : plan.variations) {
    out << csv_cell(variation.pointers.front()) << ',';
  }
  out << "runs";
  for (const std::string& metric : plan.metrics) {
    fmt::print(out, ",{0},{0}.half_width", csv_cell(metric));
  }
  out << '\n';
  for (const SweepRow& row : sweep.rows) {
    for (const std::string& value : row.point) out << csv_cell(value) << ',';
    out << row.runs;
    for (const auto& figure : row.figures) {
      out << ',';
      if (figure) fmt::print(out, "{:.9g}", figure->mean);
      out << ',';
      if (figure && figure->half_width) fmt::print(out, "{:.9g}", *figure->half_width);
    }
    out << '\n';
  }
}

}  // namespace faultline::analysis
