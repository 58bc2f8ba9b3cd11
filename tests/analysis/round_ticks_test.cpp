// Shows that an axis gets round numbers: by examples, and by their properties over all magnitudes.
#include "analysis/round_ticks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace faultline::analysis::round_ticks_test {
namespace {

using testing::DoubleEq;
using testing::Pointwise;

void expect_ticks(double most, const std::vector<double>& expected) {
  EXPECT_THAT(round_ticks(most), Pointwise(DoubleEq(), expected)) << most;
}

TEST(RoundTicks, AreWhatOneWouldWriteOnPaper) {
  expect_ticks(0, {0, 0.25, 0.5, 0.75, 1});
  expect_ticks(1, {0, 0.25, 0.5, 0.75, 1});
  expect_ticks(2, {0, 0.5, 1, 1.5, 2});
  expect_ticks(3, {0, 1, 2, 3});
  expect_ticks(5, {0, 1, 2, 3, 4, 5});
  expect_ticks(5.1, {0, 2, 4, 6});
  expect_ticks(70, {0, 20, 40, 60, 80});
  expect_ticks(100, {0, 25, 50, 75, 100});
  expect_ticks(1817, {0, 500, 1000, 1500, 2000});
  expect_ticks(0.0031, {0, 0.001, 0.002, 0.003, 0.004});
  expect_ticks(-3, {0, 0.25, 0.5, 0.75, 1});
}

// Through fifteen magnitudes: 3 to 6 ticks, equally far apart, and not one more than needed.
TEST(RoundTicks, ReachJustFarEnough) {
  double most = 1.7e-6;
  while (most < 1e9) {
    most *= 1.237;
    const std::vector<double> ticks = round_ticks(most);
    ASSERT_GE(ticks.size(), 3U) << most;
    ASSERT_LE(ticks.size(), 6U) << most;
    EXPECT_EQ(ticks.front(), 0) << most;
    EXPECT_GE(ticks.back(), most * 0.999999) << most;
    EXPECT_LT(ticks[ticks.size() - 2], most) << most;
    for (std::size_t i = 1; i < ticks.size(); ++i) {
      EXPECT_NEAR(ticks[i] / ticks[1], static_cast<double>(i), 1e-9) << most;
    }
    const double leading = ticks[1] / std::pow(10, std::floor(std::log10(ticks[1]) + 1e-9));
    EXPECT_TRUE(std::abs(leading - 1) < 1e-6 || std::abs(leading - 2) < 1e-6 ||
                std::abs(leading - 2.5) < 1e-6 || std::abs(leading - 5) < 1e-6)
        << most << " by " << ticks[1];
  }
}

// Where an axis does not begin at 0, its ticks are the round numbers that it passes.
TEST(RoundTicks, LieOnTheAxis) {
  EXPECT_THAT(round_ticks_within(0.5, 1.2), Pointwise(DoubleEq(), {0.6, 0.8, 1.0, 1.2}));
  EXPECT_THAT(round_ticks_within(0, 10), Pointwise(DoubleEq(), {0.0, 2.5, 5.0, 7.5, 10.0}));
  EXPECT_THAT(round_ticks_within(0.05, 0.3),
              Pointwise(DoubleEq(), {0.05, 0.1, 0.15, 0.2, 0.25, 0.3}));
  EXPECT_FALSE(std::signbit(round_ticks_within(0, 10).front()));
}

}  // namespace
}  // namespace faultline::analysis::round_ticks_test
