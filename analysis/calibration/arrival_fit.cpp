#include "analysis/calibration/arrival_fit.h"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>

namespace faultline::analysis {
namespace {

constexpr double arrivals_in_a_window = 5;
constexpr std::size_t fewest_windows = 20;

// Whole windows only: the rest of the span is left out.
std::vector<double> counts_in_windows(std::span<const double> arrivals_s, double window_s,
                                      std::size_t windows) {
  std::vector<double> counts(windows, 0.0);
  for (const double at : arrivals_s) {
    const double window = std::floor(at / window_s);
    if (window < static_cast<double>(windows)) ++counts[static_cast<std::size_t>(window)];
  }
  return counts;
}

double dispersion_of(std::span<const double> counts) {
  double mean = 0;
  for (const double count : counts) mean += count / static_cast<double>(counts.size());
  double squares = 0;
  for (const double count : counts) squares += (count - mean) * (count - mean);
  return squares / static_cast<double>(counts.size() - 1) / mean;
}

// The shortest of 1, 2, 5, 10, .. ms that is long enough; 0 if the span is too short for it.
double window_for(double per_second, double span_s, double resolution_s) {
  for (double decade = 1e-3; decade < span_s; decade *= 10) {
    for (const double window_s : {decade, 2 * decade, 5 * decade}) {
      const bool long_enough =
          window_s * per_second >= arrivals_in_a_window && window_s >= 10 * resolution_s;
      if (!long_enough) continue;
      return span_s / window_s >= static_cast<double>(fewest_windows) ? window_s : 0;
    }
  }
  return 0;
}

}  // namespace

ArrivalFit fit_arrivals(std::span<const double> arrivals_s, double span_s, double resolution_s,
                        std::size_t course_parts) {
  ArrivalFit fit;
  fit.count = arrivals_s.size();
  fit.per_second = static_cast<double>(fit.count) / span_s;
  const double part_s = span_s / static_cast<double>(course_parts);
  fit.course.assign(course_parts, 0.0);
  for (const double at : arrivals_s) {
    const auto part = static_cast<std::size_t>(std::max(at / part_s, 0.0));
    fit.course[std::min(part, course_parts - 1)] += 1 / part_s;
  }

  fit.window_s = window_for(fit.per_second, span_s, resolution_s);
  if (fit.window_s == 0) return fit;
  const auto windows = static_cast<std::size_t>(std::floor(span_s / fit.window_s));
  const auto counts = counts_in_windows(arrivals_s, fit.window_s, windows);
  const double dispersion = dispersion_of(counts);
  if (!std::isfinite(dispersion)) return fit;
  fit.dispersion = dispersion;
  const double freedom = static_cast<double>(windows - 1);
  const double below = boost::math::gamma_p(freedom / 2, freedom * dispersion / 2);
  fit.p_value = std::min(1.0, 2 * std::min(below, 1 - below));
  return fit;
}

}  // namespace faultline::analysis
