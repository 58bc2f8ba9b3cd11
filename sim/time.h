// Time: simulated time as a 64-bit count of nanoseconds, in two strong types.
//
// `Time` is a point since the start of the run, `Duration` a distance between two points. Both are
// integers: a floating-point clock loses precision as a run grows and ties become accidents.
// Range: +-292 years.
#pragma once

#include <compare>
#include <cstdint>

namespace faultline::sim {

struct Duration {
  std::int64_t ns = 0;

  friend constexpr auto operator<=>(const Duration&, const Duration&) = default;
  constexpr Duration& operator+=(Duration other) {
    ns += other.ns;
    return *this;
  }
  constexpr Duration& operator-=(Duration other) {
    ns -= other.ns;
    return *this;
  }
  friend constexpr Duration operator+(Duration a, Duration b) { return {a.ns + b.ns}; }
  friend constexpr Duration operator-(Duration a, Duration b) { return {a.ns - b.ns}; }
  friend constexpr Duration operator*(Duration a, std::int64_t n) { return {a.ns * n}; }
  friend constexpr Duration operator/(Duration a, std::int64_t n) { return {a.ns / n}; }

  constexpr double seconds() const { return static_cast<double>(ns) / 1e9; }
  constexpr double milliseconds() const { return static_cast<double>(ns) / 1e6; }

  // The nearest whole nanosecond; a value beyond the range is clamped to it, and NaN is 0.
  static constexpr Duration from_ns(double ns) {
    constexpr double limit = 9.2e18;
    if (!(ns > -limit)) return {ns == ns ? static_cast<std::int64_t>(-limit) : 0};
    if (!(ns < limit)) return {static_cast<std::int64_t>(limit)};
    return {static_cast<std::int64_t>(ns < 0 ? ns - 0.5 : ns + 0.5)};
  }
  static constexpr Duration from_seconds(double s) { return from_ns(s * 1e9); }
  static constexpr Duration max() { return {INT64_MAX}; }
};

struct Time {
  std::int64_t ns = 0;

  friend constexpr auto operator<=>(const Time&, const Time&) = default;
  friend constexpr Time operator+(Time t, Duration d) { return {t.ns + d.ns}; }
  friend constexpr Time operator-(Time t, Duration d) { return {t.ns - d.ns}; }
  friend constexpr Duration operator-(Time a, Time b) { return {a.ns - b.ns}; }
  constexpr Time& operator+=(Duration d) {
    ns += d.ns;
    return *this;
  }

  constexpr double seconds() const { return static_cast<double>(ns) / 1e9; }

  static constexpr Time max() { return {INT64_MAX}; }
};

inline namespace literals {
constexpr Duration operator""_ns(unsigned long long n) { return {static_cast<std::int64_t>(n)}; }
constexpr Duration operator""_us(unsigned long long n) {
  return 1000_ns * static_cast<std::int64_t>(n);
}
constexpr Duration operator""_ms(unsigned long long n) {
  return 1000_us * static_cast<std::int64_t>(n);
}
constexpr Duration operator""_s(unsigned long long n) {
  return 1000_ms * static_cast<std::int64_t>(n);
}
constexpr Duration operator""_min(unsigned long long n) {
  return 60_s * static_cast<std::int64_t>(n);
}
constexpr Duration operator""_us(long double n) {
  return Duration::from_ns(static_cast<double>(n * 1e3L));
}
constexpr Duration operator""_ms(long double n) {
  return Duration::from_ns(static_cast<double>(n * 1e6L));
}
constexpr Duration operator""_s(long double n) {
  return Duration::from_ns(static_cast<double>(n * 1e9L));
}
}  // namespace literals

}  // namespace faultline::sim
