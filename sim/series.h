// Series: one figure per window of simulated time, in bounded memory.
//
// A series starts with windows of the length it is given. It keeps at most `windows_max` of them:
// when one more comes, neighbours merge pairwise and the length doubles. What merging means belongs
// to the figure:
//   sum      counts                       a + b
//   mean     averages, rates and ratios   weighted by length of time, or by the weight given with
//            it (a ratio's denominator, so that merged windows give the ratio of the sums)
//   maximum  peaks                        the larger
//   last     states, versions             the later
// A window may have nothing to report (a ratio 0/0, utilisation while down): std::nullopt, which is
// not zero. Merged with a figure it yields to it.
//
// Invariant    windows are contiguous; all but the last have the length window()
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "sim/time.h"

namespace faultline::sim {

class Series {
 public:
  enum class Merge { sum, mean, maximum, last };

  static constexpr std::size_t default_windows_max = 2000;

  // `window` > 0; `windows_max` even and at least 2.
  Series(Merge merge, Duration window, Time start = {},
         std::size_t windows_max = default_windows_max);

  // Closes the next window, of the length given at the start; the run's last one may `end` earlier,
  // and nothing follows it. `weight` > 0 matters to `mean` alone; without it, it is the length.
  void append(Time end, std::optional<double> value, std::optional<double> weight = {});

  struct Window {
    Time begin;
    Time end;
    std::optional<double> value;
  };

  std::size_t size() const { return points_.size(); }
  Window operator[](std::size_t index) const;

  Merge merge() const { return merge_; }
  Duration window() const { return window_; }  // the length as it is now
  Time end() const { return end_; }

 private:
  struct Point {
    std::optional<double> value;
    double weight = 0;  // 0 where there is no value
  };

  Point merged(const Point& earlier, const Point& later) const;
  void halve();

  Merge merge_;
  Duration base_window_;
  Duration window_;
  Time start_;
  Time end_;
  std::size_t windows_max_;
  std::vector<Point> points_;
};

}  // namespace faultline::sim
