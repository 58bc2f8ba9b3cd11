// Elementary functions with the same bits everywhere: log, exp and their kin, made of IEEE
// + - * / and integer operations on the bits alone.
//
// The C library's versions differ in the last bit between processors and releases; a run must not.
// Build with -ffp-contract=off: a fused multiply-add changes last bits (a golden test says so).
// All are constexpr, so that tables made at compile time and values made at run time agree.
//
// Error          log, exp, pow < 1 ulp; log1p, expm1 < 2 ulp; gamma_function < 1e-13 relative
// Special cases  as in C99 Annex F: 0, infinities, NaN, negative and subnormal arguments
// Source         the reductions and the rational form of exp are those that Sun's FDLIBM (1993)
//                describes, the coefficients our own: log(1+f) = 2 atanh(f / (2+f)), and
//                e^r = 1 + 2r / (r coth(r/2) - r), whose series has Bernoulli numbers
#pragma once

#ifdef __FAST_MATH__
#error "faultline needs IEEE arithmetic: build without -ffast-math"
#endif

#include <bit>
#include <cstdint>
#include <limits>

namespace faultline::sim {

constexpr double log(double x);    // natural; log(0) = -infinity, NaN below
constexpr double exp(double x);    // overflows to infinity above 709.78
constexpr double log1p(double x);  // log(1 + x), exact near 0
constexpr double expm1(double x);  // exp(x) - 1, exact near 0

double pow(double x, double y);
double gamma_function(double x);  // x > 0; infinity above 171.62, NaN for x <= 0

namespace elementary_detail {

inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

// ln 2 in two parts; the first has 42 bits, so that its product with an exponent is exact.
inline constexpr double ln2_high = 0x1.62e42fefa3800p-1;
inline constexpr double ln2_low = 0x1.ef35793c76730p-45;
inline constexpr double one_over_ln2 = 0x1.71547652b82fep+0;

// x = 2^exponent (1 + fraction), 1 + fraction in [sqrt(1/2), sqrt(2)); x positive and finite.
struct Split {
  int exponent;
  double fraction;
};

constexpr Split split(double x) {
  int exponent = 0;
  if (x < std::numeric_limits<double>::min()) {
    x *= 0x1p54;
    exponent = -54;
  }
  constexpr std::uint64_t sqrt_half = 0x3fe6a09e667f3bcdULL;
  const std::uint64_t offset = std::bit_cast<std::uint64_t>(x) - sqrt_half;
  exponent += static_cast<int>(static_cast<std::int64_t>(offset) >> 52);
  const std::uint64_t mantissa = (offset & 0x000fffffffffffffULL) + sqrt_half;
  return {exponent, std::bit_cast<double>(mantissa) - 1.0};
}

// 2 (atanh(s)/s - 1) for z = s^2 in [0, (3 - 2 sqrt 2)^2]: the polynomial through seven Chebyshev
// nodes, error 1e-17.
constexpr double atanh_tail(double z) {
  return z * (0x1.5555555555558p-1 +
              z * (0x1.99999999952e2p-2 +
                   z * (0x1.2492492df148dp-2 +
                        z * (0x1.c71c62e5800a1p-3 +
                             z * (0x1.7462b4ab2ef6bp-3 +
                                  z * (0x1.39fe606542ddep-3 + z * 0x1.2b584aae78a57p-3))))));
}

// r c / (2 - c) with c = r - (r coth(r/2) - 2), so that e^r = 1 + r + this; |r| <= ln(2)/2. The
// series of r coth(r/2) has Bernoulli numbers for coefficients; the first one left out is 1e-17.
constexpr double exp_tail(double r) {
  const double z = r * r;
  const double series =
      z * (1.0 / 6 +
           z * (-1.0 / 360 +
                z * (1.0 / 15120 +
                     z * (-1.0 / 604800 + z * (1.0 / 23950080 + z * (-691.0 / 653837184000))))));
  const double c = r - series;
  return r * c / (2.0 - c);
}

constexpr double power_of_two(int exponent) {  // -1022 <= exponent <= 1023
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

// y 2^exponent, rounded once.
constexpr double scale(double y, int exponent) {
  if (exponent > 1023) return y * 0x1p1023 * power_of_two(exponent - 1023);
  if (exponent < -1021) return y * power_of_two(exponent + 1000) * 0x1p-1000;
  return y * power_of_two(exponent);
}

constexpr int nearest(double x) { return static_cast<int>(x < 0 ? x - 0.5 : x + 0.5); }

// e^(x + correction), where |correction| is at most a few ulp of x.
constexpr double exp_of_sum(double x, double correction) {
  if (x > 709.8) return infinity;
  if (x < -745.2) return 0.0;
  const int k = nearest(x * one_over_ln2);
  const double high = x - k * ln2_high;
  const double low = k * ln2_low - correction;
  const double r = high - low;
  return scale(1.0 + (high + (exp_tail(r) - low)), k);
}

}  // namespace elementary_detail

constexpr double log(double x) {
  namespace detail = elementary_detail;
  if (!(x > 0)) return x == 0 ? -detail::infinity : detail::not_a_number;
  if (x == detail::infinity) return x;
  const auto [k, f] = detail::split(x);
  const double s = f / (2.0 + f);
  const double half_square = 0.5 * f * f;
  const double tail = s * (half_square + detail::atanh_tail(s * s));
  return k * detail::ln2_high - ((half_square - (tail + k * detail::ln2_low)) - f);
}

constexpr double exp(double x) {
  if (x != x) return x;
  return elementary_detail::exp_of_sum(x, 0.0);
}

constexpr double log1p(double x) {
  const double u = 1.0 + x;
  if (u == 1.0 || u == elementary_detail::infinity) return x;
  if (!(u > 0)) return log(u);
  const double rounded_off = x < 1.0 ? x - (u - 1.0) : 1.0 - (u - x);
  return log(u) + rounded_off / u;
}

constexpr double expm1(double x) {
  namespace detail = elementary_detail;
  if (x != x || x > 709.8) return x > 0 ? detail::infinity : x;
  if (x < -40.0) return -1.0;
  const int k = detail::nearest(x * detail::one_over_ln2);
  const double high = x - k * detail::ln2_high;
  const double low = k * detail::ln2_low;
  const double r = high - low;
  if (k == 0) return r + detail::exp_tail(r);
  const double fraction = high + (detail::exp_tail(r) - low);
  if (k > 60) return detail::scale(1.0 + fraction, k);
  const double one_less = 1.0 - detail::power_of_two(-k);
  return detail::power_of_two(k) * (fraction + one_less);
}

}  // namespace faultline::sim
