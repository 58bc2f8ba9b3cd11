// Shows what `faultline sweep` makes of its options, and that no kill costs a run that had ended.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "analysis/sweep/database.h"
#include "cli/commands.h"
#include "tests/cli/said.h"
#include "tests/scenarios/scratch_folder.h"

namespace faultline::cli::sweep_command_test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

SweepArguments of_storm(std::vector<std::string> vary) {
  SweepArguments arguments;
  arguments.what.scenario = "retry-storm";
  arguments.what.set = {"run.warmup=1s"};
  arguments.what.duration = "3s";
  arguments.vary = std::move(vary);
  return arguments;
}

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(SweepCommand, TellsAllThatIsWrongAtOnce) {
  SweepArguments arguments =
      of_storm({"/components/wbe/workers=1,2", "load=2..1:1", "/run/seed=1", "/run/seed=2"});
  arguments.runs = "0";
  arguments.jobs = "x";
  arguments.seed = "-1";
  arguments.shard = "17/16";
  arguments.sample = "random:5";
  arguments.metrics = {"latency_ms.p98"};
  const Said said = say(sweep, arguments);
  EXPECT_EQ(said.status, exit_wrong);
  EXPECT_THAT(said.out, IsEmpty());
  for (const char* line :
       {"--vary: /components/wbe/workers: there is no \"wbe\" here; did you mean \"web\"?\n",
        "--vary: expected a range that rises", "--vary: expected each pointer once, got",
        "--runs: expected a whole number from 1 to 100000, got \"0\"\n", "--jobs: ", "--seed: ",
        "--shard: expected K/N, the Kth of N parts, K from 1 to N, such as 3/16, got \"17/16\"\n",
        "--sample: expected lhs:N", "did you mean \"latency_ms.p9"}) {
    EXPECT_THAT(said.err, HasSubstr(line));
  }
}

TEST(SweepCommand, ShowsWhatItCostsWhereThereArePrices) {
  SweepArguments arguments = of_storm({"load=0.1"});
  arguments.runs = "1";
  EXPECT_THAT(say(sweep, arguments).out, Not(HasSubstr("cost.per_month")));
  arguments.what.scenario = "shop-priced";
  EXPECT_THAT(say(sweep, arguments).out, HasSubstr("cost.per_month"));
}

TEST(SweepCommand, WantsAStoreForAShard) {
  SweepArguments arguments = of_storm({"load=1,2"});
  arguments.shard = "1/2";
  EXPECT_THAT(say(sweep, arguments).err,
              HasSubstr("--shard: expected --store FILE together with it"));
}

TEST(SweepCommand, WritesATableCsvAndPicturesTheSameForAnyNumberOfJobs) {
  const scenarios::ScratchFolder folder;
  std::vector<std::string> all;
  for (const char* jobs : {"1", "2"}) {
    SweepArguments arguments = of_storm({"load=0.5,1"});
    arguments.runs = "2";
    arguments.jobs = jobs;
    arguments.out = (folder.path() / jobs).string();
    const Said said = say(sweep, arguments);
    ASSERT_EQ(said.status, exit_done) << said.err;
    EXPECT_THAT(said.out,
                testing::StartsWith("retry-storm   2 points   2 runs each   seeds 1 to 2\n"));
    EXPECT_THAT(said.out, HasSubstr("+/-"));
    std::string files = said.out;
    for (const char* file :
         {"sweep.csv", "latency_ms.svg", "goodput_per_s.svg", "availability.svg"}) {
      const std::string content = content_of(folder.path() / jobs / file);
      EXPECT_THAT(content, Not(IsEmpty())) << file;
      files += content;
    }
    all.push_back(files);
  }
  EXPECT_EQ(all[0], all[1]);
  EXPECT_THAT(all[0], HasSubstr(">latency_ms.p95<"));
}

// Where all is well availability is 100 % everywhere, and its axis ends there.
TEST(SweepCommand, DrawsNoShareAboveTheWhole) {
  const scenarios::ScratchFolder folder;
  SweepArguments arguments = of_storm({"load=0.1,0.2"});
  arguments.runs = "2";
  arguments.metrics = {"availability"};
  arguments.out = folder.path().string();
  const Said said = say(sweep, arguments);
  ASSERT_EQ(said.status, exit_done) << said.err;
  const std::string svg = content_of(folder.path() / "availability.svg");
  EXPECT_THAT(svg, HasSubstr(">100.00 %<"));
  EXPECT_THAT(svg, Not(testing::ContainsRegex(">1[0-9][1-9].[0-9]* %<")));
  EXPECT_THAT(svg, Not(HasSubstr(">105.00 %<")));
}

TEST(SweepCommand, DrawsAHeatMapOfTwoVariations) {
  const scenarios::ScratchFolder folder;
  SweepArguments arguments = of_storm({"load=0.5,1", "/components/web/workers=2,4,8"});
  arguments.runs = "1";
  arguments.metrics = {"components.web.utilisation"};
  arguments.out = folder.path().string();
  const Said said = say(sweep, arguments);
  ASSERT_EQ(said.status, exit_done) << said.err;
  EXPECT_THAT(said.out, HasSubstr("components.web.utilisation"));
  EXPECT_THAT(said.out, Not(HasSubstr("p99")));
  const std::string svg = content_of(folder.path() / "components.web.utilisation.svg");
  std::size_t cells = 0;
  for (std::size_t at = svg.find("font-size=\"11\""); at != svg.npos;
       at = svg.find("font-size=\"11\"", at + 1)) {
    ++cells;
  }
  EXPECT_EQ(cells, 6U);
}

TEST(SweepCommand, IsWrittenAsJson) {
  const scenarios::ScratchFolder folder;
  SweepArguments arguments = of_storm({"load=0.5,1", "/components/web/workers=4"});
  arguments.runs = "2";
  arguments.metrics = {"availability", "latency_ms.p99"};
  arguments.json = true;
  arguments.out = folder.path().string();
  const Said said = say(sweep, arguments);
  ASSERT_EQ(said.status, exit_done) << said.err;
  EXPECT_EQ(content_of(folder.path() / "sweep.json"), said.out);
  const auto json = nlohmann::json::parse(said.out);
  EXPECT_EQ(json["schema"], "faultline-sweep/1");
  EXPECT_EQ(json["complete"], true);
  ASSERT_EQ(json["points"].size(), 2U);
  const auto& point = json["points"][1];
  EXPECT_EQ(point["at"], nlohmann::json({{"load", 1}, {"/components/web/workers", 4}}));
  EXPECT_EQ(point["runs"], 2);
  const auto& p99 = point["metrics"]["latency_ms.p99"];
  EXPECT_LT(p99["low"], p99["mean"]);
  EXPECT_LT(p99["mean"], p99["high"]);
}

TEST(SweepCommand, SaysWhyItDrawsNothing) {
  const scenarios::ScratchFolder folder;
  SweepArguments arguments =
      of_storm({"load=1", "/components/web/workers=4", "/workloads/shoppers/call/retries/max=0"});
  arguments.runs = "1";
  arguments.out = folder.path().string();
  EXPECT_THAT(say(sweep, arguments).err, HasSubstr("no pictures: they show every combination of "
                                                   "one variation or two, not 3 variations"));
  arguments.vary = {"load=0.5,1", "/components/web/workers=4,8"};
  EXPECT_THAT(say(sweep, arguments).err, IsEmpty());
  arguments.sample = "lhs:2";
  EXPECT_THAT(say(sweep, arguments).err, HasSubstr("not a sample of two"));
}

TEST(SweepCommand, SaysThatAShardHasNothingToDo) {
  const scenarios::ScratchFolder folder;
  SweepArguments arguments = of_storm({"load=1"});
  arguments.runs = "2";
  arguments.shard = "3/3";
  arguments.store = folder.path() / "store";
  const Said said = say(sweep, arguments);
  EXPECT_EQ(said.status, exit_done);
  EXPECT_THAT(said.out, HasSubstr("nothing to do: of 2 runs in all, none falls to this shard"));
}

TEST(SweepCommand, WantsANameForItsStore) {
  SweepArguments arguments = of_storm({"load=1"});
  arguments.store = "";
  EXPECT_THAT(say(sweep, arguments).err, HasSubstr("--store: expected the name of a file"));
}

// A sweep of hundreds of runs is killed as soon as its store has some; the same command ends it.
TEST(SweepCommand, GoesOnWhereItWasKilled) {
  const scenarios::ScratchFolder folder;
  const std::string store = folder.path() / "results.sqlite";
  const auto begin = [&] {
    const pid_t child = fork();
    if (child == 0) {
      if (std::freopen("/dev/null", "w", stdout) == nullptr) _exit(127);
      execl(FAULTLINE_BINARY, FAULTLINE_BINARY, "sweep", "retry-storm", "--vary", "load=0.5,1",
            "--duration", "3s", "--set", "run.warmup=1s", "--runs", "100", "--jobs", "1", "--store",
            store.c_str(), nullptr);
      _exit(127);
    }
    return child;
  };
  const auto runs = [&] { return analysis::Database(store).ask("SELECT count(*) FROM runs"); };
  const pid_t killed = begin();
  ASSERT_GE(killed, 0);
  const auto begun = std::chrono::steady_clock::now();
  const auto some_are_kept = [&] {
    try {
      return std::filesystem::exists(store) && runs() > 0;
    } catch (const analysis::StoreError&) {  // its tables are not made yet
      return false;
    }
  };
  while (!some_are_kept() && std::chrono::steady_clock::now() - begun < std::chrono::seconds(30)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  kill(killed, SIGKILL);
  int status = 0;
  ASSERT_EQ(waitpid(killed, &status, 0), killed);
  EXPECT_GT(runs(), 0);
  EXPECT_EQ(analysis::Database(store).ask(
                "SELECT count(*) FROM runs WHERE id NOT IN (SELECT run FROM metrics)"),
            0);
  const pid_t again = begin();
  ASSERT_EQ(waitpid(again, &status, 0), again);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), exit_done);
  EXPECT_EQ(runs(), 200);
}

TEST(MergeCommand, SaysWhatIsNotThere) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(merge("/nowhere/out.sqlite", {"/nowhere/a.sqlite"}), exit_wrong);
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("cannot read /nowhere/a.sqlite: there is no such store"));
}

}  // namespace
}  // namespace faultline::cli::sweep_command_test
