#include "analysis/planning/conditions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "analysis/structure/failures.h"
#include "models/world.h"

namespace faultline::analysis {
namespace {

using models::Action;

// An entry of the timeline at another time.
class MovedAction final : public Action {
 public:
  MovedAction(std::shared_ptr<const Action> moved, sim::Time begins) : moved_(std::move(moved)) {
    label = moved_->label;
    what = moved_->what;
    at = begins;
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

struct AnyOf {
  std::string_view text;
  FailureKind kind;
};
constexpr std::array<AnyOf, 3> any_of = {{{"any node", FailureKind::node},
                                          {"any zone", FailureKind::zone},
                                          {"any region", FailureKind::region}}};
constexpr std::string_view cache_tier = "cache tier";

class ConditionReader {
 public:
  explicit ConditionReader(const scenarios::Scenario& scenario)
      : scenario_(scenario),
        begins_(sim::Time{} + scenario.run.warmup),
        candidates_(failure_candidates(scenario, *scenario.make_world(scenario.run.seed))) {}

  std::vector<Condition> read(std::string_view text) const {
    std::vector<Condition> found;
    for (const FailureCandidate& candidate : candidates_) {
      if (is_meant(candidate, text)) {
        found.push_back({candidate.what, failing_action(candidate, begins_, std::nullopt)});
      }
    }
    for (const auto& action : scenario_.timeline) {
      if (action->label == text) {
        found.push_back({fmt::format("{} ({})", action->label, action->what),
                         std::make_shared<MovedAction>(action, begins_)});
      }
    }
    return found;
  }

  std::vector<std::string> names() const {
    std::vector<std::string> names(any_of.size() + 1, std::string(cache_tier));
    std::transform(any_of.begin(), any_of.end(), names.begin(),
                   [](const AnyOf& any) { return std::string(any.text); });
    for (const FailureCandidate& candidate : candidates_) names.push_back(candidate.target);
    for (const auto& action : scenario_.timeline) names.push_back(action->label);
    return names;
  }

 private:
  bool is_meant(const FailureCandidate& candidate, std::string_view text) const {
    if (candidate.target == text) return true;
    if (text == cache_tier) return is_cache(candidate.target);
    return std::any_of(any_of.begin(), any_of.end(), [&](const AnyOf& any) {
      return any.text == text && any.kind == candidate.kind;
    });
  }

  bool is_cache(std::string_view name) const {
    return std::any_of(scenario_.components.begin(), scenario_.components.end(),
                       [&](const auto& component) {
                         return component->name() == name && component->type() == "cache";
                       });
  }

  const scenarios::Scenario& scenario_;
  sim::Time begins_;
  std::vector<FailureCandidate> candidates_;
};

}  // namespace

std::vector<Condition> conditions_of(const scenarios::Scenario& scenario, const Survival& survival,
                                     std::string_view option, scenarios::Problems& problems) {
  std::vector<Condition> conditions = {{"as it stands", nullptr}};
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
    const auto names = reader.names();
    const bool known = std::find(names.begin(), names.end(), text) != names.end();
    problems.add({.origin = {std::string(option), {}},
                  .pointer = {},
                  .message = known ? "expected something that can fail: there is no " + text +
                                         " here that another would stand in for"
                                   : "expected \"any node\", \"any zone\", \"any region\", \"cache "
                                     "tier\", a component, a zone, or an entry of the timeline",
                  .value = scenarios::in_quotes(text),
                  .suggestion = known ? std::nullopt : scenarios::nearest_name(text, names)});
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
  timeline.insert(std::upper_bound(timeline.begin(), timeline.end(), condition.action,
                                   [](const auto& a, const auto& b) { return a->at < b->at; }),
                  condition.action);
  scenario.run.warmup += survival.settle;
  scenario.run.duration += survival.settle;
  return scenario;
}

}  // namespace faultline::analysis
