#include "sim/zipf.h"

#include <stdexcept>

#include "sim/elementary.h"

namespace faultline::sim {
namespace {

// (e^t - 1) / t and log(1 + t) / t, continued by 1 at t = 0: so that alpha = 1 is no special case.
double expm1_over(double t) { return t > -1e-300 && t < 1e-300 ? 1.0 : expm1(t) / t; }
double log1p_over(double t) { return t > -1e-300 && t < 1e-300 ? 1.0 : log1p(t) / t; }

}  // namespace

Zipf::Zipf(std::uint64_t n, double alpha) : n_(n), alpha_(alpha) {
  if (n < 1 || n > 1'000'000'000) throw std::invalid_argument("n must be between 1 and 10^9");
  if (!(alpha >= 0 && alpha <= 100)) throw std::invalid_argument("alpha must be between 0 and 100");
  integral_first_ = integral(1.5) - 1;
  integral_last_ = integral(static_cast<double>(n) + 0.5);
  sure_below_ = 2 - integral_inverse(integral(2.5) - density(2));
}

double Zipf::density(double x) const { return exp(-alpha_ * log(x)); }

double Zipf::integral(double x) const {
  const double log_x = log(x);
  return log_x * expm1_over((1 - alpha_) * log_x);
}

double Zipf::integral_inverse(double y) const {
  double t = (1 - alpha_) * y;
  if (t < -1) t = -1;  // rounding at the far end of a steep law
  return exp(y * log1p_over(t));
}

std::uint64_t Zipf::sample(Draw& draw) const {
  if (alpha_ == 0) return 1 + draw.below(n_);
  const double span = integral_first_ - integral_last_;
  for (;;) {
    const double area = integral_last_ + draw.uniform() * span;
    const double x = integral_inverse(area);
    std::uint64_t rank = 1;
    if (x >= static_cast<double>(n_))
      rank = n_;
    else if (x > 1)
      rank = static_cast<std::uint64_t>(x + 0.5);
    const double k = static_cast<double>(rank);
    if (k - x <= sure_below_ || area >= integral(k + 0.5) - density(k)) return rank;
  }
}

double Zipf::probability(std::uint64_t rank) const {
  if (rank < 1 || rank > n_) return 0;
  double sum = 0;  // smallest first, so that small terms count
  for (std::uint64_t k = n_; k >= 1; --k) sum += density(static_cast<double>(k));
  return density(static_cast<double>(rank)) / sum;
}

}  // namespace faultline::sim
