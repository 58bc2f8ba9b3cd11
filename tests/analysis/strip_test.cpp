// Shows how a series becomes a line of text: heights in eighths of the largest, blanks for nothing.
#include "analysis/strip.h"

#include <gtest/gtest.h>

namespace faultline::analysis::strip_test {
namespace {

sim::Time second(int s) { return sim::Time{} + sim::Duration::from_seconds(s); }

sim::Series series_of(const std::vector<std::optional<double>>& values) {
  sim::Series series(sim::Series::Merge::mean, sim::Duration::from_seconds(1));
  for (std::size_t i = 0; i < values.size(); ++i) {
    series.append(second(static_cast<int>(i) + 1), values[i]);
  }
  return series;
}

TEST(Strip, IsAsTallAsTheFigures) {
  EXPECT_EQ(strip(series_of({0, 4, std::nullopt, 8}), second(4), 4), "▁▅ █");
}

// Of two windows in one column the larger is drawn: a peak is never smoothed away.
TEST(Strip, KeepsPeaks) { EXPECT_EQ(strip(series_of({0, 8, 2, 0}), second(4), 2), "█▃"); }

TEST(Strip, DrawsNothingAsLow) { EXPECT_EQ(strip(series_of({0, 0}), second(2), 2), "▁▁"); }

}  // namespace
}  // namespace faultline::analysis::strip_test
