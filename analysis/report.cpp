#include "analysis/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>

#include "analysis/blame/blame_report.h"
#include "analysis/cost/bill_text.h"
#include "analysis/format.h"
#include "analysis/strip.h"
#include "analysis/table.h"

namespace faultline::analysis {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t page_width = 100;
constexpr std::size_t most_phases = 24;

std::optional<double> value_at(const ordered_json& object, std::string_view key) {
  const auto found = object.find(std::string(key));
  if (found == object.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

std::string heading(const scenarios::Scenario& scenario, const Run& run) {
  const ordered_json& json = run.result.json;
  std::string text = fmt::format("{}   seed {}   {}   {} requests   digest {}\n", scenario.name,
                                 json["seed"].get<std::uint64_t>(),
                                 sim::format_duration(run.recorder->end() - sim::Time{}),
                                 with_separators(json["requests"]["offered"].get<std::uint64_t>()),
                                 json["digest"].get<std::string>());
  text += wrapped(scenario.about, page_width, 0);
  if (!run.result.complete()) {
    text += fmt::format("\nThe run was cut short: {}. What follows is what it had come to.\n",
                        json["ended"].get<std::string>());
  }
  for (const auto& log : scenario.replayed) {
    text += fmt::format("\n{} replays {} requests of {}: {} lines were out of order and sorted",
                        log.workload, with_separators(log.requests),
                        std::filesystem::path(log.file).filename().string(),
                        with_separators(log.moved));
    text += log.malformed == 0 ? ".\n"
                               : fmt::format(", {} malformed and skipped (line {}).\n",
                                             with_separators(log.malformed), log.first_malformed);
  }
  return text;
}

std::string phases(const Result& result) {
  const Table table = phase_table(result, most_phases);
  std::string text = table.text(2);
  if (result.phases.size() > most_phases) {
    text += fmt::format("  ... and {} more phases\n", result.phases.size() - most_phases);
  }
  return text;
}

// How it went over time, for eyes: what got through, and how long it took.
std::string strips(const Recorder& recorder) {
  struct Line {
    const char* metric;
    const char* title;
  };
  constexpr std::array<Line, 2> lines = {{{"goodput_per_s", "goodput"}, {"latency_ms.p99", "p99"}}};
  constexpr std::size_t columns = 60;
  std::string text;
  for (const Line& line : lines) {
    for (const NamedSeries& named : recorder.series()) {
      if (named.subject != all_users || named.metric != line.metric) continue;
      double top = 0;
      for (std::size_t i = 0; i < named.series.size(); ++i) {
        top = std::max(top, named.series[i].value.value_or(0));
      }
      const bool rate = &line == lines.data();
      text += fmt::format("  {:<8} {}  up to {}\n", line.title,
                          strip(named.series, recorder.end(), columns),
                          rate ? number(top) + "/s" : milliseconds(top));
    }
  }
  if (text.empty()) return text;
  const std::string end = clock(recorder.end());
  return text + fmt::format("  {:<8} {:<{}}{}\n", "", "0:00", columns - end.size(), end);
}

std::string totals(const ordered_json& json) {
  const auto count = [&](const char* key) {
    return with_separators(json["requests"][key].get<std::uint64_t>());
  };
  std::string text = fmt::format(
      "  {} offered after the warm-up: {} succeeded, {} failed, {} in "
      "flight at the end; available {}\n",
      count("offered"), count("succeeded"), count("failed"), count("in_flight"),
      percent(value_at(json, "availability"), 3));
  const ordered_json& latency = json["latency_ms"];
  text +=
      fmt::format("  latency: mean {}, p50 {}, p90 {}, p95 {}, p99 {}, p99.9 {}, max {}\n",
                  milliseconds(value_at(latency, "mean")), milliseconds(value_at(latency, "p50")),
                  milliseconds(value_at(latency, "p90")), milliseconds(value_at(latency, "p95")),
                  milliseconds(value_at(latency, "p99")), milliseconds(value_at(latency, "p99.9")),
                  milliseconds(value_at(latency, "max")));
  if (!json["outcomes"].empty()) {
    std::string failures;
    for (const auto& [reason, number_failed] : json["outcomes"].items()) {
      if (!failures.empty()) failures += ", ";
      failures += fmt::format("{} {}", reason, with_separators(number_failed.get<std::uint64_t>()));
    }
    text += "  failures: " + failures + "\n";
  }
  if (const auto quality = value_at(json, "quality"); quality && *quality < 1) {
    text += fmt::format("  complete answers among the successes: {}\n", percent(quality));
  }
  return text;
}

// The largest value of a series over the run; nullopt when it never had one.
std::optional<double> peak_of(const Recorder& recorder, const std::string& subject,
                              std::string_view metric) {
  for (const NamedSeries& named : recorder.series()) {
    if (named.subject != subject || named.metric != metric) continue;
    std::optional<double> peak;
    for (std::size_t i = 0; i < named.series.size(); ++i) {
      const auto value = named.series[i].value;
      if (value && (!peak || *value > *peak)) peak = value;
    }
    return peak;
  }
  return std::nullopt;
}

// A metric worth a remark when it is not what it is when all is well.
struct Remark {
  const char* metric;
  const char* text;
  enum { share, count, plain } form;
  std::optional<double> usual;
};

constexpr std::array<Remark, 25> remarks = {{
    {"hit_ratio", "hits {}", Remark::share, std::nullopt},
    {"stub_hit_ratio", "stub hits {}", Remark::share, 0.0},
    {"resolver_hit_ratio", "resolver hits {}", Remark::share, std::nullopt},
    {"amplification", "{} tries per request", Remark::plain, 1.0},
    {"wasted_work", "{} of its work wasted", Remark::share, 0.0},
    {"rejected", "{} rejected", Remark::count, 0.0},
    {"failed", "{} failed", Remark::count, 0.0},
    {"no_backend", "{} of them for want of a backend that is well", Remark::count, 0.0},
    {"lost", "{} lost in crashes", Remark::count, 0.0},
    {"time_collecting", "{} of the time collecting garbage", Remark::share, 0.0},
    {"deaths", "out of memory: {}", Remark::count, 0.0},
    {"watchdog_restarts", "restarted by its watchdog: {}", Remark::count, 0.0},
    {"refusal_work", "{} of its work refusals", Remark::share, 0.0},
    {"stale_reads", "stale reads {}", Remark::share, 0.0},
    {"acknowledged_writes_lost", "{} acknowledged writes lost", Remark::count, 0.0},
    {"scale_outs", "scaled out: {}", Remark::count, 0.0},
    {"replaced", "{} replaced", Remark::count, 0.0},
    {"deployments_rolled_back", "deployments rolled back: {}", Remark::count, 0.0},
    {"promotions", "promotions: {}", Remark::count, 0.0},
    {"dead_lettered", "{} dead letters", Remark::count, 0.0},
    {"redelivered", "{} redelivered", Remark::count, 0.0},
    {"resolution_failures", "{} failed resolutions", Remark::count, 0.0},
    {"unresolved", "{} callers without an address", Remark::count, 0.0},
    {"stale_answers", "{} stale answers", Remark::count, 0.0},
    {"dead_address_share", "{} sent to a dead address", Remark::share, 0.0},
}};

std::string remarks_on(const ordered_json& component) {
  std::string text;
  for (const Remark& remark : remarks) {
    const auto value = value_at(component, remark.metric);
    if (!value) continue;
    std::string shown;
    switch (remark.form) {
      case Remark::share:
        shown = percent(value, 1);
        break;
      case Remark::count:
        shown = with_separators(static_cast<std::uint64_t>(*value));
        break;
      case Remark::plain:
        shown = number(value, 2);
        break;
    }
    if (remark.usual && std::abs(*value - *remark.usual) < 0.0005) continue;
    if (!text.empty()) text += ", ";
    text += fmt::format(fmt::runtime(remark.text), shown);
  }
  return text;
}

std::string verdicts(std::string_view title, const std::vector<Verdict>& verdicts) {
  if (verdicts.empty()) return {};
  std::string text = fmt::format("\n{}\n", title);
  for (const Verdict& verdict : verdicts) {
    const std::string_view word = !verdict.reached ? "not reached" : verdict.passed ? "yes" : "NO";
    const std::string measured = verdict.value ? measured_text(*verdict.value) : "-";
    text += fmt::format("  {:<11}  {}: {} (measured {})\n", word, verdict.label, verdict.text,
                        measured);
  }
  return text;
}

// One rule of an alert: "2:47 NAME: WHAT; 47 s after SOMETHING; cleared 2:53". One that fired again
// and again is told of once.
std::string firings_of(const AlertOutcome& outcome, const std::string& what) {
  const Firing* first = nullptr;
  const Firing* last = nullptr;
  int times = 0;
  for (const Firing& firing : outcome.firings) {
    if (firing.what != what) continue;
    if (first == nullptr) first = &firing;
    last = &firing;
    ++times;
  }
  std::string text = fmt::format("  {:<11}  {}: {}", clock(first->fired), outcome.label, what);
  if (outcome.detection && first == &outcome.firings.front()) {
    text += fmt::format("; {:.4g} s after {}", outcome.detection->seconds(), outcome.detected);
  }
  if (times > 1) text += fmt::format("; {} times", times);
  text += last->cleared ? "; cleared " + clock(*last->cleared) : "; not cleared";
  return text + "\n";
}

std::string alerts(const std::vector<AlertOutcome>& outcomes) {
  if (outcomes.empty()) return {};
  std::string text = "\nAlerts\n";
  for (const AlertOutcome& outcome : outcomes) {
    if (outcome.firings.empty()) {
      text += fmt::format("  {:<11}  {}: {}\n", "silent", outcome.label, outcome.what);
    }
    std::set<std::string> told;
    for (const Firing& firing : outcome.firings) {
      if (told.insert(firing.what).second) text += firings_of(outcome, firing.what);
    }
  }
  return text;
}

}  // namespace

Table phase_table(const Result& result, std::size_t most) {
  Table table({{"when", Align::left},
               {"what happens", Align::left},
               {"offered/s", Align::right},
               {"goodput/s", Align::right},
               {"available", Align::right},
               {"p50", Align::right},
               {"p99", Align::right},
               {"tries/request", Align::right}});
  for (const Phase& phase : result.phases) {
    if (table.rows() == most) break;
    const ordered_json& f = phase.figures;
    table.add({clock(phase.begin), phase.label, number(value_at(f, "offered_per_s")),
               number(value_at(f, "goodput_per_s")), percent(value_at(f, "availability")),
               milliseconds(value_at(f["latency_ms"], "p50")),
               milliseconds(value_at(f["latency_ms"], "p99")),
               number(value_at(f, "attempts_per_request"), 2)});
  }
  return table;
}

std::string measured_text(double value) {
  return std::abs(value) < 10'000 ? fmt::format("{:.4g}", value) : fmt::format("{:.0f}", value);
}

Table component_table(const ordered_json& json, const Recorder& recorder) {
  Table table({{"component", Align::left},
               {"arrivals/s", Align::right},
               {"busy", Align::right},
               {"peak", Align::right},
               {"backlog", Align::right},
               {"peak", Align::right},
               {"of note", Align::left}});
  for (const auto& [name, component] : json["components"].items()) {
    // Nothing arrives at a name; it is asked for.
    const char* arrivals =
        component.contains("resolutions_per_s") ? "resolutions_per_s" : "arrivals_per_s";
    table.add({name, number(value_at(component, arrivals)),
               percent(value_at(component, "utilisation"), 1),
               percent(peak_of(recorder, name, "utilisation"), 1),
               number(value_at(component, "backlog")), number(peak_of(recorder, name, "backlog")),
               remarks_on(component)});
  }
  return table;
}

std::string text_report(const scenarios::Scenario& scenario, const Run& run) {
  const ordered_json& json = run.result.json;
  std::string text = heading(scenario, run);
  text += "\n" + phases(run.result);
  text += "\n" + strips(*run.recorder);
  text += "\n" + totals(json);
  text += "\n" + component_table(json, *run.recorder).text(2);
  if (run.blame) text += "\n" + blame_text(*run.world, *run.blame);
  if (run.result.bill) text += bill_text(*run.result.bill);
  text += verdicts("Objectives", run.result.slos);
  text += alerts(run.result.alerts);
  text += verdicts("Expected", run.result.expectations);
  if (!scenario.lesson.empty()) text += "\nLesson\n" + wrapped(scenario.lesson, page_width, 2);
  return text;
}

}  // namespace faultline::analysis
