// Shows that the line of time tells what befalls the run and when, which promises were broken when,
// and how much of them is left, by scenarios in which that can be counted by hand.
#include "viz/view/charts/time_line.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/viz/shown.h"

namespace faultline::viz::time_line_test {
namespace {

using namespace sim::literals;
using nlohmann::ordered_json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using Kind = TimeMark::Kind;

// A hundred seconds of ten requests a second, each answered at once; from 20 to 30 s they get lost,
// and whoever sent one has waited half a second when it fails: a hundred of a thousand.
ordered_json ten_seconds_lost() {
  ordered_json json = small_shop();
  json["run"]["duration"] = "100s";
  json["workloads"]["users"]["arrivals"] = "regular(10/s)";
  json["workloads"]["users"]["call"]["timeout"] = "500ms";
  json["timeline"]["dark"] = {{"at", "20s"}, {"for", "10s"}, {"lose", "users->web"}};
  return json;
}

Promise promise_at(Playback& playback, double seconds, std::size_t which = 0) {
  playback.go_to(at_s(seconds));
  return time_line_of(playback).promises.at(which);
}

std::string seen(const TimeMark& mark) {
  const std::vector<std::string> kinds = {"planned", "random", "by hand"};
  std::string text = kinds[static_cast<std::size_t>(mark.kind)];
  text += fmt::format(": {} from {:g}", mark.label, mark.begin.seconds());
  return mark.end ? text + fmt::format(" to {:g}", mark.end->seconds()) : text;
}

std::vector<std::string> seen(const std::vector<TimeMark>& marks) {
  std::vector<std::string> all;
  for (const TimeMark& mark : marks) all.push_back(seen(mark));
  return all;
}

scenarios::Happening crash(const std::string& whom) {
  scenarios::Happening happening;
  happening.crash = whom;
  return happening;
}

TEST(TimeLineTest, TellsWhereTheRunIs) {
  Playback playback(scenario_of(small_shop()), 1);
  playback.go_to(at_s(12));
  playback.go_to(at_s(5));
  TimeLine line = time_line_of(playback);
  EXPECT_EQ(line.now, at_s(5));
  EXPECT_EQ(line.simulated, at_s(12));
  EXPECT_EQ(line.end, at_s(30));
  EXPECT_FALSE(line.turned_at);
  playback.break_now(crash("db"), {});
  line = time_line_of(playback);
  EXPECT_EQ(line.turned_at, at_s(5));
  EXPECT_LT(line.simulated, at_s(5.001));
}

// All of the plan is known from the beginning, in order of time.
TEST(TimeLineTest, HasWhatIsPlanned) {
  ordered_json json = small_shop();
  json["timeline"]["a"] = {{"at", "20s"}, {"flush", "cache"}};
  json["timeline"]["b"] = {{"at", "8s"}, {"for", "4s"}, {"crash", "web/0"}};
  json["timeline"]["c"] = {{"at", "10s"}, {"slow", "db"}, {"factor", 0.5}};
  const Playback playback(scenario_of(json), 1);
  EXPECT_THAT(seen(time_line_of(playback).marks),
              ElementsAre("planned: crash web/0 from 8 to 12", "planned: slow db x0.5 from 10",
                          "planned: flush cache from 20"));
}

// Between what is planned, and as long as it lasts.
TEST(TimeLineTest, HasWhatWasDoneByHand) {
  ordered_json json = small_shop();
  json["timeline"]["a"] = {{"at", "8s"}, {"for", "4s"}, {"crash", "web/0"}};
  Playback playback(scenario_of(json), 1);
  playback.go_to(at_s(5));
  playback.break_now(crash("cache/1"), 2_s);
  playback.go_to(at_s(15));
  playback.break_now(crash("db"), {});
  EXPECT_THAT(seen(time_line_of(playback).marks),
              ElementsAre("by hand: crash cache/1 from 5 to 7", "planned: crash web/0 from 8 to 12",
                          "by hand: crash db from 15"));
}

// Machines that fail at random: nobody knows before they have, and they are not known to be up
// again before they are. Every mark is a stretch in which a machine was down.
TEST(TimeLineTest, HasRandomFaultsAsTheyCome) {
  Playback playback = shown("machine-failures");
  EXPECT_THAT(time_line_of(playback).marks, IsEmpty());
  playback.go_to(at_s(600));
  const std::vector<TimeMark> marks = time_line_of(playback).marks;
  ASSERT_THAT(marks, SizeIs(testing::Gt(3U)));
  for (const TimeMark& mark : marks) {
    EXPECT_EQ(mark.kind, Kind::random);
    ASSERT_TRUE(mark.end);
    playback.go_to(mark.begin + (*mark.end - mark.begin) / 2);
    const char replica = mark.label.back();
    EXPECT_EQ(mark.label, std::string("crash web/") + replica);
    const auto& replicas = playback.world().find("web")->replicas();
    EXPECT_EQ(replicas[static_cast<std::size_t>(replica - '0')].state, models::Lifecycle::down);
  }
}

// Half-way through its first failure a machine is down and nobody knows for how long.
TEST(TimeLineTest, DoesNotKnowTheEndOfARandomFaultBefore) {
  Playback playback = shown("machine-failures");
  playback.go_to(at_s(5));
  const std::vector<TimeMark> marks = time_line_of(playback).marks;
  ASSERT_THAT(marks, SizeIs(1));
  EXPECT_EQ(marks[0].kind, Kind::random);
  EXPECT_FALSE(marks[0].end);
}

// The first failure is told at 20.5 s and the last at 30.4 s: eleven windows, joined. Before that
// nothing is broken, and while it lasts as much as has been seen.
TEST(TimeLineTest, JoinsTheWindowsInWhichAPromiseIsBroken) {
  ordered_json json = ten_seconds_lost();
  json["slos"]["up"] = {{"metric", "availability"}, {"at-least", 0.99}};
  Playback playback(scenario_of(json), 1);
  EXPECT_THAT(promise_at(playback, 20).broken, IsEmpty());
  EXPECT_THAT(promise_at(playback, 25.5).broken, ElementsAre(Pair(at_s(20), at_s(25))));
  const Promise promise = promise_at(playback, 60);
  EXPECT_THAT(promise.broken, ElementsAre(Pair(at_s(20), at_s(31))));
  EXPECT_EQ(promise.label, "up");
  EXPECT_EQ(promise.text, "availability is at least 0.99");
  EXPECT_THAT(promise_at(playback, 25.5).broken, ElementsAre(Pair(at_s(20), at_s(25))))
      << "what comes later has been seen, and is not told";
}

TEST(TimeLineTest, KeepsApartWhatIsBrokenTwice) {
  ordered_json json = ten_seconds_lost();
  json["timeline"]["dark again"] = {{"at", "40s"}, {"for", "2s"}, {"lose", "users->web"}};
  json["slos"]["up"] = {{"metric", "availability"}, {"at-least", 0.99}};
  Playback playback(scenario_of(json), 1);
  EXPECT_THAT(promise_at(playback, 60).broken,
              ElementsAre(Pair(at_s(20), at_s(31)), Pair(at_s(40), at_s(43))));
}

// What is promised for a span cannot be broken outside of it.
TEST(TimeLineTest, HoldsAPromiseOnlyForItsSpan) {
  ordered_json json = ten_seconds_lost();
  json["slos"]["up"] = {{"metric", "availability"}, {"during", "25s..28s"}, {"at-least", 0.99}};
  json["slos"]["vp"] = {{"metric", "availability"}, {"during", "40s..50s"}, {"at-least", 0.99}};
  Playback playback(scenario_of(json), 1);
  EXPECT_THAT(promise_at(playback, 60).broken, ElementsAre(Pair(at_s(25), at_s(28))));
  EXPECT_THAT(promise_at(playback, 60, 1).broken, IsEmpty());
}

// Promises about a component or one workload, and about latency, are looked up where they belong.
// In the second after 30 s ten are answered and five fail: more than half.
TEST(TimeLineTest, HoldsPromisesOfComponentsToo) {
  ordered_json json = ten_seconds_lost();
  json["slos"]["a"] = {{"metric", "/components/web/arrivals_per_s"}, {"at-least", 1}};
  json["slos"]["b"] = {{"metric", "workloads.users.availability"}, {"above", 0.5}};
  json["slos"]["c"] = {{"metric", "latency_ms.p99"}, {"below", 400}};
  Playback playback(scenario_of(json), 1);
  EXPECT_THAT(promise_at(playback, 60).broken, ElementsAre(Pair(at_s(20), at_s(30))));
  EXPECT_THAT(promise_at(playback, 60, 1).broken, ElementsAre(Pair(at_s(20), at_s(30))));
  EXPECT_THAT(promise_at(playback, 60, 2).broken, IsEmpty());
}

// A hundred requests fail. Nine in ten promised of the thousand of the run: that is just what may
// fail. At 25 s it is 45 (those sent until 24.5 s) of a hundred.
TEST(TimeLineTest, CountsWhatIsLeftOfTheErrorBudget) {
  ordered_json json = ten_seconds_lost();
  const std::vector<std::pair<double, double>> promised = {{0.9, 0}, {0.8, 0.5}, {0.95, -1}};
  for (std::size_t i = 0; i < promised.size(); ++i) {
    json["slos"][std::string(1, static_cast<char>('a' + i))] = {{"metric", "availability"},
                                                                {"at-least", promised[i].first}};
  }
  Playback playback(scenario_of(json), 1);
  EXPECT_FALSE(promise_at(playback, 0.5).budget_left) << "nothing is known yet";
  EXPECT_NEAR(promise_at(playback, 20).budget_left.value(), 1, 1e-9);
  EXPECT_NEAR(promise_at(playback, 25).budget_left.value(), 0.55, 0.011);
  for (std::size_t i = 0; i < promised.size(); ++i) {
    for (const double seconds : {50.0, 99.0, 100.0}) {
      const auto left = promise_at(playback, seconds, i).budget_left;
      ASSERT_TRUE(left);
      EXPECT_NEAR(*left, promised[i].second, 0.011) << promised[i].first << " at " << seconds;
    }
  }
}

// Nothing may fail, or it is not said of what share: then there is no budget.
TEST(TimeLineTest, HasNoBudgetWhereNoneIsPromised) {
  ordered_json json = ten_seconds_lost();
  json["slos"]["a"] = {{"metric", "availability"}, {"at-least", 1}};
  json["slos"]["b"] = {{"metric", "latency_ms.p99"}, {"below", 400}};
  json["slos"]["c"] = {{"metric", "availability"}, {"below", 1}};
  json["slos"]["d"] = {{"metric", "availability"}, {"above", 0.9}};
  json["slos"]["e"] = {{"metric", "quality"}, {"at-least", 0.9}};
  Playback playback(scenario_of(json), 1);
  for (const std::size_t i : {0U, 1U, 2U, 4U})
    EXPECT_FALSE(promise_at(playback, 60, i).budget_left) << i;
  EXPECT_TRUE(promise_at(playback, 60, 3).budget_left);
}

// As a pointer into the result or with dots.
TEST(TimeLineTest, ReadsWhatAMetricIsOf) {
  using Both = std::pair<std::string, std::string>;
  EXPECT_EQ(subject_and_metric("/components/db/utilisation"), Both("db", "utilisation"));
  EXPECT_EQ(subject_and_metric("components.db.utilisation"), Both("db", "utilisation"));
  EXPECT_EQ(subject_and_metric("/workloads/users/latency_ms/p99"), Both("users", "latency_ms.p99"));
  EXPECT_EQ(subject_and_metric("workloads.users.latency_ms.p99.9"),
            Both("users", "latency_ms.p99.9"));
  EXPECT_EQ(subject_and_metric("latency_ms.p99"), Both("*", "latency_ms.p99"));
  EXPECT_EQ(subject_and_metric("/latency_ms/p99"), Both("*", "latency_ms.p99"));
  EXPECT_EQ(subject_and_metric("availability"), Both("*", "availability"));
}

}  // namespace
}  // namespace faultline::viz::time_line_test
