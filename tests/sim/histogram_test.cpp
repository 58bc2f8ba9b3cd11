#include "sim/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/draw.h"

namespace faultline::sim::histogram_test {
namespace {

Histogram histogram_of(const std::vector<std::int64_t>& values) {
  Histogram histogram;
  for (const std::int64_t value : values) histogram.record(value);
  return histogram;
}

// Values over all magnitudes: a uniform number of bits, then uniform bits.
std::vector<std::int64_t> values_of_any_size(std::uint64_t seed, std::size_t count) {
  Draw draw(seed);
  std::vector<std::int64_t> values;
  for (std::size_t i = 0; i < count; ++i) {
    const auto dropped = 1 + draw.below(63);
    values.push_back(static_cast<std::int64_t>(draw.bits() >> dropped));
  }
  return values;
}

// Small values come back as they went in, at the ranks counted by hand.
TEST(Histogram, QuantilesOfTenSmallValuesAreTheNearestRanks) {
  const Histogram histogram = histogram_of({30, 10, 20, 50, 40, 100, 70, 80, 60, 90});
  EXPECT_EQ(histogram.quantile(0.0), 10);
  EXPECT_EQ(histogram.quantile(0.1), 10);
  EXPECT_EQ(histogram.quantile(0.11), 20);
  EXPECT_EQ(histogram.quantile(0.5), 50);
  EXPECT_EQ(histogram.quantile(0.9), 90);
  EXPECT_EQ(histogram.quantile(0.91), 100);
  EXPECT_EQ(histogram.quantile(1.0), 100);
  EXPECT_EQ(histogram.count(), 10u);
  EXPECT_EQ(histogram.mean(), 55.0);
}

// A quantile meant as a decimal hits its rank although 0.07 x 100 exceeds 7 in binary.
TEST(Histogram, DecimalQuantilesOfAHundredValuesHitTheirRank) {
  Histogram histogram;
  for (std::int64_t value = 1; value <= 100; ++value) histogram.record(value);
  for (int percent = 1; percent <= 100; ++percent) {
    EXPECT_EQ(histogram.quantile(percent / 100.0), percent);
  }
}

// An empty histogram reports nothing, rather than zero.
TEST(Histogram, EmptyReportsNothing) {
  const Histogram histogram;
  EXPECT_EQ(histogram.quantile(0.5), std::nullopt);
  EXPECT_EQ(histogram.mean(), std::nullopt);
  EXPECT_EQ(histogram.min(), std::nullopt);
  EXPECT_EQ(histogram.max(), std::nullopt);
  EXPECT_EQ(histogram.count_at_most(INT64_MAX), 0u);
}

// Every quantile of random values of all magnitudes is within 1/128 of the sorted list's.
TEST(Histogram, AnyQuantileIsWithinTheStatedError) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    std::vector<std::int64_t> values = values_of_any_size(seed, 999);
    const Histogram histogram = histogram_of(values);
    std::sort(values.begin(), values.end());
    for (std::size_t rank = 1; rank <= values.size(); ++rank) {
      const double q = (static_cast<double>(rank) - 0.5) / static_cast<double>(values.size());
      const auto exact = static_cast<double>(values[rank - 1]);
      const auto reported = static_cast<double>(histogram.quantile(q).value());
      ASSERT_LE(std::abs(reported - exact), exact * Histogram::relative_error_max)
          << "seed " << seed << " rank " << rank;
    }
  }
}

// At the first and the last value of every bucket up to 2^63 - 1 the bound holds, buckets neither
// overlap nor leave a gap, and the bound is all but reached (it is not a looser one than stated).
TEST(Histogram, BucketsTileTheRangeAndKeepTheBoundAtTheirEdges) {
  double worst = 0;
  std::int64_t low = 0;
  while (true) {
    Histogram at_low;
    at_low.record(low);
    at_low.record(INT64_MAX);  // so that clamping to the maximum does not help
    at_low.record(0);
    std::vector<Histogram::Bucket> seen;
    at_low.for_each_bucket([&](const Histogram::Bucket& bucket) { seen.push_back(bucket); });
    const Histogram::Bucket bucket = low == 0 ? seen.front() : seen[1];
    ASSERT_EQ(bucket.low, low);
    ASSERT_GE(bucket.high, low);
    if (low > 0 && bucket.high < INT64_MAX) {
      const auto reported = static_cast<double>(at_low.quantile(0.5).value());
      for (const std::int64_t edge : {bucket.low, bucket.high}) {
        const auto exact = static_cast<double>(edge);
        worst = std::max(worst, std::abs(reported - exact) / exact);
      }
    }
    if (bucket.high == INT64_MAX) break;
    low = bucket.high + 1;
  }
  EXPECT_LE(worst, Histogram::relative_error_max);
  EXPECT_GT(worst, Histogram::relative_error_max * 0.99);
}

// Minimum, maximum and sum are exact where buckets are coarse, and the sum outgrows 64 bits.
TEST(Histogram, SumMinimumAndMaximumAreExact) {
  const Histogram histogram = histogram_of({INT64_MAX, INT64_MAX, INT64_MAX - 1, 1'000'000'007});
  EXPECT_EQ(histogram.min(), 1'000'000'007);
  EXPECT_EQ(histogram.max(), INT64_MAX);
  const Int128 expected = static_cast<Int128>(INT64_MAX) * 3 - 1 + 1'000'000'007;
  EXPECT_TRUE(histogram.sum() == expected);
  Histogram doubled = histogram;
  for (int i = 0; i < 3; ++i) doubled.merge(Histogram(doubled));
  EXPECT_TRUE(doubled.sum() == expected * 8);
  EXPECT_EQ(histogram.quantile(0.0), 1'000'000'007);
  EXPECT_EQ(histogram.quantile(1.0), INT64_MAX);
}

// Merging parts gives the very histogram that recording everything in one gives, empty parts too.
TEST(Histogram, MergedPartsEqualTheWhole) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const std::vector<std::int64_t> values = values_of_any_size(seed, 300);
    Histogram parts[3];  // the third stays empty
    for (std::size_t i = 0; i < values.size(); ++i) parts[i % 2].record(values[i]);
    Histogram merged;
    for (const Histogram& part : parts) merged.merge(part);
    ASSERT_TRUE(merged == histogram_of(values)) << "seed " << seed;
  }
}

// A threshold counts what the quantiles report: exactly below 128, within the error above.
TEST(Histogram, CountAtMostAgreesWithTheList) {
  const Histogram small = histogram_of({5, 5, 7, 100});
  EXPECT_EQ(small.count_at_most(-1), 0u);
  EXPECT_EQ(small.count_at_most(4), 0u);
  EXPECT_EQ(small.count_at_most(5), 2u);
  EXPECT_EQ(small.count_at_most(99), 3u);
  EXPECT_EQ(small.count_at_most(100), 4u);

  const std::vector<std::int64_t> values = values_of_any_size(7, 2000);
  const Histogram histogram = histogram_of(values);
  for (const std::int64_t threshold : values) {
    const auto error = static_cast<std::int64_t>(static_cast<double>(threshold) *
                                                 Histogram::relative_error_max * 1.01);
    const auto at_most = [&](std::int64_t limit) {
      return static_cast<std::uint64_t>(std::count_if(
          values.begin(), values.end(), [limit](std::int64_t value) { return value <= limit; }));
    };
    const std::uint64_t counted = histogram.count_at_most(threshold);
    ASSERT_GE(counted, at_most(threshold - error));
    const bool fits = threshold < INT64_MAX - error;
    ASSERT_LE(counted, fits ? at_most(threshold + error) : values.size());
  }
}

// A copy goes its own way, and a cleared histogram is as good as new.
TEST(Histogram, CopiesAreIndependentAndClearForgets) {
  Histogram original = histogram_of({1, 1000, 1'000'000});
  Histogram copy = original;
  copy.record(5);
  EXPECT_EQ(original.count(), 3u);
  EXPECT_EQ(copy.count(), 4u);
  original.record(5);
  EXPECT_TRUE(original == copy);
  original.clear();
  EXPECT_TRUE(original == Histogram());
}

// The counts handed to an exporter add up to what was recorded, each inside its bucket's bounds.
TEST(Histogram, BucketsAddUpToTheCount) {
  const std::vector<std::int64_t> values = values_of_any_size(3, 5000);
  std::uint64_t total = 0;
  histogram_of(values).for_each_bucket([&](const Histogram::Bucket& bucket) {
    total += bucket.count;
    const auto inside = std::count_if(values.begin(), values.end(), [&](std::int64_t value) {
      return value >= bucket.low && value <= bucket.high;
    });
    ASSERT_EQ(bucket.count, static_cast<std::uint64_t>(inside));
  });
  EXPECT_EQ(total, values.size());
}

// Negative values are our bug, not data.
TEST(HistogramDeathTest, RefusesNegativeValues) {
  Histogram histogram;
  EXPECT_EXIT(histogram.record(-1), testing::ExitedWithCode(70), "value >= 0");
}

}  // namespace
}  // namespace faultline::sim::histogram_test
