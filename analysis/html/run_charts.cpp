#include "analysis/html/run_charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/world_snapshot.h"
#include "models/outcome.h"

namespace faultline::analysis::html {
namespace {

constexpr std::size_t most_lines = 6;  // that one can tell apart

const sim::Series* series_named(const Recorder& recorder, std::string_view subject,
                                std::string_view metric) {
  for (const NamedSeries& named : recorder.series()) {
    if (named.subject == subject && named.metric == metric) return &named.series;
  }
  return nullptr;
}

bool varies(const sim::Series& series) {
  std::optional<double> first;
  for (std::size_t i = 0; i < series.size(); ++i) {
    const auto value = series[i].value;
    if (!value) continue;
    if (!first) first = value;
    if (*value != *first) return true;
  }
  return false;
}

// It has a figure other than `usual`.
bool shows_something(const sim::Series& series, std::optional<double> usual) {
  for (std::size_t i = 0; i < series.size(); ++i) {
    const auto value = series[i].value;
    if (value && (!usual || *value != *usual)) return true;
  }
  return false;
}

double peak_of_series(const sim::Series& series) {
  double peak = 0;
  for (std::size_t i = 0; i < series.size(); ++i) {
    peak = std::max(peak, series[i].value.value_or(0));
  }
  return peak;
}

void add_line(Chart& chart, std::string label, const sim::Series* series,
              std::optional<double> usual = {}) {
  if (series == nullptr || !shows_something(*series, usual)) return;
  if (chart.x.empty()) chart.x = windows_of(*series);
  chart.lines.push_back(line_of(std::move(label), *series));
}

struct NamedLine {
  const char* metric;
  const char* label;
};

Chart chart_of_all(const Recorder& recorder, Chart chart, const std::vector<NamedLine>& lines) {
  for (const NamedLine& line : lines) {
    add_line(chart, line.label, series_named(recorder, all_users, line.metric));
  }
  return chart;
}

Chart chart_of_failures(const Recorder& recorder) {
  Chart chart{.title = "Failures by reason", .caption = "", .unit = Unit::count};
  for (const std::string_view status : models::status_names) {
    add_line(chart, std::string(status),
             series_named(recorder, all_users, "outcome_" + std::string(status)), 0.0);
  }
  if (const auto* any = series_named(recorder, all_users, "failed")) {
    chart.caption = fmt::format("Requests that failed, in each window of {}.",
                                sim::format_duration(any->window()));
  }
  return chart;
}

// One metric of many subjects, those with the highest peaks first, so many to a chart.
struct MetricAcross {
  const char* metric;
  const char* title;
  const char* caption;
  Unit unit;
  std::optional<double> usual;  // a line that never leaves it is left out
  bool changes_only = false;    // one that stays as it is is left out
};

std::vector<Chart> charts_across(const Recorder& recorder, const std::vector<std::string>& subjects,
                                 const MetricAcross& of) {
  struct Subject {
    std::string name;
    const sim::Series* series;
    double peak;
    std::optional<std::size_t> look;
  };
  std::vector<Subject> shown;
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    const sim::Series* series = series_named(recorder, subjects[i], of.metric);
    if (series == nullptr || !shows_something(*series, of.usual)) continue;
    if (of.changes_only && !varies(*series)) continue;
    shown.push_back({subjects[i], series, peak_of_series(*series), {}});
    if (subjects.size() <= most_lines) shown.back().look = i;
  }
  std::stable_sort(shown.begin(), shown.end(),
                   [](const Subject& a, const Subject& b) { return a.peak > b.peak; });
  const std::size_t count = (shown.size() + most_lines - 1) / most_lines;
  std::vector<Chart> charts;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    if (i % most_lines == 0) {
      const std::string part =
          count > 1 ? fmt::format(" ({} of {})", i / most_lines + 1, count) : "";
      charts.push_back({.title = of.title + part, .caption = of.caption, .unit = of.unit});
    }
    add_line(charts.back(), shown[i].name, shown[i].series);
    charts.back().lines.back().look = shown[i].look;
  }
  return charts;
}

std::vector<std::string> subjects_of(const Recorder& recorder, const models::World& world,
                                     bool workloads) {
  std::vector<std::string> names;
  for (models::ComponentId id = 0; id < world.component_count(); ++id) {
    const std::string name = world.component(id).name();
    const bool is_workload = series_named(recorder, name, "offered_per_s") != nullptr;
    if (is_workload == workloads) names.push_back(name);
  }
  return names;
}

constexpr std::array<MetricAcross, 2> metrics_of_workloads = {{
    {"goodput_per_s", "Goodput by workload",
     "Answers that were of use to each workload's users, a second.", Unit::per_s, std::nullopt},
    {"latency_ms.p99", "Slowest hundredth by workload",
     "99th percentile of the latency of each workload's successes, window by window.", Unit::ms,
     std::nullopt},
}};

constexpr std::array<MetricAcross, 9> metrics_of_components = {{
    {"utilisation", "Utilisation", "Share of workers that were busy, mean of each window.",
     Unit::share, std::nullopt},
    {"backlog", "Backlog", "Requests waiting for a worker, mean of each window.", Unit::count, 0.0},
    {"replicas_up", "Replicas up",
     "Replicas that were there to serve, where their number changed; mean of each window.",
     Unit::count, std::nullopt, true},
    {"hit_ratio", "Hit ratio", "Share of look-ups that found their key.", Unit::share,
     std::nullopt},
    {"wasted_work", "Wasted work", "Share of work that was for callers who had left.", Unit::share,
     0.0},
    {"amplification", "Amplification", "Tries that arrived for each request that did.", Unit::count,
     1.0},
    {"replication_lag_ms", "Replication lag",
     "Age of the oldest committed write that the living follower furthest behind has not applied.",
     Unit::ms, 0.0},
    {"heap_live", "Live heap", "Memory in use after what could be collected.", Unit::count, 0.0},
    {"dead_lettered", "Dead letters", "Messages given up, in each window.", Unit::count, 0.0},
}};

ChartLine percentile_line(std::string label, const sim::Histogram& times,
                          const std::vector<double>& shares) {
  ChartLine line{.label = std::move(label), .values = {}};
  for (const double share : shares) {
    const auto ns = times.quantile(share);
    line.values.push_back(ns ? std::optional{static_cast<double>(*ns) / 1e6} : std::nullopt);
  }
  return line;
}

}  // namespace

std::vector<Chart> charts_of_users(const Recorder& recorder, const models::World& world) {
  std::vector<Chart> charts;
  charts.push_back(chart_of_all(
      recorder,
      {.title = "Requests",
       .caption = "Offered: what users asked for. Goodput: what they got in time to be of use.",
       .unit = Unit::per_s},
      {{"offered_per_s", "offered"}, {"goodput_per_s", "goodput"}}));
  charts.push_back(chart_of_all(
      recorder,
      {.title = "Latency",
       .caption = "Percentiles of the requests that succeeded in each "
                  "window; none where none did.",
       .unit = Unit::ms},
      {{"latency_ms.p99", "p99"}, {"latency_ms.p95", "p95"}, {"latency_ms.p50", "p50"}}));
  charts.push_back(chart_of_failures(recorder));
  Chart tries{.title = "Tries for each request",
              .caption = "1 where no request is tried again.",
              .unit = Unit::count};
  add_line(tries, "tries", series_named(recorder, all_users, "attempts_per_request"), 1.0);
  charts.push_back(std::move(tries));
  const auto workloads = subjects_of(recorder, world, true);
  if (workloads.size() > 1) {
    for (const MetricAcross& of : metrics_of_workloads) {
      for (Chart& chart : charts_across(recorder, workloads, of)) {
        charts.push_back(std::move(chart));
      }
    }
  }
  return charts;
}

std::vector<Chart> charts_of_components(const Recorder& recorder, const models::World& world) {
  const auto components = subjects_of(recorder, world, false);
  std::vector<Chart> charts;
  for (const MetricAcross& of : metrics_of_components) {
    for (Chart& chart : charts_across(recorder, components, of)) {
      charts.push_back(std::move(chart));
    }
  }
  return charts;
}

Chart chart_of_percentiles(const models::World& world) {
  const models::Ledger ledger = measured_ledger(world);
  const sim::Histogram& times = ledger.latency();
  const sim::Histogram& failed = ledger.failed_latency();
  Chart chart{.title = "Latency by percentile",
              .caption =
                  "Each nine takes as much room as the one before. Of the requests issued "
                  "after the warm-up.",
              .unit = Unit::ms,
              .across = Across::percentile};
  const std::uint64_t most = std::max(times.count(), failed.count());
  if (most == 0) return chart;
  // 20 points to a nine, as far as there is a request for each.
  constexpr double to_a_nine = 20;
  for (int i = 0;; ++i) {
    const double rest = std::pow(10, -i / to_a_nine);
    if (rest * static_cast<double>(most) < 1) break;
    chart.x.push_back(1 - rest);
  }
  if (times.count() > 0) chart.lines.push_back(percentile_line("succeeded", times, chart.x));
  if (failed.count() > 0) chart.lines.push_back(percentile_line("failed", failed, chart.x));
  return chart;
}

}  // namespace faultline::analysis::html
