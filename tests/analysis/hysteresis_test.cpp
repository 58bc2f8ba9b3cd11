// Shows where a shop fails going up and where it recovers going down, against arithmetic.
#include "analysis/maps/hysteresis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/analysis/pausing_shop.h"

namespace faultline::analysis::hysteresis_test {
namespace {

using testing::HasSubstr;
using testing::Optional;

Hysteresis hysteresis_of(const scenarios::Scenario& shop, std::vector<double> loads) {
  HysteresisPlan plan;
  plan.loads = std::move(loads);
  return find_hysteresis(shop, plan).value_or(Hysteresis{});
}

// Loads 0.4, 0.8, 1.6 and 2.4 are 2, 4, 8 and 12 requests a second, of the 10 that can be served.
// Once it fails each is tried four times, and 8 tries a second are the first below 10.
TEST(Hysteresis, RetriesKeepItDownFarBelowWhereItFailed) {
  const Hysteresis found = hysteresis_of(pausing_shop(3), {0.4, 0.8, 1.6, 2.4, 3});
  EXPECT_THAT(found.fails_at(), Optional(2.4));
  EXPECT_THAT(found.recovers_at(), Optional(0.4));
  ASSERT_EQ(found.up.size(), 4U);
  ASSERT_EQ(found.down.size(), 3U);
  EXPECT_NEAR(found.up[2].served.goodput_per_s(), 8, 0.05);
  EXPECT_NEAR(found.up[3].served.offered_per_s(), 12, 0.05);
  EXPECT_NEAR(found.down[0].served.offered_per_s(), 8, 0.05);
  EXPECT_NEAR(found.down[0].served.goodput_per_s(), 0, 0.05);
  EXPECT_NEAR(found.down[2].served.goodput_per_s(), 2, 0.05);
  const std::string text = hysteresis_text(found);
  EXPECT_THAT(text, HasSubstr("shop <&>   seed 1   steps of 600s, of which the last third counts"));
  EXPECT_THAT(text, HasSubstr("Fails going up at load 2.4; recovers going down at load 0.4.\n"));
}

TEST(Hysteresis, IsNoneWhereNobodyTriesAgain) {
  const Hysteresis found = hysteresis_of(pausing_shop(0), {0.4, 0.8, 1.6, 2.4, 3});
  EXPECT_THAT(found.fails_at(), Optional(2.4));
  EXPECT_THAT(found.recovers_at(), Optional(1.6));
  EXPECT_EQ(found.down.size(), 1U);
}

// The trigger of its timeline, for good, would end it all.
TEST(Hysteresis, KnowsNothingOfTheTimeline) {
  const auto shop = pausing_shop(3, R"("trigger": { "at": "10s", "crash": "web" })");
  const Hysteresis found = hysteresis_of(shop, {0.4, 0.8});
  EXPECT_EQ(found.fails_at(), std::nullopt);
  EXPECT_THAT(hysteresis_text(found), HasSubstr("Does not fail up to load 0.8.\n"));
}

TEST(Hysteresis, SaysWhereThereWasNoThreshold) {
  EXPECT_THAT(hysteresis_text(hysteresis_of(pausing_shop(3), {0.8, 2.4})),
              HasSubstr("Fails going up at load 2.4; does not recover going down to load 0.8.\n"));
  EXPECT_THAT(hysteresis_text(hysteresis_of(pausing_shop(3), {2.4, 3})),
              HasSubstr("Fails going up at load 2.4, the lowest there is.\n"));
}

TEST(Hysteresis, StopsWhenInterrupted) {
  const std::atomic<bool> interrupt = true;
  HysteresisPlan plan;
  plan.loads = {0.4, 0.8};
  plan.interrupt = &interrupt;
  EXPECT_FALSE(find_hysteresis(pausing_shop(0), plan));
}

}  // namespace
}  // namespace faultline::analysis::hysteresis_test
