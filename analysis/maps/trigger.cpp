#include "analysis/maps/trigger.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/check.h"

namespace faultline::analysis {
namespace {

bool is_trigger(const std::shared_ptr<const models::Action>& action) {
  return action->label == trigger_label;
}

// An action that does as another does, for another time.
class LastingAction final : public models::Action {
 public:
  LastingAction(std::shared_ptr<const models::Action> does, sim::Duration how_long)
      : models::Action(*does), does_(std::move(does)) {
    lasts = how_long;
  }
  void apply(models::World& world, std::uint32_t cause) const override {
    does_->apply(world, cause);
  }
  void undo(models::World& world, std::uint32_t cause) const override { does_->undo(world, cause); }

 private:
  std::shared_ptr<const models::Action> does_;
};

std::string entries_of(const scenarios::Scenario& scenario) {
  std::string entries;
  for (const auto& action : scenario.timeline) {
    entries += fmt::format("{}{} ({})", entries.empty() ? "" : ", ",
                           scenarios::in_quotes(action->label), action->what);
  }
  return entries.empty() ? "nothing" : entries;
}

}  // namespace

const models::Action* find_trigger(const scenarios::Scenario& scenario) {
  const auto found = std::find_if(scenario.timeline.begin(), scenario.timeline.end(), is_trigger);
  return found == scenario.timeline.end() ? nullptr : found->get();
}

void check_trigger(const scenarios::Scenario& scenario, scenarios::Problems& problems) {
  const models::Action* trigger = find_trigger(scenario);
  if (trigger != nullptr && trigger->lasts) return;
  const auto message =
      trigger == nullptr
          ? fmt::format("expected an entry with the label \"trigger\"; there is {}",
                        entries_of(scenario))
          : fmt::format("expected a trigger that ends, with `for`; {} at {} has none",
                        trigger->what, sim::format_duration(trigger->at - sim::Time{}));
  problems.add({.origin = {scenario.file.string(), {}},
                .pointer = trigger == nullptr ? "/timeline" : "/timeline/trigger",
                .message = message,
                .value = {},
                .suggestion = {}});
}

scenarios::Scenario with_trigger(scenarios::Scenario scenario, sim::Duration lasts) {
  auto& timeline = scenario.timeline;
  const auto found = std::find_if(timeline.begin(), timeline.end(), is_trigger);
  CHECK(found != timeline.end() && (*found)->lasts);
  if (lasts.ns == 0) {
    timeline.erase(found);
  } else {
    *found = std::make_shared<LastingAction>(*found, lasts);
  }
  return scenario;
}

}  // namespace faultline::analysis
