// Shows what `faultline analyze` makes of its arguments, and that both of its forms say the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "tests/cli/said.h"

namespace faultline::cli::analyze_command_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

AnalyzeArguments of_scenario(const std::string& name) {
  AnalyzeArguments arguments;
  arguments.what.scenario = name;
  return arguments;
}

TEST(AnalyzeCommand, TellsAllThatIsWrongAtOnce) {
  AnalyzeArguments arguments = of_scenario("three-tier");
  arguments.hit_ratios = {"cache=1.5", "cash=0.5", "cache"};
  const Said said = say(analyze, arguments);
  EXPECT_EQ(said.status, exit_wrong);
  EXPECT_THAT(said.out, IsEmpty());
  EXPECT_THAT(said.err, AllOf(HasSubstr("cache=1.5"), HasSubstr("cash=0.5"), HasSubstr("0 to 1"),
                              HasSubstr("a cache or a CDN of the scenario")));
}

TEST(AnalyzeCommand, DoesNotKnowAnyScenario) {
  const Said said = say(analyze, of_scenario("three-tear"));
  EXPECT_EQ(said.status, exit_wrong);
  EXPECT_THAT(said.err, HasSubstr("three-tier"));
}

TEST(AnalyzeCommand, TakesHitRatiosThatAreGiven) {
  AnalyzeArguments arguments = of_scenario("three-tier");
  arguments.run = false;
  arguments.json = true;
  arguments.hit_ratios = {"cache=0.5"};
  const auto json = nlohmann::json::parse(say(analyze, arguments).out);
  EXPECT_EQ(json["schema"], "faultline-analysis/1");
  EXPECT_EQ(json["bottleneck"], "web");
  const auto& stations = json["stations"];
  const auto db = std::find_if(stations.begin(), stations.end(),
                               [](const auto& one) { return one["station"] == "db"; });
  ASSERT_NE(db, stations.end());
  EXPECT_NEAR((*db)["utilisation"].get<double>(), 0.25, 1e-9);
}

TEST(AnalyzeCommand, SetsMeasurementsBesideTheory) {
  AnalyzeArguments arguments = of_scenario("machine-failures");
  arguments.what.duration = "60s";
  const Said said = say(analyze, arguments);
  EXPECT_EQ(said.status, exit_done);
  EXPECT_THAT(said.out, AllOf(HasSubstr("undisturbed run"), HasSubstr("G/M/4, about"),
                              HasSubstr("99.9545 %")));
}

}  // namespace
}  // namespace faultline::cli::analyze_command_test
