#include "analysis/planning/conditions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "analysis/structure/failures.h"
#include "analysis/structure/ways.h"
#include "models/world.h"

namespace faultline::analysis {
namespace {

using models::Action;

// An entry of the timeline at another time.
class MovedAction final : public Action {
 public:
  MovedAction(std::shared_ptr<const Action> moved, sim::Time begins,
              std::optional<sim::Duration> for_so_long)
      : moved_(std::move(moved)) {
    label = moved_->label;
    what = moved_->what;
    at = begins;
    lasts = for_so_long;
    recurs = moved_->recurs;
  }
  void apply(models::World& world, std::uint32_t cause) const override {
    moved_->apply(world, cause);
  }
  void undo(models::World& world, std::uint32_t cause) const override {
    moved_->undo(world, cause);
  }

 private:
  std::shared_ptr<const Action> moved_;
};

constexpr std::string_view any_node = "any node";
constexpr std::string_view any_zone = "any zone";
constexpr std::string_view any_region = "any region";
constexpr std::string_view cache_tier = "cache tier";

class ConditionReader {
 public:
  explicit ConditionReader(const scenarios::Scenario& scenario)
      : scenario_(scenario),
        begins_(sim::Time{} + scenario.run.warmup),
        world_(scenario.make_world(scenario.run.seed)),
        candidates_(failure_candidates(scenario, *world_)) {}

  std::vector<Condition> read(const std::string& text) const {
    if (text == any_zone) return outages(replicas_by_zone(*world_));
    if (text == any_region) return outages(replicas_by_region(*world_));
    std::vector<Condition> found;
    for (const FailureCandidate& candidate : candidates_) {
      const bool meant = text == any_node     ? candidate.kind == FailureKind::node
                         : text == cache_tier ? is_cache(candidate.target)
                                              : false;
      if (meant) found.push_back(failing(candidate));
    }
    if (found.empty()) {
      if (auto named = named_failure(text)) found.push_back(*std::move(named));
    }
    for (const auto& action : scenario_.timeline) {
      if (action->label == text) {
        found.push_back({.name = fmt::format("{} ({})", action->label, action->what),
                         .target = action->label,
                         .action = std::make_shared<MovedAction>(action, begins_, std::nullopt)});
      }
    }
    return found;
  }

  static bool is_kind(std::string_view text) {
    return text == any_node || text == any_zone || text == any_region || text == cache_tier;
  }

  std::vector<std::string> names() const {
    std::vector<std::string> names = {std::string(any_node), std::string(any_zone),
                                      std::string(any_region), std::string(cache_tier)};
    for (const FailureCandidate& candidate : candidates_) names.push_back(candidate.target);
    for (const auto& [region, replicas] : replicas_by_region(*world_)) names.push_back(region);
    for (const auto& action : scenario_.timeline) names.push_back(action->label);
    return names;
  }

 private:
  Condition failing(const FailureCandidate& candidate) const {
    return {.name = candidate.what,
            .target = candidate.target,
            .action = failing_action(candidate, begins_, std::nullopt)};
  }

  // Also of the only place there is: what stands in one zone does not outlive it.
  std::vector<Condition> outages(
      const std::map<std::string, std::set<ReplicaKey>>& replicas_by_place) const {
    std::vector<Condition> found;
    for (const auto& [place, replicas] : replicas_by_place) {
      if (auto named = named_failure(place)) found.push_back(*std::move(named));
    }
    return found;
  }

  // Of a place, a component, or a replica of one. Of a component's only replica, whatever role or
  // number it was named by.
  std::optional<Condition> named_failure(const std::string& text) const {
    const models::Address address{text};
    if (address.is_place(*world_)) {
      return failing({.what = "outage " + text, .target = text, .kind = FailureKind::zone});
    }
    const auto id = address.component(*world_);
    if (!id) return std::nullopt;
    const models::Component& component = world_->component(*id);
    if (!component.suffers(models::Fault::crash)) return std::nullopt;
    const std::string target = component.replicas().size() == 1 ? component.name() : text;
    for (const FailureCandidate& candidate : candidates_) {
      if (candidate.target == target) return failing(candidate);
    }
    if (models::Address{target}.problem(*world_)) return std::nullopt;
    return failing({.what = "crash " + target, .target = target});
  }

  bool is_cache(std::string_view name) const {
    return std::any_of(scenario_.components.begin(), scenario_.components.end(),
                       [&](const auto& component) {
                         return component->name() == name && component->type() == "cache";
                       });
  }

  const scenarios::Scenario& scenario_;
  sim::Time begins_;
  std::unique_ptr<models::World> world_;
  std::vector<FailureCandidate> candidates_;
};

}  // namespace

std::vector<Condition> conditions_of(const scenarios::Scenario& scenario, const Survival& survival,
                                     std::string_view option, scenarios::Problems& problems) {
  std::vector<Condition> conditions = {{.name = "as it stands", .target = "", .action = nullptr}};
  if (survival.what.empty()) return conditions;
  const ConditionReader reader(scenario);
  for (const std::string& text : survival.what) {
    const auto found = reader.read(text);
    for (const Condition& condition : found) {
      const bool known =
          std::any_of(conditions.begin(), conditions.end(),
                      [&](const Condition& other) { return other.name == condition.name; });
      if (!known) conditions.push_back(condition);
    }
    if (!found.empty()) continue;
    std::string expected =
        "expected \"any node\", \"any zone\", \"any region\", \"cache tier\", a component, a "
        "replica, a zone, a region, or an entry of the timeline";
    const bool none = ConditionReader::is_kind(text);
    if (none) expected = "expected something that is there: this scenario has none of these";
    problems.add(
        {.origin = {std::string(option), {}},
         .pointer = {},
         .message = std::move(expected),
         .value = scenarios::in_quotes(text),
         .suggestion = none ? std::nullopt : scenarios::nearest_name(text, reader.names())});
  }
  return conditions;
}

scenarios::Scenario under(scenarios::Scenario scenario, const Condition& condition,
                          const Survival& survival) {
  auto& timeline = scenario.timeline;
  std::erase_if(timeline, [&](const auto& action) {
    return std::find(survival.what.begin(), survival.what.end(), action->label) !=
           survival.what.end();
  });
  if (condition.action == nullptr) return scenario;
  const sim::Time measured = sim::Time{} + scenario.run.warmup;
  for (auto& action : timeline) {
    if (action->at < measured || action->recurs) continue;
    action = std::make_shared<MovedAction>(action, action->at + survival.settle, action->lasts);
  }
  timeline.insert(std::upper_bound(timeline.begin(), timeline.end(), condition.action,
                                   [](const auto& a, const auto& b) { return a->at < b->at; }),
                  condition.action);
  scenario.run.warmup += survival.settle;
  scenario.run.duration += survival.settle;
  return scenario;
}

Slo under(Slo slo, const Condition& condition, const Survival& survival) {
  if (condition.action == nullptr) return slo;
  for (auto* span : {&slo.objective.during, &slo.objective.times_that_of}) {
    if (!*span) continue;
    (*span)->begin = (*span)->begin + survival.settle;
    if ((*span)->end != sim::Time::max()) (*span)->end = (*span)->end + survival.settle;
  }
  return slo;
}

}  // namespace faultline::analysis
