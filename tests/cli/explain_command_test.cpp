// Shows what `faultline explain` prints, and what it answers to bad input.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "tests/cli/said.h"

namespace faultline::cli::explain_command_test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

ExplainArguments retry_storm() {
  ExplainArguments arguments;
  arguments.what.scenario = "retry-storm";
  arguments.what.duration = "60s";
  return arguments;
}

TEST(ExplainCommand, TellsTheStory) {
  const Said said = say(explain, retry_storm());
  EXPECT_EQ(said.status, exit_done);
  EXPECT_THAT(said.err, IsEmpty());
  EXPECT_THAT(said.out, StartsWith("retry-storm   seed 1   60s   digest "));
  EXPECT_THAT(said.out, HasSubstr("  0:20  TRIGGER         web/0 crashed\n"));
  EXPECT_THAT(said.out, HasSubstr("DID NOT COME BACK by 1:00, 0:35 after the trigger ended"));
  EXPECT_LT(std::count(said.out.begin(), said.out.end(), '\n'), 40);
}

TEST(ExplainCommand, TellsItAsJson) {
  ExplainArguments arguments = retry_storm();
  arguments.json = true;
  arguments.seed = 2;
  const Said said = say(explain, arguments);
  EXPECT_EQ(said.status, exit_done);
  const auto json = nlohmann::json::parse(said.out);
  EXPECT_EQ(json["schema"], "faultline-story/1");
  EXPECT_EQ(json["seed"], 2);
}

TEST(ExplainCommand, RefusesWhatIsWrong) {
  ExplainArguments arguments;
  arguments.what.scenario = "retry-strom";
  Said said = say(explain, arguments);
  EXPECT_EQ(said.status, exit_wrong);
  EXPECT_THAT(said.out, IsEmpty());
  EXPECT_THAT(said.err, HasSubstr("retry-storm"));
  arguments = retry_storm();
  arguments.what.set = {"components.web.replicas=none"};
  arguments.what.duration = "soon";
  said = say(explain, arguments);
  EXPECT_EQ(said.status, exit_wrong);
  EXPECT_THAT(said.err, HasSubstr("/components/web/replicas"));
  EXPECT_THAT(said.err, HasSubstr("/run/duration"));
}

// A run that a limit ends is told as far as it came.
TEST(ExplainCommand, TellsWhatThereWasBeforeALimit) {
  ExplainArguments arguments = retry_storm();
  arguments.what.set = {"run.max-events=20000"};
  const Said said = say(explain, arguments);
  EXPECT_EQ(said.status, exit_stopped);
  EXPECT_THAT(said.out, HasSubstr("The run was cut short: stopped at the limit of events."));
}

int status_of(const std::string& command_line) {
  const int status = std::system(
      (std::string(FAULTLINE_BINARY) + " " + command_line + " >/dev/null 2>&1").c_str());
  return WEXITSTATUS(status);
}

TEST(ExplainCommand, RefusesAWrongCommandLine) {
  EXPECT_EQ(status_of("explain"), exit_wrong);
  EXPECT_EQ(status_of("explain three-tier --format csv"), exit_wrong);
  EXPECT_EQ(status_of("explain three-tier --seed many"), exit_wrong);
  EXPECT_EQ(status_of("explain three-tier --seed 1..3"), exit_wrong);
  EXPECT_EQ(status_of("explain three-tier --out there"), exit_wrong);
}

}  // namespace
}  // namespace faultline::cli::explain_command_test
