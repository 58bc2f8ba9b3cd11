// Shows what a course counts, window by window, and how a run may end before its time.
#include "analysis/maps/course.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/analysis/pausing_shop.h"

namespace faultline::analysis::course_test {
namespace {

using namespace sim::literals;
using testing::HasSubstr;

constexpr sim::Time at(sim::Duration since_start) { return sim::Time{} + since_start; }

TEST(Course, CountsWholeWindowsOnly) {
  const Course course{.window = 2_s, .windows = {{1, 1, 2}, {10, 5, 2}, {100, 60, 2}, {7, 7, 1}}};
  EXPECT_EQ(course.between(at(0_s), at(6_s)).offered, 111);
  EXPECT_EQ(course.between(at(1_s), at(5_s)).offered, 10);
  const Served served = course.between(at(2_s), at(6_s));
  EXPECT_EQ(served.good, 65);
  EXPECT_EQ(served.goodput_per_s(), 65.0 / 4);
  EXPECT_EQ(served.share(), 65.0 / 110);
  EXPECT_FALSE(served.enough());
  EXPECT_TRUE(course.between(at(3_s), at(4_s)).enough());  // nothing was offered
  EXPECT_TRUE(windows_between(at(1_s), at(3_s), 2_s).empty());
  EXPECT_FALSE(windows_between(at(1_s), at(4_s), 2_s).empty());
}

// Paused from 10 s to 11 s, with 5 requests a second: in this window nobody is served.
TEST(Course, IsThatOfTheUsers) {
  const Course course = course_of(pausing_shop(0), 1, nullptr).value_or(Course{});
  ASSERT_EQ(course.windows.size(), 60U);
  EXPECT_NEAR(course.windows[9].good, 5, 1);
  EXPECT_NEAR(course.windows[10].offered, 5, 1);
  EXPECT_LE(course.windows[10].good, 1);
}

TEST(Course, EndsWhereALimitEndsIt) {
  auto shop = pausing_shop(0);
  shop.run.max_events = 1000;
  try {
    course_of(shop, 1, nullptr);
    FAIL();
  } catch (const CutShort& error) {
    EXPECT_THAT(error.what(), HasSubstr("stopped at the limit of events at "));
  }
  const std::atomic<bool> interrupt = true;
  EXPECT_EQ(course_of(pausing_shop(0), 1, &interrupt), std::nullopt);
}

}  // namespace
}  // namespace faultline::analysis::course_test
