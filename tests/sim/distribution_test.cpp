// Distributions: the same bits everywhere, the moments they claim, the law they are named after.
#include "sim/distribution.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/lognormal.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <stdexcept>

namespace faultline::sim::distribution_test {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double z_999 = 3.2905;  // two-sided 99.9 % quantile of the standard normal

std::uint64_t hash_of_draws(const Distribution& law, int n = 5000) {
  Draw draw(42);
  std::uint64_t hash = 0;
  for (int i = 0; i < n; ++i) hash = mix64(hash ^ std::bit_cast<std::uint64_t>(law.sample(draw)));
  return hash;
}

std::vector<double> draws_of(const Distribution& law, int n) {
  Draw draw(2026);
  std::vector<double> values;
  for (int i = 0; i < n; ++i) values.push_back(law.sample(draw));
  return values;
}

struct Moments {
  double mean, variance, fourth;
};

Moments moments_of(const std::vector<double>& values) {
  const double n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double second = 0, fourth = 0;
  for (const double x : values) {
    const double square = (x - mean) * (x - mean);
    second += square;
    fourth += square * square;
  }
  return {mean, second / (n - 1), fourth / n};
}

// Within the 99.9 % intervals that the central limit theorem gives for n draws.
void expect_moments(const Distribution& law, int n = 200000) {
  const Moments m = moments_of(draws_of(law, n));
  EXPECT_NEAR(m.mean, law.mean(), z_999 * std::sqrt(law.variance() / n)) << law.to_text();
  const double error = std::sqrt((m.fourth - m.variance * m.variance) / n);
  EXPECT_NEAR(m.variance, law.variance(), z_999 * error) << law.to_text();
}

// The largest distance of the empirical distribution function from `cdf`, below the 0.1 % critical
// value of Kolmogorov's law, 1.9495 / sqrt(n).
void expect_law(const Distribution& law, const std::function<double(double)>& cdf) {
  constexpr int n = 20000;
  std::vector<double> values = draws_of(law, n);
  std::sort(values.begin(), values.end());
  double distance = 0;
  for (int i = 0; i < n; ++i) {
    const double p = cdf(values[static_cast<std::size_t>(i)]);
    distance = std::max({distance, p - i / double{n}, (i + 1) / double{n} - p});
  }
  EXPECT_LT(distance * std::sqrt(n), 1.9495) << law.to_text();
}

Distribution bimodal() {
  return Distribution::mixture(
      {{0.9, Distribution::uniform(1, 5)}, {0.1, Distribution::exponential(80)}});
}

// Shows that every sampler gives the bits it gave when this test was written, on any compiler.
TEST(Distribution, DrawsHaveGoldenBits) {
  EXPECT_EQ(hash_of_draws(Distribution::uniform(1e6, 5e6)), 0x4e02e337392247dbu);
  EXPECT_EQ(hash_of_draws(Distribution::exponential(5e6), 100000), 0x556029234b48660eu);
  EXPECT_EQ(hash_of_draws(Distribution::erlang(3, 9e6)), 0xfa1f858b90e2e3deu);
  EXPECT_EQ(hash_of_draws(Distribution::erlang(20, 9e6)), 0xd18dc95e1b3dddb0u);
  EXPECT_EQ(hash_of_draws(Distribution::gamma(8e6, 0.7)), 0xc42326392ff435b4u);
  EXPECT_EQ(hash_of_draws(Distribution::gamma(8e6, 1.6)), 0xa833ab7945713414u);
  EXPECT_EQ(hash_of_draws(Distribution::lognormal(8e6, 1.5), 100000), 0xdbfe08af40a48407u);
  EXPECT_EQ(hash_of_draws(Distribution::weibull(8e6, 1.7)), 0xf331937d0b396f18u);
  EXPECT_EQ(hash_of_draws(Distribution::pareto(2e6, 2.5)), 0xa5e455dd311397eeu);
  EXPECT_EQ(hash_of_draws(Distribution::hyperexponential({{0.9, 5e6}, {0.1, 8e7}})),
            0xb409299ef2675779u);
  EXPECT_EQ(hash_of_draws(bimodal()), 0x32db0a840b05c8bcu);
  EXPECT_EQ(hash_of_draws(Distribution::empirical({3, 1, 4, 1, 5}, "pi")), 0x84bfaa33aefd0fefu);
}

// Shows sample mean and variance within their intervals around mean() and variance().
TEST(Distribution, HasTheMomentsItClaims) {
  expect_moments(Distribution::uniform(1, 5));
  expect_moments(Distribution::exponential(5));
  expect_moments(Distribution::erlang(3, 9));
  expect_moments(Distribution::erlang(20, 9));
  expect_moments(Distribution::gamma(8, 0.7));
  expect_moments(Distribution::gamma(8, 1.6));
  expect_moments(Distribution::lognormal(8, 0.7));
  expect_moments(Distribution::weibull(8, 1.7));
  expect_moments(Distribution::weibull(8, 0.8));
  expect_moments(Distribution::pareto(2, 8));
  expect_moments(Distribution::pareto_with_mean(2, 8));
  expect_moments(Distribution::hyperexponential({{0.9, 5}, {0.1, 80}}));
  expect_moments(bimodal());
  expect_moments(Distribution::empirical({3, 1, 4, 1, 5}, "pi"));
}

// Shows the moments that can be worked out by hand, infinite ones included.
TEST(Distribution, HasKnownMoments) {
  EXPECT_EQ(Distribution::constant(7).mean(), 7);
  EXPECT_EQ(Distribution::constant(7).variance(), 0);
  EXPECT_EQ(Distribution::uniform(1, 4).variance(), 0.75);
  EXPECT_EQ(Distribution::erlang(4, 8).variance(), 16);
  EXPECT_DOUBLE_EQ(Distribution::pareto(2, 3).mean(), 3);
  EXPECT_DOUBLE_EQ(Distribution::pareto(2, 3).variance(), 3);
  EXPECT_DOUBLE_EQ(Distribution::pareto_with_mean(3, 3).mean(), 3);
  EXPECT_EQ(Distribution::pareto(2, 2).variance(), inf);
  EXPECT_EQ(Distribution::pareto(2, 1).mean(), inf);
  EXPECT_NEAR(Distribution::weibull(6, 1).variance(), 36, 1e-11);
  EXPECT_EQ(Distribution::empirical({1, 3}, "").variance(), 1);
  EXPECT_EQ(Distribution::hyperexponential({{0.5, 1}, {0.5, 3}}).variance(), 6);
  const auto heavy = Distribution::mixture(
      {{0.5, Distribution::constant(1)}, {0.5, Distribution::pareto(1, 0.5)}});
  EXPECT_EQ(heavy.mean(), inf);
  EXPECT_EQ(heavy.variance(), inf);
}

// Shows each continuous sampler against its distribution function (Kolmogorov-Smirnov, 0.1 %).
TEST(Distribution, FollowsItsDistributionFunction) {
  namespace bm = boost::math;
  const auto exponential = [](double mean, double x) { return 1 - std::exp(-x / mean); };
  const auto gamma = [](double shape, double scale) {
    return [law = bm::gamma_distribution<>(shape, scale)](double x) { return bm::cdf(law, x); };
  };
  expect_law(Distribution::uniform(1, 5), [](double x) { return (x - 1) / 4; });
  expect_law(Distribution::exponential(5), [&](double x) { return exponential(5, x); });
  expect_law(Distribution::erlang(3, 9), gamma(3, 3));
  expect_law(Distribution::erlang(20, 40), gamma(20, 2));
  expect_law(Distribution::gamma(8, 0.5), gamma(4, 2));
  expect_law(Distribution::gamma(8, 2), gamma(0.25, 32));
  expect_law(Distribution::gamma(8, 1), gamma(1, 8));
  const double sigma = std::sqrt(std::log(1 + 1.5 * 1.5));
  const bm::lognormal_distribution<> lognormal(std::log(8) - sigma * sigma / 2, sigma);
  expect_law(Distribution::lognormal(8, 1.5), [&](double x) { return bm::cdf(lognormal, x); });
  const double scale = 8 / std::tgamma(1 + 1 / 1.7);
  expect_law(Distribution::weibull(8, 1.7),
             [&](double x) { return 1 - std::exp(-std::pow(x / scale, 1.7)); });
  expect_law(Distribution::pareto(2, 2.5), [](double x) { return 1 - std::pow(2 / x, 2.5); });
  expect_law(Distribution::hyperexponential({{0.9, 5}, {0.1, 80}}),
             [&](double x) { return 0.9 * exponential(5, x) + 0.1 * exponential(80, x); });
  expect_law(bimodal(), [&](double x) {
    return 0.9 * std::clamp((x - 1) / 4, 0.0, 1.0) + 0.1 * exponential(80, x);
  });
}

// Shows the tails of the two ziggurats: how many of a million draws lie beyond a far point agrees
// with the law, and normal draws are symmetric.
TEST(Ziggurat, HasTheRightTails) {
  constexpr int n = 1000000;
  Draw draw(9);
  int beyond_8 = 0, below = 0, beyond_3 = 0, beyond_37 = 0;
  for (int i = 0; i < n; ++i) {
    beyond_8 += standard_exponential(draw) > 8 ? 1 : 0;
    const double z = standard_normal(draw);
    below += z < 0 ? 1 : 0;
    beyond_3 += std::fabs(z) > 3 ? 1 : 0;
    beyond_37 += std::fabs(z) > 3.7 ? 1 : 0;
  }
  const auto expect_share = [](int count, double p) {
    EXPECT_NEAR(count, n * p, z_999 * std::sqrt(n * p * (1 - p)));
  };
  const boost::math::normal_distribution<> normal;
  expect_share(beyond_8, std::exp(-8));
  expect_share(below, 0.5);
  expect_share(beyond_3, 2 * boost::math::cdf(normal, -3));
  expect_share(beyond_37, 2 * boost::math::cdf(normal, -3.7));
}

// Shows that a constant draws nothing, and that laws with one value are constants.
TEST(Distribution, ConstantsDrawNothing) {
  Draw draw(1), untouched(1);
  EXPECT_EQ(Distribution::constant(Duration{8}).sample_duration(draw), Duration{8});
  EXPECT_EQ(draw.bits(), untouched.bits());
  EXPECT_EQ(Distribution().constant_value(), 0);
  EXPECT_EQ(Distribution::uniform(3, 3).constant_value(), 3);
  EXPECT_EQ(Distribution::lognormal(3, 0).constant_value(), 3);
  EXPECT_EQ(Distribution::exponential(3).constant_value(), std::nullopt);
}

// Shows that durations are rounded to the nearest nanosecond and clamped, never overflowing.
TEST(Distribution, DurationsAreRoundedAndClamped) {
  Draw draw(1);
  EXPECT_EQ(Distribution::constant(2.5).sample_duration(draw).ns, 3);
  EXPECT_EQ(Distribution::constant(2.4).sample_duration(draw).ns, 2);
  EXPECT_GT(Distribution::constant(1e300).sample_duration(draw).ns, 9'000'000'000'000'000'000);
}

// Shows that a copy draws the same, also of a law made of others.
TEST(Distribution, CopiesDrawTheSame) {
  Distribution copy;
  {
    const Distribution law = bimodal();
    copy = law;
  }
  EXPECT_EQ(hash_of_draws(copy), hash_of_draws(bimodal()));
}

// Shows that parameters without a meaning are refused, each with its reason.
TEST(Distribution, RefusesBadParameters) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(Distribution::constant(-1), std::invalid_argument);
  EXPECT_THROW(Distribution::constant(nan), std::invalid_argument);
  EXPECT_THROW(Distribution::uniform(5, 1), std::invalid_argument);
  EXPECT_THROW(Distribution::uniform(-1, 1), std::invalid_argument);
  EXPECT_THROW(Distribution::exponential(0.0), std::invalid_argument);
  EXPECT_THROW(Distribution::exponential(inf), std::invalid_argument);
  EXPECT_THROW(Distribution::erlang(0, 1), std::invalid_argument);
  EXPECT_THROW(Distribution::gamma(1, -1), std::invalid_argument);
  EXPECT_THROW(Distribution::lognormal(0, 1), std::invalid_argument);
  EXPECT_THROW(Distribution::weibull(1, 0), std::invalid_argument);
  EXPECT_THROW(Distribution::pareto(0, 1), std::invalid_argument);
  EXPECT_THROW(Distribution::pareto_with_mean(1, 1), std::invalid_argument);
  EXPECT_THROW(Distribution::hyperexponential({}), std::invalid_argument);
  EXPECT_THROW(Distribution::hyperexponential({{0.5, 1}, {0.4, 1}}), std::invalid_argument);
  EXPECT_THROW(Distribution::mixture({{1.5, Distribution()}, {-0.5, Distribution()}}),
               std::invalid_argument);
  EXPECT_THROW(Distribution::empirical({}, ""), std::invalid_argument);
  EXPECT_THROW(Distribution::empirical({1, -1}, ""), std::invalid_argument);
  try {
    Distribution::uniform(5, 1);
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(), "max must be a number, min or above");
  }
}

}  // namespace
}  // namespace faultline::sim::distribution_test
