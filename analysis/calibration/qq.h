// A Q-Q picture: the quantiles of a law beside those measured. On the diagonal the law fits; points
// above it at the right end say that the real tail is longer.
#pragma once

#include <string>
#include <vector>

#include "analysis/calibration/calibration.h"

namespace faultline::analysis {

struct QuantilePair {
  double share;  // 0 to 1
  double measured_ms;
  double law_ms;
};

// At the middles of at most `points` equal parts, and at the 99th and 99.9th percentile where there
// are times beyond; by the best law. Needs one.
std::vector<QuantilePair> quantile_pairs(const EndpointFigures& endpoint, std::size_t points);

// A table of ten and more quantiles of each endpoint that has a law.
std::string qq_text(const Calibration& calibration);

// The endpoint with most work. Logarithmic axes. Empty if no endpoint has a law.
std::string qq_svg(const Calibration& calibration);

}  // namespace faultline::analysis
