#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "models/workload/arrival_process.h"
#include "models/workload/curve_settings.h"
#include "models/workload/rate_curve.h"

namespace faultline::models::arrivals_test {
namespace {

using namespace sim::literals;

constexpr double pi = 3.14159265358979323846;

sim::Time at(double seconds) { return sim::Time{} + sim::Duration::from_seconds(seconds); }

// The integral from 0, and that its inverse leads back.
void expect_integral(const RateCurve& curve, double seconds, double count) {
  EXPECT_NEAR(curve.integral(at(seconds)), count, 1e-9 * (1 + count)) << seconds;
  if (curve.rate(at(seconds)) <= 0) return;
  ASSERT_TRUE(curve.inverse(count));
  EXPECT_NEAR(curve.inverse(count)->seconds(), seconds, 1e-8) << seconds;
}

// 10/s up to 10 s, then in a straight line to 30/s at 20 s: areas of rectangles and trapezia.
TEST(RateCurve, AddsUpARamp) {
  CurveSettings settings;
  settings.ramp = {.begin = 10_s, .end = 20_s, .from = 1, .to = 3};
  const RateCurve curve = settings.apply(10, at(100));
  EXPECT_DOUBLE_EQ(curve.rate(at(15)), 20);
  expect_integral(curve, 5, 50);
  expect_integral(curve, 10, 100);
  expect_integral(curve, 15, 175);
  expect_integral(curve, 20, 300);
  expect_integral(curve, 30, 600);
}

// 10/s but for 50/s between 4 s and 6 s.
TEST(RateCurve, AddsUpASpike) {
  CurveSettings settings;
  settings.spike = {.at = 4_s, .lasts = 2_s, .factor = 5};
  const RateCurve curve = settings.apply(10, at(100));
  EXPECT_DOUBLE_EQ(curve.rate(at(4)), 50);
  EXPECT_DOUBLE_EQ(curve.rate(at(6)), 10);
  expect_integral(curve, 4, 40);
  expect_integral(curve, 5, 90);
  expect_integral(curve, 6, 140);
  expect_integral(curve, 7, 150);
}

// Points joined by straight lines: down to nothing and up again; before the first it is as there.
TEST(RateCurve, AddsUpPoints) {
  CurveSettings settings;
  settings.points = {{2_s, 1}, {4_s, 0}, {6_s, 0}, {8_s, 2}};
  const RateCurve curve = settings.apply(100, at(100));
  expect_integral(curve, 1, 100);
  expect_integral(curve, 3, 200 + 75);
  expect_integral(curve, 5, 300);
  expect_integral(curve, 7, 350);
  expect_integral(curve, 9, 700);
  // The whole of what lies before the stretch without load is there when it begins, not at its end.
  EXPECT_NEAR(curve.inverse(300)->seconds(), 4, 1e-7);
}

// A rate that falls to nothing for good: what lies beyond the whole never comes.
TEST(RateCurve, EndsWhereItFallsToNothing) {
  const RateCurve curve({{at(0), 10}, {at(2), 0}});
  EXPECT_NEAR(curve.inverse(10)->seconds(), 2, 1e-6);
  EXPECT_FALSE(curve.inverse(10.001));
  EXPECT_FALSE(RateCurve(0).inverse(1));
}

// A day of 24 s with its peak at 6 s: the integral of low + (1 - low) (1 + cos(2 pi (t - 6) / 24))
// / 2, drawn with 96 pieces, which lie within 1/4000 of it; 0.65 of the peak on average.
TEST(RateCurve, FollowsADailyRhythm) {
  CurveSettings settings;
  settings.diurnal = {.period = 24_s, .peak_at = 6_s, .low = 0.3};
  const RateCurve curve = settings.apply(100, at(240));
  for (double t = 0; t <= 240; t += 1.7) {
    const double bell = (1 + std::cos(2 * pi * (t - 6) / 24)) / 2;
    EXPECT_NEAR(curve.rate(at(t)), 30 + 70 * bell, 0.05) << t;
  }
  EXPECT_NEAR(curve.rate(at(6)), 100, 1e-6);
  EXPECT_NEAR(curve.rate(at(18)), 30, 1e-5);
  EXPECT_NEAR(curve.integral(at(240)), 65 * 240, 0.01);
  EXPECT_NEAR(curve.inverse(65 * 120)->seconds(), 120, 1e-3);
}

ArrivalSettings arrivals(ArrivalSettings::Kind kind, double rate) {
  return {.kind = kind, .rate_per_s = rate, .low_rate_per_s = 0, .high_for = {}, .low_for = {}};
}

// All that come before `end`, in seconds.
std::vector<double> times(ArrivalProcess process, double end) {
  std::vector<double> result;
  while (true) {
    const auto next = process.next();
    const auto change = process.next_switch();
    if (change && *change < at(end) && (!next || *change <= *next)) {
      process.switch_state(*change);
      continue;
    }
    if (!next || *next >= at(end)) return result;
    result.push_back(next->seconds());
    process.advance();
  }
}

// 100/s for 1000 s: a Poisson count lies within 3.29 standard deviations 999 times in 1000, and the
// gaps vary as much as their mean.
TEST(Arrivals, PoissonComesAtItsRate) {
  const auto all = times(
      ArrivalProcess(arrivals(ArrivalSettings::Kind::poisson, 100), {}, sim::Luck{5}, at(1000)),
      1000);
  EXPECT_NEAR(static_cast<double>(all.size()), 100'000, 3.29 * std::sqrt(100'000));
  double squares = 0;
  for (std::size_t i = 1; i < all.size(); ++i) {
    squares += (all[i] - all[i - 1] - 0.01) * (all[i] - all[i - 1] - 0.01);
  }
  const double cv = std::sqrt(squares / static_cast<double>(all.size())) / 0.01;
  EXPECT_NEAR(cv, 1, 3.29 / std::sqrt(100'000) * 1.5);  // s.d. of the cv is about sqrt(2 / n)
}

// Every 250 ms, the first after one gap.
TEST(Arrivals, RegularIsRegular) {
  const auto all = times(
      ArrivalProcess(arrivals(ArrivalSettings::Kind::regular, 4), {}, sim::Luck{5}, at(100)), 1.1);
  EXPECT_EQ(all, (std::vector{0.25, 0.5, 0.75, 1.0}));
}

// The n-th request at double the rate comes at half the time, to the nanosecond.
TEST(Arrivals, ComeTwiceAsEarlyAtTwiceTheRate) {
  const auto once = times(
      ArrivalProcess(arrivals(ArrivalSettings::Kind::poisson, 10), {}, sim::Luck{5}, at(100)), 100);
  const auto twice = times(
      ArrivalProcess(arrivals(ArrivalSettings::Kind::poisson, 20), {}, sim::Luck{5}, at(100)), 50);
  ASSERT_EQ(once.size(), twice.size());
  for (std::size_t i = 0; i < once.size(); ++i) EXPECT_NEAR(once[i], 2 * twice[i], 2e-9);
}

// Mean rate of two states: (200 x 2 + 20 x 8) / (2 + 8) = 56/s. The standard deviation of the count
// over T is sqrt(mean T + 2 (200 - 20)^2 p q T / (1/2 + 1/8)), p = 0.2, q = 0.8.
TEST(Arrivals, BurstyComesAtItsMeanRate) {
  const auto settings = parse_arrivals("bursty(high=200/s, low=20/s, high-for=2s, low-for=8s)");
  ASSERT_TRUE(settings);
  const double span = 20'000;
  const auto all = times(ArrivalProcess(*settings, {}, sim::Luck{5}, at(span)), span);
  const double variance = 56 * span + 2 * 180.0 * 180 * 0.2 * 0.8 * span / 0.625;
  EXPECT_NEAR(static_cast<double>(all.size()), 56 * span, 3.29 * std::sqrt(variance));
  EXPECT_GT(std::abs(static_cast<double>(all.size()) - 200 * span), 1e5);
}

// Two causes multiply, and the rest of a gap is re-timed to the nanosecond.
TEST(Arrivals, ScaleTheRestOfAGap) {
  ArrivalProcess process(arrivals(ArrivalSettings::Kind::regular, 1), {}, sim::Luck{5}, at(100));
  process.scale(at(0.5), 1, 2.0);
  EXPECT_EQ(process.next(), at(0.75));
  process.scale(at(0.625), 2, 0.5);
  EXPECT_EQ(process.next(), at(0.875));
  process.scale(at(0.75), 1, 0.0);
  EXPECT_FALSE(process.next());
  process.scale(at(5), 1, std::nullopt);
  process.scale(at(5), 2, std::nullopt);
  EXPECT_EQ(process.next(), at(5.125));
}

// Each way of saying it, and what is said of mistakes.
TEST(Arrivals, AreReadFromText) {
  EXPECT_EQ(parse_arrivals("poisson(70/s)")->rate_per_s, 70);
  EXPECT_EQ(parse_arrivals("regular(2k/s)")->rate_per_s, 2000);
  const auto bursty = parse_arrivals("bursty(low=1/s, high=9/s, low-for=8s, high-for=2s)");
  ASSERT_TRUE(bursty);
  EXPECT_EQ(bursty->rate_per_s, 9);
  EXPECT_EQ(bursty->low_rate_per_s, 1);
  EXPECT_EQ(bursty->high_for, 2_s);
  EXPECT_EQ(bursty->low_for, 8_s);
  for (const auto* bad :
       {"", "poisson", "poisson(", "poisson()", "poisson(0/s)", "poisson(70)", "uniform(1/s)",
        "bursty(high=1/s)", "bursty(high=1/s, high=2/s, low=1/s, low-for=1s, high-for=1s)",
        "bursty(high=1/s, low=1/s, low-for=0s, high-for=1s)",
        "bursty(high=0/s, low=0/s, low-for=1s,"
        " high-for=1s)",
        "bursty(high, low=1/s, low-for=1s, high-for=1s)", "poisson(70/s) "}) {
    EXPECT_FALSE(parse_arrivals(bad)) << bad;
  }
}

}  // namespace
}  // namespace faultline::models::arrivals_test
