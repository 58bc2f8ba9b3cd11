// Shows that a story has the order, the directions and the loop that small architectures must have,
// whatever their components are called, and that it says so where there is nothing to tell.
#include "analysis/story/story.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "analysis/story/story_text.h"
#include "tests/analysis/pausing_shop.h"

namespace faultline::analysis::story_test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Story story_of(const scenarios::Scenario& scenario) {
  Evidence evidence(scenario.run.window);
  RunOptions options;
  evidence.watch(options);
  return make_story(scenario, run(scenario, options), evidence);
}

struct Names {
  std::string users, front, back;
};
const Names plain = {"users", "front", "back"};
const Names reversed = {"m", "z", "a"};  // whose order is another

// Users of a front that asks a back of one worker: 10 a second, and 5 a second come regularly.
scenarios::Scenario tiers(const Names& n, int retries, const std::string& timeline) {
  return load_text(fmt::format(
      R"json({{ "name": "tiers", "run": {{ "duration": "70s", "warmup": "2s" }},
    "components": {{
      "{front}": {{ "type": "service", "workers": 9, "worker": "released",
                    "endpoints": {{ "*": [{{ "compute": "1ms" }}, {{ "call": "{back}" }}] }} }},
      "{back}": {{ "type": "service", "backlog": 100,
                   "endpoints": {{ "*": [{{ "compute": "100ms" }}] }} }} }},
    "workloads": {{ "{users}": {{ "to": "{front}", "arrivals": "regular(5/s)",
                    "call": {{ "timeout": "1s", "retries": {{ "max": {retries} }} }} }} }},
    "timeline": {{ {timeline} }} }})json",
      fmt::arg("users", n.users), fmt::arg("front", n.front), fmt::arg("back", n.back),
      fmt::arg("retries", retries), fmt::arg("timeline", timeline)));
}

std::string pausing(const Names& n, const char* length) {
  return fmt::format(R"("t": {{ "at": "12s", "for": "{}", "pause": "{}" }})", length, n.back);
}

// A cache in front of a database that can read 10 a second, and 50 a second want 40 things.
scenarios::Scenario cached(const Names& n, const char* duration = "60s") {
  return load_text(fmt::format(
      R"json({{ "name": "cached", "run": {{ "duration": "{duration}", "warmup": "2s" }},
    "components": {{
      "{front}": {{ "type": "cache", "capacity": 100, "prefill": 40, "origin": "{back}",
                    "call": {{ "timeout": "300ms" }} }},
      "{back}": {{ "type": "database", "workers": 1, "read-time": "100ms" }},
      "door": {{ "type": "service", "workers": 9, "worker": "released",
                 "endpoints": {{ "*": [{{ "read": "{front}" }}] }} }} }},
    "workloads": {{ "{users}": {{ "to": "door", "arrivals": "regular(50/s)",
                    "keys": {{ "objects": 40 }}, "call": {{ "timeout": "1s" }} }} }},
    "timeline": {{ "t": {{ "at": "12s", "flush": "{front}" }} }} }})json",
      fmt::arg("users", n.users), fmt::arg("front", n.front), fmt::arg("back", n.back),
      fmt::arg("duration", duration)));
}

std::string role(const Names& n, const std::string& name) {
  const std::map<std::string, std::string> roles = {
      {n.users, "users"}, {n.front, "front"}, {n.back, "back"}};
  const auto found = roles.find(name);
  return found == roles.end() ? name : found->second;
}

std::string place(const Names& n, const std::string& caller, const std::string& name,
                  Pressure pressure) {
  if (caller.empty()) return role(n, name);
  return role(n, caller) + (pressure == Pressure::up ? " <- " : " -> ") + role(n, name);
}

// What left its range, in order, by the roles of the components: "back: backlog".
std::vector<std::string> structure(const Story& story, const Names& n) {
  std::vector<std::string> rows;
  for (const Departure& d : story.departures) {
    rows.push_back(place(n, d.caller, d.name, d.pressure) + ": " +
                   std::string(judgement_of(d.measure).name));
  }
  return rows;
}

std::vector<std::string> loop(const Story& story, const Names& n) {
  std::vector<std::string> rows;
  if (!story.held_by) return rows;
  for (const HeldBy::Step& step : story.held_by->steps) {
    const Judged& how = judgement_of(step.measure);
    rows.push_back(place(n, step.caller, step.name, how.pressure) + ": " + std::string(how.name));
  }
  return rows;
}

// Five seconds leave 25 waiting; every request times out from then on, and is tried four times: 20
// a second for a worker that does 10.
TEST(Story, OfRetriesTellsOrderDirectionsAndLoop) {
  const Story story = story_of(tiers(plain, 3, pausing(plain, "5s")));
  const auto rows = structure(story, plain);
  const auto at = [&](const std::string& row) {
    const auto found = std::find(rows.begin(), rows.end(), row);
    EXPECT_NE(found, rows.end()) << row;
    return found - rows.begin();
  };
  EXPECT_LT(at("back: backlog"), at("front <- back: calls waiting") + 1);
  EXPECT_LT(at("front <- back: calls waiting"), at("users <- front: timeouts"));
  EXPECT_LT(at("users -> front: tries per call"), at("users <- front: failed calls"));
  EXPECT_LT(at("users -> front: load"), at("front -> back: load"));
  EXPECT_LT(at("back: backlog"), at("users: success"));
  EXPECT_EQ(story.ending, Ending::stayed_down);
  EXPECT_EQ(story.trigger_end, sim::Time{17'000'000'000});
  ASSERT_TRUE(story.held_by);
  EXPECT_EQ(story.held_by->kind, HeldBy::Kind::retries);
  EXPECT_THAT(loop(story, plain),
              ElementsAre("users -> front: tries per call", "users -> front: load", "back: backlog",
                          "users <- front: timeouts"));
  EXPECT_NEAR(story.held_by->steps[0].now, 4, 0.01);
  EXPECT_NEAR(story.held_by->steps[1].now, 20, 0.01);
  ASSERT_FALSE(story.wasted.empty());
  EXPECT_EQ(story.wasted[0].component, "back");
  EXPECT_GT(story.wasted[0].share, 0.99);
}

TEST(Story, DoesNotDependOnNames) {
  const Story story = story_of(tiers(plain, 3, pausing(plain, "5s")));
  const Story renamed = story_of(tiers(reversed, 3, pausing(reversed, "5s")));
  EXPECT_EQ(structure(story, plain), structure(renamed, reversed));
  EXPECT_EQ(loop(story, plain), loop(renamed, reversed));
  EXPECT_EQ(story.noticed, renamed.noticed);
  const Story cold = story_of(cached(plain));
  const Story cold_renamed = story_of(cached(reversed));
  EXPECT_EQ(loop(cold, plain), loop(cold_renamed, reversed));
  EXPECT_EQ(cold.ending, cold_renamed.ending);
}

// Without retries, 75 wait when the back works again: it takes 15 s to work them off, in vain.
TEST(Story, OfAbandonedWorkComesBack) {
  const Story story = story_of(tiers(plain, 0, pausing(plain, "15s")));
  EXPECT_EQ(story.ending, Ending::came_back);
  ASSERT_TRUE(story.back);
  EXPECT_NEAR(story.back->seconds(), 27 + 14, 2);
  ASSERT_TRUE(story.held_by);
  EXPECT_EQ(story.held_by->kind, HeldBy::Kind::abandoned_work);
  EXPECT_THAT(loop(story, plain),
              ElementsAre("back: backlog", "users <- front: timeouts", "back: work in vain"));
  EXPECT_THAT(story.wasted, IsEmpty());
}

Story story_of_library(const std::string& name) {
  scenarios::Problems problems;
  const auto scenario = scenarios::load_scenario(
      FAULTLINE_SOURCE_DIR "/scenarios/library/" + name + ".json", {}, {}, problems);
  if (!scenario) throw std::runtime_error(problems.text());
  return story_of(*scenario);
}

// No try fails on the way that hedges; there are more of them because they take long.
TEST(Story, OfHedgesTellsThemFromRetries) {
  const Story story = story_of_library("hedge-storm");
  EXPECT_EQ(story.ending, Ending::stayed_down);
  ASSERT_TRUE(story.held_by);
  EXPECT_EQ(story.held_by->kind, HeldBy::Kind::hedges);
  EXPECT_EQ(story.held_by->steps[0].caller, "lb");
  EXPECT_EQ(story.held_by->steps[3].measure, Measure::outstanding);
}

TEST(Story, OfCollectionsTellsWhoStandsStill) {
  const Story story = story_of_library("gc-spiral");
  EXPECT_EQ(story.ending, Ending::stayed_down);
  ASSERT_TRUE(story.held_by);
  EXPECT_EQ(story.held_by->kind, HeldBy::Kind::collections);
  EXPECT_EQ(story.held_by->steps[0].name, "web");
  EXPECT_GT(story.held_by->steps[0].now, 0.5);
}

// A version that fails a share of what it is asked for, with nothing wrong around it.
TEST(Story, OfABadVersionTellsWhoFails) {
  const Story story = story_of_library("bad-release");
  EXPECT_EQ(story.ending, Ending::stayed_down);
  ASSERT_TRUE(story.held_by);
  EXPECT_EQ(story.held_by->kind, HeldBy::Kind::errors);
  EXPECT_EQ(story.held_by->steps[0].name, "web");
}

TEST(Story, OfAColdCacheTellsItsLoop) {
  const Story story = story_of(cached(plain));
  EXPECT_EQ(story.ending, Ending::stayed_down);
  ASSERT_TRUE(story.held_by);
  EXPECT_EQ(story.held_by->kind, HeldBy::Kind::cold_cache);
  EXPECT_THAT(loop(story, plain), ElementsAre("front: hit ratio", "front -> back: load",
                                              "back: backlog", "front <- back: timeouts"));
}

// A quarter slower: busier than normal, and no user waits for half as long again.
TEST(Story, SaysThatUsersWereSpared) {
  const Story story = story_of(
      tiers(plain, 0, R"("t": { "at": "12s", "for": "20s", "slow": "back", "factor": 0.8 })"));
  EXPECT_THAT(structure(story, plain), ElementsAre("back: utilisation"));
  EXPECT_EQ(story.ending, Ending::unnoticed);
  EXPECT_THAT(story_text(story), HasSubstr("the users were spared"));
}

TEST(Story, SaysThatNothingLeftItsRange) {
  const Story story = story_of(
      tiers(plain, 0, R"("t": { "at": "12s", "for": "20s", "slow": "back", "factor": 0.99 })"));
  EXPECT_EQ(story.ending, Ending::nothing_left);
  EXPECT_THAT(story_text(story), HasSubstr("nothing left its normal range"));
}

TEST(Story, SaysThatThereWasNoTrigger) {
  const Story story = story_of(tiers(plain, 0, ""));
  EXPECT_EQ(story.ending, Ending::nothing_left);
  EXPECT_EQ(story.calm_windows, 13U);  // a fifth of 68 s
  EXPECT_THAT(story_text(story), HasSubstr("There was no trigger"));
}

TEST(Story, SaysThatTooLittleIsKnownOfWhatIsNormal) {
  const Story story =
      story_of(tiers(plain, 3, R"("t": { "at": "6s", "for": "5s", "pause": "back" })"));
  EXPECT_EQ(story.ending, Ending::no_normal);
  EXPECT_THAT(story.departures, IsEmpty());
  EXPECT_THAT(story_text(story),
              HasSubstr("not judged: what is normal would take 5 whole windows between warm-up"));
  const Story enough =
      story_of(tiers(plain, 3, R"("t": { "at": "7s", "for": "5s", "pause": "back" })"));
  EXPECT_EQ(enough.ending, Ending::stayed_down);
}

TEST(Story, SaysThatTheRunEndsTooSoon) {
  EXPECT_EQ(story_of(tiers(plain, 0, pausing(plain, "100s"))).ending, Ending::still_on);
  EXPECT_EQ(story_of(tiers(plain, 3, pausing(plain, "55s"))).ending, Ending::too_late);
  const Story unsettled =
      story_of(tiers(plain, 0, R"("t": { "at": "57s", "for": "3s", "pause": "back" })"));
  EXPECT_EQ(unsettled.ending, Ending::too_late);
  EXPECT_TRUE(unsettled.felt.front().unsettled);
  EXPECT_THAT(story_text(unsettled), HasSubstr("the run ends too soon to say"));
}

// Twice as much as it can do, for good: there is no loop, but the load.
TEST(Story, OfALoadThatStaysSaysSo) {
  const Story story =
      story_of(tiers(plain, 0, R"("t": { "at": "12s", "load": "users", "factor": 4 })"));
  EXPECT_EQ(story.ending, Ending::stayed_down);
  ASSERT_TRUE(story.held_by);
  EXPECT_EQ(story.held_by->kind, HeldBy::Kind::load);
  EXPECT_THAT(loop(story, plain), ElementsAre("users -> front: load", "back: backlog"));
}

// What a trigger does within its window does not come before it.
TEST(Story, BeginsWithTheTrigger) {
  const Story story =
      story_of(tiers(plain, 3, R"("t": { "at": "12.4s", "for": "5s", "pause": "back" })"));
  ASSERT_FALSE(story.departures.empty());
  EXPECT_EQ(story.departures.front().left, sim::Time{12'400'000'000});
}

TEST(Story, ChangesNothing) {
  const auto scenario = tiers(plain, 3, pausing(plain, "5s"));
  EXPECT_EQ(story_of(scenario).digest, run(scenario, {}).result.json["digest"]);
}

// When the load falls back, twenty calls a second that began before fail, while five begin.
TEST(Story, CountsSharesOfWhatEnded) {
  const Story story = story_of(
      tiers(plain, 0, R"("t": { "at": "12s", "for": "6s", "load": "users", "factor": 4 })"));
  EXPECT_THAT(structure(story, plain), Contains("users <- front: failed calls"));
  for (const Departure& d : story.departures) {
    if (judgement_of(d.measure).unit != "0..1") continue;
    EXPECT_LE(d.worst, 1) << d.caller << " " << d.name;
  }
}

TEST(Story, IsTheSameAsJson) {
  const Story story = story_of(tiers(plain, 3, pausing(plain, "5s")));
  const auto json = story_json(story);
  EXPECT_EQ(json["schema"], "faultline-story/1");
  EXPECT_EQ(json["ending"], "stayed-down");
  EXPECT_EQ(json["departures"].size(), story.departures.size());
  EXPECT_EQ(json["triggers"][0]["at_s"], 12);
  EXPECT_EQ(json["triggers"][0]["ended_s"], 17);
  EXPECT_EQ(json["held_by"]["kind"], "retries");
  EXPECT_EQ(json["back_s"], nullptr);
  const auto& tries = json["tries_per_call"];
  ASSERT_EQ(tries.size(), 2U);
  EXPECT_EQ(tries[0]["normal"], 1);
  for (const auto& row : json["departures"]) {
    if (row["subject"] != "call") continue;
    const bool down = row["figure"] == "load" || row["figure"] == "tries per call";
    EXPECT_EQ(row["pressure"], down ? "down" : "up");
  }
}

}  // namespace
}  // namespace faultline::analysis::story_test
