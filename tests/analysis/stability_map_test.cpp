// Shows the verdicts of a stability map: on courses written by hand, on a shop that arithmetic can
// follow, and on the retry storm that ships; and that the map is the same for any number of jobs.
#include "analysis/maps/stability_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "analysis/loading.h"
#include "analysis/maps/stability_svg.h"
#include "analysis/maps/stability_text.h"
#include "tests/analysis/pausing_shop.h"

namespace faultline::analysis::stability_map_test {
namespace {

using namespace sim::literals;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Optional;

// The signs of the cells, the shortest trigger first, as the text has them.
std::vector<std::string> signs(const StabilityMap& map) {
  std::vector<std::string> rows(map.triggers.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (std::size_t column = 0; column < map.loads.size(); ++column) {
      rows[row] += look_of(map.cell(column, row).stability).sign;
    }
  }
  return rows;
}

StabilityMap map_of(const scenarios::Scenario& scenario, std::vector<double> loads,
                    std::vector<sim::Duration> triggers, unsigned jobs = 1) {
  scenarios::Problems problems;
  check_map(scenario, triggers.back(), problems);
  EXPECT_EQ(problems.text(), "");
  StabilityPlan plan;
  plan.loads = std::move(loads);
  plan.triggers = std::move(triggers);
  plan.jobs = jobs;
  return map_stability(scenario, plan).value_or(StabilityMap{});
}

std::string all_outputs(const StabilityMap& map) {
  std::stringstream text;
  text << stability_text(map);
  write_stability_csv(map, text);
  write_stability_svg(map, text);
  return text.str();
}

// 60 windows of 1 s; 100 are offered in each, and all are good but for some.
class Judging : public ::testing::Test {
 protected:
  const StabilitySpans spans_{.warmup_end = sim::Time{} + 5_s,
                              .trigger = sim::Time{} + 20_s,
                              .last_third = sim::Time{} + 40_s,
                              .end = sim::Time{} + 60_s};

  static Course steady(double good) { return {.window = 1_s, .windows = {60, {100, good, 1}}}; }
  static Course with(Course course, std::size_t from, std::size_t to, double good) {
    for (std::size_t i = from; i < to; ++i) course.windows[i].good = good;
    return course;
  }
  Stability verdict(const Course& course, const Course& untriggered = steady(100)) const {
    return judge_course(course, untriggered, spans_).stability;
  }
};

TEST_F(Judging, ATenthOfTenWindowsIsHardlyAFall) {
  EXPECT_EQ(verdict(steady(100)), Stability::stable);
  EXPECT_EQ(verdict(with(steady(100), 20, 22, 50)), Stability::stable);
  EXPECT_EQ(verdict(with(steady(100), 20, 22, 49)), Stability::recovers);
  EXPECT_EQ(verdict(with(steady(100), 35, 37, 49)), Stability::recovers);
  EXPECT_EQ(verdict(with(steady(100), 58, 60, 49)), Stability::recovers);
  EXPECT_EQ(verdict(with(steady(100), 10, 12, 0)), Stability::stable);  // before the trigger
}

TEST_F(Judging, TheLastThirdSaysWhetherItCameBack) {
  EXPECT_EQ(verdict(with(steady(100), 20, 40, 0)), Stability::recovers);
  EXPECT_EQ(verdict(with(steady(100), 20, 42, 0)), Stability::recovers);
  EXPECT_EQ(verdict(with(steady(100), 20, 43, 0)), Stability::never_recovers);
}

// What was missing before the trigger is no fall.
TEST_F(Judging, TheTimeBeforeIsTheMeasure) {
  const auto cell = judge_course(with(steady(92), 40, 60, 80), steady(92), spans_);
  EXPECT_EQ(cell.stability, Stability::never_recovers);
  EXPECT_EQ(cell.before_per_s, 92);
  EXPECT_EQ(cell.last_per_s, 80);
  EXPECT_THAT(cell.ratio, Optional(DoubleNear(80.0 / 92, 1e-12)));
  EXPECT_EQ(verdict(with(steady(92), 40, 60, 84), steady(92)), Stability::stable);
}

TEST_F(Judging, OverloadedIsWhatFailsWithoutATrigger) {
  EXPECT_EQ(verdict(steady(100), steady(89)), Stability::overloaded);
  EXPECT_EQ(verdict(steady(100), with(steady(100), 40, 60, 89)), Stability::overloaded);
  EXPECT_EQ(verdict(steady(100), with(steady(100), 5, 20, 89)), Stability::overloaded);
  EXPECT_EQ(verdict(steady(90), steady(90)), Stability::stable);
  EXPECT_EQ(judge_course(steady(0), steady(0), spans_).ratio, std::nullopt);
}

// Users who wait longer and ask less have lost something, although all they asked for was good.
TEST_F(Judging, WhatWouldHaveBeenOfferedCounts) {
  Course course = steady(100);
  for (std::size_t i = 30; i < 60; ++i) course.windows[i] = {50, 50, 1};
  EXPECT_EQ(verdict(course), Stability::never_recovers);
}

// Loads 0.4, 1 and 3 are 2, 5 and 15 requests a second, of the 10 that the worker can do.
//
// Half a second's pause makes some wait for as long, and nobody gives up. Five seconds leave more
// waiting than can be served within the second for which users wait; from then on each tries four
// times. Four times 2 is less than 10, four times 5 is more.
TEST(StabilityMap, FollowsTheArithmeticOfRetries) {
  const StabilityMap map = map_of(pausing_shop(3), {0.4, 1, 3}, {0_s, 500_ms, 5_s});
  EXPECT_THAT(signs(map), ElementsAre("..#", "..#", "ox#"));
  EXPECT_NEAR(map.cell(1, 2).before_per_s, 5, 0.2);
  EXPECT_NEAR(map.cell(1, 2).last_per_s, 0, 0.2);
}

TEST(StabilityMap, RecoversWhereNobodyTriesAgain) {
  EXPECT_THAT(signs(map_of(pausing_shop(0), {0.4, 1, 3}, {5_s})), ElementsAre("oo#"));
}

// Two servers of five workers at 100 ms have room for 100 a second, and one of them for 50. At load
// 0.5, 35 come. At 1 and 1.2 it is 70 and 84, which both can do and one cannot; at 1.5 it is 105.
TEST(StabilityMap, OfTheRetryStorm) {
  scenarios::Problems problems;
  const auto storm = load_by_name("retry-storm", {}, problems);
  if (!storm) GTEST_FAIL() << problems.text();
  EXPECT_THAT(signs(map_of(*storm, {0.5, 1, 1.2, 1.5}, {0_s, 5_s}, 2)),
              ElementsAre("...#", ".xx#"));
}

TEST(StabilityMap, IsTheSameForAnyNumberOfJobs) {
  const std::string trigger =
      R"("trigger": { "at": "10s", "for": "5s", "set": "/components/web/backlog", "to": 0 })";
  const auto shop = pausing_shop(3, trigger, "poisson");
  const std::vector<double> loads = {0.4, 0.7, 1, 1.5, 1.9, 2.1};
  const std::vector<sim::Duration> triggers = {0_s, 1_s, 3_s, 10_s};
  const std::string alone = all_outputs(map_of(shop, loads, triggers, 1));
  EXPECT_EQ(alone, all_outputs(map_of(shop, loads, triggers, 3)));
  EXPECT_NE(alone, all_outputs(map_of(shop, loads, {0_s, 1_s, 3_s, 9_s}, 1)));
}

TEST(StabilityMap, CountsItsRunsAndStopsWhenInterrupted) {
  StabilityPlan plan;
  plan.loads = {0.4, 1};
  plan.triggers = {1_s, 2_s, 3_s};
  plan.jobs = 2;
  std::vector<std::pair<std::size_t, std::size_t>> heard;
  plan.on_run = [&](std::size_t done, std::size_t of) { heard.emplace_back(done, of); };
  EXPECT_TRUE(map_stability(pausing_shop(0), plan));
  ASSERT_EQ(heard.size(), 8U);  // two more without a trigger
  for (std::size_t i = 0; i < heard.size(); ++i)
    EXPECT_EQ(heard[i], std::pair(i + 1, std::size_t{8}));
  std::atomic<bool> interrupt = false;
  plan.interrupt = &interrupt;
  plan.on_run = [&](std::size_t, std::size_t) { interrupt = true; };
  EXPECT_FALSE(map_stability(pausing_shop(0), plan));
}

TEST(StabilityMap, SaysWhichRunWasCutShort) {
  auto shop = pausing_shop(0);
  shop.run.max_requests = 200;
  StabilityPlan plan;
  plan.loads = {0.5, 1};
  plan.triggers = {1_s};
  try {
    map_stability(shop, plan);
    FAIL();
  } catch (const CutShort& error) {
    EXPECT_THAT(error.what(), HasSubstr("the run with load 1 and a trigger of 0s reached the "
                                        "number of requests asked for at 40."));
  }
}

TEST(StabilityMap, NeedsRoomBeforeAndAfterItsTrigger) {
  const auto problems_of = [](const scenarios::Scenario& shop, sim::Duration longest) {
    scenarios::Problems problems;
    check_map(shop, longest, problems);
    return problems.text();
  };
  auto shop = pausing_shop(0);
  EXPECT_EQ(problems_of(shop, 30_s), "");
  EXPECT_THAT(problems_of(shop, 31_s),
              HasSubstr("/run/duration: expected a run whose last third begins when the longest "
                        "trigger has ended, at 41s; that of 60s begins at 40s"));
  shop.run.warmup = 9500_ms;
  EXPECT_THAT(problems_of(shop, 30_s), HasSubstr("/timeline/trigger/at: expected a window of 1s "
                                                 "or more after the warm-up of 9.5s, got 10s"));
  shop.run.window = 3_s;
  EXPECT_THAT(problems_of(shop, 30_s),
              HasSubstr("/run/duration: expected at least 30 windows of 3s, got 60s"));
}

StabilityMap small_map() { return map_of(pausing_shop(3), {0.4, 1, 3}, {0_s, 5_s}); }

TEST(StabilityText, HasOneSignACell) {
  EXPECT_THAT(stability_text(small_map()),
              HasSubstr(R"(shop <&>   seed 1   3 x 2 runs of 60s   pause web at 0:10

  5 s | o x #
  0 s | . . #
      +------
        0.4

)"));
  EXPECT_THAT(stability_text(small_map()), HasSubstr("  .  stable              2  "));
}

TEST(StabilityCsv, HasARowACell) {
  std::stringstream csv;
  write_stability_csv(small_map(), csv);
  const std::regex rows(
      "load,trigger_s,verdict,goodput_before_per_s,goodput_last_third_per_s,ratio\n"
      "0.4,0,stable,2,2,1\n"
      "1,0,stable,[0-9.]+,5,[0-9.]+\n"
      "3,0,overloaded,.*\n"
      "0.4,5,recovers,.*\n"
      "1,5,never-recovers,[0-9.]+,0[0-9.]*,0[0-9.]*\n"
      "3,5,overloaded,.*\n");
  EXPECT_TRUE(std::regex_match(csv.str(), rows)) << csv.str();
}

// Six cells and four lines of the legend, each a colour and a sign.
TEST(StabilitySvg, HasCellsTicksAndNames) {
  std::stringstream svg;
  write_stability_svg(small_map(), svg);
  const std::string text = svg.str();
  const auto count = [&](const std::string& what) {
    std::size_t found = 0;
    for (std::size_t i = text.find(what); i != std::string::npos; i = text.find(what, i + 1)) {
      ++found;
    }
    return found;
  };
  EXPECT_EQ(count("<use xlink:href=\"#overloaded\""), 3U);
  EXPECT_EQ(count("<use xlink:href=\"#overloaded-sign\""), 3U);
  EXPECT_EQ(count("<use xlink:href=\"#stable-sign\""), 3U);
  EXPECT_EQ(count("<use "), 20U);
  EXPECT_THAT(text, HasSubstr(">shop &lt;&amp;&gt;<"));
  EXPECT_THAT(text, HasSubstr(">trigger: pause web at 0:10; seed 1<"));
  EXPECT_THAT(text, HasSubstr(">load (factor on every arrival rate)<"));
  EXPECT_THAT(text, HasSubstr(">length of the trigger (s)<"));
  for (const char* tick : {">0<", ">1<", ">2<", ">3<", ">5<"}) EXPECT_THAT(text, HasSubstr(tick));
}

}  // namespace
}  // namespace faultline::analysis::stability_map_test
