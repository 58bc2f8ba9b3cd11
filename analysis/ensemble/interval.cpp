#include "analysis/ensemble/interval.h"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace faultline::analysis {

bool Interval::within(double share) const {
  return half_width && *half_width <= share * std::abs(mean);
}

double student_t(double confidence, std::size_t degrees) {
  const boost::math::students_t distribution(static_cast<double>(degrees));
  return boost::math::quantile(distribution, (1 + confidence) / 2);
}

std::optional<Interval> student_interval(std::span<const double> observations, double confidence) {
  if (observations.empty()) return std::nullopt;
  Interval interval;
  interval.count = observations.size();
  const double n = static_cast<double>(interval.count);
  // From the first, so that equal observations have exactly their mean and no deviation.
  const double first = observations.front();
  double sum = 0;
  for (const double x : observations) sum += x - first;
  interval.mean = first + sum / n;
  if (interval.count == 1) return interval;
  double squares = 0;
  for (const double x : observations) squares += (x - interval.mean) * (x - interval.mean);
  interval.deviation = std::sqrt(squares / (n - 1));
  interval.half_width =
      student_t(confidence, interval.count - 1) * interval.deviation / std::sqrt(n);
  return interval;
}

}  // namespace faultline::analysis
