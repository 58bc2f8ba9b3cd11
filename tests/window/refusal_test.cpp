// Shows that what cannot be done is said in a sentence, with exit status 2 and nothing half done.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/window/child.h"

namespace faultline::viz::refusal_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// In a folder that is empty but for what a test puts there.
class Refusals : public testing::Test {
 protected:
  Ended viz_with(std::vector<std::string> arguments,
                 std::map<std::string, std::optional<std::string>> environment = {}) const {
    return run(viz(std::move(arguments)),
               {.folder = scratch_.path(), .environment = std::move(environment)});
  }

  // Exit status 2, one line for each of `lines`, and no files but those there were.
  void expect_refused(const Ended& ended, const std::vector<std::string>& parts) const {
    EXPECT_EQ(ended.status, 2);
    EXPECT_THAT(ended.out, IsEmpty());
    for (const std::string& part : parts) EXPECT_THAT(ended.err, HasSubstr(part));
    EXPECT_FALSE(std::filesystem::exists(scratch_.path() / "x.png"));
  }

  const scenarios::ScratchFolder scratch_;
};

const std::vector<std::string> shoot = {"retry-storm", "--screenshot", "x.png"};

std::vector<std::string> shoot_with(const std::vector<std::string>& more) {
  std::vector<std::string> all = shoot;
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

// A scenario with mistakes gives no picture but its mistakes, and at once.
TEST_F(Refusals, AScenarioWithMistakes) {
  scratch_.write("wrong.json", R"({ "name": "wrong", "run": { "duration": "ten" },
    "components": { "web": { "type": "servise" } }, "workloads": {} })");
  const Ended ended = viz_with({"wrong.json", "--screenshot", "x.png"});
  expect_refused(ended, {"wrong.json", "/run/duration", "servise", "service"});
}

// A name that no scenario has is answered with the nearest that there is.
TEST_F(Refusals, AScenarioThatIsNotThere) {
  expect_refused(viz_with({"retry-strom", "--screenshot", "x.png"}),
                 {"retry-strom", "retry-storm"});
}

// Without a display, or with one that does not answer, it says how to get one.
TEST_F(Refusals, NoDisplay) {
  for (const std::vector<std::string>& arguments : {shoot, {"retry-storm"}, {}}) {
    expect_refused(viz_with(arguments, {{"DISPLAY", std::nullopt}}), {"DISPLAY", "xvfb-run -a"});
    expect_refused(viz_with(arguments, {{"DISPLAY", ":4711"}}), {":4711", "xvfb-run -a"});
  }
}

// A font that cannot be read is named.
TEST_F(Refusals, NoFont) {
  scratch_.write("letters.ttf", "no letters");
  expect_refused(viz_with(shoot_with({"--font", "missing.ttf"})), {"missing.ttf"});
  expect_refused(viz_with(shoot_with({"--font", "letters.ttf"})), {"letters.ttf"});
}

// Every option is held against what it may be, and all that is wrong is said at once.
TEST_F(Refusals, WrongOptions) {
  expect_refused(viz_with(shoot_with({"--size", "10x10", "--at", "abc", "--from", "3"})),
                 {"--size", "10x10", "320x240", "--at", "abc", "65s", "--from"});
  for (const char* size : {"1280", "1280x", "x720", "1280x720x1", "99999x99999", "-5x720"}) {
    expect_refused(viz_with(shoot_with({"--size", size})), {"--size"});
  }
  expect_refused(viz_with(shoot_with({"--theme", "blue"})), {"--theme", "blue"});
  expect_refused(viz_with(shoot_with({"--speed", "0"})), {"--speed"});
  expect_refused(viz_with(shoot_with({"--fps", "0"})), {"--fps"});
  expect_refused(viz_with(shoot_with({"--set", "run.duratoin=9s"})), {"duratoin", "duration"});
  expect_refused(viz_with({"--screenshot", "x.png"}), {"scenario"});
}

// What is to be selected must be there.
TEST_F(Refusals, WhatIsNotThereToBeSelected) {
  for (const char* what : {"nobody", "web/9", "web->lb"}) {
    expect_refused(viz_with(shoot_with({"--select", what})), {"--select", what});
  }
}

// A script is read before anything is done, and every line with a mistake is named.
TEST_F(Refusals, AScriptWithMistakes) {
  scratch_.write("script.txt",
                 "at 5s\nplay fast\nscreenshot early.png\njuggle 3  # balls\nkey Shift+Nothing\n");
  const Ended ended = viz_with({"retry-storm", "--script", "script.txt"});
  expect_refused(ended, {"script.txt:2", "script.txt:4", "script.txt:5", "play DURATION"});
  EXPECT_THAT(ended.err, AllOf(Not(HasSubstr("script.txt:1:")), Not(HasSubstr("script.txt:3:"))));
  EXPECT_FALSE(std::filesystem::exists(scratch_.path() / "early.png"));
  expect_refused(viz_with({"retry-storm", "--script", "missing.txt"}), {"missing.txt"});
}

// A picture or a state that cannot be written is an error, not silence.
TEST_F(Refusals, APlaceThatCannotBeWritten) {
  expect_refused(viz_with({"retry-storm", "--screenshot", "no/such/x.png"}), {"no/such/x.png"});
  expect_refused(viz_with({"retry-storm", "--screenshot", "y.png", "--state-dump", "no/x.json"}),
                 {"no/x.json"});
}

// Without ffmpeg there is no film, and the sentence says what to install; a folder of pictures
// would do without.
TEST_F(Refusals, AFilmWithoutFfmpeg) {
  std::filesystem::create_directory(scratch_.path() / "empty");
  const Ended ended = viz_with({"retry-storm", "--record", "film.mp4", "--to", "1s"},
                               {{"PATH", (scratch_.path() / "empty").string()}});
  expect_refused(ended, {"ffmpeg", "install", "folder"});
  EXPECT_FALSE(std::filesystem::exists(scratch_.path() / "film.mp4"));
}

// A film that would have no picture is none.
TEST_F(Refusals, AFilmWithoutPictures) {
  expect_refused(viz_with({"retry-storm", "--record", "film.mp4", "--from", "9s", "--to", "8s"}),
                 {"film.mp4", "no frames"});
  EXPECT_FALSE(std::filesystem::exists(scratch_.path() / "film.mp4"));
}

}  // namespace
}  // namespace faultline::viz::refusal_test
