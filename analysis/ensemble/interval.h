// Interval: a mean of independent observations and how well it is known.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace faultline::analysis {

struct Interval {
  std::size_t count = 0;  // observations, at least 1
  double mean = 0;
  double deviation = 0;              // of one observation, with count - 1 in the denominator
  std::optional<double> half_width;  // nullopt: of one observation nothing is known

  double low() const { return mean - half_width.value_or(0); }
  double high() const { return mean + half_width.value_or(0); }
  // It lies within `share` of the mean on either side. A mean of 0 is narrow only when exact.
  bool within(double share) const;
};

// The mean lies in it with probability `confidence` when the observations are independent and, if
// they are few, normal: Student's t with count - 1 degrees of freedom. nullopt: no observations.
std::optional<Interval> student_interval(std::span<const double> observations,
                                         double confidence = 0.95);

// The two-sided quantile of Student's t: with `degrees` >= 1, |t| exceeds it with probability
// 1 - confidence.
double student_t(double confidence, std::size_t degrees);

}  // namespace faultline::analysis
