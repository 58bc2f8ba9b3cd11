// Shows that the steps of a series are compared under the loads they name.
#include "analysis/step_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "scenarios/problems.h"
#include "scenarios/scenario.h"
#include "tests/scenarios/scratch_folder.h"

namespace faultline::analysis::step_table_test {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

// Regular arrivals of 4/s at one worker that needs 200 ms, and the same with 16/s at four; a name
// is no machine.
std::vector<scenarios::Scenario> two_steps() {
  const scenarios::ScratchFolder folder;
  std::vector<scenarios::Scenario> steps;
  scenarios::Problems problems;
  const auto add = [&](const std::string& name, const std::string& text) {
    const auto file = folder.write(name + ".json", text);
    auto loaded = scenarios::load_scenario(file, {}, folder.path() / "library", problems);
    ASSERT_TRUE(loaded) << name;
    steps.push_back(*std::move(loaded));
  };
  add("small", R"json({
    "series": { "name": "growth", "step": 1, "users": 200 },
    "run": { "duration": "10s" },
    "components": {
      "shop": { "type": "dns", "answers": "web" },
      "web": { "type": "service", "backlog": 0, "endpoints": { "*": [{ "compute": "200ms" }] } } },
    "workloads": { "users": { "to": "shop", "arrivals": "regular(4/s)", "mix": { "GET /": 1 },
                              "call": { "timeout": "1s" } } } })json");
  add("large", R"json({
    "extends": "small.json",
    "series": { "name": "growth", "step": 2, "users": 800 },
    "components": { "web": { "replicas": 4 } },
    "workloads": { "users": { "arrivals": "regular(16/s)" } } })json");
  return steps;
}

// One worker serves every request of its own load. Of those of the next, one every 62.5 ms, it
// takes one in four, 250 ms apart.
TEST(StepTable, ShowsEachStepUnderItsOwnLoadAndTheNext) {
  const std::string text = step_table(two_steps());
  const std::size_t second = text.find("large");
  const std::string of_small = text.substr(text.find("small"), second - text.find("small"));
  const std::string of_large = text.substr(second);
  EXPECT_THAT(of_small, HasSubstr("200         1   100.00 %"));
  EXPECT_THAT(of_small, ContainsRegex(" 2[45]\\.[0-9]+ %"));
  EXPECT_THAT(of_large, HasSubstr("800         4   100.00 %"));
  EXPECT_THAT(of_large, Not(ContainsRegex(" 2[45]\\.[0-9]+ %")));
}

TEST(StepTable, MultipliesTheRatesByTheUsers) {
  const std::vector<scenarios::Scenario> steps = two_steps();
  const scenarios::Scenario loaded = under_load_of(steps[0], steps[1]);
  ASSERT_EQ(loaded.timeline.size(), steps[0].timeline.size() + 1);
  const auto world = loaded.make_world(1);
  world->run_until(sim::Time{} + sim::Duration::from_seconds(10.001));
  EXPECT_NEAR(static_cast<double>(world->decided_count()), 160, 2);
}

}  // namespace
}  // namespace faultline::analysis::step_table_test
