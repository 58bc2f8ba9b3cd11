// Shows what `faultline run --runs` and `faultline compare` print, and what they answer to bad
// input.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "tests/cli/said.h"
#include "tests/scenarios/scratch_folder.h"

namespace faultline::cli::runs_command_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

RunArguments three_runs() {
  RunArguments arguments;
  arguments.what.scenario = "retry-storm";
  arguments.what.duration = "30s";
  arguments.runs = "3";
  return arguments;
}

TEST(RunsCommand, TellsOfAllRuns) {
  const Said said = say(run, three_runs());
  EXPECT_EQ(said.status, exit_done);
  EXPECT_EQ(said.err, "");
  EXPECT_THAT(said.out, StartsWith("retry-storm   3 runs   seeds 1 to 3   30s each   warm-up 10s"));
  EXPECT_THAT(said.out, AllOf(HasSubstr("\n  latency_ms.p99 "), HasSubstr("Objectives held in\n"),
                              HasSubstr("\n  web ")));
}

TEST(RunsCommand, WritesFiles) {
  const scenarios::ScratchFolder folder;
  RunArguments arguments = three_runs();
  arguments.out = (folder.path() / "new").string();
  arguments.json = true;
  const Said said = say(run, arguments);
  EXPECT_EQ(said.status, exit_done);
  const auto json = nlohmann::json::parse(said.out);
  EXPECT_EQ(json["schema"], "faultline-runs/1");
  EXPECT_EQ(json["runs"].size(), 3);
  EXPECT_EQ(json["metrics"]["latency_ms.p99"]["runs"], 3);
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "new" / "runs.json"));
  EXPECT_GT(std::filesystem::file_size(folder.path() / "new" / "runs.csv"), 1000);
}

TEST(RunsCommand, TellsOfBatches) {
  RunArguments arguments;
  arguments.what.scenario = "retry-storm";
  arguments.what.duration = "20s";
  arguments.batches = "5";
  const Said said = say(run, arguments);
  EXPECT_EQ(said.status, exit_done);
  EXPECT_THAT(said.out, StartsWith("retry-storm   5 batches of one run   seed 1   20s each"));
  EXPECT_THAT(said.out, HasSubstr("correlation of neighbouring batches"));
}

TEST(RunsCommand, RefusesAllThatIsWrongAtOnce) {
  RunArguments arguments = three_runs();
  arguments.runs = "0";
  arguments.jobs = "many";
  arguments.max_runs = "5";
  arguments.trace = "trace.json";
  arguments.precision = {"latency_ms.p99", "latency.p99:5%", "latency_ms.p99:0%"};
  const Said said = say(run, arguments);
  EXPECT_EQ(said.status, exit_wrong);
  EXPECT_EQ(said.out, "");
  EXPECT_THAT(said.err, AllOf(HasSubstr("--runs: expected a whole number from 1 to"),
                              HasSubstr("--jobs: expected"), HasSubstr("--trace: expected no"),
                              HasSubstr("--precision: expected METRIC:SHARE"),
                              HasSubstr("did you mean \"latency_ms.p99\"")));
  arguments = three_runs();
  arguments.blame = true;
  arguments.metrics = "out.prom";
  arguments.otlp = "out.json";
  EXPECT_THAT(say(run, arguments).err,
              AllOf(HasSubstr("--blame: expected no such option of many runs"),
                    HasSubstr("--metrics: expected no"), HasSubstr("--otlp: expected no")));
  arguments = three_runs();
  arguments.runs.reset();
  arguments.batches = "5";
  arguments.jobs = "2";
  EXPECT_THAT(say(run, arguments).err,
              HasSubstr("--jobs: expected no such option together with --batches"));
  arguments = three_runs();
  arguments.batches = "1";
  EXPECT_THAT(say(run, arguments).err,
              AllOf(HasSubstr("--batches: expected a whole number from 2 to"),
                    HasSubstr("--runs: expected no such option together with --batches")));
}

TEST(RunsCommand, SaysWhatCannotBeWritten) {
  RunArguments arguments = three_runs();
  arguments.out = "/proc/nothing";
  const Said said = say(run, arguments);
  EXPECT_EQ(said.status, exit_wrong);
  EXPECT_THAT(said.err, HasSubstr("cannot make the folder /proc/nothing"));
}

TEST(CompareCommand, ComparesAScenarioUnderTwoSettings) {
  CompareArguments arguments;
  arguments.a = "retry-storm";
  arguments.both.duration = "20s";
  arguments.runs = "3";
  arguments.set_b = {"/components/web/workers=4"};
  const Said said = say(compare, arguments);
  EXPECT_EQ(said.status, exit_done);
  EXPECT_THAT(said.out,
              AllOf(StartsWith("A  retry-storm: "),
                    HasSubstr("\nB  retry-storm with /components/web/workers=4: "),
                    HasSubstr("3 pairs of runs"), HasSubstr("\n*  components.web.utilisation ")));
  arguments.json = true;
  const auto json = nlohmann::json::parse(say(compare, arguments).out);
  EXPECT_EQ(json["schema"], "faultline-comparison/1");
  EXPECT_GT(json["metrics"]["components.web.utilisation"]["difference"], 0.05);
}

TEST(CompareCommand, RefusesWhatIsWrong) {
  CompareArguments arguments;
  arguments.a = "retry-storm";
  arguments.b = "retry-strom";
  arguments.seed = "one";
  const Said said = say(compare, arguments);
  EXPECT_EQ(said.status, exit_wrong);
  EXPECT_THAT(said.err, AllOf(HasSubstr("retry-strom"), HasSubstr("--seed: expected")));
}

}  // namespace
}  // namespace faultline::cli::runs_command_test
