// A scenario, of the library or a test's own, as something to be shown.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "scenarios/scenario.h"
#include "tests/scenarios/scratch_folder.h"
#include "viz/view/run/playback.h"

namespace faultline::viz {

inline std::filesystem::path library() {
  return std::filesystem::path(FAULTLINE_SOURCE_DIR) / "scenarios" / "library";
}

// `file` may be the name of one in the library.
inline std::shared_ptr<const scenarios::Scenario> scenario_from(const std::filesystem::path& file) {
  scenarios::Problems problems;
  const auto path = file.has_extension() ? file : library() / (file.string() + ".json");
  auto scenario = scenarios::load_scenario(path, {}, library(), problems);
  EXPECT_TRUE(scenario) << problems.text();
  return std::make_shared<const scenarios::Scenario>(std::move(*scenario));
}

// Half a minute of fifty requests a second to two servers with a cache and a database; nothing
// befalls them, and all takes as long as it says.
inline nlohmann::ordered_json small_shop() {
  using nlohmann::ordered_json;
  const ordered_json page =
      ordered_json::array({{{"compute", "10ms"}}, {{"read", "db"}, {"cache", "cache"}}});
  return {
      {"name", "shop"},
      {"about", "A small shop."},
      {"lesson", "Small is well."},
      {"run", {{"duration", "30s"}}},
      {"components",
       {{"web",
         {{"type", "service"}, {"replicas", 2}, {"workers", 4}, {"endpoints", {{"*", page}}}}},
        {"cache", {{"type", "cache"}, {"replicas", 2}, {"capacity", 100}}},
        {"db", {{"type", "database"}, {"read-time", "5ms"}}}}},
      {"workloads",
       {{"users", {{"to", "web"}, {"arrivals", "regular(50/s)"}, {"call", {{"timeout", "1s"}}}}}}}};
}

// Of a file that says this and is gone again.
inline std::shared_ptr<const scenarios::Scenario> scenario_of(const nlohmann::ordered_json& json) {
  const scenarios::ScratchFolder folder;
  return scenario_from(folder.write("shown.json", json.dump()));
}

inline Playback shown(const std::filesystem::path& file) { return {scenario_from(file), 1}; }

inline sim::Time at_s(double seconds) { return sim::Time{} + sim::Duration::from_seconds(seconds); }

}  // namespace faultline::viz
