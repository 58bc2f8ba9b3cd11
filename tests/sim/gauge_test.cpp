#include "sim/gauge.h"

#include <gtest/gtest.h>

#include "sim/draw.h"

namespace faultline::sim::gauge_test {
namespace {

Time at(std::int64_t ns) { return Time{ns}; }

// 2 for 10 ns, 5 for 20 ns, 1 for 70 ns: 190 over 100 ns.
TEST(TimeWeighted, AverageByHand) {
  TimeWeighted gauge(2);
  const TimeWeighted::Mark start = gauge.mark(at(0));
  gauge.set(at(10), 5);
  gauge.add(at(30), -4);
  EXPECT_EQ(gauge.current(), 1);
  EXPECT_EQ(gauge.max(), 5);
  EXPECT_EQ(average(start, gauge.mark(at(100))), 1.9);
}

// A window that begins and ends between changes sees only its own share: 5 for 10 ns, 1 for 10 ns.
TEST(TimeWeighted, WindowAverageNeedsNoChangeAtItsBounds) {
  TimeWeighted gauge(2);
  gauge.set(at(10), 5);
  const TimeWeighted::Mark open = gauge.mark(at(20));
  gauge.set(at(30), 1);
  EXPECT_EQ(average(open, gauge.mark(at(40))), 3.0);
}

// No time, no average.
TEST(TimeWeighted, AverageOverNoTimeIsNothing) {
  const TimeWeighted gauge(3, at(50));
  EXPECT_EQ(average(gauge.mark(at(50)), gauge.mark(at(50))), std::nullopt);
  EXPECT_EQ(average(gauge.mark(at(50)), gauge.mark(at(51))), 3.0);
}

// Utilisation is busy worker-time over worker-time up, and nothing while all was down.
TEST(TimeWeighted, UtilisationIsARatioOfIntegrals) {
  TimeWeighted busy;
  TimeWeighted up(2);
  busy.set(at(0), 1);
  busy.set(at(10), 0);
  up.set(at(10), 0);
  EXPECT_EQ(ratio(busy.mark(at(20)).area, up.mark(at(20)).area), 0.5);
  const Int128 busy_down = busy.mark(at(20)).area - busy.mark(at(10)).area;
  const Int128 up_down = up.mark(at(20)).area - up.mark(at(10)).area;
  EXPECT_EQ(ratio(busy_down, up_down), std::nullopt);
}

// A peak of no duration counts as a maximum; a window's maximum starts from what it inherits.
TEST(TimeWeighted, MaximumOfTheRunAndOfTheWindow) {
  TimeWeighted gauge;
  gauge.set(at(5), 9);
  gauge.set(at(5), 4);
  EXPECT_EQ(gauge.take_recent_max(), 9);
  gauge.set(at(8), 3);
  EXPECT_EQ(gauge.take_recent_max(), 4);
  EXPECT_EQ(gauge.take_recent_max(), 3);
  EXPECT_EQ(gauge.max(), 9);
}

// The integral stays exact where a double would lose the last units: 2^60 for 2^40 ns, and 1 more.
TEST(TimeWeighted, IntegralIsExactBeyondSixtyFourBits) {
  TimeWeighted gauge(std::int64_t{1} << 60);
  gauge.set(at(std::int64_t{1} << 40), 1);
  const Int128 area = gauge.mark(at((std::int64_t{1} << 40) + 1)).area;
  EXPECT_TRUE(area == (static_cast<Int128>(1) << 100) + 1);
}

// However a stretch is cut into windows, their integrals add up to the whole; over random changes.
TEST(TimeWeighted, WindowsAddUpToTheWhole) {
  Draw draw(11);
  TimeWeighted gauge;
  Int128 total = 0;
  TimeWeighted::Mark open = gauge.mark(at(0));
  std::int64_t now = 0;
  for (int i = 0; i < 10'000; ++i) {
    now += static_cast<std::int64_t>(draw.below(1000));
    gauge.set(at(now), static_cast<std::int64_t>(draw.below(50)));
    if (draw.below(7) != 0) continue;
    now += static_cast<std::int64_t>(draw.below(1000));
    const TimeWeighted::Mark close = gauge.mark(at(now));
    total += close.area - open.area;
    open = close;
  }
  total += gauge.mark(at(now)).area - open.area;
  EXPECT_TRUE(total == gauge.mark(at(now)).area);
}

// A copy and its original, treated alike, agree; treated differently, neither disturbs the other.
TEST(TimeWeighted, CopiesAreIndependent) {
  TimeWeighted original(2);
  TimeWeighted copy = original;
  copy.set(at(10), 7);
  EXPECT_EQ(original.current(), 2);
  original.set(at(10), 7);
  EXPECT_TRUE(original.mark(at(99)).area == copy.mark(at(99)).area);
}

// Time that runs backwards is our bug.
TEST(TimeWeightedDeathTest, RefusesTimeRunningBackwards) {
  TimeWeighted gauge(0, at(10));
  EXPECT_EXIT(gauge.set(at(9), 1), testing::ExitedWithCode(70), "now >= since_");
}

}  // namespace
}  // namespace faultline::sim::gauge_test
