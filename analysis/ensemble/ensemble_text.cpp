#include "analysis/ensemble/ensemble_text.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/format.h"
#include "analysis/output_folder.h"
#include "analysis/table.h"
#include "sim/units.h"

namespace faultline::analysis {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t report_width = 100;

std::string runs_with(const Interval& interval, std::size_t runs) {
  return interval.count == runs ? "" : fmt::format("{}", interval.count);
}

// The component of "components.web.utilisation"; a name may hold dots, a metric's parts too.
std::optional<std::string> component_with(const std::string& metric, std::string_view wanted) {
  constexpr std::string_view prefix = "components.";
  const std::string suffix = "." + std::string(wanted);
  if (!metric.starts_with(prefix) || !metric.ends_with(suffix)) return std::nullopt;
  return metric.substr(prefix.size(), metric.size() - prefix.size() - suffix.size());
}

std::string with_margin(std::string_view metric, const Summary* summary) {
  if (summary == nullptr || !summary->interval) return "-";
  const Interval& interval = *summary->interval;
  const std::string mean = metric_text(metric, interval.mean);
  return interval.half_width ? mean + " +/- " + metric_text(metric, interval.half_width) : mean;
}

std::string held_text(std::string_view title, const std::vector<HeldIn>& all, std::size_t runs) {
  if (all.empty()) return "";
  std::string text = fmt::format("\n{}\n", title);
  for (const HeldIn& held : all) {
    text += fmt::format("  {:<11}  {}: {}\n", fmt::format("{} of {}", held.times, runs), held.label,
                        held.text);
  }
  return text;
}

std::string heading_text(const scenarios::Scenario& scenario, const EnsembleHeading& heading) {
  std::string text = fmt::format("{}   {}   {} each   {}\n", scenario.name, heading.what,
                                 sim::format_duration(scenario.run.duration), heading.warmup);
  return text + wrapped(scenario.about, report_width, 0) + "\n";
}

std::string precision_text(const Ensemble& ensemble, const Precision& precision) {
  const Summary* summary = ensemble.find(precision.metric);
  const auto asked = percent(precision.share);
  if (summary == nullptr || !summary->interval || !summary->interval->half_width) {
    return fmt::format("  {}: nothing was measured, let alone to {}\n", precision.metric, asked);
  }
  const Interval& interval = *summary->interval;
  const std::string came_to = interval.mean == 0
                                  ? metric_text(precision.metric, interval.half_width)
                                  : percent(*interval.half_width / std::abs(interval.mean));
  return fmt::format("  {}: known to {} of its mean, asked for {}{}\n", precision.metric, came_to,
                     asked, ensemble.reached(precision) ? "" : ": NOT REACHED, gave up");
}

std::string cut_short_text(const Ensemble& ensemble) {
  std::string text;
  for (const auto& [seed, why] : ensemble.cut_short) {
    text += fmt::format("The run with seed {} was cut short and does not count: {}.\n", seed, why);
  }
  if (ensemble.interrupted) text += "Interrupted: what follows is of the runs that had ended.\n";
  return text.empty() ? text : text + "\n";
}

ordered_json summaries_json(const std::vector<Summary>& summaries) {
  ordered_json metrics = ordered_json::object();
  for (const Summary& summary : summaries) {
    if (!summary.interval) {
      metrics[summary.metric] = nullptr;
      continue;
    }
    const Interval& interval = *summary.interval;
    metrics[summary.metric] = {
        {"mean", interval.mean},
        {"half_width", interval.half_width ? ordered_json(*interval.half_width) : ordered_json()},
        {"deviation", interval.deviation},
        {"least", summary.least},
        {"most", summary.most},
        {"runs", interval.count}};
  }
  return metrics;
}

ordered_json held_json(const std::vector<HeldIn>& all, std::size_t runs) {
  ordered_json list = ordered_json::array();
  for (const HeldIn& held : all) {
    list.push_back(
        {{"label", held.label}, {"text", held.text}, {"held", held.times}, {"runs", runs}});
  }
  return list;
}

ordered_json common_json(const scenarios::Scenario& scenario, std::string_view of) {
  return {{"schema", "faultline-runs/1"},
          {"scenario", scenario.name},
          {"about", scenario.about},
          {"observations", of},
          {"confidence", 0.95},
          {"simulated_seconds", scenario.run.duration.seconds()},
          {"warmup_seconds", scenario.run.warmup.seconds()}};
}

}  // namespace

bool is_users_figure(const Summary& summary) {
  const std::string_view name = summary.metric;
  const bool inner = name.starts_with("components.") || name.starts_with("workloads.");
  if (inner || !summary.interval) return false;
  const bool none = summary.least == 0 && summary.most == 0;
  return !(none && (name.starts_with("outcomes.") || name.starts_with("retries_per_s")));
}

Table ensemble_table(const std::vector<Summary>& summaries, std::size_t runs) {
  Table table({{"what the users got", Align::left},
               {"mean", Align::right},
               {"95 % interval", Align::left},
               {"least", Align::right},
               {"most", Align::right},
               {"of runs", Align::right}});
  for (const Summary& summary : summaries) {
    const auto& interval = summary.interval;
    if (!interval || !is_users_figure(summary)) continue;
    table.add({summary.metric, metric_text(summary.metric, interval->mean),
               interval_text(summary.metric, *interval), metric_text(summary.metric, summary.least),
               metric_text(summary.metric, summary.most), runs_with(*interval, runs)});
  }
  return table;
}

Table ensemble_component_table(const std::vector<Summary>& summaries) {
  Table table({{"component", Align::left},
               {"arrivals/s", Align::right},
               {"utilisation", Align::right},
               {"backlog", Align::right},
               {"rejected", Align::right}});
  const auto find = [&](const std::string& metric) -> const Summary* {
    const auto found = std::find_if(summaries.begin(), summaries.end(),
                                    [&](const Summary& s) { return s.metric == metric; });
    return found == summaries.end() ? nullptr : &*found;
  };
  for (const Summary& summary : summaries) {
    const auto name = component_with(summary.metric, "arrivals_per_s");
    if (!name) continue;
    const auto cell = [&](const char* metric) {
      return with_margin(metric, find("components." + *name + "." + metric));
    };
    table.add(
        {*name, cell("arrivals_per_s"), cell("utilisation"), cell("backlog"), cell("rejected")});
  }
  return table;
}

// Student's t takes the runs for more or less alike. Where some recover and others do not, they are
// not, and an interval that leaves what is possible shows it.
std::string doubt_about(const std::vector<Summary>& summaries) {
  for (const Summary& summary : summaries) {
    const auto& interval = summary.interval;
    if (!interval || !is_users_figure(summary)) continue;
    if (!interval->half_width || interval->low() >= 0) continue;
    return fmt::format(
        "The interval of {} would go below 0 and is cut there: the runs differ in kind, and the "
        "least and the most say more than the mean.",
        summary.metric);
  }
  return "";
}

std::vector<HeldIn> held_of(const std::vector<OneRun>& runs,
                            std::vector<Verdict> OneRun::*verdicts) {
  std::vector<HeldIn> all;
  for (const OneRun& run : runs) {
    for (std::size_t i = 0; i < (run.*verdicts).size(); ++i) {
      const Verdict& verdict = (run.*verdicts)[i];
      if (i == all.size()) all.push_back({verdict.label, verdict.text});
      all[i].times += verdict.passed ? 1 : 0;
    }
  }
  return all;
}

std::string interval_text(std::string_view metric, const Interval& interval) {
  if (!interval.half_width) return "-";
  if (*interval.half_width == 0) return "exactly";
  const double low = std::max(interval.low(), 0.0);  // no metric is below 0
  return metric_text(metric, low) + " .. " + metric_text(metric, interval.high());
}

std::string ensemble_text(const scenarios::Scenario& scenario, const Ensemble& ensemble,
                          const EnsemblePlan& plan, const EnsembleHeading& heading) {
  std::string text = heading_text(scenario, heading) + cut_short_text(ensemble);
  const std::size_t runs = ensemble.runs.size();
  if (runs == 0) return text + "No run came to its end.\n";
  text += ensemble_table(ensemble.summaries, runs).text(2);
  const std::string doubt = doubt_about(ensemble.summaries);
  if (!doubt.empty()) text += "\n" + wrapped(doubt, report_width, 2);
  text += "\n" + ensemble_component_table(ensemble.summaries).text(2);
  text += held_text("Objectives held in", held_of(ensemble.runs, &OneRun::slos), runs);
  text += held_text("Expected, and held in", held_of(ensemble.runs, &OneRun::expectations), runs);
  if (!plan.precisions.empty()) text += "\nPrecision\n";
  for (const Precision& precision : plan.precisions) text += precision_text(ensemble, precision);
  if (runs == 1) text += "\nOne run says nothing of how well its figures are known.\n";
  return text;
}

std::string batches_text(const scenarios::Scenario& scenario, const BatchMeans& means,
                         const EnsembleHeading& heading) {
  std::string text = heading_text(scenario, heading);
  text += ensemble_table(means.summaries, means.batches.size()).text(2) + "\n" +
          ensemble_component_table(means.summaries).text(2);
  const std::string correlation =
      means.correlation ? fmt::format("{:.2f}", *means.correlation) : "none";
  text +=
      fmt::format("\n  correlation of neighbouring batches' mean latencies: {}{}\n", correlation,
                  means.independent() ? ", no more than chance"
                                      : ": they are NOT independent and the intervals are "
                                        "too narrow; run longer or take fewer batches");
  return text;
}

ordered_json ensemble_json(const scenarios::Scenario& scenario, const Ensemble& ensemble,
                           const EnsemblePlan& plan) {
  ordered_json json = common_json(scenario, "runs");
  json["complete"] = !ensemble.interrupted && ensemble.cut_short.empty();
  json["runs"] = ordered_json::array();
  for (const OneRun& run : ensemble.runs) {
    json["runs"].push_back({{"seed", run.seed}, {"digest", run.digest}});
  }
  json["cut_short"] = ordered_json::array();
  for (const auto& [seed, why] : ensemble.cut_short) {
    json["cut_short"].push_back({{"seed", seed}, {"why", why}});
  }
  json["precision"] = ordered_json::array();
  for (const Precision& precision : plan.precisions) {
    json["precision"].push_back({{"metric", precision.metric},
                                 {"asked", precision.share},
                                 {"reached", ensemble.reached(precision)}});
  }
  json["metrics"] = summaries_json(ensemble.summaries);
  const std::size_t runs = ensemble.runs.size();
  json["slos"] = held_json(held_of(ensemble.runs, &OneRun::slos), runs);
  json["expect"] = held_json(held_of(ensemble.runs, &OneRun::expectations), runs);
  return json;
}

ordered_json batches_json(const scenarios::Scenario& scenario, const BatchMeans& means) {
  ordered_json json = common_json(scenario, "batches");
  const ordered_json& result = means.run.result.json;
  json["complete"] = means.run.result.complete();
  json["seed"] = result["seed"];
  json["digest"] = result["digest"];
  json["batches"] = means.batches.size();
  json["correlation"] = means.correlation ? ordered_json(*means.correlation) : ordered_json();
  json["independent"] = means.independent();
  json["metrics"] = summaries_json(means.summaries);
  return json;
}

void write_runs_csv(const Ensemble& ensemble, std::ostream& out) {
  out << "seed,metric,value\n";
  for (const OneRun& run : ensemble.runs) {
    for (const auto& [metric, value] : run.metrics) {
      fmt::print(out, "{},{},", run.seed, csv_cell(metric));
      if (value) fmt::print(out, "{:.12g}", *value);
      out << '\n';
    }
  }
}

}  // namespace faultline::analysis
