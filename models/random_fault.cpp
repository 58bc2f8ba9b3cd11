#include "models/random_fault.h"

#include "models/world.h"

namespace faultline::models {
namespace {

std::vector<std::string> targets_of(const RandomFault& fault, const World& world) {
  const Component* component = world.find(fault.target);
  if (!fault.apart || component == nullptr) return {fault.target};
  std::vector<std::string> targets;
  for (std::size_t i = 0; i < component->replicas().size(); ++i) {
    targets.push_back(fault.target + "/" + std::to_string(i));
  }
  return targets;
}

}  // namespace

std::vector<std::shared_ptr<const Action>> RandomFault::actions(const World& world) const {
  std::vector<std::shared_ptr<const Action>> actions;
  const sim::Luck luck = world.luck().with(sim::salt_of(label));
  for (const std::string& one : targets_of(*this, world)) {
    std::unique_ptr<Action> action = make(one);
    action->label = label;
    action->recurs = Recurrence{up, down, luck.with(actions.size())};
    actions.push_back(std::move(action));
  }
  return actions;
}

}  // namespace faultline::models
