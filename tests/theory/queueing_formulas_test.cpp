// Holds the formulas that `faultline analyze` predicts by against published values, against the
// formulas of these tests, which are derived in another way, and against figures by hand.
#include <gtest/gtest.h>

#include <cmath>

#include "analysis/structure/hit_ratio.h"
#include "analysis/structure/queueing.h"
#include "tests/theory/formulas.h"

namespace faultline::theory::queueing_formulas_test {
namespace {

using namespace faultline::analysis;

// By the recursion and by birth and death; 0.0184, 0.0361: Erlang's tables of 5 and 10 trunks.
TEST(QueueingFormulas, AgreeWithErlangsTables) {
  EXPECT_NEAR(erlang_b_share(10, 5), 0.0184, 5e-5);
  EXPECT_NEAR(erlang_c_share(10, 5), 0.0361, 5e-5);
  EXPECT_NEAR(erlang_c_share(2, 1), 1.0 / 3, 1e-12);
  for (const unsigned c : {1U, 3U, 32U}) {
    for (const double busy : {0.3, 0.9}) {
      EXPECT_NEAR(erlang_b_share(c, busy * c), erlang_b(c, busy * c), 1e-12);
      EXPECT_NEAR(erlang_c_share(c, busy * c), erlang_c(c, busy * c), 1e-12);
      EXPECT_NEAR(mmck(c, 7, busy * c).lost, found_in_mmck(c + 7, c, c + 7, busy * c), 1e-12);
    }
  }
}

TEST(QueueingFormulas, AgreeWithPollaczekAndKhinchine) {
  for (const double cv2 : {0.0, 1.0, 4.0}) {
    EXPECT_NEAR(ggc_wait(1, 0.8, 1, cv2), wait_in_mg1(0.8, cv2), 1e-12);
  }
  EXPECT_TRUE(std::isinf(mmc_wait(3, 3)));
}

// P(W > t) = C exp(-(c - a) t).
TEST(QueueingFormulas, AgreeOnTheTailOfMmc) {
  const double a = 3.2;
  const auto tail = [&](double t) { return erlang_c(4, a) * std::exp(-(4 - a) * t); };
  for (const double quantile : {0.5, 0.95, 0.99}) {
    EXPECT_NEAR(wait_quantile(4, a, mmc_wait(4, a), quantile),
                tail(0) <= 1 - quantile ? 0 : quantile_of_tail(tail, 1 - quantile), 1e-9);
  }
}

// With all the room there can be it is M/M/c; with none Erlang's loss.
TEST(QueueingFormulas, LieBetweenLossAndWaiting) {
  EXPECT_NEAR(mmck(4, 2000, 3.2).mean_wait, mmc_wait(4, 3.2), 1e-9);
  EXPECT_NEAR(mmck(4, 0, 3.2).lost, erlang_b(4, 3.2), 1e-12);
  EXPECT_EQ(mmck(4, 0, 3.2).mean_wait, 0);
  EXPECT_NEAR(mmck(1, 100'000, 1.25).lost, 0.2, 1e-9);
}

// Mean value analysis by hand, D = 1, Z = 2: R = 1, X = 1/3; R = 4/3, X = 3/5; R = 9/5, X = 15/19.
TEST(QueueingFormulas, AgreeWithMeanValueAnalysisByHand) {
  EXPECT_NEAR(repairman(1, 2, 1, 1).throughput_per_s, 1.0 / 3, 1e-12);
  EXPECT_NEAR(repairman(2, 2, 1, 1).response_s, 4.0 / 3, 1e-12);
  EXPECT_NEAR(repairman(3, 2, 1, 1).response_s, 1.8, 1e-12);
  EXPECT_NEAR(repairman(3, 2, 1, 1).throughput_per_s, 15.0 / 19, 1e-12);
  // As many servers as users: nobody waits.
  EXPECT_NEAR(repairman(5, 2, 5, 1).response_s, 1, 1e-12);
}

// Alike keys fill a cache to its capacity; two in three reads of a key lie within its life.
TEST(QueueingFormulas, EstimateHitRatios) {
  EXPECT_NEAR(lru_hit_ratio({10'000, 0}, 8000), 0.8, 1e-9);
  EXPECT_NEAR(lru_hit_ratio({10, 0}, 100, 20, 1.0), 2.0 / 3, 1e-12);
  EXPECT_NEAR(lru_hit_ratio({1'000'000, 1}, 2'000'000), 1, 1e-12);
  EXPECT_GT(lru_hit_ratio({1'000'000, 1}, 10'000), 0.5);
}

}  // namespace
}  // namespace faultline::theory::queueing_formulas_test
