// Comparison: two scenarios under the same seeds, and by how much their figures differ.
//
// The runs are paired: under one seed both have the same arrivals, keys and service demands (common
// random numbers), so that what chance does to both cancels in the difference. How much that is
// worth is told: the variance of the difference of independent runs over that of the paired ones.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/ensemble/ensemble.h"

namespace faultline::analysis {

struct Difference {
  std::string metric;
  double a = 0;  // means over the pairs in which both had something to report
  double b = 0;
  Interval difference;  // of b - a, pair by pair
  // (variance of a + variance of b) / variance of b - a; nullopt: the difference never varies.
  std::optional<double> variance_reduction;

  // The interval does not hold 0.
  bool significant() const;
};

struct Comparison {
  std::size_t pairs = 0;
  std::vector<Difference> differences;   // of the metrics that both have
  std::vector<std::string> only_in_one;  // metrics of one of the two, such as of a new component

  std::size_t significant() const;
};

// Pairs the runs of two ensembles by their seeds; a run without its pair does not count.
Comparison compare_runs(const std::vector<OneRun>& a, const std::vector<OneRun>& b);

}  // namespace faultline::analysis
