#include "tests/properties/random_faults.h"

#include "models/service/service.h"
#include "tests/properties/dice.h"

namespace faultline::properties {
namespace {

using namespace sim::literals;

// Sets the number of workers of "web", as a `set` entry of a scenario does.
class SetWorkers final : public models::Action {
 public:
  explicit SetWorkers(std::uint64_t workers) : workers_(workers) {}
  void apply(models::World& world, std::uint32_t) const override {
    auto& web = dynamic_cast<models::Service&>(*world.find("web"));
    web.settings.workers = workers_;
    web.changed(world, "workers");
  }
  void undo(models::World&, std::uint32_t) const override {}

 private:
  std::uint64_t workers_;
};

models::EdgeChange random_trouble(Dice& dice) {
  models::EdgeChange change;
  switch (dice.between(0, 2)) {
    case 0:
      change.cut = true;
      break;
    case 1:
      change.delay = dice.ms(1, 300);
      break;
    default:
      change.loss = 0.3;
  }
  return change;
}

std::shared_ptr<models::Action> random_link_fault(const Recipe& recipe, Dice& dice) {
  const bool both_ways = dice.chance(0.5);
  const models::EdgeChange trouble = random_trouble(dice);
  const auto link = [&](const char* from, const char* to) {
    return std::make_shared<models::LinkAction>(from, to, both_ways, trouble);
  };
  const std::uint64_t which = dice.between(0, 2);
  if (which == 0) return link("homes", "east");
  if (which == 1 && recipe.has(part_rough_network)) return link("west", "east");
  return link("web", "db");
}

std::shared_ptr<models::Action> random_action(
    const Recipe& recipe, Dice& dice,
    const std::vector<std::pair<std::string, std::uint64_t>>& targets) {
  const auto& [name, replicas] = targets[dice.between(0, targets.size() - 1)];
  std::string one = name + "/" + std::to_string(dice.between(0, replicas - 1));
  if (name == "db" && dice.chance(0.5)) one = "db/leader";
  const models::Address target{dice.chance(0.8) ? one : name};
  const double factor = dice.one_of({0.0, 0.0, 0.2, 1.7});
  const double load = dice.one_of({0.0, 0.5, 3.0});
  if (recipe.has(part_scaling) && dice.chance(0.1)) {
    return std::make_shared<models::AutoscalerOutageAction>(models::Address{"web"});
  }
  switch (dice.between(0, 10)) {
    case 0:
    case 1:
      return std::make_shared<models::CrashAction>(target);
    case 2:
      return std::make_shared<models::DestroyAction>(target);
    case 3:
      return std::make_shared<models::RestartAction>(target);
    case 10:
      return std::make_shared<models::DrainAction>(target);
    case 4:
      return std::make_shared<models::OutageAction>(
          models::Address{dice.one_of<const char*>({"east/a", "east/b", "east"})});
    case 5:
      if (name == "cache") return std::make_shared<models::FlushAction>(target);
      if (name == "queue") return std::make_shared<models::RedriveAction>(target);
      return std::make_shared<SetWorkers>(dice.between(1, 6));
    case 6:
    case 7:
      return random_link_fault(recipe, dice);
    case 8:
      return std::make_shared<models::LoadAction>(std::nullopt, load);
    default:
      if (!recipe.has(part_varied_speed)) return std::make_shared<models::CrashAction>(target);
      return std::make_shared<models::SlowAction>(target, factor);
  }
}

}  // namespace

RandomFault random_fault(const Recipe& recipe, std::uint32_t index,
                         const std::vector<std::pair<std::string, std::uint64_t>>& targets) {
  Dice dice(recipe.seed, "fault", index);
  RandomFault fault;
  fault.at = sim::Time{} + dice.ms(0, 5000);
  // Some begin or end on round instants, and so together.
  if (dice.chance(0.3)) fault.at = sim::Time{} + 500_ms * static_cast<int>(dice.between(1, 10));
  fault.lasts = std::min(dice.ms(1, 2500), quiet - fault.at);
  fault.action = random_action(recipe, dice, targets);
  return fault;
}

}  // namespace faultline::properties
