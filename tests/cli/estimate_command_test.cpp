// Shows that `faultline estimate` does the arithmetic of a whiteboard, says what it assumed, and
// writes a scenario whose fleet is as busy as was worked out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "analysis/run.h"
#include "cli/commands.h"
#include "scenarios/scenario.h"
#include "tests/cli/said.h"
#include "tests/scenarios/scratch_folder.h"

namespace faultline::cli::estimate_command_test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

EstimateArguments million_users() {
  EstimateArguments arguments;
  arguments.daily_active_users = "1e6";
  arguments.requests_per_user = "10";
  arguments.peak_to_average = "10";
  return arguments;
}

// 10 million a day are 115.7 a second, ten times that 1,157; times 50 ms 57.87 busy workers.
TEST(EstimateCommand, ShowsTheArithmeticLineByLine) {
  const Said said = say(estimate, million_users());
  EXPECT_EQ(said.status, exit_done);
  EXPECT_THAT(said.out, HasSubstr("1,000,000 users a day x 10 requests each"));
  EXPECT_THAT(said.out, HasSubstr("=  10,000,000 requests a day\n"));
  EXPECT_THAT(said.out, HasSubstr("  10,000,000 / 86,400 s "));
  EXPECT_THAT(said.out, HasSubstr("=  115.7 requests/s on average\n"));
  EXPECT_THAT(said.out, HasSubstr("=  1,157 requests/s at the peak\n"));
  EXPECT_THAT(said.out, HasSubstr("=  57.87 workers busy at the peak (Little's law)\n"));
  // 57.87 / 0.6 = 96.45 workers, in eights: 13 servers, 104 workers, 55.6 % busy.
  EXPECT_THAT(said.out, HasSubstr("=  13 servers, 55.64 % busy at the peak\n"));
  EXPECT_THAT(said.out, Not(HasSubstr("Storage")));
  EXPECT_THAT(said.out, Not(HasSubstr("Bandwidth")));
}

// What was assumed is told, and what was said is not told as assumed.
TEST(EstimateCommand, TellsEveryAssumptionAndNoOther) {
  EstimateArguments arguments = million_users();
  arguments.peak_to_average.reset();
  arguments.workers = "4";
  const Said said = say(estimate, arguments);
  EXPECT_THAT(said.out, HasSubstr("=  347.2 requests/s at the peak\n"));
  EXPECT_THAT(said.out, HasSubstr("(--peak-to-average)"));
  EXPECT_THAT(said.out, HasSubstr("(--service-time)"));
  EXPECT_THAT(said.out, HasSubstr("(--target-utilisation)"));
  EXPECT_THAT(said.out, Not(HasSubstr("(--workers)")));
  EXPECT_THAT(said.out, Not(HasSubstr("(--write-share)")));
}

// By hand: 1,157.4/s x 20 KB x 8 = 185.2 Mbit/s; 1 M writes x 1 KB = 1 GB a day, x 365 x 3 =
// 1.095 TB; a fifth of 9 M reads x 20 KB = 36 GB.
TEST(EstimateCommand, WorksOutBandwidthStorageAndCache) {
  EstimateArguments arguments = million_users();
  arguments.response_size = "20KB";
  arguments.stored_per_write = "1KB";
  arguments.json = true;
  const auto json = nlohmann::json::parse(say(estimate, arguments).out);
  EXPECT_EQ(json["schema"], "faultline-estimate/1");
  const auto& figures = json["figures"];
  EXPECT_NEAR(figures["bandwidth_out_bps"].get<double>(), 185.185e6, 1e3);
  EXPECT_NEAR(figures["stored_bytes"].get<double>(), 1.095e12, 1);
  EXPECT_NEAR(figures["cache_bytes"].get<double>(), 36e9, 1);
  EXPECT_FALSE(figures.contains("bandwidth_in_bps"));
}

// What divides evenly is not rounded up: 86,400 a day are 1 a second; 4 s of 1/s are 4 busy
// workers, at half of the time 8, of 4 workers each 2 servers.
TEST(EstimateCommand, RoundsServersUpButNotWhatIsWhole) {
  EstimateArguments arguments;
  arguments.daily_active_users = "86400";
  arguments.requests_per_user = "1";
  arguments.peak_to_average = "1";
  arguments.service_time = "4s";
  arguments.target_utilisation = "50%";
  arguments.workers = "4";
  EXPECT_THAT(say(estimate, arguments).out, HasSubstr("=  2 servers, 50 % busy at the peak\n"));
  arguments.service_time = "4.01s";
  EXPECT_THAT(say(estimate, arguments).out, HasSubstr("=  3 servers"));
}

// Simulated, the fleet is busy to the share that was worked out: nothing of the arithmetic is lost
// on the way into the scenario.
TEST(EstimateCommand, WritesAScenarioThatIsAsBusyAsWorkedOut) {
  const scenarios::ScratchFolder folder;
  const auto file = folder.path() / "start.json";
  EstimateArguments arguments = million_users();
  arguments.scenario = file.string();
  ASSERT_EQ(say(estimate, arguments).status, exit_done);
  scenarios::Problems problems;
  const auto scenario =
      scenarios::load_scenario(file, std::vector<scenarios::Override>{}, folder.path(), problems);
  ASSERT_TRUE(scenario) << problems.text();
  EXPECT_EQ(scenario->name, "start");
  const auto run = analysis::run(*scenario, {});
  const auto& json = run.result.json;
  EXPECT_NEAR(json["/components/web/utilisation"_json_pointer].get<double>(), 0.5564, 0.01);
}

TEST(EstimateCommand, TellsAllThatIsWrongAtOnceAndWritesNothing) {
  const scenarios::ScratchFolder folder;
  EstimateArguments arguments;
  arguments.requests_per_user = "-3";
  arguments.peak_to_average = "0.5";
  arguments.workers = "0";
  arguments.copies = "2";
  arguments.keep = "5";
  arguments.response_size = "20";
  arguments.target_utilisation = "120%";
  arguments.service_time = "0s";
  arguments.scenario = (folder.path() / "start.json").string();
  const Said said = say(estimate, arguments);
  EXPECT_EQ(said.status, exit_wrong);
  EXPECT_THAT(said.out, IsEmpty());
  for (const char* option :
       {"--daily-active-users: expected a number above 0", "--requests-per-user: ",
        "--peak-to-average: ", "--workers: expected a whole number from 1 to 1000000, got \"0\"",
        "--copies: expected it together with --stored-per-write",
        "--keep: ", "--response-size: ", "--target-utilisation: ", "--service-time: "}) {
    EXPECT_THAT(said.err, HasSubstr(option));
  }
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "start.json"));
}

TEST(EstimateCommand, RefusesAScenarioOfMoreServersThanThereMayBe) {
  const scenarios::ScratchFolder folder;
  EstimateArguments arguments = million_users();
  arguments.daily_active_users = "500M";
  arguments.scenario = (folder.path() / "start.json").string();
  arguments.workers = "1";
  const Said said = say(estimate, arguments);
  EXPECT_EQ(said.status, exit_wrong);
  EXPECT_THAT(said.err, HasSubstr("--scenario: expected a fleet of at most 10,000 servers"));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "start.json"));
}

}  // namespace
}  // namespace faultline::cli::estimate_command_test
