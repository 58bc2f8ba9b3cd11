// Shows how fast an error budget is spent, by hand-made counts.
#include "analysis/alerts/burn_rate.h"

#include <gtest/gtest.h>

namespace faultline::analysis::burn_rate_test {
namespace {

sim::Time at(double seconds) { return sim::Time{} + sim::Duration::from_seconds(seconds); }

// Ten stretches of a second, with 100 requests in each.
BurnRate after(std::initializer_list<std::uint64_t> good, double window_s) {
  BurnRate rate(sim::Duration::from_seconds(window_s), 0.99);
  double second = 0;
  for (const std::uint64_t count : good) {
    rate.add(at(second), at(second + 1), count, 100);
    ++second;
  }
  return rate;
}

TEST(BurnRate, IsTheShareOfFailuresOverTheBudget) {
  EXPECT_NEAR(after({99, 99}, 2).value(), 1, 1e-9);
  EXPECT_NEAR(after({0, 0}, 2).value(), 100, 1e-9);
  EXPECT_NEAR(after({100, 90}, 2).value(), 5, 1e-9);
}

TEST(BurnRate, LooksAtItsWindowOnly) {
  EXPECT_NEAR(after({0, 0, 100, 100}, 2).value(), 0, 1e-9);
  EXPECT_NEAR(after({0, 0, 98, 100}, 2).value(), 1, 1e-9);
}

// Of ten seconds two are known: all was well in the others.
TEST(BurnRate, WhatWasBeforeWasWell) { EXPECT_NEAR(after({95, 95}, 10).value(), 1, 1e-9); }

TEST(BurnRate, CountsRequestsNotStretches) {
  BurnRate rate(sim::Duration::from_seconds(2), 0.99);
  rate.add(at(0), at(1), 0, 1);
  rate.add(at(1), at(2), 99, 99);
  EXPECT_NEAR(rate.value(), 1, 1e-9);
}

TEST(BurnRate, IsNothingWhereNothingWasDecided) {
  BurnRate rate(sim::Duration::from_seconds(2), 0.99);
  EXPECT_EQ(rate.value(), 0);
  rate.add(at(0), at(1), 0, 0);
  EXPECT_EQ(rate.value(), 0);
}

}  // namespace
}  // namespace faultline::analysis::burn_rate_test
