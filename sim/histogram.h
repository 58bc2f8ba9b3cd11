// Histogram: a log-linear histogram of non-negative 64-bit integers (nanoseconds, bytes, counts).
//
// Resolution   64 buckets per power of two: a bucket of width w = 2^s > 1 holds values of at least
//              64 w. Values below 128 have a bucket each (w = 1) and are exact.
// Error bound  A bucket reports its midpoint, at most w / 2 from any value it holds, and every such
//              value is at least 64 w: the relative error is at most (w / 2) / (64 w) = 1/128 =
//              0.79 %. The nearest-rank quantile lies in the bucket where the cumulative count
//              reaches its rank, so the bound holds for every quantile. Clamping to the exact
//              minimum and maximum only brings the report nearer.
// Exact        count, sum, mean (rounded once), minimum, maximum; all independent of the order of
//              recording and merging.
// Memory       64 bytes when empty; 8 bytes per bucket up to the largest value recorded:
//              14 KiB for ten seconds in nanoseconds, 29 KiB at most.
// Invariant    the buckets' counts add up to count()
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/check.h"
#include "sim/wide.h"

namespace faultline::sim {

class Histogram {
 public:
  static constexpr double relative_error_max = 1.0 / 128;

  // `value` >= 0.
  void record(std::int64_t value) {
    CHECK(value >= 0);
    const std::size_t index = bucket_of(value);
    if (index >= buckets_.size()) [[unlikely]]
      grow_to_hold(index);
    ++buckets_[index];
    ++count_;
    // A carry comes once in 2^64 ns (585 years) of summed time: a branch beats a wide sum.
    const auto addend = static_cast<std::uint64_t>(value);
    sum_low_ += addend;
    if (sum_low_ < addend) [[unlikely]]
      ++sum_high_;
    if (value < min_) min_ = value;
    if (value > max_) max_ = value;
  }

  void merge(const Histogram& other);
  // Takes away what `earlier`, a former state of this histogram, held. Minimum and maximum are then
  // known as well as any quantile: as the midpoints of their buckets.
  void subtract(const Histogram& earlier);
  void clear();  // keeps the memory for the next use

  std::uint64_t count() const { return count_; }
  Int128 sum() const { return (static_cast<Int128>(sum_high_) << 64) + sum_low_; }
  std::optional<double> mean() const { return ratio(sum(), static_cast<Int128>(count_)); }
  std::optional<std::int64_t> min() const;
  std::optional<std::int64_t> max() const;

  // The nearest-rank quantile, the value of rank max(1, ceil(q n)); 0 <= q <= 1. Quantiles 0 and 1
  // are the exact minimum and maximum. Nothing when nothing was recorded.
  std::optional<std::int64_t> quantile(double q) const;

  // How many observations are reported as at most `value`: each counts as the midpoint of its
  // bucket, clamped to the minimum and maximum, just as `quantile` reports it. Exact below 128 and
  // outside [min, max); elsewhere the threshold is off by at most the relative error above.
  std::uint64_t count_at_most(std::int64_t value) const;

  struct Bucket {
    std::int64_t low;   // smallest value it holds
    std::int64_t high;  // largest value it holds
    std::uint64_t count;
  };

  // Visits the buckets that hold something, in rising order.
  template <typename Visit>
  void for_each_bucket(Visit visit) const {
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      if (buckets_[i] > 0) visit(Bucket{low_of(i), low_of(i) + (width_of(i) - 1), buckets_[i]});
    }
  }

  friend bool operator==(const Histogram&, const Histogram&) = default;

 private:
  static constexpr int log2_per_octave = 6;
  static constexpr std::size_t per_octave = std::size_t{1} << log2_per_octave;

 public:
  // The number of the bucket that holds `value` >= 0, for whoever keeps more of it than a count.
  // s is the number of low bits dropped; value >> s lies in [64, 128), or below 64 when s = 0.
  static constexpr std::size_t bucket_of(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    const int s = std::bit_width(bits | per_octave) - 1 - log2_per_octave;
    return (static_cast<std::size_t>(s) << log2_per_octave) + static_cast<std::size_t>(bits >> s);
  }

 private:
  static constexpr int shift_of(std::size_t index) {
    return index < per_octave ? 0 : static_cast<int>(index >> log2_per_octave) - 1;
  }
  static constexpr std::int64_t width_of(std::size_t index) {
    return std::int64_t{1} << shift_of(index);
  }
  static constexpr std::int64_t low_of(std::size_t index) {
    const int s = shift_of(index);
    return static_cast<std::int64_t>(index - (static_cast<std::size_t>(s) << log2_per_octave)) << s;
  }
  static constexpr std::int64_t midpoint_of(std::size_t index) {
    return low_of(index) + width_of(index) / 2;
  }

  // No bucket before it holds anything. Of a histogram that holds something.
  std::size_t first() const { return bucket_of(min_); }
  void grow_to_hold(std::size_t index);

  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  std::uint64_t sum_low_ = 0;
  std::uint64_t sum_high_ = 0;
  std::int64_t min_ = INT64_MAX;
  std::int64_t max_ = 0;
};

}  // namespace faultline::sim
