#include "analysis/html/run_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "analysis/blame/blame_report.h"
#include "analysis/cost/bill_text.h"
#include "analysis/format.h"
#include "analysis/html/architecture.h"
#include "analysis/html/blame_bars.h"
#include "analysis/html/page.h"
#include "analysis/html/run_charts.h"
#include "analysis/html/run_tables.h"
#include "analysis/report.h"
#include "analysis/story/story_text.h"
#include "analysis/wording.h"

namespace faultline::analysis::html {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t most_marks = 60;

std::optional<double> number_at(const ordered_json& object, std::string_view key) {
  const auto found = object.find(std::string(key));
  if (found == object.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

std::string count_at(const ordered_json& object, const char* key) {
  return with_separators(object[key].get<std::uint64_t>());
}

std::vector<Card> cards_of(const Result& result) {
  const ordered_json& json = result.json;
  const ordered_json& requests = json["requests"];
  std::vector<Card> cards = {
      {.title = "Available",
       .figure = percent(number_at(json, "availability"), 3),
       .note = fmt::format("{} succeeded, {} failed", count_at(requests, "succeeded"),
                           count_at(requests, "failed"))},
      {.title = "Goodput",
       .figure = number(number_at(json, "goodput_per_s")) + " /s",
       .note = fmt::format("of {} /s offered", number(number_at(json, "offered_per_s")))},
      {.title = "Latency, median",
       .figure = milliseconds(number_at(json["latency_ms"], "p50")),
       .note = "of those that succeeded"},
      {.title = "Latency, p99",
       .figure = milliseconds(number_at(json["latency_ms"], "p99")),
       .note = fmt::format("at most {}", milliseconds(number_at(json["latency_ms"], "max")))}};
  if (!result.slos.empty()) cards.push_back(held_card("Objectives", result.slos));
  if (!result.expectations.empty()) cards.push_back(held_card("Expected", result.expectations));
  return cards;
}

std::vector<std::string> facts_of(const RunTold& told) {
  const ordered_json& json = told.run.result.json;
  return {fmt::format("{} requests", count_at(json["requests"], "offered")),
          fmt::format("{} simulated", sim::format_duration(told.run.recorder->end() - sim::Time{})),
          fmt::format("{} of it warm-up", sim::format_duration(told.scenario.run.warmup)),
          fmt::format("seed {}", json["seed"].get<std::uint64_t>()),
          fmt::format("digest {}", json["digest"].get<std::string>())};
}

// What the timeline did, and when each alert first fired.
std::vector<Mark> marks_of_run(const RunTold& told) {
  std::vector<Mark> marks;
  for (const Acted& act : told.evidence.acted()) {
    const auto& action = *told.run.world->actions()[act.action];
    Mark mark{.at_s = act.at.seconds(), .text = sentence_of(action, false)};
    if (act.ended) {
      mark.end_s = act.ended->seconds();
      mark.text += "; then " + sentence_of(action, true);
    }
    marks.push_back(std::move(mark));
  }
  for (const AlertOutcome& alert : told.run.result.alerts) {
    if (alert.firings.empty()) continue;
    marks.push_back({.at_s = alert.firings.front().fired.seconds(),
                     .text = fmt::format("the alert \"{}\" fires", alert.label)});
  }
  std::stable_sort(marks.begin(), marks.end(),
                   [](const Mark& a, const Mark& b) { return a.at_s < b.at_s; });
  return marks;
}

void add_verdicts(Page& page, const RunTold& told) {
  const Result& result = told.run.result;
  if (result.slos.empty() && result.expectations.empty() && result.alerts.empty()) return;
  page.section("Verdicts");
  if (!result.slos.empty()) {
    page.subsection("Objectives");
    page.findings(findings_of(result.slos));
    page.table("Error budgets: what an objective allows to fail, and what did",
               budget_table(told.scenario.slos, result.slos));
  }
  if (!result.expectations.empty()) {
    page.subsection("Expected");
    page.findings(findings_of(result.expectations));
  }
  if (!result.alerts.empty()) {
    page.subsection("Alerts");
    page.table("Who would have been called, and when", alert_table(result.alerts));
  }
}

void add_events(Page& page, const RunTold& told) {
  page.section("What happened");
  std::vector<Mark> marks = marks_of_run(told);
  const std::size_t left_out = marks.size() - std::min(marks.size(), most_marks);
  marks.resize(marks.size() - left_out);
  if (marks.empty()) {
    page.paragraph("Nothing befell the architecture.");
  } else {
    page.paragraph("The numbers stand on the charts below; what lasted is tinted there.");
    page.events(marks);
    if (left_out > 0) {
      page.paragraph(fmt::format("... and {} more, which are not marked.", left_out));
    }
  }
  constexpr std::size_t most_phases_told = 100;
  page.table("The run from one event to the next", phase_table(told.run.result, most_phases_told));
}

void add_story(Page& page, const Story& story) {
  if (story.ending == Ending::no_normal || story.ending == Ending::nothing_left) return;
  page.section("What led to what");
  page.table(fmt::format("What left its normal range, that of {} to {}; a -> b: what a puts on b, "
                         "a <- b: what b lets a wait for, or fail",
                         clock(story.calm_begin), clock(story.calm_end)),
             story_table(story));
  page.lines(story_ending_text(story));  // who noticed, how it ended, what held it
}

void add_latency(Page& page, const RunTold& told) {
  page.section("Latency");
  page.table(
      "Percentiles of latency; of workloads, requests decided after the warm-up; of all, "
      "those issued after it",
      percentile_table(told.run.result.json));
  page.chart(chart_of_percentiles(*told.run.world));
  if (!told.run.blame) return;
  page.subsection("Where the time of a request went");
  if (const auto bars = blame_bars_svg(*told.run.world, told.run.blame->groups()); !bars.empty()) {
    page.picture(
        "Shares of the mean time of a request: of all that succeeded, of those from the "
        "median on, and of the slowest 5 % and 1 %",
        bars);
  }
  page.table("Mean time of a request, of all that succeeded and of the slow ones",
             blame_table(*told.run.world, *told.run.blame));
  page.paragraph(blame_legend);
}

}  // namespace

void write_run_page(const RunTold& told, std::ostream& out) {
  const Run& run = told.run;
  const ordered_json& json = run.result.json;
  Page page(told.scenario.name, told.scenario.about, facts_of(told));
  page.cards(cards_of(run.result));
  if (!run.result.complete()) {
    page.notice(fmt::format("The run was cut short: {}. What follows is what it had come to.",
                            json["ended"].get<std::string>()));
  }
  for (const auto& log : told.scenario.replayed) {
    page.notice(fmt::format(
        "{} replays {} requests of {}: {} lines were out of order and sorted, {} malformed and "
        "skipped.",
        log.workload, with_separators(log.requests),
        std::filesystem::path(log.file).filename().string(), with_separators(log.moved),
        with_separators(log.malformed)));
  }
  add_verdicts(page, told);
  page.section("Architecture");
  page.picture("Who calls whom, and what reached each after the warm-up",
               architecture_svg(*run.world, json));
  add_events(page, told);
  page.section("What users got");
  page.paragraph(how_to_look);
  for (const Chart& chart : charts_of_users(*run.recorder, *run.world)) page.chart(chart);
  add_story(page, told.story);
  add_latency(page, told);
  page.section("Components");
  page.table("What components went through after the warm-up; peaks: of a window",
             component_table(json, *run.recorder));
  for (const Chart& chart : charts_of_components(*run.recorder, *run.world)) page.chart(chart);
  if (run.result.bill) {
    page.section("Cost");
    page.table("What a month like this costs, by the scenario's prices",
               bill_table(*run.result.bill));
    page.paragraph(bill_total(*run.result.bill) + ".");
  }
  if (!told.scenario.lesson.empty()) {
    page.section("Lesson");
    page.paragraph(told.scenario.lesson);
  }
  page.section("Reproduce");
  page.reproduction(told.command, json["digest"].get<std::string>());
  page.write(out);
}

}  // namespace faultline::analysis::html
