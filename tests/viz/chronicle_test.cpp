// Shows that what a run has told of itself is kept by window and by event, once, and is forgotten
// where a history takes another turn.
#include "viz/view/run/chronicle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "tests/viz/shown.h"

namespace faultline::viz::chronicle_test {
namespace {

using namespace sim::literals;
using models::Lifecycle;
using testing::ElementsAre;
using testing::Optional;

constexpr Way way{.from = 1, .to = 2, .from_region = 0, .to_region = 3};

// Windows of half a second: 10, nothing, 30, and of another subject only the third.
Chronicle of_three_windows() {
  Chronicle chronicle(500_ms);
  const Figures figures = {10, std::nullopt, 30};
  for (std::size_t window = 0; window < 3; ++window) {
    const sim::Time end{500'000'000 * static_cast<std::int64_t>(window + 1)};
    chronicle.record(end, "web", "backlog", figures[window]);
    if (window == 2) chronicle.record(end, "*", "availability", 0.5);
    chronicle.record(end, Messages::Counts{{way, window + 100}});
  }
  return chronicle;
}

Happened crash(std::uint64_t event, models::ReplicaIndex replica = 0) {
  return {.at = at_s(static_cast<double>(event)),
          .event = event,
          .kind = Happened::Kind::state,
          .action = 0,
          .component = 1,
          .replica = replica,
          .from = Lifecycle::up,
          .to = Lifecycle::down};
}

std::vector<std::uint64_t> events_of(const Chronicle& chronicle) {
  std::vector<std::uint64_t> events;
  for (const Happened& happened : chronicle.happened()) events.push_back(happened.event);
  return events;
}

TEST(Chronicle, KeepsFiguresByWindow) {
  const Chronicle chronicle = of_three_windows();
  EXPECT_EQ(chronicle.window(), 500_ms);
  EXPECT_EQ(chronicle.windows(), 3U);
  EXPECT_THAT(chronicle.value("web", "backlog", 0), Optional(10));
  EXPECT_FALSE(chronicle.value("web", "backlog", 1));
  EXPECT_THAT(chronicle.value("web", "backlog", 2), Optional(30));
  EXPECT_FALSE(chronicle.value("web", "backlog", 3));
  // What is first heard of in the third window had nothing to report before.
  ASSERT_NE(chronicle.find("*", "availability"), nullptr);
  EXPECT_THAT(*chronicle.find("*", "availability"),
              ElementsAre(std::nullopt, std::nullopt, Optional(0.5)));
  EXPECT_EQ(chronicle.find("web", "availability"), nullptr);
  EXPECT_EQ(chronicle.find("db", "backlog"), nullptr);
  EXPECT_FALSE(chronicle.value("db", "backlog", 0));
}

TEST(Chronicle, KeepsWhatWentWhichWay) {
  const Chronicle chronicle = of_three_windows();
  ASSERT_NE(chronicle.sent(1), nullptr);
  EXPECT_EQ(chronicle.sent(1)->at(way), 101U);
  EXPECT_EQ(chronicle.sent(3), nullptr);
}

// Told again, a window's figure takes the place of the one before.
TEST(Chronicle, HasOneFigureForAWindow) {
  Chronicle chronicle = of_three_windows();
  chronicle.record(at_s(1), "web", "backlog", 20);
  chronicle.record(at_s(1), Messages::Counts{{way, 7}});
  EXPECT_THAT(*chronicle.find("web", "backlog"),
              ElementsAre(Optional(10), Optional(20), Optional(30)));
  EXPECT_EQ(chronicle.windows(), 3U);
  EXPECT_EQ(chronicle.sent(1)->at(way), 7U);
}

// A window that begins at 1.5 s and is cut short at 1.7 s is the fourth; so is one that ends at 2
// s.
TEST(Chronicle, TakesAWindowThatIsCutShort) {
  Chronicle chronicle = of_three_windows();
  chronicle.record(at_s(1.7), "web", "backlog", 40);
  chronicle.record(at_s(1.7), Messages::Counts{});
  EXPECT_EQ(chronicle.windows(), 4U);
  EXPECT_THAT(chronicle.value("web", "backlog", 3), Optional(40));
  chronicle.record(at_s(2), "web", "backlog", 41);
  EXPECT_THAT(chronicle.value("web", "backlog", 3), Optional(41));
}

TEST(Chronicle, CountsTheWindowsThatHaveEnded) {
  const Chronicle chronicle = of_three_windows();
  EXPECT_EQ(chronicle.windows_until(at_s(0)), 0U);
  EXPECT_EQ(chronicle.windows_until(sim::Time{499'999'999}), 0U);
  EXPECT_EQ(chronicle.windows_until(at_s(0.5)), 1U);
  EXPECT_EQ(chronicle.windows_until(at_s(1.2)), 2U);
  EXPECT_EQ(chronicle.windows_until(at_s(100)), 3U);
}

// (10 + 30) / 2: a window without a figure does not count as zero.
TEST(Chronicle, TakesTheMeanOfWindowsWithAFigure) {
  const Chronicle chronicle = of_three_windows();
  EXPECT_THAT(chronicle.mean("web", "backlog", 0, 3), Optional(20));
  EXPECT_THAT(chronicle.mean("web", "backlog", 0, 2), Optional(10));
  EXPECT_THAT(chronicle.mean("web", "backlog", 2, 3), Optional(30));
  EXPECT_FALSE(chronicle.mean("web", "backlog", 1, 2));
  EXPECT_FALSE(chronicle.mean("web", "backlog", 2, 2));
  EXPECT_FALSE(chronicle.mean("db", "backlog", 0, 3));
}

// At 1.2 s, after event 20, another turn: the two windows that ended before and the two events
// stay.
TEST(Chronicle, ForgetsWhatCameLater) {
  Chronicle chronicle = of_three_windows();
  for (const std::uint64_t event : {10U, 20U, 21U, 30U}) chronicle.record(crash(event));
  chronicle.forget_after(at_s(1.2), 20);
  EXPECT_EQ(chronicle.windows(), 2U);
  EXPECT_FALSE(chronicle.value("web", "backlog", 2));
  EXPECT_FALSE(chronicle.value("*", "availability", 2));
  EXPECT_EQ(chronicle.sent(2), nullptr);
  EXPECT_THAT(*chronicle.find("web", "backlog"), ElementsAre(Optional(10), std::nullopt));
  EXPECT_THAT(events_of(chronicle), ElementsAre(10, 20));
  chronicle.record(crash(25));
  EXPECT_THAT(events_of(chronicle), ElementsAre(10, 20, 25));
}

// A run that is repeated tells all again, from the beginning or from the middle.
TEST(Chronicle, IsToldEverythingOnce) {
  Chronicle chronicle(1_s);
  for (int run = 0; run < 3; ++run) {
    for (const std::uint64_t event : {10U, 20U}) {
      if (run == 2 && event == 10) continue;
      chronicle.record(crash(event, 0));
      chronicle.record(crash(event, 1));
    }
  }
  EXPECT_THAT(events_of(chronicle), ElementsAre(10, 10, 20, 20));
  chronicle.record(crash(30));
  EXPECT_THAT(events_of(chronicle), ElementsAre(10, 10, 20, 20, 30));
}

// Whatever tells two happenings of one event apart: what, of whom, from what, to what.
TEST(Chronicle, TellsHappeningsOfOneEventApart) {
  Chronicle chronicle(1_s);
  std::vector<Happened> all(8, crash(10));
  all[1].replica = 1;
  all[2].component = 2;
  all[3].from = Lifecycle::starting;
  all[4].to = Lifecycle::starting;
  all[5].kind = Happened::Kind::began;
  all[6].kind = Happened::Kind::ended;
  all[7].action = 1;
  for (const Happened& happened : all) chronicle.record(happened);
  EXPECT_EQ(chronicle.happened().size(), all.size());
  for (const Happened& happened : all) chronicle.record(happened);
  EXPECT_EQ(chronicle.happened().size(), all.size());
}

TEST(Chronicle, KeepsABoundedNumberOfHappenings) {
  Chronicle chronicle(1_s);
  for (std::uint64_t event = 1; event <= Chronicle::most_happenings + 5; ++event) {
    chronicle.record(crash(event));
  }
  EXPECT_EQ(chronicle.happened().size(), Chronicle::most_happenings);
  EXPECT_EQ(chronicle.happened().back().event, Chronicle::most_happenings);
}

}  // namespace
}  // namespace faultline::viz::chronicle_test
