#include "sim/series.h"

#include <gtest/gtest.h>

#include <vector>

#include "sim/draw.h"

namespace faultline::sim::series_test {
namespace {

using Merge = Series::Merge;
using Values = std::vector<std::optional<double>>;

// Windows of 1 s each, one per value.
Series series_of(Merge merge, const Values& values, std::size_t windows_max) {
  Series series(merge, 1_s, Time{}, windows_max);
  for (const auto& value : values) series.append(series.end() + 1_s, value);
  return series;
}

Values values_of(const Series& series) {
  Values values;
  for (std::size_t i = 0; i < series.size(); ++i) values.push_back(series[i].value);
  return values;
}

// Up to the limit nothing merges; one more window, and neighbours do, each figure in its own way.
TEST(Series, NeighboursMergeOnceTheLimitIsPassed) {
  const Values four = {1, 2, 5, 3};
  const Values five = {1, 2, 5, 3, 8};
  EXPECT_EQ(values_of(series_of(Merge::sum, four, 4)), four);
  EXPECT_EQ(values_of(series_of(Merge::sum, five, 4)), (Values{3, 8, 8}));
  EXPECT_EQ(values_of(series_of(Merge::mean, five, 4)), (Values{1.5, 4, 8}));
  EXPECT_EQ(values_of(series_of(Merge::maximum, five, 4)), (Values{2, 5, 8}));
  EXPECT_EQ(values_of(series_of(Merge::last, five, 4)), (Values{2, 3, 8}));
}

// After two doublings a window covers four seconds, and the last one as much as there is.
TEST(Series, WindowsDoubleAndStayContiguous) {
  const Series series = series_of(Merge::sum, Values(9, 1.0), 4);
  EXPECT_EQ(series.window(), 4_s);
  ASSERT_EQ(series.size(), 3u);
  EXPECT_EQ(series[1].begin, Time{} + 4_s);
  EXPECT_EQ(series[1].end, Time{} + 8_s);
  EXPECT_EQ(series[2].end, Time{} + 9_s);
  EXPECT_EQ(values_of(series), (Values{4, 4, 1}));
}

// Nothing to report is not zero: it yields to a figure, and nothing with nothing stays nothing.
TEST(Series, NothingYieldsToAFigure) {
  const Values values = {std::nullopt, 4, std::nullopt, std::nullopt, 6, std::nullopt};
  for (const Merge merge : {Merge::sum, Merge::mean, Merge::maximum, Merge::last}) {
    EXPECT_EQ(values_of(series_of(merge, values, 4)), (Values{4, std::nullopt, 6}));
  }
}

// A ratio weighted by its denominator merges into the ratio of the sums: 1/1 and 0/3 make 1/4.
TEST(Series, MeanUsesTheWeightItIsGiven) {
  Series series(Merge::mean, 1_s, Time{}, 2);
  series.append(series.end() + 1_s, 1.0, 1.0);
  series.append(series.end() + 1_s, 0.0, 3.0);
  series.append(series.end() + 1_s, 0.5, 2.0);
  EXPECT_EQ(values_of(series), (Values{0.25, 0.5}));
}

// A run that ends inside a window: the short one weighs by its length, 2 for 1 s and 5 for 0.5 s.
TEST(Series, AShortLastWindowWeighsByItsLength) {
  Series series(Merge::mean, 1_s, Time{} + 10_s, 2);
  for (const double value : {1.0, 1.0, 2.0}) series.append(series.end() + 1_s, value);
  series.append(series.end() + 500_ms, 5.0);
  ASSERT_EQ(series.size(), 2u);
  EXPECT_EQ(series[1].value, 3.0);
  EXPECT_EQ(series[1].begin, Time{} + 12_s);
  EXPECT_EQ(series[1].end, Time{} + 13_s + 500_ms);
}

// However long it gets, a series holds at most 2,000 windows, and loses no count and no peak.
TEST(Series, MemoryIsBoundedAndNothingIsLost) {
  Draw draw(5);
  Series counts(Merge::sum, 1_s);
  Series peaks(Merge::maximum, 1_s);
  double total = 0;
  double highest = 0;
  for (int i = 0; i < 100'003; ++i) {
    const auto value = static_cast<double>(draw.below(1000));
    total += value;
    highest = std::max(highest, value);
    counts.append(counts.end() + 1_s, value);
    peaks.append(peaks.end() + 1_s, value);
    ASSERT_LE(counts.size(), Series::default_windows_max);
  }
  double sum = 0;
  double peak = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    sum += counts[i].value.value();
    peak = std::max(peak, peaks[i].value.value());
  }
  EXPECT_EQ(sum, total);
  EXPECT_EQ(peak, highest);
  EXPECT_EQ(counts.window(), 64_s);  // 100,003 / 2,000 is 50: the next power of two
  EXPECT_EQ(counts[counts.size() - 1].end, counts.end());
}

// A copy goes its own way.
TEST(Series, CopiesAreIndependent) {
  const Series original = series_of(Merge::sum, {1, 2}, 2);
  Series copy = original;
  copy.append(copy.end() + 1_s, 3);
  EXPECT_EQ(values_of(original), (Values{1, 2}));
  EXPECT_EQ(values_of(copy), (Values{3, 3}));
}

// Nothing follows a short window: its place on the grid would be lost.
TEST(SeriesDeathTest, RefusesAWindowAfterAShortOne) {
  Series series(Merge::sum, 1_s);
  series.append(Time{} + 500_ms, 1);
  EXPECT_EXIT(series.append(Time{} + 1500_ms, 1), testing::ExitedWithCode(70), "base_window_");
}

}  // namespace
}  // namespace faultline::sim::series_test
