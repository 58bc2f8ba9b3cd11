// Shows what counts as normal, and when a figure has left its range and is back.
#include "analysis/story/normal_range.h"

#include <gtest/gtest.h>

namespace faultline::analysis::normal_range_test {
namespace {

// Median 11, median absolute deviation 1; one calm window was wild, and does not matter.
TEST(NormalRange, IsMedianAndRobustSpread) {
  const Figures calm = {10, 12, 11, 500, 12, 10, 11};
  const auto range = normal_range(calm, 0, 7, {}, 1).value_or(NormalRange{});
  EXPECT_DOUBLE_EQ(range.middle, 11);
  EXPECT_DOUBLE_EQ(range.high, 11 + 4 * 1.4826);
  EXPECT_DOUBLE_EQ(range.low, 11 - 4 * 1.4826);
}

// Twelve windows in a hundred have a burst: it is part of what is normal.
TEST(NormalRange, HoldsBurstsThatWereThereBefore) {
  Figures calm(100, 0.0);
  for (std::size_t i = 0; i < 12; ++i) calm[8 * i] = 7;
  EXPECT_EQ(normal_range(calm, 0, 100, {.absolute = 1}, 1)->high, 7);
  for (std::size_t i = 0; i < 3; ++i) calm[8 * i] = 0;
  EXPECT_EQ(normal_range(calm, 0, 100, {.absolute = 1}, 1)->high, 1);
}

TEST(NormalRange, HasAFloor) {
  const Figures calm(10, 100.0);
  EXPECT_EQ(normal_range(calm, 0, 10, {.absolute = 3}, 1)->high, 103);
  EXPECT_EQ(normal_range(calm, 0, 10, {.absolute = 3, .share = 0.2}, 1)->high, 120);
  // Of 100 a second, a window of a quarter of a second counts 25 +- 5: 20 a second, four times.
  EXPECT_EQ(normal_range(calm, 0, 10, {.is_rate = true}, 0.25)->high, 180);
}

TEST(NormalRange, NeedsFiveWindowsWithAFigure) {
  const Figures calm = {1, 1, {}, 1, 1, {}};
  EXPECT_FALSE(normal_range(calm, 0, 6, {}, 1));
  EXPECT_TRUE(normal_range(calm, 0, 6, {}, 1, 0.0));
  EXPECT_FALSE(normal_range(Figures(10, 1.0), 3, 7, {}, 1));
}

constexpr NormalRange around_ten{10, 8, 12};

TEST(Excursion, BeginsWithTwoWindowsInARow) {
  EXPECT_FALSE(find_excursion({20, 10, 20, 10, 20}, 0, around_ten, Side::above));
  EXPECT_FALSE(find_excursion({5, 5, 5}, 0, around_ten, Side::above));
  EXPECT_FALSE(find_excursion({20, 20, 10, 10}, 2, around_ten, Side::above));
  const auto left = find_excursion({10, 13, {}, 20, 15, 10, 99, 10}, 0, around_ten, Side::above);
  ASSERT_TRUE(left);
  EXPECT_EQ(left->first, 1U);
  EXPECT_EQ(left->end, 5U);
  EXPECT_EQ(left->worst, 20);
  EXPECT_EQ(left->worst_at, 3U);
}

TEST(Excursion, IsOverOnceItStaysIn) {
  Figures figures = {10, 5, 4};
  EXPECT_TRUE(find_excursion(figures, 0, around_ten, Side::below)->is_leaving);
  figures.resize(12, 10.0);
  const auto unsettled = find_excursion(figures, 0, around_ten, Side::below);
  EXPECT_FALSE(unsettled->is_leaving);
  EXPECT_FALSE(unsettled->is_over);
  figures.push_back(10);
  EXPECT_TRUE(find_excursion(figures, 0, around_ten, Side::below)->is_over);
}

// Two windows of the twenty that follow are chance; two of nineteen, or five in a row, are not.
TEST(Excursion, IsOverDespiteChance) {
  Figures figures = {10, 5, 4};
  figures.resize(10, 10.0);
  figures.insert(figures.end(), {1, 1});
  figures.resize(22, 10.0);
  const auto not_over = find_excursion(figures, 0, around_ten, Side::below);
  EXPECT_EQ(not_over->end, 12U);
  EXPECT_EQ(not_over->worst, 1);
  figures.push_back(10);
  const auto over = find_excursion(figures, 0, around_ten, Side::below);
  EXPECT_TRUE(over->is_over);
  EXPECT_EQ(over->end, 3U);
  EXPECT_EQ(over->worst, 4);
  figures.resize(100, 10.0);
  figures.insert(figures.end(), 5, 1.0);
  figures.resize(150, 10.0);
  EXPECT_EQ(find_excursion(figures, 0, around_ten, Side::below)->end, 105U);
}

}  // namespace
}  // namespace faultline::analysis::normal_range_test
