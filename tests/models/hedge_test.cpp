// Shows how long a first try is waited for, and what a budget of second tries allows.
#include "models/resilience/hedge.h"

#include <gtest/gtest.h>

#include "sim/time.h"

namespace faultline::models::hedge_test {
namespace {

using namespace sim::literals;

sim::Time at(sim::Duration since_start) { return sim::Time{} + since_start; }

HedgeSettings after_50_ms() {
  HedgeSettings settings;
  settings.after = 50_ms;
  return settings;
}

HedgeSettings at_percentile(double percentile) {
  HedgeSettings settings = after_50_ms();
  settings.percentile = percentile;
  settings.window = 10_s;
  return settings;
}

TEST(Hedge, WaitsAsLongAsItIsTold) {
  Hedge hedge(after_50_ms());
  EXPECT_EQ(hedge.delay(at(0_s)), 50_ms);
  for (int i = 0; i < 200; ++i) hedge.answered(at(1_s), 10_ms, false);
  EXPECT_EQ(hedge.delay(at(11_s)), 50_ms);
}

// Answers of 1 to 100 ms: the 90th of them took 90 ms. Known when the window is over, no earlier.
TEST(Hedge, WaitsAsLongAsAShareOfTheAnswersTook) {
  Hedge hedge(at_percentile(0.9));
  for (int i = 1; i <= 100; ++i) hedge.answered(at(1_s), 1_ms * i, false);
  EXPECT_EQ(hedge.delay(at(9999_ms)), 50_ms);
  EXPECT_NEAR(static_cast<double>(hedge.delay(at(10_s)).ns), 90e6, 0.01 * 90e6);
}

TEST(Hedge, SaysNothingOfAPercentileByFewAnswers) {
  Hedge hedge(at_percentile(0.9));
  for (int i = 1; i <= 99; ++i) hedge.answered(at(1_s), 80_ms, false);
  EXPECT_EQ(hedge.delay(at(10_s)), 50_ms);
}

// What was measured in a window holds for the next, not for ever.
TEST(Hedge, ForgetsWhatIsOld) {
  Hedge hedge(at_percentile(0.9));
  for (int i = 1; i <= 100; ++i) hedge.answered(at(1_s), 80_ms, false);
  EXPECT_NE(hedge.delay(at(15_s)), 50_ms);
  EXPECT_EQ(hedge.delay(at(20_s)), 50_ms);
  Hedge silent(at_percentile(0.9));
  for (int i = 1; i <= 100; ++i) silent.answered(at(1_s), 80_ms, false);
  EXPECT_EQ(silent.delay(at(25_s)), 50_ms);
}

// Two at first, and one for every four answers.
TEST(Hedge, KeepsToItsBudget) {
  HedgeSettings settings = after_50_ms();
  settings.budget = RetryBudgetSettings{.ratio = 0.25, .burst = 2};
  Hedge hedge(settings);
  EXPECT_TRUE(hedge.take());
  EXPECT_TRUE(hedge.take());
  EXPECT_FALSE(hedge.take());
  for (int i = 0; i < 4; ++i) hedge.answered(at(1_s), 10_ms, i == 0);
  EXPECT_TRUE(hedge.take());
  EXPECT_FALSE(hedge.take());
  EXPECT_EQ(hedge.made(), 3U);
  EXPECT_EQ(hedge.won(), 1U);
  EXPECT_EQ(hedge.over_budget(), 2U);
}

}  // namespace
}  // namespace faultline::models::hedge_test
