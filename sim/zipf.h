// Zipf: ranks 1..n, rank k with probability proportional to k^-alpha: popularity of keys.
//
// Parameters  n      1 .. 10^9
//             alpha  >= 0, at most 100; 0 is uniform
// Method      rejection-inversion: W. Hoermann, G. Derflinger, "Rejection-inversion to generate
//             variates from monotone discrete distributions", ACM TOMACS 6 (1996). No table, a
//             cost that does not grow with n, fewer than 1.2 tries on average
// Errors      the constructor throws std::invalid_argument
#pragma once

#include <cstdint>

#include "sim/draw.h"

namespace faultline::sim {

class Zipf {
 public:
  Zipf(std::uint64_t n, double alpha);

  std::uint64_t sample(Draw& draw) const;  // 1..n; rank 1 is the most popular

  // Exact; sums n terms, so for small n. 0 outside 1..n.
  double probability(std::uint64_t rank) const;

  std::uint64_t n() const { return n_; }
  double alpha() const { return alpha_; }

 private:
  double density(double x) const;   // x^-alpha
  double integral(double x) const;  // of the density from 1 to x
  double integral_inverse(double y) const;

  std::uint64_t n_;
  double alpha_;
  double integral_first_;  // where the area of rank 1 begins
  double integral_last_;   // where the area of rank n ends
  double sure_below_;      // a position this little below its rank needs no test
};

}  // namespace faultline::sim
