#include "sim/histogram.h"

#include <algorithm>

namespace faultline::sim {

// Whole octaves, so that the size depends on the largest value alone and not on the order of
// recording.
void Histogram::grow_to_hold(std::size_t index) {
  buckets_.resize((index / per_octave + 1) * per_octave, 0);
}

void Histogram::merge(const Histogram& other) {
  if (other.count_ == 0) return;
  if (other.buckets_.size() > buckets_.size()) buckets_.resize(other.buckets_.size(), 0);
  for (std::size_t i = other.first(); i < other.buckets_.size(); ++i) {
    buckets_[i] += other.buckets_[i];
  }
  count_ += other.count_;
  sum_low_ += other.sum_low_;
  sum_high_ += other.sum_high_ + (sum_low_ < other.sum_low_ ? 1 : 0);
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

void Histogram::subtract(const Histogram& earlier) {
  if (earlier.count_ == 0) return;
  CHECK(earlier.buckets_.size() <= buckets_.size());
  for (std::size_t i = earlier.first(); i < earlier.buckets_.size(); ++i) {
    CHECK(earlier.buckets_[i] <= buckets_[i]);
    buckets_[i] -= earlier.buckets_[i];
  }
  count_ -= earlier.count_;
  sum_high_ -= earlier.sum_high_ + (sum_low_ < earlier.sum_low_ ? 1 : 0);
  sum_low_ -= earlier.sum_low_;
  if (count_ == 0) return clear();
  std::size_t lowest = first();
  while (buckets_[lowest] == 0) ++lowest;
  std::size_t last = buckets_.size() - 1;
  while (buckets_[last] == 0) --last;
  const std::int64_t least = std::clamp(midpoint_of(lowest), min_, max_);
  max_ = std::clamp(midpoint_of(last), least, max_);
  min_ = least;
}

void Histogram::clear() {
  buckets_.clear();
  count_ = 0;
  sum_low_ = 0;
  sum_high_ = 0;
  min_ = INT64_MAX;
  max_ = 0;
}

std::optional<std::int64_t> Histogram::min() const {
  if (count_ == 0) return std::nullopt;
  return min_;
}

std::optional<std::int64_t> Histogram::max() const {
  if (count_ == 0) return std::nullopt;
  return max_;
}

std::optional<std::int64_t> Histogram::quantile(double q) const {
  CHECK(q >= 0 && q <= 1);
  if (count_ == 0) return std::nullopt;
  // 0.07 * 100 is 7.000000000000001 in binary: a product is lowered by a few units in its last
  // place, lest the decimal that was meant be taken for the next rank.
  const double product = q * static_cast<double>(count_);
  const double lowered = product - product * 0x1p-50;
  if (lowered <= 1) return min_;
  if (lowered > static_cast<double>(count_ - 1)) return max_;
  auto rank = static_cast<std::uint64_t>(lowered);
  if (static_cast<double>(rank) < lowered) ++rank;

  std::uint64_t seen = 0;
  for (std::size_t i = first(); i < buckets_.size(); ++i) {
    seen += buckets_[i];
    if (seen >= rank) return std::clamp(midpoint_of(i), min_, max_);
  }
  CHECK(seen == count_);
  return max_;
}

std::uint64_t Histogram::count_at_most(std::int64_t value) const {
  if (count_ == 0 || value < min_) return 0;
  if (value >= max_) return count_;
  std::uint64_t seen = 0;
  for (std::size_t i = first(); i < buckets_.size() && midpoint_of(i) <= value; ++i) {
    seen += buckets_[i];
  }
  return seen;
}

}  // namespace faultline::sim
