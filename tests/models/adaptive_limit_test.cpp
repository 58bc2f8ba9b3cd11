// Shows how a limit finds out by itself how much is too much.
#include "models/resilience/adaptive_limit.h"

#include <gtest/gtest.h>

namespace faultline::models::adaptive_limit_test {
namespace {

using namespace sim::literals;
using Algorithm = AdaptiveLimitSettings::Algorithm;

AdaptiveLimitSettings aimd() {
  AdaptiveLimitSettings settings;
  settings.initial = 10;
  settings.max = 12;
  settings.late = 100_ms;
  settings.backoff = 0.5;
  return settings;
}

sim::Time at(sim::Duration time) { return sim::Time{} + time; }

// Ten good answers at a limit of 10 make it 10.95..., eleven make it 11: about one for each round
// of as many as are let in. It stops at the maximum.
TEST(AdaptiveLimit, RisesByOneForEachRoundOfGoodAnswers) {
  AdaptiveLimit limit(aimd());
  for (int i = 0; i < 10; ++i) limit.answered(at(0_ms), at(50_ms), true, 10);
  EXPECT_EQ(limit.limit(), 10U);
  limit.answered(at(0_ms), at(50_ms), true, 10);
  EXPECT_EQ(limit.limit(), 11U);
  for (int i = 0; i < 100; ++i) limit.answered(at(0_ms), at(50_ms), true, 10);
  EXPECT_EQ(limit.limit(), 12U);
}

// That nothing was late where hardly anyone came is no reason to let in more.
TEST(AdaptiveLimit, StaysWhereItIsNotMadeUseOf) {
  AdaptiveLimit limit(aimd());
  for (int i = 0; i < 100; ++i) limit.answered(at(0_ms), at(50_ms), true, 4);
  EXPECT_EQ(limit.limit(), 10U);
}

// A late answer at 1 s halves it. Those who came before say nothing of how it is since; the next
// who came later does, and a failure counts as much. It does not fall below the minimum.
TEST(AdaptiveLimit, FallsOncePerRoundByAFactor) {
  AdaptiveLimit limit(aimd());
  limit.answered(at(0_s), at(1_s), true, 10);
  EXPECT_EQ(limit.limit(), 5U);
  limit.answered(at(999_ms), at(2_s), true, 10);
  EXPECT_EQ(limit.limit(), 5U);
  limit.answered(at(1_s), at(1010_ms), false, 10);
  EXPECT_EQ(limit.limit(), 2U);
  for (int i = 2; i < 10; ++i) limit.answered(at(1_s * i), at(1_s * i), false, 10);
  EXPECT_EQ(limit.limit(), 1U);
}

struct Gradient {
  AdaptiveLimit limit;
  std::int64_t second = 0;

  explicit Gradient(double tolerance)
      : limit([&] {
          AdaptiveLimitSettings settings;
          settings.algorithm = Algorithm::gradient;
          settings.initial = 16;
          settings.tolerance = tolerance;
          return settings;
        }()) {}
  // A window of answers that took so long each.
  void window(sim::Duration took) {
    ++second;
    const sim::Time now = at(1_s * second);
    for (int i = 0; i < 20; ++i) limit.answered(now - took, now, true, 16);
  }
};

// While requests take as long as ever, sqrt(16) = 4 more are allowed, and a fifth of that comes at
// once: 16.8, 17.6, ...
TEST(AdaptiveLimit, GradientAllowsSomeWaiting) {
  Gradient it(1);
  it.window(100_ms);
  EXPECT_EQ(it.limit.limit(), 16U);
  it.window(100_ms);
  EXPECT_EQ(it.limit.limit(), 17U);
}

// Three times as long as of old, or two: half the gradient, towards the limit of 4 where halving
// and sqrt(limit) balance; it goes a fifth of the way in each window. With a tolerance of 3.1 it is
// no sign of anything, and the limit rises.
TEST(AdaptiveLimit, GradientFallsAsRequestsTakeLonger) {
  Gradient strict(1);
  strict.window(100_ms);
  for (int i = 0; i < 15; ++i) strict.window(300_ms);
  EXPECT_LT(strict.limit.limit(), 10U);
  Gradient tolerant(3.1);
  tolerant.window(100_ms);
  for (int i = 0; i < 15; ++i) tolerant.window(300_ms);
  EXPECT_GT(tolerant.limit.limit(), 25U);
}

}  // namespace
}  // namespace faultline::models::adaptive_limit_test
