#include "sim/series.h"

#include <algorithm>

#include "sim/check.h"

namespace faultline::sim {

Series::Series(Merge merge, Duration window, Time start, std::size_t windows_max)
    : merge_(merge),
      base_window_(window),
      window_(window),
      start_(start),
      end_(start),
      windows_max_(windows_max) {
  CHECK(window > Duration{});
  CHECK(windows_max >= 2);
  CHECK(windows_max % 2 == 0);
}

void Series::append(Time end, std::optional<double> value, std::optional<double> weight) {
  const Duration length = end - end_;
  CHECK(length > Duration{});
  CHECK(length <= base_window_);
  CHECK((end_ - start_).ns % base_window_.ns == 0);  // only the last window may be short
  CHECK(!weight || *weight > 0);

  Point point;
  if (value) point = {value, weight.value_or(static_cast<double>(length.ns))};

  const bool starts_a_window = (end_ - start_).ns % window_.ns == 0;
  if (starts_a_window && points_.size() == windows_max_) {
    halve();
    points_.push_back(point);
  } else if (starts_a_window) {
    points_.push_back(point);
  } else {
    points_.back() = merged(points_.back(), point);
  }
  end_ = end;
}

Series::Window Series::operator[](std::size_t index) const {
  CHECK(index < points_.size());
  const Time begin = start_ + window_ * static_cast<std::int64_t>(index);
  return {begin, std::min(begin + window_, end_), points_[index].value};
}

// `windows_max` is even and every window is full when this is called: no half pair is left over.
void Series::halve() {
  const std::size_t half = points_.size() / 2;
  for (std::size_t i = 0; i < half; ++i) {
    points_[i] = merged(points_[2 * i], points_[2 * i + 1]);
  }
  points_.resize(half);
  window_ = window_ * 2;
}

Series::Point Series::merged(const Point& earlier, const Point& later) const {
  if (!earlier.value) return later;
  if (!later.value) return earlier;
  const double a = *earlier.value;
  const double b = *later.value;
  const double weight = earlier.weight + later.weight;
  switch (merge_) {
    case Merge::sum:
      return {a + b, weight};
    case Merge::mean:
      return {(a * earlier.weight + b * later.weight) / weight, weight};
    case Merge::maximum:
      return {std::max(a, b), weight};
    case Merge::last:
      return {b, weight};
  }
  CHECK(!"a way to merge");
}

}  // namespace faultline::sim
