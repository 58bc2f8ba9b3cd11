#include "viz/view/run/hand_fault.h"

#include <nlohmann/json.hpp>

#include "sim/units.h"

namespace faultline::viz {

std::shared_ptr<const models::Action> HandFault::action() const {
  std::unique_ptr<models::Action> action = happening.action();
  action->label = label;
  action->at = at;
  action->lasts = lasts;
  return action;
}

nlohmann::ordered_json HandFault::entry() const {
  nlohmann::ordered_json entry;
  entry["at"] = sim::format_duration(at - sim::Time{});
  if (lasts) entry["for"] = sim::format_duration(*lasts);
  entry[std::string(happening.verb())] = happening.target();
  if (!happening.slow.empty() || !happening.load.empty()) entry["factor"] = happening.factor;
  if (!happening.lose.empty()) entry["share"] = happening.share;
  if (!happening.delay.empty()) entry["by"] = sim::format_duration(happening.by);
  return entry;
}

}  // namespace faultline::viz
