#include "viz/view/run/saving.h"

#include <nlohmann/json.hpp>

#include "scenarios/library_path.h"

namespace faultline::viz {

using nlohmann::ordered_json;

std::string by_hand_scenario(const Playback& playback, const Stage& stage) {
  namespace fs = std::filesystem;
  const scenarios::Scenario& scenario = playback.scenario();
  const fs::path file = fs::weakly_canonical(scenario.file);
  const bool ships = file.parent_path() == fs::weakly_canonical(scenarios::library_path());

  ordered_json patch = ordered_json::object();
  if (!scenario.overridden.empty()) patch = ordered_json::parse(scenario.overridden);
  patch["extends"] = ships ? file.stem().string() : file.string();
  patch["name"] = scenario.name + "-by-hand";
  patch["about"] = "As " + scenario.name + ", with what was done by hand.";
  patch["run"]["seed"] = playback.world().seed();
  for (const HandFault& fault : playback.by_hand()) patch["timeline"][fault.label] = fault.entry();
  for (const auto& [place, corner] : stage.put_by_hand()) {
    patch["view"]["cards"][place] = {{"x", corner.x}, {"y", corner.y}};
  }
  return patch.dump(2) + "\n";
}

}  // namespace faultline::viz
