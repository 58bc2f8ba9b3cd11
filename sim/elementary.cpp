#include "sim/elementary.h"

#include <cmath>

namespace faultline::sim {
namespace {

namespace detail = elementary_detail;

// An unevaluated sum high + low with |low| <= ulp(high) / 2: some 106 bits. T. J. Dekker, "A
// floating-point technique for extending the available precision", Numer. Math. 18 (1971).
struct Double2 {
  double high;
  double low;
};

Double2 sum_of_ordered(double large, double small) {
  const double sum = large + small;
  return {sum, small - (sum - large)};
}

Double2 product(double a, double b) {
  const auto halves = [](double x) {
    const double t = x * 134217729.0;  // 2^27 + 1
    const double high = t - (t - x);
    return Double2{high, x - high};
  };
  const Double2 p = halves(a);
  const Double2 q = halves(b);
  const double result = a * b;
  const double error =
      ((p.high * q.high - result) + p.high * q.low + p.low * q.high) + p.low * q.low;
  return {result, error};
}

Double2 product(Double2 a, Double2 b) {
  const Double2 main = product(a.high, b.high);
  return sum_of_ordered(main.high, main.low + (a.high * b.low + a.low * b.high));
}

// log(x) to some 2^-65 relative: s = f / (2 + f), and the two largest terms of 2 atanh(s) = 2s +
// (2/3) s^3 + ..., are kept in double length; the rest is below 2^-12 of the whole.
Double2 long_log(double x) {
  const auto [k, f] = detail::split(x);
  const Double2 divisor = sum_of_ordered(2.0, f);
  const double s_high = f / divisor.high;
  const Double2 back = product(s_high, divisor.high);
  const double s_low = ((f - back.high) - back.low - s_high * divisor.low) / divisor.high;
  const Double2 s{s_high, s_low};
  const Double2 z = product(s, s);
  constexpr Double2 two_thirds{0x1.5555555555555p-1, 0x1.5555555555555p-55};
  const Double2 cubic = product(product(s, z), two_thirds);
  const double t = z.high;  // the rest: 2 s (t^2/5 + t^3/7 + ...), t <= 0.0295
  double series = 0;
  for (int n = 25; n >= 5; n -= 2) series = series * t + 2.0 / n;
  const double rest = s.high * t * t * series;
  const Double2 linear{2.0 * s.high, 2.0 * s.low};
  const Double2 first = sum_of_ordered(linear.high, cubic.high);
  const double first_low = first.low + (linear.low + (cubic.low + rest));
  const Double2 fraction = sum_of_ordered(first.high, first_low);
  if (k == 0) return fraction;
  const Double2 total = sum_of_ordered(k * detail::ln2_high, fraction.high);
  return sum_of_ordered(total.high, total.low + (fraction.low + k * detail::ln2_low));
}

enum class Parity { fractional, even, odd };

Parity parity(double y) {
  const double size = std::fabs(y);
  if (size >= 0x1p53) return Parity::even;
  if (std::floor(size) != size) return Parity::fractional;
  return static_cast<std::uint64_t>(size) % 2 == 0 ? Parity::even : Parity::odd;
}

// x^y for x in (0, infinity), x != 1, y finite.
double positive_power(double x, double y) {
  if (std::fabs(y) > 0x1p64) return (y > 0) == (x > 1) ? detail::infinity : 0.0;
  if (std::fabs(y) < 0x1p-80) return 1.0;
  const Double2 logarithm = long_log(x);
  const Double2 main = product(y, logarithm.high);
  const Double2 exponent = sum_of_ordered(main.high, main.low + y * logarithm.low);
  return detail::exp_of_sum(exponent.high, exponent.low);
}

// |x|^y where x is 0 or infinite, y neither 0 nor NaN.
double power_of_extreme(double x, double y) { return (x == 0) == (y > 0) ? 0.0 : detail::infinity; }

}  // namespace

double pow(double x, double y) {
  if (y == 0 || x == 1) return 1.0;
  if (x != x || y != y) return detail::not_a_number;
  const double size = std::fabs(x);
  if (std::fabs(y) == detail::infinity) {
    if (size == 1) return 1.0;
    return (size > 1) == (y > 0) ? detail::infinity : 0.0;
  }
  const bool extreme = size == 0 || size == detail::infinity;
  if (!std::signbit(x)) return extreme ? power_of_extreme(size, y) : positive_power(size, y);
  const Parity kind = parity(y);
  if (kind == Parity::fractional && !extreme) return detail::not_a_number;
  double result = 1.0;
  if (extreme) result = power_of_extreme(size, y);
  if (!extreme && size != 1) result = positive_power(size, y);
  return kind == Parity::odd ? -result : result;
}

// Stirling's series (Abramowitz and Stegun 6.1.37, by way of 6.1.40) at z >= 20, where five terms
// are exact to 1e-17; smaller arguments are raised by the recurrence Gamma(x + 1) = x Gamma(x).
double gamma_function(double x) {
  if (!(x > 0)) return detail::not_a_number;
  if (x > 171.7) return detail::infinity;
  double below = 1.0;
  double z = x;
  for (; z < 20; z += 1) below *= z;
  const double w = 1.0 / (z * z);
  const double series =
      (1.0 / 12 + w * (-1.0 / 360 + w * (1.0 / 1260 + w * (-1.0 / 1680 + w * (1.0 / 1188))))) / z;
  constexpr double sqrt_two_pi = 2.506628274631000502;
  const double half_power = pow(z, 0.5 * z - 0.25);  // its square alone would overflow
  return half_power * exp(series - z) * half_power * sqrt_two_pi / below;
}

}  // namespace faultline::sim
