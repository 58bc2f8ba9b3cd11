// Shows what the log of events says of a fleet that scales.
#include "analysis/event_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "analysis/run.h"
#include "scenarios/problems.h"
#include "scenarios/scenario.h"
#include "sim/time.h"

namespace faultline::analysis::event_log_test {
namespace {

using namespace sim::literals;
using testing::ElementsAre;

constexpr const char* at_90_percent = R"json({
  "name": "fleet", "run": { "duration": "60s" },
  "components": { "web": { "type": "service", "replicas": 2, "workers": 10,
                           "endpoints": { "GET /": [ { "compute": "1s" } ] },
                           "autoscaling": { "maximum": 9, "utilisation": { "target": "60%" },
                                            "interval": "10s", "boot-time": "15s" } } },
  "workloads": { "users": { "to": "web", "arrivals": "regular(18/s)", "mix": { "GET /": 1 } } }
})json";

// 18 of 20 workers are busy, where 12 are aimed at: the first interval in which that is so asks for
// a third replica. It boots for fifteen seconds, and three are 60 % busy.
TEST(EventLog, TellsOfScaling) {
  const auto file = std::filesystem::path(testing::TempDir()) / "event_log_fleet.json";
  std::ofstream(file) << at_90_percent;
  scenarios::Problems problems;
  const auto scenario = scenarios::load_scenario(file, {}, file.parent_path(), problems);
  ASSERT_TRUE(scenario.has_value());
  EventLog log;
  RunOptions options;
  options.observers.push_back(&log);
  options.on_world = [&](const models::World& world) { log.attach(world); };
  const auto done = analysis::run(*scenario, options);
  std::vector<std::string> told;
  for (const LoggedEvent& event : log.events()) {
    told.push_back(event.kind + " " + event.subject + ": " + event.what);
  }
  EXPECT_THAT(told, ElementsAre("scaling web: 2 -> 3 replicas: utilisation 0.90, target 0.6",
                                "state web/2: absent -> starting", "state web/2: starting -> up"));
  ASSERT_EQ(log.events().size(), 3U);
  EXPECT_EQ(log.events()[2].at - log.events()[0].at, 15_s);
}

}  // namespace
}  // namespace faultline::analysis::event_log_test
