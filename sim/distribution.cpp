#include "sim/distribution.h"

#include <cmath>
#include <limits>
#include <stdexcept>

#include "sim/check.h"
#include "sim/distribution_parts.h"
#include "sim/elementary.h"

namespace faultline::sim {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

void require(bool condition, const char* message) {
  if (!condition) throw std::invalid_argument(message);
}

bool positive(double x) { return x > 0 && x < infinity; }
bool non_negative(double x) { return x >= 0 && x < infinity; }

template <class Second>
std::vector<double> cumulate(const std::vector<std::pair<double, Second>>& weighted) {
  require(!weighted.empty(), "there must be at least one branch");
  std::vector<double> cumulative;
  double sum = 0;
  for (const auto& [weight, part] : weighted) {
    require(positive(weight), "every weight must be above 0");
    sum += weight;
    cumulative.push_back(sum);
  }
  require(std::fabs(sum - 1) <= 1e-9, "the weights must sum to 1");
  cumulative.back() = 1;
  return cumulative;
}

std::size_t choose(const std::vector<double>& cumulative, double u) {
  std::size_t i = 0;
  while (u >= cumulative[i]) ++i;
  return i;
}

constexpr int summed_erlang_limit = 8;  // beyond it, the gamma sampler is faster than a sum

}  // namespace

Distribution Distribution::constant(double value) {
  require(non_negative(value), "the value must be a number, 0 or above");
  Distribution result(Kind::constant, value, 0);
  result.a_ = value;
  return result;
}

Distribution Distribution::uniform(double min, double max) {
  require(non_negative(min), "min must be a number, 0 or above");
  require(max >= min && max < infinity, "max must be a number, min or above");
  if (min == max) return constant(min);
  Distribution result(Kind::uniform, min, max);
  result.a_ = min;
  result.b_ = max - min;
  return result;
}

Distribution Distribution::exponential(double mean) {
  require(positive(mean), "the mean must be above 0");
  Distribution result(Kind::exponential, mean, 0);
  result.a_ = mean;
  return result;
}

Distribution Distribution::erlang(int k, double mean) {
  require(k >= 1, "k must be a whole number, 1 or above");
  require(positive(mean), "the mean must be above 0");
  Distribution result(Kind::erlang, k, mean);
  result.a_ = mean / k;
  if (k > summed_erlang_limit) result.prepare_gamma(k, mean);
  return result;
}

Distribution Distribution::gamma(double mean, double cv) {
  require(positive(mean), "the mean must be above 0");
  require(non_negative(cv) && cv <= 1e3, "cv must be between 0 and 1000");
  if (cv < 1e-6) {
    require(cv == 0, "cv must be 0 or at least 0.000001");
    return constant(mean);
  }
  Distribution result(Kind::gamma, mean, cv);
  result.prepare_gamma(1 / (cv * cv), mean);
  return result;
}

// With d = shape - 1/3 and c = 1 / sqrt(9 d), a gamma variable is scale d (1 + c Z)^3 after a
// rejection; below shape 1 it is one of shape + 1 times U^(1 / shape).
void Distribution::prepare_gamma(double shape, double mean) {
  const double scale = mean / shape;
  const double d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3;
  a_ = scale * d;
  b_ = 1 / std::sqrt(9 * d);
  c_ = shape < 1 ? 1 / shape : 0;
}

// exp(mu + sigma Z) with sigma^2 = log(1 + cv^2) and mu = log(mean) - sigma^2 / 2.
Distribution Distribution::lognormal(double mean, double cv) {
  require(positive(mean), "the mean must be above 0");
  require(non_negative(cv) && cv <= 1e6, "cv must be between 0 and 1000000");
  if (cv == 0) return constant(mean);
  Distribution result(Kind::lognormal, mean, cv);
  const double sigma_square = log1p(cv * cv);
  result.a_ = log(mean) - sigma_square / 2;
  result.b_ = std::sqrt(sigma_square);
  return result;
}

Distribution Distribution::weibull(double mean, double shape) {
  require(positive(mean), "the mean must be above 0");
  require(shape >= 0.05 && shape <= 1000, "shape must be between 0.05 and 1000");
  Distribution result(Kind::weibull, mean, shape);
  result.a_ = mean / gamma_function(1 + 1 / shape);
  result.b_ = 1 / shape;
  return result;
}

Distribution Distribution::pareto(double min, double shape) {
  require(positive(min), "min must be above 0");
  require(positive(shape), "shape must be above 0");
  Distribution result(Kind::pareto, min, shape);
  result.a_ = min;
  result.b_ = 1 / shape;
  return result;
}

Distribution Distribution::pareto_with_mean(double mean, double shape) {
  require(positive(mean), "the mean must be above 0");
  require(shape > 1 && shape < infinity, "shape must be above 1 for the mean to exist");
  return pareto(mean * (shape - 1) / shape, shape);
}

Distribution Distribution::hyperexponential(std::vector<std::pair<double, double>> branches) {
  auto parts = std::make_shared<Parts>();
  parts->cumulative = cumulate(branches);
  for (const auto& [weight, mean] : branches) {
    require(positive(mean), "every mean must be above 0");
    parts->weights.push_back(weight);
    parts->values.push_back(mean);
  }
  Distribution result(Kind::hyperexponential, 0, 0);
  result.parts_ = std::move(parts);
  return result;
}

Distribution Distribution::mixture(std::vector<std::pair<double, Distribution>> weighted) {
  auto parts = std::make_shared<Parts>();
  parts->cumulative = cumulate(weighted);
  for (auto& [weight, branch] : weighted) {
    parts->weights.push_back(weight);
    parts->branches.push_back(std::move(branch));
  }
  Distribution result(Kind::mixture, 0, 0);
  result.parts_ = std::move(parts);
  return result;
}

Distribution Distribution::empirical(std::vector<double> values, std::string name) {
  require(!values.empty(), "there must be at least one value");
  for (const double value : values) {
    require(non_negative(value), "every value must be a number, 0 or above");
  }
  auto parts = std::make_shared<Parts>();
  parts->values = std::move(values);
  parts->name = std::move(name);
  Distribution result(Kind::empirical, 0, 0);
  result.parts_ = std::move(parts);
  return result;
}

double Distribution::sample_by_kind(Draw& draw) const {
  switch (kind_) {
    case Kind::constant:
      return a_;
    case Kind::uniform:
      return a_ + b_ * draw.uniform();
    case Kind::exponential:
      return a_ * standard_exponential(draw);
    case Kind::erlang: {
      if (p_ > summed_erlang_limit) return sample_gamma(draw);
      double sum = 0;
      for (int i = 0; i < static_cast<int>(p_); ++i) sum += standard_exponential(draw);
      return a_ * sum;
    }
    case Kind::gamma:
      return sample_gamma(draw);
    case Kind::lognormal:
      return exp(a_ + b_ * standard_normal(draw));
    case Kind::weibull:
      return a_ * exp(b_ * log(standard_exponential(draw)));
    case Kind::pareto:
      return a_ * exp(b_ * standard_exponential(draw));
    case Kind::hyperexponential: {
      const double mean = parts_->values[choose(parts_->cumulative, draw.uniform())];
      return mean * standard_exponential(draw);
    }
    case Kind::mixture:
      return parts_->branches[choose(parts_->cumulative, draw.uniform())].sample(draw);
    case Kind::empirical:
      return parts_->values[draw.below(parts_->values.size())];
  }
  CHECK(false && "a kind of distribution without a sampler");
  return 0;
}

double Distribution::sample_gamma(Draw& draw) const {
  const double c = b_;
  for (;;) {
    const double z = standard_normal(draw);
    const double root = 1 + c * z;
    if (root <= 0) continue;
    const double v = root * root * root;
    const double u = draw.uniform();
    const double square = z * z;
    // The squeeze accepts nearly always and spares two logarithms.
    if (u >= 1 - 0.0331 * square * square) {
      const double d = 1 / (9 * c * c);
      if (log(u) >= 0.5 * square + d * (1 - v + log(v))) continue;
    }
    return c_ == 0 ? a_ * v : a_ * v * exp(-c_ * standard_exponential(draw));
  }
}

}  // namespace faultline::sim
