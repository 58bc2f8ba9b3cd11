// Shows that a chart draws the figures of the windows that have ended and nothing else: in their
// places, on an axis with round numbers, with gaps where there was nothing to report.
#include "viz/view/charts/chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "models/outcome.h"
#include "tests/viz/shown.h"
#include "viz/view/charts/panel.h"

namespace faultline::viz::chart_test {
namespace {

using namespace sim::literals;
using testing::ElementsAre;

// Windows of 2 s that end at 2, 4, ... s.
class Charts : public ::testing::Test {
 protected:
  Chronicle chronicle_{2_s};

  void record(const std::string& metric, const Figures& figures) {
    for (std::size_t window = 0; window < figures.size(); ++window) {
      const sim::Time end = at_s(2.0 * static_cast<double>(window + 1));
      chronicle_.record(end, "web", metric, figures[window]);
      if (chronicle_.windows() <= window) chronicle_.record(end, Messages::Counts{});
    }
  }
  Chart chart(const std::vector<ChartOrder::Line>& lines, double now_s, bool stacked = false,
              std::optional<double> axis_max = {}) const {
    return make_chart(
        {.title = "load", .unit = "1/s", .lines = lines, .stacked = stacked, .axis_max = axis_max},
        chronicle_, at_s(now_s));
  }
};

struct Drawn {
  double at, low, value;
  friend bool operator==(const Drawn&, const Drawn&) = default;
};

std::vector<std::vector<Drawn>> drawn(const ChartLine& line) {
  std::vector<std::vector<Drawn>> pieces;
  for (const auto& piece : line.pieces) {
    pieces.emplace_back();
    for (const ChartPoint& point : piece) {
      pieces.back().push_back({point.at, point.low, point.value});
    }
  }
  return pieces;
}

// Nothing was reported in the second window: two pieces, each point at the end of its window.
TEST_F(Charts, BreakALineWhereNothingWasReported) {
  record("backlog", {10, std::nullopt, 30, 40});
  const Chart made = chart({{"web", "backlog", "waiting"}}, 8);
  EXPECT_EQ(made.title, "load");
  EXPECT_EQ(made.unit, "1/s");
  ASSERT_EQ(made.lines.size(), 1U);
  EXPECT_EQ(made.lines[0].label, "waiting");
  EXPECT_THAT(drawn(made.lines[0]), ElementsAre(ElementsAre(Drawn{2, 0, 10}),
                                                ElementsAre(Drawn{6, 0, 30}, Drawn{8, 0, 40})));
  EXPECT_EQ(made.lines[0].last, 40);
  EXPECT_THAT(made.ticks, ElementsAre(0, 10, 20, 30, 40));
}

// A window counts once it is over, and not before.
TEST_F(Charts, ShowOnlyWindowsThatHaveEnded) {
  record("backlog", {10, 20, 300});
  const Chart before = chart({{"web", "backlog", ""}}, 5.999);
  EXPECT_THAT(drawn(before.lines[0]), ElementsAre(ElementsAre(Drawn{2, 0, 10}, Drawn{4, 0, 20})));
  EXPECT_EQ(before.lines[0].last, 20);
  EXPECT_THAT(before.ticks, ElementsAre(0, 5, 10, 15, 20));
  EXPECT_EQ(chart({{"web", "backlog", ""}}, 6).lines[0].last, 300);
  const Chart first = chart({{"web", "backlog", ""}}, 1.999);
  EXPECT_TRUE(first.lines[0].pieces.empty());
  EXPECT_FALSE(first.lines[0].last);
}

// What was reported last is not what was reported in the last window.
TEST_F(Charts, TellNoLastFigureWhereTheLastWindowHasNone) {
  record("backlog", {10, std::nullopt});
  const Chart made = chart({{"web", "backlog", ""}, {"web", "hit_ratio", ""}}, 4);
  EXPECT_EQ(made.lines[0].pieces.size(), 1U);
  EXPECT_FALSE(made.lines[0].last);
  EXPECT_TRUE(made.lines[1].pieces.empty());
  EXPECT_FALSE(made.lines[1].last);
}

// Bands lie one on another; where one has nothing to report it has no height.
TEST_F(Charts, StackBands) {
  record("timeouts", {15, std::nullopt, 3});
  record("resets", {10, 20, std::nullopt});
  const Chart made =
      chart({{"web", "timeouts", "timeout"}, {"web", "resets", "reset"}}, 6, /*stacked=*/true);
  EXPECT_TRUE(made.stacked);
  EXPECT_THAT(drawn(made.lines[0]),
              ElementsAre(ElementsAre(Drawn{2, 0, 15}, Drawn{4, 0, 0}, Drawn{6, 0, 3})));
  EXPECT_THAT(drawn(made.lines[1]),
              ElementsAre(ElementsAre(Drawn{2, 15, 25}, Drawn{4, 0, 20}, Drawn{6, 3, 3})));
  EXPECT_EQ(made.lines[0].last, 3);
  EXPECT_FALSE(made.lines[1].last);
  EXPECT_THAT(made.ticks, ElementsAre(0, 5, 10, 15, 20, 25));
}

// Lines that are not stacked all stand on zero.
TEST_F(Charts, DrawLinesOverOneAnother) {
  record("p50", {5});
  record("p99", {7});
  const Chart made = chart({{"web", "p50", ""}, {"web", "p99", ""}}, 2);
  EXPECT_FALSE(made.stacked);
  EXPECT_THAT(drawn(made.lines[1]), ElementsAre(ElementsAre(Drawn{2, 0, 7})));
}

// A share in percent; its axis ends at 100 however little there is, others where the figures do.
TEST_F(Charts, MultiplyAndKeepAnAxisThatIsKnown) {
  record("utilisation", {0.125, 0.5});
  const std::vector<ChartOrder::Line> lines = {{"web", "utilisation", "", 100}};
  const Chart made = chart(lines, 4, false, 100);
  EXPECT_THAT(drawn(made.lines[0]), ElementsAre(ElementsAre(Drawn{2, 0, 12.5}, Drawn{4, 0, 50})));
  EXPECT_EQ(made.lines[0].last, 50);
  EXPECT_THAT(made.ticks, ElementsAre(0, 25, 50, 75, 100));
  EXPECT_THAT(chart(lines, 4).ticks, ElementsAre(0, 10, 20, 30, 40, 50));
}

// Of a component only what it has measured, at most four charts; of users what they felt.
TEST_F(Charts, AreOfferedOfWhatIsMeasured) {
  const Playback playback = shown("retry-storm");
  const models::Component& web = *playback.world().find("web");
  EXPECT_TRUE(charts_of(web, chronicle_).empty());
  record("rejected", {std::nullopt, std::nullopt});
  record("utilisation", {std::nullopt, 0.5});
  const std::vector<ChartOrder> two = charts_of(web, chronicle_);
  ASSERT_EQ(two.size(), 1U);
  EXPECT_EQ(two[0].title, "busy");
  EXPECT_EQ(two[0].lines[0].subject, "web");
  EXPECT_EQ(two[0].lines[0].factor, 100);
  EXPECT_EQ(two[0].axis_max, 100);
  for (const char* metric : {"arrivals_per_s", "backlog", "amplification", "wasted_work"}) {
    record(metric, {1});
  }
  EXPECT_EQ(charts_of(web, chronicle_).size(), 4U);

  const std::vector<ChartOrder> felt = charts_of(*playback.world().find("shoppers"), chronicle_);
  ASSERT_EQ(felt.size(), 4U);
  EXPECT_EQ(felt[0].lines[1].metric, "goodput_per_s");
  EXPECT_EQ(felt[0].lines[1].subject, "shoppers");
  EXPECT_EQ(charts_of_users(chronicle_)[0].lines[1].subject, "*");
  // Every reason to fail, counted by windows of two seconds and told by the second.
  EXPECT_EQ(felt[2].lines.size(), models::status_names.size() - 1);
  EXPECT_TRUE(felt[2].stacked);
  EXPECT_EQ(felt[2].lines[0].metric, "outcome_timeout");
  EXPECT_EQ(felt[2].lines[6].metric, "outcome_name_failure");
  EXPECT_EQ(felt[2].lines[0].factor, 0.5);
}

}  // namespace
}  // namespace faultline::viz::chart_test
