#include "sim/snapshot.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sim/draw.h"

namespace faultline::sim::snapshot_test {
namespace {

constexpr Metric counted{"counted", "things", "Counted."};
constexpr Metric rated{"rated", "1/s", "Counted per second."};
constexpr Metric share{"share", "0..1", "Part of a whole."};
constexpr Metric level{"level", "things", "Held between changes."};
constexpr Metric state{"state", "things", "As it stands."};
constexpr Metric times{"times", "ms", "Durations."};

struct Figures {
  std::vector<Figure> all;
  const Figure& of(std::string_view name) const {
    for (const Figure& figure : all) {
      if (figure.metric.name == name) return figure;
    }
    ADD_FAILURE() << name;
    return all.front();
  }
};

// From 2 s to 6 s: 30 counted; 10 of 40; a gauge at 3 until 4 s and at 5 from then on; now 9; and
// times of 10 and 20 ms after one of 100 ms.
TEST(Snapshot, TwoOfThemSayWhatLiesBetween) {
  Histogram histogram;
  TimeWeighted gauge(3);
  const auto take = [&](Time at, std::uint64_t count, Int128 part, Int128 whole, double now) {
    Snapshot snapshot(at);
    snapshot.counter(counted, count);
    snapshot.rate(rated, count);
    snapshot.ratio(share, part, whole);
    snapshot.level(level, gauge.mark(at));
    snapshot.state(state, now);
    snapshot.times(times, histogram);
    return snapshot;
  };
  histogram.record((100_ms).ns);
  const Snapshot before = take(Time{} + 2_s, 70, 5, 10, 8);
  gauge.set(Time{} + 4_s, 5);
  histogram.record((10_ms).ns);
  histogram.record((20_ms).ns);
  const Snapshot after = take(Time{} + 6_s, 100, 15, 50, 9);

  const Figures figures{between(before, after)};
  EXPECT_EQ(figures.of("counted").value, 30);
  EXPECT_EQ(figures.of("rated").value, 7.5);
  EXPECT_EQ(figures.of("share").value, 0.25);
  EXPECT_EQ(figures.of("share").weight, 40);
  EXPECT_EQ(figures.of("level").value, 4);
  EXPECT_EQ(figures.of("state").value, 9);
  EXPECT_EQ(figures.of("times").value, 15);
  EXPECT_EQ(figures.of("times").weight, 2);
  EXPECT_EQ(figures.of("times").times.count(), 2U);
  EXPECT_NEAR(static_cast<double>(*figures.of("times").times.max()), 20e6, 20e6 / 128);

  // Between a snapshot and itself nothing has happened, and there is nothing to divide by.
  const Figures nothing{between(after, after)};
  EXPECT_EQ(nothing.of("counted").value, 0);
  EXPECT_EQ(nothing.of("rated").value, std::nullopt);
  EXPECT_EQ(nothing.of("share").value, std::nullopt);
  EXPECT_EQ(nothing.of("level").value, std::nullopt);
  EXPECT_EQ(nothing.of("state").value, 9);
  EXPECT_EQ(nothing.of("times").value, std::nullopt);
}

// What remains after subtraction is what recording the later part alone gives: counts, sum and mean
// exactly, minimum, maximum and every quantile within the stated error.
TEST(HistogramSubtract, LeavesTheLaterPart) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Draw draw(seed);
    Histogram all;
    Histogram later;
    const std::uint64_t early_count = draw.below(20);
    const std::uint64_t late_count = 1 + draw.below(20);
    const auto value = [&] {
      return static_cast<std::int64_t>(draw.below(2ULL << draw.below(62)));
    };
    for (std::uint64_t i = 0; i < early_count; ++i) all.record(value());
    const Histogram early = all;
    for (std::uint64_t i = 0; i < late_count; ++i) {
      const std::int64_t one = value();
      all.record(one);
      later.record(one);
    }
    all.subtract(early);
    EXPECT_EQ(all.count(), later.count());
    EXPECT_TRUE(all.sum() == later.sum());
    for (const double q : {0.0, 0.01, 0.5, 0.9, 1.0}) {
      const auto exact = static_cast<double>(*later.quantile(q));
      const auto got = static_cast<double>(*all.quantile(q));
      // Both are within 1/128 of the truth; at 0 and 1 the former is the truth itself.
      const double bound = (q == 0 || q == 1) ? 1.0 / 128 : 2.0 / 128;
      EXPECT_LE(std::abs(got - exact), exact * bound + 1e-9) << seed << " " << q;
    }
    EXPECT_LE(*all.min(), *all.max());
  }
}

// Subtracting nothing changes nothing; subtracting everything leaves an empty one.
TEST(HistogramSubtract, OfNothingAndOfEverything) {
  Histogram histogram;
  for (const std::int64_t value : {5, 70'000, 123'456'789}) histogram.record(value);
  const Histogram before = histogram;
  histogram.subtract(Histogram{});
  EXPECT_EQ(histogram, before);
  histogram.subtract(before);
  EXPECT_EQ(histogram, Histogram{});
  EXPECT_EQ(histogram.quantile(0.5), std::nullopt);
}

// The sum borrows across 64 bits.
TEST(HistogramSubtract, BorrowsInTheSum) {
  Histogram histogram;
  for (int i = 0; i < 3; ++i) histogram.record(INT64_MAX);
  const Histogram before = histogram;
  histogram.record(INT64_MAX);
  histogram.record(1);
  histogram.subtract(before);
  EXPECT_TRUE(histogram.sum() == static_cast<Int128>(INT64_MAX) + 1);
}

}  // namespace
}  // namespace faultline::sim::snapshot_test
