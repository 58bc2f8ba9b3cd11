#include "analysis/html/ensemble_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/html/page.h"
#include "analysis/html/whiskers.h"
#include "analysis/output_folder.h"

namespace faultline::analysis::html {
namespace {

constexpr std::size_t most_dots = 100;  // more runs than that are not told apart

// Of the runs that had one to report.
std::vector<double> figures_of_runs(const std::vector<OneRun>& runs, const std::string& metric) {
  std::vector<double> figures;
  for (const OneRun& run : runs) {
    for (const auto& [name, figure] : run.metrics) {
      if (name == metric && figure) figures.push_back(*figure);
    }
  }
  return figures;
}

// Of what users got: every interval as a share of its mean.
std::string interval_picture(const std::vector<Summary>& summaries,
                             const std::vector<OneRun>& runs) {
  std::vector<WhiskerRow> rows;
  for (const Summary& summary : summaries) {
    if (!summary.interval || !is_users_figure(summary)) continue;
    if (summary.metric.starts_with("requests.")) continue;  // rates say the same
    const Interval& interval = *summary.interval;
    if (interval.mean == 0 || !interval.half_width || *interval.half_width == 0) continue;
    WhiskerRow row{
        .label = summary.metric,
        .text = metric_text(summary.metric, interval.mean) + " (" +
                interval_text(summary.metric, interval) + ")",
        .low = std::max(interval.low(), 0.0) / interval.mean - 1,  // no metric is below 0
        .high = interval.high() / interval.mean - 1};
    if (runs.size() <= most_dots) {
      for (const double figure : figures_of_runs(runs, summary.metric)) {
        row.dots.push_back(figure / interval.mean - 1);
      }
    }
    rows.push_back(std::move(row));
  }
  return rows.empty() ? "" : whiskers_svg(rows, "difference from the mean");
}

Card summary_card(const std::vector<Summary>& summaries, std::string title, const char* metric) {
  for (const Summary& summary : summaries) {
    if (summary.metric != metric || !summary.interval) continue;
    return {.title = std::move(title),
            .figure = metric_text(metric, summary.interval->mean),
            .note = interval_text(metric, *summary.interval)};
  }
  return {.title = std::move(title), .figure = "-"};
}

void add_held(Page& page, const std::string& title, const std::vector<HeldIn>& all,
              std::size_t runs) {
  if (all.empty()) return;
  page.subsection(title);
  std::vector<Finding> findings;
  for (const HeldIn& held : all) {
    findings.push_back({.tone = held.times == runs ? Tone::good : Tone::bad,
                        .status = fmt::format("{} of {}", held.times, runs),
                        .label = held.label,
                        .text = held.text});
  }
  page.findings(findings);
}

Page page_of_many(const scenarios::Scenario& scenario, const EnsembleHeading& heading,
                  const std::vector<Summary>& summaries) {
  std::vector<std::string> facts = {sim::format_duration(scenario.run.duration) + " each",
                                    heading.warmup};
  // "20 runs   seeds 1 to 20"
  constexpr std::string_view gap = "   ";
  for (std::size_t end = heading.what.size(); end != std::string::npos;) {
    const std::size_t at = heading.what.rfind(gap, end - 1);
    const std::size_t begin = at == std::string::npos ? 0 : at + gap.size();
    facts.insert(facts.begin(), heading.what.substr(begin, end - begin));
    end = at;
  }
  Page page(scenario.name, scenario.about, facts);
  page.cards({summary_card(summaries, "Available", "availability"),
              summary_card(summaries, "Goodput", "goodput_per_s"),
              summary_card(summaries, "Latency, median", "latency_ms.p50"),
              summary_card(summaries, "Latency, p99", "latency_ms.p99")});
  return page;
}

void add_figures(Page& page, const std::vector<Summary>& summaries, const std::vector<OneRun>& runs,
                 std::size_t observations) {
  page.section("What users got");
  page.table("Means with their 95 % intervals (Student's t)",
             ensemble_table(summaries, observations));
  if (const std::string doubt = doubt_about(summaries); !doubt.empty()) page.notice(doubt);
  if (const std::string picture = interval_picture(summaries, runs); !picture.empty()) {
    page.picture(runs.empty() || runs.size() > most_dots
                     ? "How well each mean is known: its 95 % interval"
                     : "How well each mean is known: its 95 % interval, and below it every run",
                 picture);
  }
  page.section("Components");
  page.table("Means, with half the width of the 95 % interval",
             ensemble_component_table(summaries));
}

void add_command(Page& page, const std::string& command) {
  page.section("Reproduce");
  page.reproduction(command, "");
}

}  // namespace

void write_ensemble_page(const scenarios::Scenario& scenario, const Ensemble& ensemble,
                         const EnsembleHeading& heading, const std::string& command,
                         std::ostream& out) {
  Page page = page_of_many(scenario, heading, ensemble.summaries);
  for (const auto& [seed, why] : ensemble.cut_short) {
    page.notice(
        fmt::format("The run with seed {} was cut short and does not count: {}.", seed, why));
  }
  if (ensemble.interrupted) page.notice("Interrupted: what follows is of the runs that had ended.");
  const std::size_t runs = ensemble.runs.size();
  if (runs == 1) page.notice("One run says nothing of how well its figures are known.");
  if (runs == 0) {
    page.notice("No run came to its end.");
  } else {
    const auto objectives = held_of(ensemble.runs, &OneRun::slos);
    const auto expected = held_of(ensemble.runs, &OneRun::expectations);
    if (!objectives.empty() || !expected.empty()) page.section("In how many runs it held");
    add_held(page, "Objectives", objectives, runs);
    add_held(page, "Expected", expected, runs);
    add_figures(page, ensemble.summaries, ensemble.runs, runs);
  }
  add_command(page, command);
  page.write(out);
}

void write_batches_page(const scenarios::Scenario& scenario, const BatchMeans& means,
                        const EnsembleHeading& heading, const std::string& command,
                        std::ostream& out) {
  Page page = page_of_many(scenario, heading, means.summaries);
  if (!means.independent()) {
    page.notice(
        "Neighbouring batches are not independent, and the intervals are too narrow: run longer "
        "or take fewer batches.");
  }
  add_figures(page, means.summaries, {}, means.batches.size());
  add_command(page, command);
  page.write(out);
}

}  // namespace faultline::analysis::html
