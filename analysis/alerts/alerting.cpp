#include "analysis/alerts/alerting.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "analysis/window_figures.h"
#include "scenarios/json_pointer.h"

namespace faultline::analysis {
namespace {

using nlohmann::ordered_json;

// As an alert names it: "availability", "components.db.backlog", "workloads.users.goodput_per_s".
std::string path_of(const scenarios::Scenario& scenario, std::string_view subject,
                    std::string_view metric) {
  if (subject == all_users) return std::string(metric);
  const auto component = std::find_if(scenario.components.begin(), scenario.components.end(),
                                      [&](const auto& one) { return one->name() == subject; });
  const bool is_workload =
      component != scenario.components.end() && (*component)->type() == "workload";
  return (is_workload ? "workloads." : "components.") + std::string(subject) + "." +
         std::string(metric);
}

std::string dotted(const std::string& path) {
  if (!path.starts_with('/')) return path;
  std::string text;
  for (const std::string& token : scenarios::parse_pointer(path).value_or(std::vector{path})) {
    text += (text.empty() ? "" : ".") + token;
  }
  return text;
}

std::uint64_t whole(double count) { return static_cast<std::uint64_t>(std::llround(count)); }

}  // namespace

Alerting::Alerting(const scenarios::Scenario& scenario) : scenario_(scenario) {
  for (const scenarios::Alert& alert : scenario.alerts) {
    Watch& watch = watches_.emplace_back();
    watch.alert = &alert;
    watch.path = dotted(alert.metric);
    const double objective = alert.objective.value_or(0);
    for (const scenarios::BurnRule& rule : alert.rules()) {
      watch.rules.push_back({alert.text(rule), rule.rate, BurnRate(rule.long_window, objective),
                             BurnRate(rule.short_window, objective)});
    }
  }
}

void Alerting::see(std::string_view subject, std::string_view metric, std::optional<double> value,
                   double weight) {
  for (Watch& watch : watches_) {
    if (!watch.path.ends_with(metric) || watch.path != path_of(scenario_, subject, metric))
      continue;
    watch.value = value;
    watch.weight = weight;
  }
}

void Alerting::close(sim::Time begin, sim::Time end) {
  for (Watch& watch : watches_) {
    if (begin >= sim::Time{} + scenario_.run.warmup) {
      watch.rules.empty() ? look_at_threshold(watch, begin, end)
                          : look_at_budget(watch, begin, end);
    }
    watch.value.reset();
  }
}

void Alerting::look_at_threshold(Watch& watch, sim::Time begin, sim::Time end) {
  const scenarios::Alert& alert = *watch.alert;
  const bool beyond = watch.value && ((alert.above && *watch.value > *alert.above) ||
                                      (alert.below && *watch.value < *alert.below));
  if (!beyond) {
    if (watch.firing) watch.firings.back().cleared = end;
    watch.firing = false;
    watch.beyond_since.reset();
    return;
  }
  if (!watch.beyond_since) watch.beyond_since = begin;
  if (watch.firing || end - *watch.beyond_since < alert.lasts) return;
  watch.firing = true;
  watch.firings.push_back({alert.text(), end, {}});
}

void Alerting::look_at_budget(Watch& watch, sim::Time begin, sim::Time end) {
  const std::uint64_t all = watch.value ? whole(watch.weight) : 0;
  const std::uint64_t good = watch.value ? whole(*watch.value * watch.weight) : 0;
  for (Rule& rule : watch.rules) {
    rule.over_long.add(begin, end, good, all);
    rule.over_short.add(begin, end, good, all);
    const bool lasts = rule.over_short.reaches(rule.rate);
    if (rule.firing && !lasts) {
      const auto fired =
          std::find_if(watch.firings.rbegin(), watch.firings.rend(),
                       [&](const Firing& firing) { return firing.what == rule.what; });
      fired->cleared = end;
      rule.firing = false;
    }
    if (rule.firing || !lasts || !rule.over_long.reaches(rule.rate)) continue;
    rule.firing = true;
    watch.firings.push_back({rule.what, end, {}});
  }
}

std::vector<AlertOutcome> Alerting::outcomes() const {
  std::vector<AlertOutcome> outcomes;
  for (const Watch& watch : watches_) {
    AlertOutcome& outcome = outcomes.emplace_back();
    outcome.label = watch.alert->label;
    outcome.what = watch.alert->text();
    outcome.firings = watch.firings;
    if (watch.firings.empty()) continue;
    const sim::Time fired = watch.firings.front().fired;
    for (const auto& action : scenario_.timeline) {
      if (action->at >= fired) continue;
      const sim::Duration after = fired - action->at;
      if (outcome.detection && *outcome.detection <= after) continue;
      outcome.detection = after;
      outcome.detected = action->what;
    }
  }
  return outcomes;
}

void check_alerts(const scenarios::Scenario& scenario, scenarios::Problems& problems) {
  if (scenario.alerts.empty()) return;
  const auto world = scenario.make_world(scenario.run.seed);
  std::vector<std::string> paths;
  WindowFigures(*world).close(*world, [&](std::string_view subject, const std::string& metric,
                                          sim::Series::Merge, std::optional<double>, double) {
    paths.push_back(path_of(scenario, subject, metric));
  });
  std::map<std::string, bool> is_ratio;
  const WorldSnapshot snapshot(*world);
  const auto note = [&](std::string_view subject, const sim::Snapshot& of) {
    for (const auto& reading : of.readings()) {
      is_ratio[path_of(scenario, subject, reading.metric.name)] =
          reading.kind == sim::MetricKind::ratio && reading.metric.unit == "0..1";
    }
  };
  note(all_users, snapshot.users);
  for (models::ComponentId id = 0; id < world->component_count(); ++id) {
    note(world->component(id).name(), snapshot.components[id]);
  }
  for (const scenarios::Alert& alert : scenario.alerts) {
    const std::string path = dotted(alert.metric);
    const bool known = std::find(paths.begin(), paths.end(), path) != paths.end();
    if (known && (!alert.objective || is_ratio[path])) continue;
    problems.add({.origin = {.file = scenario.file.string(), .position = {}},
                  .pointer = scenarios::child_pointer("/alerts", alert.label) + "/metric",
                  .message = known ? "expected a ratio, such as availability"
                                   : "expected a metric that is measured window by window",
                  .value = scenarios::in_quotes(alert.metric),
                  .suggestion = known ? std::nullopt : scenarios::nearest_name(path, paths)});
  }
}

ordered_json alert_json(const std::vector<AlertOutcome>& outcomes) {
  ordered_json json = ordered_json::object();
  const auto seconds = [](const std::optional<sim::Time>& at) {
    return at ? ordered_json(at->seconds()) : ordered_json();
  };
  for (const AlertOutcome& outcome : outcomes) {
    ordered_json firings = ordered_json::array();
    for (const Firing& firing : outcome.firings) {
      firings.push_back({{"what", firing.what},
                         {"fired_s", firing.fired.seconds()},
                         {"cleared_s", seconds(firing.cleared)}});
    }
    const bool fired = !outcome.firings.empty();
    json[outcome.label] = {
        {"what", outcome.what},
        {"fired", outcome.firings.size()},
        {"first_fired_s", fired ? seconds(outcome.firings.front().fired) : ordered_json()},
        {"detection_s",
         outcome.detection ? ordered_json(outcome.detection->seconds()) : ordered_json()},
        {"cleared_s", fired ? seconds(outcome.firings.front().cleared) : ordered_json()},
        {"firings", std::move(firings)}};
  }
  return json;
}

}  // namespace faultline::analysis
