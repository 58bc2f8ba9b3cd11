// TimeWeighted: a quantity that holds its value between changes (backlog, busy workers).
//
// Its integral over time is exact, value times nanoseconds in 128 bits; an average is one division
// of two integrals and so depends on neither the number of changes nor the choice of windows:
//   const Mark open = gauge.mark(window_start);  ...
//   average(open, gauge.mark(window_end))                                   time-weighted mean
//   ratio(busy1.area - busy0.area, up1.area - up0.area)                     utilisation
//
// Invariant    time never runs backwards: every `now` is at or after the one before it
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "sim/check.h"
#include "sim/time.h"
#include "sim/wide.h"

namespace faultline::sim {

class TimeWeighted {
 public:
  // The integral from the gauge's start to `at`.
  struct Mark {
    Time at;
    Int128 area = 0;  // value x ns
  };

  explicit TimeWeighted(std::int64_t value = 0, Time start = {})
      : since_(start), value_(value), earlier_max_(value), recent_max_(value) {}

  void set(Time now, std::int64_t value) {
    if (value == value_) return;
    CHECK(now >= since_);
    area_ += static_cast<Int128>(value_) * (now - since_).ns;
    since_ = now;
    value_ = value;
    if (value > recent_max_) recent_max_ = value;
  }
  void add(Time now, std::int64_t delta) { set(now, value_ + delta); }

  std::int64_t current() const { return value_; }

  // The largest value ever held, be it for no time at all.
  std::int64_t max() const { return std::max(earlier_max_, recent_max_); }

  // The largest value held since the last call, or since the start; the next stretch begins with
  // the current value. For whoever closes the windows, and nobody else.
  std::int64_t take_recent_max() {
    const std::int64_t result = recent_max_;
    earlier_max_ = max();
    recent_max_ = value_;
    return result;
  }

  Mark mark(Time now) const {
    CHECK(now >= since_);
    return {now, area_ + static_cast<Int128>(value_) * (now - since_).ns};
  }

 private:
  Int128 area_ = 0;
  Time since_;
  std::int64_t value_;
  std::int64_t earlier_max_;  // before the last `take_recent_max`
  std::int64_t recent_max_;   // since then
};

// The mean over [from.at, to.at); nothing over no time.
inline std::optional<double> average(const TimeWeighted::Mark& from, const TimeWeighted::Mark& to) {
  CHECK(to.at >= from.at);
  return ratio(to.area - from.area, (to.at - from.at).ns);
}

}  // namespace faultline::sim
