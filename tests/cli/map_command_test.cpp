// Shows what `faultline map` makes of its options, and that it stops cleanly.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "cli/commands.h"
#include "tests/cli/said.h"
#include "tests/scenarios/scratch_folder.h"

namespace faultline::cli::map_command_test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

MapArguments of_scenario(const std::string& name) {
  MapArguments arguments;
  arguments.what.scenario = name;
  return arguments;
}

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::ptrdiff_t lines_in(const std::string& text) {
  return std::count(text.begin(), text.end(), '\n');
}

TEST(MapCommand, TellsAllThatIsWrongAtOnce) {
  MapArguments arguments = of_scenario("cache-outage");
  arguments.load = "0.5..0.2";
  arguments.trigger = "abc";
  arguments.cells = "0x5";
  arguments.jobs = "0";
  arguments.seed = "-1";
  arguments.steps = "3";
  arguments.csv = arguments.svg = "same";
  const Said said = say(map, arguments);
  EXPECT_EQ(said.status, exit_wrong);
  EXPECT_THAT(said.out, IsEmpty());
  EXPECT_THAT(said.err, HasSubstr("--load: expected A..B, such as 0.5..1.2, with 0 < A < B <= "
                                  "1000, or one such value, got \"0.5..0.2\"\n"));
  EXPECT_THAT(said.err, HasSubstr("--trigger: expected A..B, such as 0s..10s, "));
  EXPECT_THAT(said.err, HasSubstr(", got \"abc\"\n"));
  EXPECT_THAT(said.err, HasSubstr("--cells: expected COLUMNSxROWS, such as 20x20, each at least 1 "
                                  "and 10000 cells at most, got \"0x5\"\n"));
  EXPECT_THAT(said.err, HasSubstr("--jobs: expected a whole number from 1 to 256, got \"0\"\n"));
  EXPECT_THAT(said.err, HasSubstr("--seed: expected a whole number, got \"-1\"\n"));
  EXPECT_THAT(said.err, HasSubstr("--steps: "));
  EXPECT_THAT(said.err, HasSubstr("--svg: expected another file than that of --csv"));
  EXPECT_THAT(said.err, HasSubstr("/timeline: expected an entry with the label \"trigger\"; there "
                                  "is \"noon\" (crash cache)\n"));
  EXPECT_EQ(lines_in(said.err), 8) << said.err;
}

TEST(MapCommand, RefusesWhatIsNoRangeOrNoGrid) {
  for (const char* load : {"0..1", "1..1", "2..1", "-1..1", "1..", "..2", "", "1..2000", "1%"}) {
    MapArguments arguments = of_scenario("retry-storm");
    arguments.load = load;
    arguments.trigger = "5s";
    EXPECT_THAT(say(map, arguments).err, testing::StartsWith("--load: expected A..B")) << load;
  }
  for (const char* trigger : {"0..10s", "10s..0s", "5", "-1s..1s", "1s..."}) {
    MapArguments arguments = of_scenario("retry-storm");
    arguments.load = "1";
    arguments.trigger = trigger;
    EXPECT_THAT(say(map, arguments).err, testing::StartsWith("--trigger: expected A..B"))
        << trigger;
  }
  for (const char* cells : {"", "20", "x", "3x", "x3", "3x0", "3 x 3", "101x100", "1e2x1",
                            "99999999999999999999x1", "4294967296x4294967296"}) {
    MapArguments arguments = of_scenario("retry-storm");
    arguments.load = "1";
    arguments.trigger = "5s";
    arguments.cells = cells;
    EXPECT_THAT(say(map, arguments).err, testing::StartsWith("--cells: expected COLUMNSxROWS"))
        << cells;
  }
  MapArguments arguments = of_scenario("retry-storm");
  arguments.trigger = "0s..5s";
  arguments.cells = "4x1";
  EXPECT_EQ(say(map, arguments).err,
            "--load: expected A..B, such as 0.5..1.2, with 0 < A < B <= 1000, or one such value, "
            "got nothing\n"
            "--trigger: expected a single value where there is one cell or step, got \"0s..5s\"\n");
}

TEST(MapCommand, HysteresisHasOptionsOfItsOwn) {
  MapArguments arguments = of_scenario("retry-storm");
  arguments.hysteresis = true;
  arguments.load = "1..2";
  arguments.steps = "1";
  arguments.trigger = "5s";
  arguments.cells = "2x2";
  arguments.jobs = "2";
  arguments.csv = "a";
  arguments.svg = "b";
  const Said said = say(map, arguments);
  EXPECT_EQ(said.status, exit_wrong);
  for (const char* option : {"--trigger", "--cells", "--jobs", "--csv", "--svg"}) {
    EXPECT_THAT(said.err, HasSubstr(std::string(option) +
                                    ": expected no such option together with --hysteresis, got "));
  }
  EXPECT_THAT(said.err, HasSubstr("--steps: expected a whole number from 2 to 1000, got \"1\"\n"));
  EXPECT_EQ(lines_in(said.err), 6) << said.err;
}

TEST(MapCommand, PrintsAHysteresis) {
  MapArguments arguments = of_scenario("retry-storm");
  arguments.hysteresis = true;
  arguments.load = "0.1..1.4";
  arguments.steps = "3";
  arguments.seed = "7";
  const Said said = say(map, arguments);
  EXPECT_EQ(said.status, exit_done);
  EXPECT_THAT(said.out, testing::StartsWith("retry-storm   seed 7   steps of 600s"));
  EXPECT_THAT(said.out, HasSubstr("\n   0.1  "));
  EXPECT_THAT(said.out, HasSubstr("\n  0.75  "));
  EXPECT_THAT(said.out, HasSubstr("Fails going up at load 1.4; recovers going down at load 0.1."));
}

// Text and files, for 1 job and for 3; and a single value is one row.
TEST(MapCommand, WritesTheSameBytesForAnyNumberOfJobs) {
  const scenarios::ScratchFolder folder;
  std::vector<std::string> all;
  for (const char* jobs : {"1", "3"}) {
    MapArguments arguments = of_scenario("retry-storm");
    arguments.what.set = {"run.duration=60s"};
    arguments.load = "0.5..1.5";
    arguments.trigger = "5s";
    arguments.cells = "3x7";
    arguments.jobs = jobs;
    arguments.csv = folder.path() / "map.csv";
    arguments.svg = folder.path() / "map.svg";
    const Said said = say(map, arguments);
    EXPECT_EQ(said.status, exit_done) << said.err;
    EXPECT_THAT(said.err, IsEmpty());
    EXPECT_THAT(said.out, HasSubstr("5 s | . x #\n"));
    EXPECT_EQ(lines_in(read(*arguments.csv)), 4);
    all.push_back(said.out + read(*arguments.csv) + read(*arguments.svg));
  }
  EXPECT_EQ(all[0], all[1]);
}

TEST(MapCommand, SaysWhatItCannotWriteBeforeItRuns) {
  MapArguments arguments = of_scenario("retry-storm");
  arguments.load = "1";
  arguments.trigger = "5s";
  arguments.csv = "/nowhere/map.csv";
  const Said said = say(map, arguments);
  EXPECT_EQ(said.status, exit_wrong);
  EXPECT_THAT(said.out, IsEmpty());
  EXPECT_THAT(said.err, HasSubstr("cannot write /nowhere/map.csv: "));
}

TEST(MapCommand, StopsAtALimitOfTheScenario) {
  MapArguments arguments = of_scenario("retry-storm");
  arguments.what.set = {"run.max-requests=500"};
  arguments.load = "1";
  arguments.trigger = "5s";
  const Said said = say(map, arguments);
  EXPECT_EQ(said.status, exit_stopped);
  EXPECT_THAT(said.err, HasSubstr("the run with load 1 and a trigger of 0s reached the number of "
                                  "requests asked for at "));
}

std::size_t files_in(const std::filesystem::path& folder) {
  const std::filesystem::directory_iterator files(folder);
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

// Once the map's file is begun, under its temporary name, the process is told to stop.
TEST(MapCommand, LeavesNoFileWhenInterrupted) {
  const scenarios::ScratchFolder folder;
  const std::string csv = folder.path() / "map.csv";
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    execl(FAULTLINE_BINARY, FAULTLINE_BINARY, "map", "retry-storm", "--load", "0.5..1.2",
          "--trigger", "0s..10s", "--cells", "100x100", "--csv", csv.c_str(), nullptr);
    _exit(127);
  }
  const auto begun = std::chrono::steady_clock::now();
  while (files_in(folder.path()) == 0 &&
         std::chrono::steady_clock::now() - begun < std::chrono::seconds(30)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_EQ(files_in(folder.path()), 1U);
  kill(child, SIGINT);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), exit_stopped);
  EXPECT_EQ(files_in(folder.path()), 0U);
}

}  // namespace
}  // namespace faultline::cli::map_command_test
