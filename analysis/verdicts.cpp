#include "analysis/verdicts.h"

#include "analysis/cost/bill.h"
#include "analysis/world_snapshot.h"
#include "scenarios/json_pointer.h"

namespace faultline::analysis {
namespace {

using nlohmann::ordered_json;
using scenarios::Expectation;

// Keys may hold dots ("p99.9"): tries every way to cut `path` into keys, the shortest first.
const ordered_json* find_dotted(const ordered_json& node, std::string_view path) {
  for (std::size_t dot = path.find('.');; dot = path.find('.', dot + 1)) {
    const std::string key(path.substr(0, dot));
    const auto child = node.is_object() ? node.find(key) : node.end();
    if (child != node.end()) {
      if (dot == std::string_view::npos) return &*child;
      if (const auto* found = find_dotted(*child, path.substr(dot + 1))) return found;
    }
    if (dot == std::string_view::npos) return nullptr;
  }
}

std::optional<double> value_of(const ordered_json& figures, const std::string& path) {
  const ordered_json* found = find_metric(figures, path);
  if (found == nullptr) {
    // A reason for failing that nobody failed for is not in the list of outcomes.
    const bool outcome = path.starts_with("outcomes.") || path.starts_with("/outcomes/");
    return outcome ? std::optional{0.0} : std::nullopt;
  }
  return found->is_number() ? std::optional{found->get<double>()} : std::nullopt;
}

struct Figures {
  bool reached = false;
  std::optional<double> value;
};

Figures over(const std::optional<scenarios::Span>& span, const std::string& metric,
             const scenarios::Scenario& scenario, const ordered_json& whole,
             const models::World& world, const Recorder& recorder) {
  const sim::Time end = sim::Time{} + scenario.run.duration;
  if (!span) {
    const bool complete =
        recorder.end() >= end || world.decided_count() == scenario.run.max_requests;
    return {complete, value_of(whole, metric)};
  }
  const WorldSnapshot* from = recorder.at(span->begin);
  const WorldSnapshot* to = recorder.at(span->end == sim::Time::max() ? end : span->end);
  if (from == nullptr || to == nullptr) return {};
  ordered_json figures = figures_between(world, *from, *to);
  put_bill(figures, scenario, world, *from, *to);
  return {true, value_of(figures, metric)};
}

void keys_of(const ordered_json& node, const std::string& prefix, std::vector<std::string>& keys) {
  for (const auto& [key, value] : node.items()) {
    const std::string path = prefix.empty() ? key : prefix + "." + key;
    if (value.is_object()) {
      keys_of(value, path, keys);
    } else {
      keys.push_back(path);
    }
  }
}

}  // namespace

ordered_json shape_of_result(const scenarios::Scenario& scenario) {
  const auto world = scenario.make_world(scenario.run.seed);
  const WorldSnapshot snapshot(*world);
  ordered_json shape = figures_between(*world, snapshot, snapshot);
  put_bill(shape, scenario, *world, snapshot, snapshot);
  shape["alerts"] = alert_json(Alerting(scenario).outcomes());
  for (const std::string_view name : models::status_names) shape["outcomes"][std::string(name)] = 0;
  return shape;
}

const ordered_json* find_metric(const ordered_json& figures, const std::string& path) {
  if (!path.starts_with('/')) return find_dotted(figures, path);
  const auto tokens = scenarios::parse_pointer(path);
  if (!tokens) return nullptr;
  const ordered_json* node = &figures;
  for (const std::string& token : *tokens) {
    if (!node->is_object() || !node->contains(token)) return nullptr;
    node = &(*node)[token];
  }
  return node;
}

std::vector<Verdict> judge(const std::vector<Expectation>& expectations,
                           const scenarios::Scenario& scenario, const ordered_json& whole,
                           const models::World& world, const Recorder& recorder) {
  std::vector<Verdict> verdicts;
  for (const Expectation& expectation : expectations) {
    Verdict verdict{.label = expectation.label, .text = expectation.text(), .value = {}};
    const Figures figures =
        over(expectation.during, expectation.metric, scenario, whole, world, recorder);
    verdict.reached = figures.reached;
    verdict.value = figures.value;
    if (expectation.times_that_of) {
      const Figures base =
          over(expectation.times_that_of, expectation.metric, scenario, whole, world, recorder);
      verdict.reached = verdict.reached && base.reached;
      const bool divisible = verdict.value && base.value && *base.value != 0;
      verdict.value = divisible ? std::optional{*verdict.value / *base.value} : std::nullopt;
    }
    verdict.passed = verdict.reached && verdict.value && expectation.holds(*verdict.value);
    verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

void check_metrics(const scenarios::Scenario& scenario, scenarios::Problems& problems) {
  if (scenario.expectations.empty() && scenario.slos.empty()) return;
  const ordered_json shape = shape_of_result(scenario);
  std::vector<std::string> keys;
  const auto check = [&](const std::string& section, const Expectation& expectation) {
    const ordered_json* found = find_metric(shape, expectation.metric);
    if (found != nullptr && !found->is_object() && !found->is_string()) return;
    if (keys.empty()) keys_of(shape, "", keys);
    problems.add({.origin = {.file = scenario.file.string(), .position = {}},
                  .pointer = scenarios::child_pointer(section, expectation.label) + "/metric",
                  .message = "expected a metric of the result",
                  .value = scenarios::in_quotes(expectation.metric),
                  .suggestion = scenarios::nearest_name(expectation.metric, keys)});
  };
  for (const auto& expectation : scenario.expectations) check("/expect", expectation);
  for (const auto& slo : scenario.slos) check("/slos", slo);
}

}  // namespace faultline::analysis
