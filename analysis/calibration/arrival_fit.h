// How requests arrive: their rate over time, and whether they come independently of each other.
//
// The index of dispersion is the variance of the number of arrivals in equal windows over its mean:
// 1 for a Poisson process of constant rate, more where arrivals come in bursts or the rate changes,
// less where they are spaced. With n windows (n - 1) times the index is close to chi-squared with
// n - 1 degrees of freedom if the process is Poisson; `p_value` is the probability of an index at
// least as far to its side, twice.
//
// Source       D. R. Cox, P. A. W. Lewis: The Statistical Analysis of Series of Events (1966)
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace faultline::analysis {

struct ArrivalFit {
  std::uint64_t count = 0;
  double per_second = 0;  // over the whole span
  double window_s = 0;    // none that holds 5 arrivals on average and comes 20 times: 0
  std::optional<double> dispersion;
  std::optional<double> p_value;
  std::vector<double> course;  // arrivals per second in equal parts of the span
};

// `arrivals_s` in ascending order from 0 to `span_s` > 0. Windows are not shorter than
// `resolution_s`, the least gap that the stamps can tell.
ArrivalFit fit_arrivals(std::span<const double> arrivals_s, double span_s, double resolution_s,
                        std::size_t course_parts);

}  // namespace faultline::analysis
