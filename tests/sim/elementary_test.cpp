// Elementary functions: the same bits everywhere, close to the C library, right at the edges.
#include "sim/elementary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "sim/draw.h"

namespace faultline::sim::elementary_test {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double smallest = std::numeric_limits<double>::denorm_min();

std::uint64_t bits_of(double x) { return std::bit_cast<std::uint64_t>(x); }

// The distance to the exact value, in units in the last place of the double nearest to it.
double ulps(double ours, long double exact) {
  const double nearest = static_cast<double>(exact);
  if (nearest == ours) return 0.5;
  const double size = std::fabs(nearest);
  const double ulp = std::nextafter(size, inf) - size;
  return static_cast<double>(std::fabs(static_cast<long double>(ours) - exact) / ulp);
}

struct Sweep {
  double worst_ulps = 0;
  std::uint64_t hash = 0;
};

Sweep sweep(double (*ours)(double), long double (*exact)(long double),
            const std::function<double(Draw&)>& argument) {
  Sweep result;
  Draw draw(2026);
  for (int i = 0; i < 100000; ++i) {
    const double x = argument(draw);
    const double y = ours(x);
    result.worst_ulps = std::max(result.worst_ulps, ulps(y, exact(x)));
    result.hash = mix64(result.hash ^ bits_of(y));
  }
  return result;
}

double any_positive(Draw& draw) { return std::bit_cast<double>(draw.bits() % 0x7ff0000000000000); }
double between(Draw& draw, double low, double high) { return low + (high - low) * draw.uniform(); }

// Shows that the error bounds of the header hold over 100,000 arguments each, and that every one of
// those results has the bits it had when this test was written.
TEST(Elementary, IsAccurateAndHasGoldenBits) {
  const Sweep logs = sweep(log, std::log, any_positive);
  EXPECT_LT(logs.worst_ulps, 1.0);
  EXPECT_EQ(logs.hash, 0x538f5cfb5f52e8f2u);
  const Sweep near_one = sweep(log, std::log, [](Draw& d) { return between(d, 0.5, 2.0); });
  EXPECT_LT(near_one.worst_ulps, 1.0);
  EXPECT_EQ(near_one.hash, 0xfbd112001ecec086u);
  const Sweep exps = sweep(exp, std::exp, [](Draw& d) { return between(d, -708, 709); });
  EXPECT_LT(exps.worst_ulps, 1.0);
  EXPECT_EQ(exps.hash, 0x3980662d87b643f3u);
  const Sweep small_exps = sweep(exp, std::exp, [](Draw& d) { return between(d, -2, 2); });
  EXPECT_LT(small_exps.worst_ulps, 1.0);
  EXPECT_EQ(small_exps.hash, 0x43dd211d151656b0u);
  const Sweep log1ps = sweep(log1p, std::log1p, [](Draw& d) { return between(d, -1, 2); });
  EXPECT_LT(log1ps.worst_ulps, 2.0);
  EXPECT_EQ(log1ps.hash, 0xb1cfadccc7a9488du);
  const Sweep expm1s = sweep(expm1, std::expm1, [](Draw& d) { return between(d, -3, 3); });
  EXPECT_LT(expm1s.worst_ulps, 2.0);
  EXPECT_EQ(expm1s.hash, 0xdf5c51362d707cbcu);
}

// Shows the same for powers, over bases of every size and exponents that keep the result in range.
TEST(Elementary, PowerIsAccurateAndHasGoldenBits) {
  Draw draw(7);
  double worst = 0;
  std::uint64_t hash = 0;
  for (int i = 0; i < 100000; ++i) {
    const double x = i % 2 == 0 ? any_positive(draw) : between(draw, 0.0, 20.0);
    const double y = between(draw, -700, 700) / std::max(1.0, std::fabs(log(x)));
    const double ours = pow(x, y);
    const long double exact = std::pow(static_cast<long double>(x), static_cast<long double>(y));
    if (exact > 1e-300L) worst = std::max(worst, ulps(ours, exact));
    hash = mix64(hash ^ bits_of(ours));
  }
  EXPECT_LT(worst, 1.0);
  EXPECT_EQ(hash, 0xf218a505885235eu);
}

// Shows the gamma function against the C library's, and exactly known values.
TEST(Elementary, GammaFunctionIsAccurate) {
  for (double x = 0.05; x < 171.5; x += 0.0625) {
    const double exact = std::tgamma(x);
    EXPECT_NEAR(gamma_function(x) / exact, 1.0, 1e-13) << x;
  }
  EXPECT_NEAR(gamma_function(5), 24.0, 1e-12);
  EXPECT_EQ(gamma_function(172), inf);
  EXPECT_TRUE(std::isnan(gamma_function(0)));
  EXPECT_EQ(bits_of(gamma_function(1.5)), 0x3fec5bf891b4ef6fu);
}

// Shows raw bits for a spread of arguments, so that a difference can be looked at one by one.
TEST(Elementary, HasGoldenBitsOneByOne) {
  EXPECT_EQ(bits_of(log(2)), bits_of(0.6931471805599453));
  EXPECT_EQ(bits_of(log(10)), bits_of(2.302585092994046));
  EXPECT_EQ(bits_of(exp(1)), 0x4005bf0a8b14576au);
  EXPECT_EQ(bits_of(log(1e-300)), 0xc085963447f87fb5u);
  EXPECT_EQ(bits_of(log(smallest)), 0xc0874385446d71c3u);
  EXPECT_EQ(bits_of(exp(-1)), 0x3fd78b56362cef38u);
  EXPECT_EQ(bits_of(exp(700.5)), 0x7f18625c7d4f56c2u);
  EXPECT_EQ(bits_of(exp(-740)), 0x55u);
  EXPECT_EQ(bits_of(pow(3, 0.1)), 0x3ff1dba3f92c888bu);
  EXPECT_EQ(bits_of(log1p(1e-5)), 0x3ee4f8aea9ae7316u);
  EXPECT_EQ(bits_of(expm1(1e-5)), 0x3ee4f8bc681cdfb6u);
}

// Shows that the compiler's evaluation at compile time and the processor's agree.
TEST(Elementary, CompileTimeAndRunTimeAgree) {
  constexpr double at_compile_time = log(0.1) + exp(3.3) + log1p(0.2) + expm1(-0.7);
  volatile double a = 0.1, b = 3.3, c = 0.2, d = -0.7;
  EXPECT_EQ(bits_of(log(a) + exp(b) + log1p(c) + expm1(d)), bits_of(at_compile_time));
}

// Shows the special values: zero, infinities, NaN, negative and subnormal arguments.
TEST(Elementary, FollowsTheStandardAtTheEdges) {
  EXPECT_EQ(log(0.0), -inf);
  EXPECT_EQ(log(-0.0), -inf);
  EXPECT_EQ(log(inf), inf);
  EXPECT_EQ(log(1), 0);
  EXPECT_TRUE(std::isnan(log(-1)));
  EXPECT_TRUE(std::isnan(log(nan)));
  EXPECT_EQ(exp(0), 1);
  EXPECT_EQ(exp(inf), inf);
  EXPECT_EQ(exp(-inf), 0);
  EXPECT_EQ(exp(710), inf);
  EXPECT_EQ(exp(709.79), inf);
  EXPECT_LT(exp(709.78), inf);
  EXPECT_EQ(exp(-746), 0);
  EXPECT_EQ(exp(-745), smallest);
  EXPECT_TRUE(std::isnan(exp(nan)));
  EXPECT_EQ(log1p(-1), -inf);
  EXPECT_TRUE(std::isnan(log1p(-2)));
  EXPECT_EQ(log1p(inf), inf);
  EXPECT_EQ(log1p(1e-30), 1e-30);
  EXPECT_EQ(log1p(smallest), smallest);
  EXPECT_EQ(expm1(-inf), -1);
  EXPECT_EQ(expm1(inf), inf);
  EXPECT_EQ(expm1(1e-30), 1e-30);
  EXPECT_TRUE(std::isnan(expm1(nan)));
}

// Shows every pair of special values for pow against the C library, which follows the standard.
TEST(Elementary, PowerFollowsTheStandardAtTheEdges) {
  const double values[] = {0.0, -0.0, 1.0, -1.0,  2.0,    -2.0,   0.5,      -0.5,   3.0, -3.0,
                           inf, -inf, nan, 1e300, -1e300, 1e-300, smallest, 0x1p53, 2.5};
  for (const double x : values) {
    for (const double y : values) {
      const double expected = std::pow(x, y);
      const double ours = pow(x, y);
      if (std::isnan(expected)) {
        EXPECT_TRUE(std::isnan(ours)) << x << " ^ " << y;
      } else {
        EXPECT_DOUBLE_EQ(ours, expected) << x << " ^ " << y;
        EXPECT_EQ(std::signbit(ours), std::signbit(expected)) << x << " ^ " << y;
      }
    }
  }
}

}  // namespace
}  // namespace faultline::sim::elementary_test
