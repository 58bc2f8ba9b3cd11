// Zipf: frequencies, extremes of its parameters, the same bits everywhere.
#include "sim/zipf.h"

#include <gtest/gtest.h>

#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>
#include <stdexcept>
#include <vector>

namespace faultline::sim::zipf_test {
namespace {

// Shows the frequencies of 200,000 draws against k^-alpha by chi-square at 0.1 %.
TEST(Zipf, HasTheFrequenciesItClaims) {
  constexpr int draws = 200000;
  for (const double alpha : {0.0, 0.3, 0.8, 0.99, 1.0, 1.2, 2.0}) {
    const Zipf zipf(50, alpha);
    std::vector<int> counts(51);
    Draw draw(11);
    for (int i = 0; i < draws; ++i) ++counts.at(zipf.sample(draw));
    double total = 0, weight_sum = 0, statistic = 0;
    for (int k = 1; k <= 50; ++k) weight_sum += std::pow(k, -alpha);
    for (int k = 1; k <= 50; ++k) {
      const double p = zipf.probability(static_cast<std::uint64_t>(k));
      EXPECT_NEAR(p, std::pow(k, -alpha) / weight_sum, 1e-14);
      total += p;
      const double difference = counts[static_cast<std::size_t>(k)] - draws * p;
      statistic += difference * difference / (draws * p);
    }
    EXPECT_NEAR(total, 1, 1e-13);
    const boost::math::chi_squared_distribution<> law(49);
    EXPECT_LT(statistic, boost::math::quantile(law, 0.999)) << "alpha " << alpha;
  }
}

// Shows that large and tiny sets of ranks, and flat and steep laws, stay within 1..n; and that for
// a billion ranks the share of rank 1 is one over the sum, by Euler's formula for alpha = 1.
TEST(Zipf, CopesWithExtremes) {
  Draw draw(3);
  for (const std::uint64_t n : {1ULL, 2ULL, 1000000000ULL}) {
    for (const double alpha : {0.0, 1e-9, 0.5, 1.0, 1.0 + 1e-12, 3.0, 100.0}) {
      const Zipf zipf(n, alpha);
      for (int i = 0; i < 2000; ++i) {
        const std::uint64_t rank = zipf.sample(draw);
        ASSERT_GE(rank, 1u);
        ASSERT_LE(rank, n);
      }
    }
  }
  const Zipf zipf(1000000000, 1.0);
  int first = 0;
  for (int i = 0; i < 100000; ++i) first += zipf.sample(draw) == 1 ? 1 : 0;
  const double p = 1 / (std::log(1e9) + 0.5772156649);
  EXPECT_NEAR(first, 1e5 * p, 3.29 * std::sqrt(1e5 * p * (1 - p)));
}

// Shows that the draws have the values they had when this test was written.
TEST(Zipf, DrawsHaveGoldenBits) {
  const auto hash_of = [](const Zipf& zipf) {
    Draw draw(42);
    std::uint64_t hash = 0;
    for (int i = 0; i < 5000; ++i) hash = mix64(hash ^ zipf.sample(draw));
    return hash;
  };
  EXPECT_EQ(hash_of(Zipf(1000, 0)), 0xe13fe95744908388u);
  EXPECT_EQ(hash_of(Zipf(1000000, 0.9)), 0x2167f2c5f14ec5a1u);
  EXPECT_EQ(hash_of(Zipf(1000000000, 1.0)), 0xd26d6a6e68119497u);
}

// Shows that parameters without a meaning are refused.
TEST(Zipf, RefusesBadParameters) {
  EXPECT_THROW(Zipf(0, 1), std::invalid_argument);
  EXPECT_THROW(Zipf(1000000001, 1), std::invalid_argument);
  EXPECT_THROW(Zipf(10, -0.1), std::invalid_argument);
  EXPECT_THROW(Zipf(10, std::nan("")), std::invalid_argument);
}

}  // namespace
}  // namespace faultline::sim::zipf_test
