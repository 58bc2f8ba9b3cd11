#include "analysis/result.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "analysis/format.h"
#include "analysis/verdicts.h"
#include "analysis/what_grew.h"
#include "analysis/world_snapshot.h"

namespace faultline::analysis {
namespace {

using nlohmann::ordered_json;

struct Turn {
  sim::Time at;
  std::string label;
};

// Where phases begin: the start, the end of the warm-up, and everything the timeline does.
std::vector<Turn> turns_of(const scenarios::Scenario& scenario) {
  const sim::Time start;
  std::vector<Turn> turns;
  if (scenario.run.warmup.ns > 0) turns.push_back({start, "warm-up"});
  turns.push_back({start + scenario.run.warmup,
                   scenario.run.warmup.ns > 0 ? "in steady state" : "from the start"});
  for (const auto& action : scenario.timeline) {
    turns.push_back({action->at, action->what});
    if (action->lasts) turns.push_back({action->at + *action->lasts, action->what + " ends"});
  }
  std::stable_sort(turns.begin(), turns.end(),
                   [](const Turn& a, const Turn& b) { return a.at < b.at; });
  return turns;
}

// The last third of the run, when something has happened before it: does the trouble stay?
std::optional<sim::Time> aftermath_begin(const scenarios::Scenario& scenario) {
  const sim::Time begin = sim::Time{} + scenario.run.duration * 2 / 3;
  if (scenario.timeline.empty()) return std::nullopt;
  const auto& last = *scenario.timeline.back();
  const sim::Time done = last.at + last.lasts.value_or(sim::Duration{});
  const bool measured = begin > sim::Time{} + scenario.run.warmup;
  return measured && done < begin ? std::optional{begin} : std::nullopt;
}

std::vector<Phase> phases_of(const scenarios::Scenario& scenario, const models::World& world,
                             const Recorder& recorder) {
  std::vector<Turn> turns = turns_of(scenario);
  if (const auto aftermath = aftermath_begin(scenario)) {
    turns.push_back({*aftermath, "the last third"});
  }
  std::vector<Phase> phases;
  for (std::size_t i = 0; i < turns.size(); ++i) {
    if (turns[i].at >= recorder.end()) break;
    std::string label = turns[i].label;
    // What happens at one instant begins one phase.
    while (i + 1 < turns.size() && turns[i + 1].at == turns[i].at) {
      ++i;
      const bool calm = label == "in steady state" || label == "from the start";
      label = calm ? turns[i].label : label + "; " + turns[i].label;
    }
    const sim::Time begin = turns[i].at;
    const sim::Time end =
        i + 1 < turns.size() ? std::min(turns[i + 1].at, recorder.end()) : recorder.end();
    const WorldSnapshot* from = recorder.at(begin);
    const WorldSnapshot* to = recorder.at(end);
    if (from == nullptr || to == nullptr) continue;
    phases.push_back({begin, end, std::move(label), figures_between(world, *from, *to)});
  }
  return phases;
}

std::string_view name_of(sim::Stop stop) {
  switch (stop) {
    case sim::Stop::reached:
      return "reached the end";
    case sim::Stop::asked:
      return "reached the number of requests asked for";
    case sim::Stop::event_limit:
      return "stopped at the limit of events";
    case sim::Stop::record_limit:
      return "stopped at the limit of records in memory";
    case sim::Stop::standstill:
      return "time stands still, as something that takes no time repeats for ever";
    case sim::Stop::interrupted:
      return "interrupted";
  }
  return "";
}

// What the requests issued after the warm-up came to replaces the same keys of the span's figures,
// which count by the moment of decision.
void put_measured(ordered_json& json, const models::Ledger& ledger, double seconds) {
  const std::uint64_t decided = ledger.succeeded() + ledger.failed();
  json["requests"] = {{"offered", ledger.offered()},
                      {"succeeded", ledger.succeeded()},
                      {"failed", ledger.failed()},
                      {"in_flight", ledger.in_flight()}};
  ordered_json outcomes = ordered_json::object();
  for (std::size_t i = 1; i < models::status_names.size(); ++i) {
    const std::uint64_t count = ledger.count(static_cast<models::Status>(i));
    if (count > 0) outcomes[std::string(models::status_names[i])] = count;
  }
  json["outcomes"] = std::move(outcomes);
  const auto share = [](std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? ordered_json(nullptr)
                      : ordered_json(static_cast<double>(part) / static_cast<double>(whole));
  };
  const auto per_second = [&](std::uint64_t count) {
    return seconds > 0 ? ordered_json(static_cast<double>(count) / seconds) : ordered_json(nullptr);
  };
  json["availability"] = share(ledger.succeeded(), decided);
  json["quality"] = share(ledger.succeeded() - ledger.degraded(), ledger.succeeded());
  json["good_share"] = share(ledger.good(), decided);
  json["offered_per_s"] = per_second(ledger.offered());
  json["throughput_per_s"] = per_second(decided);
  json["goodput_per_s"] = per_second(ledger.good());
  json["latency_ms"] = percentiles(ledger.latency());
  json["failed_latency_ms"] = percentiles(ledger.failed_latency());
}

ordered_json verdict_json(const std::vector<Verdict>& verdicts) {
  ordered_json list = ordered_json::array();
  for (const Verdict& verdict : verdicts) {
    list.push_back({{"label", verdict.label},
                    {"text", verdict.text},
                    {"passed", verdict.passed},
                    {"reached", verdict.reached},
                    {"value", verdict.value ? ordered_json(*verdict.value) : ordered_json()}});
  }
  return list;
}

}  // namespace

std::vector<sim::Time> marks_of(const scenarios::Scenario& scenario) {
  std::set<sim::Time> marks = {sim::Time{}, sim::Time{} + scenario.run.warmup};
  for (const Turn& turn : turns_of(scenario)) marks.insert(turn.at);
  if (const auto aftermath = aftermath_begin(scenario)) marks.insert(*aftermath);
  const sim::Time end = sim::Time{} + scenario.run.duration;
  for (const auto* expectations : {&scenario.expectations, &scenario.slos}) {
    for (const scenarios::Expectation& expectation : *expectations) {
      for (const auto& span : {expectation.during, expectation.times_that_of}) {
        if (!span) continue;
        marks.insert(span->begin);
        if (span->end <= end) marks.insert(span->end);
      }
    }
  }
  return {marks.begin(), marks.end()};
}

Result make_result(const scenarios::Scenario& scenario, const models::World& world,
                   const Recorder& recorder, const Alerting& alerting, sim::Stop stop) {
  Result result;
  result.stop = stop;
  ordered_json& json = result.json;
  json["schema"] = "faultline-result/1";
  json["scenario"] = scenario.name;
  json["about"] = scenario.about;
  json["seed"] = world.seed();
  json["ended"] = name_of(stop);
  if (stop == sim::Stop::record_limit) {
    const Growth growth = what_grew(world);
    json["ended"] = fmt::format("{}, of which {} has most, {}", name_of(stop), growth.component,
                                with_separators(growth.records));
    json["grew"] = {{"component", growth.component}, {"records", growth.records}};
  }
  json["complete"] = result.complete();
  json["simulated_seconds"] = recorder.end().seconds();
  json["warmup_seconds"] = scenario.run.warmup.seconds();
  json["events"] = world.executed();
  json["digest"] = fmt::format("{:016x}", world.digest());
  json["outcome_digest"] = fmt::format("{:016x}", world.outcome_digest());

  const WorldSnapshot* from = recorder.at(sim::Time{} + scenario.run.warmup);
  const WorldSnapshot* to = recorder.at(recorder.end());
  if (from == nullptr) from = to;  // it ended within the warm-up: nothing was measured
  const double seconds = (to->at - from->at).seconds();
  put_measured(json, measured_ledger(world), seconds);
  ordered_json figures = figures_between(world, *from, *to);
  for (const char* key :
       {"attempts_per_request", "retries_per_s", "instances", "components", "workloads"}) {
    json[key] = std::move(figures[key]);
  }
  result.bill = bill_between(scenario, world, *from, *to);
  if (result.bill) json["cost"] = bill_json(*result.bill);

  result.phases = phases_of(scenario, world, recorder);
  ordered_json phases = ordered_json::array();
  for (const Phase& phase : result.phases) {
    ordered_json entry = {
        {"label", phase.label}, {"begin_s", phase.begin.seconds()}, {"end_s", phase.end.seconds()}};
    for (const auto& [key, value] : phase.figures.items()) {
      if (key != "components" && key != "workloads") entry[key] = value;
    }
    phases.push_back(std::move(entry));
  }
  json["phases"] = std::move(phases);
  ordered_json logs = ordered_json::array();
  for (const auto& log : scenario.replayed) {
    logs.push_back({{"workload", log.workload},
                    {"requests", log.requests},
                    {"moved", log.moved},
                    {"malformed", log.malformed}});
  }
  if (!logs.empty()) json["replayed"] = std::move(logs);
  result.alerts = alerting.outcomes();
  if (!result.alerts.empty()) json["alerts"] = alert_json(result.alerts);
  result.slos = judge(scenario.slos, scenario, json, world, recorder);
  result.expectations = judge(scenario.expectations, scenario, json, world, recorder);
  json["slos"] = verdict_json(result.slos);
  json["expect"] = verdict_json(result.expectations);
  return result;
}

ordered_json series_json(const Recorder& recorder) {
  ordered_json json = ordered_json::object();
  for (const NamedSeries& named : recorder.series()) {
    ordered_json values = ordered_json::array();
    for (std::size_t i = 0; i < named.series.size(); ++i) {
      const auto value = named.series[i].value;
      values.push_back(value ? ordered_json(*value) : ordered_json(nullptr));
    }
    json["window_s"] = named.series.window().seconds();
    json[named.subject][named.metric] = std::move(values);
  }
  return json;
}

}  // namespace faultline::analysis
