// Mean and variance of every kind of distribution, in closed form (Johnson, Kotz and Balakrishnan,
// "Continuous Univariate Distributions", 1994).
#include <limits>

#include "sim/distribution_parts.h"
#include "sim/elementary.h"

namespace faultline::sim {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

double square(double x) { return x * x; }

}  // namespace

double Distribution::mean() const {
  switch (kind_) {
    case Kind::constant:
    case Kind::exponential:
    case Kind::gamma:
    case Kind::lognormal:
    case Kind::weibull:
      return p_;
    case Kind::erlang:
      return q_;
    case Kind::uniform:
      return p_ + (q_ - p_) / 2;
    case Kind::pareto:
      return q_ > 1 ? p_ * q_ / (q_ - 1) : infinity;
    case Kind::hyperexponential:
    case Kind::mixture:
    case Kind::empirical:
      break;
  }
  double sum = 0;
  const Parts& parts = *parts_;
  if (kind_ == Kind::empirical) {
    for (const double value : parts.values) sum += value;
    return sum / static_cast<double>(parts.values.size());
  }
  for (std::size_t i = 0; i < parts.weights.size(); ++i) {
    const bool mixed = kind_ == Kind::mixture;
    sum += parts.weights[i] * (mixed ? parts.branches[i].mean() : parts.values[i]);
  }
  return sum;
}

double Distribution::variance() const {
  switch (kind_) {
    case Kind::constant:
      return 0;
    case Kind::uniform:
      return square(q_ - p_) / 12;
    case Kind::exponential:
      return square(p_);
    case Kind::erlang:
      return square(q_) / p_;
    case Kind::gamma:
    case Kind::lognormal:
      return square(p_ * q_);
    case Kind::weibull: {
      const double first = gamma_function(1 + b_);
      return square(p_) * (gamma_function(1 + 2 * b_) / square(first) - 1);
    }
    case Kind::pareto:
      return q_ > 2 ? square(p_) * q_ / (square(q_ - 1) * (q_ - 2)) : infinity;
    case Kind::hyperexponential:
    case Kind::mixture:
    case Kind::empirical:
      break;
  }
  const double centre = mean();
  if (centre == infinity) return infinity;
  double sum = 0;
  const Parts& parts = *parts_;
  if (kind_ == Kind::empirical) {
    for (const double value : parts.values) sum += square(value - centre);
    return sum / static_cast<double>(parts.values.size());
  }
  for (std::size_t i = 0; i < parts.weights.size(); ++i) {
    const bool mixed = kind_ == Kind::mixture;
    const double branch_mean = mixed ? parts.branches[i].mean() : parts.values[i];
    const double within = mixed ? parts.branches[i].variance() : square(parts.values[i]);
    sum += parts.weights[i] * (within + square(branch_mean - centre));
  }
  return sum;
}

}  // namespace faultline::sim
