// Shows that a trigger lasts as long as it is told to, and what is said where there is none.
#include "analysis/maps/trigger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/maps/course.h"
#include "tests/analysis/pausing_shop.h"

namespace faultline::analysis::trigger_test {
namespace {

using namespace sim::literals;
using testing::HasSubstr;

std::string problems_of(const scenarios::Scenario& scenario) {
  scenarios::Problems problems;
  check_trigger(scenario, problems);
  return problems.text();
}

// While it is crashed, nobody is served: 5 a second are missing.
TEST(Trigger, LastsAsLongAsItIsTold) {
  const auto shop = pausing_shop(0, R"("trigger": { "at": "10s", "for": "1s", "crash": "web" })");
  const auto good = [&](sim::Duration trigger) {
    const Course course =
        course_of(with_trigger(shop, trigger), 1, nullptr).value_or(Course{1_s, {}});
    return course.between(sim::Time{} + 5_s, sim::Time{} + 30_s).good;
  };
  const double all = good(0_s);
  EXPECT_NEAR(all, 125, 1);
  EXPECT_NEAR(all - good(2_s), 10, 1);
  EXPECT_NEAR(all - good(7_s), 35, 1);
}

TEST(Trigger, MustBeThere) {
  EXPECT_EQ(problems_of(pausing_shop(0)), "");
  EXPECT_THAT(
      problems_of(pausing_shop(0, "")),
      HasSubstr(": /timeline: expected an entry with the label \"trigger\"; there is nothing"));
  EXPECT_THAT(problems_of(pausing_shop(0, R"("a": { "at": "1s", "pause": "web" },
                                             "b": { "at": "2s", "restart": "web" })")),
              HasSubstr("there is \"a\" (pause web), \"b\" (restart web)\n"));
}

TEST(Trigger, MustEnd) {
  EXPECT_THAT(problems_of(pausing_shop(0, R"("trigger": { "at": "9s", "restart": "web" })")),
              HasSubstr("/timeline/trigger: expected a trigger that ends, with `for`; "
                        "restart web at 9s has none"));
}

}  // namespace
}  // namespace faultline::analysis::trigger_test
