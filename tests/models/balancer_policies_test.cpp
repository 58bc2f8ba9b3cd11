// Shows whom each policy that knows more than turns chooses.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/models/balancer_scene.h"

namespace faultline::models::balancer::balancer_policies_test {
namespace {

// nginx's own example: weights 5, 1, 1 give a a b a c a a, and over again.
TEST(BalancerPolicies, WeightedTurnsAreFarApart) {
  Scene scene(Policy::weighted, 3);
  scene.lb->settings.weights = {{"stub/0", 5}, {"stub/1", 1}, {"stub/2", 1}};
  for (int i = 0; i < 14; ++i) scene.probe->ask({.at = 1_s * i});
  scene.world.start();
  scene.until(60_s);
  EXPECT_EQ(scene.chosen(), (std::vector{0, 0, 1, 0, 2, 0, 0, 0, 0, 1, 0, 2, 0, 0}));
}

// A backend of weight 0 gets nothing under any policy that heeds weights.
TEST(BalancerPolicies, WeightZeroGetsNothing) {
  for (const Policy policy : {Policy::weighted, Policy::random, Policy::least_connections,
                              Policy::least_response_time, Policy::power_of_two}) {
    Scene scene(policy, 3, 10_s);
    scene.lb->settings.weights = {{"stub/0", 1}, {"stub/1", 0}, {"stub/2", 1}};
    for (int i = 0; i < 100; ++i) scene.probe->ask({.at = 1_ms * i});
    scene.world.start();
    scene.until(1_s);
    EXPECT_EQ(scene.shares()[1], 0);
    EXPECT_GT(scene.shares()[0], 0);
    EXPECT_GT(scene.shares()[2], 0);
  }
}

// Of 12,000 requests drawn by weights 3 and 1, a quarter goes to the second: 3,000, give or take
// four times sqrt(12000 x 1/4 x 3/4) = 47.
TEST(BalancerPolicies, RandomHeedsWeights) {
  Scene scene(Policy::random, 2);
  scene.lb->settings.weights = {{"stub/0", 3}, {"stub/1", 1}};
  for (int i = 0; i < 12'000; ++i) scene.probe->ask({.at = 1_ms * i});
  scene.world.start();
  scene.until(20_s);
  EXPECT_NEAR(scene.shares()[1], 3000, 190);
}

// Nothing ends meanwhile: with three times the weight comes three times the load, to the request.
TEST(BalancerPolicies, LeastConnectionsSharesByWeight) {
  Scene scene(Policy::least_connections, 2, 10_s);
  scene.lb->settings.weights = {{"stub/0", 3}, {"stub/1", 1}};
  for (int i = 0; i < 80; ++i) scene.probe->ask({.at = 1_ms * i});
  scene.world.start();
  scene.until(1_s);
  EXPECT_EQ(scene.shares(), (std::vector{60, 20}));
}

// Weights may change while it runs.
TEST(BalancerPolicies, WeightsMoveLoad) {
  Scene scene(Policy::weighted, 2);
  scene.lb->settings.weights = {{"stub/0", 1}, {"stub/1", 0}};
  for (int i = 0; i < 10; ++i) scene.probe->ask({.at = 1_s * i});
  scene.world.start();
  scene.until(4500_ms);
  scene.lb->settings.weights = {{"stub/0", 0}, {"stub/1", 1}};
  scene.lb->changed(scene.world, "weights");
  scene.until(60_s);
  EXPECT_EQ(scene.chosen(), (std::vector{0, 0, 0, 0, 0, 1, 1, 1, 1, 1}));
}

// Backend 0 takes 100 ms, backend 1 a tenth of that; both are tried, then the faster gets nearly
// all. Seconds apart, nobody is busy: what decides is the time alone.
TEST(BalancerPolicies, LeastResponseTimePrefersTheFaster) {
  Scene scene(Policy::least_response_time, 2, 10_ms);
  scene.lb->settings.response_time_memory = 1_s * 1000;
  for (int i = 0; i < 20; ++i) scene.probe->ask({.at = 1_s * i});
  scene.world.start();
  scene.stub->delay_of(0, 100_ms);
  scene.until(60_s);
  EXPECT_EQ(scene.shares(), (std::vector{1, 19}));
}

// It takes 100 ms / 10 ms, so a tenth outstanding there is worth it: with none ever ending, the
// faster holds ten times as many, for (n + 1) x time is what is compared.
TEST(BalancerPolicies, LeastResponseTimeCountsWhatIsOutstanding) {
  Scene scene(Policy::least_response_time, 2, 10_ms);
  scene.lb->settings.response_time_memory = 1_s * 1000;
  scene.probe->ask({.at = 0_s});
  scene.probe->ask({.at = 1_s});
  for (int i = 0; i < 110; ++i) scene.probe->ask({.at = 10_s + 1_us * i});
  scene.world.start();
  scene.stub->delay_of(0, 100_ms);
  scene.until(60_s);
  EXPECT_EQ(scene.shares(), (std::vector{11, 101}));
}

// A slow answer is forgotten: with a memory of 1 s, 100 ms has decayed below 10 ms, heard a moment
// ago, after ln 10 = 2.3 s, so that the slow one is tried again every third request.
TEST(BalancerPolicies, LeastResponseTimeTriesTheSlowAgain) {
  Scene scene(Policy::least_response_time, 2, 10_ms);
  scene.lb->settings.response_time_memory = 1_s;
  for (int i = 0; i < 42; ++i) scene.probe->ask({.at = 1_s * i});
  scene.world.start();
  scene.stub->delay_of(0, 100_ms);
  scene.until(60_s);
  EXPECT_EQ(scene.chosen()[2], 1);
  EXPECT_GE(scene.shares()[0], 10);
  EXPECT_LE(scene.shares()[0], 14);
}

// The same key goes to the same backend, whatever comes in between; when that one drains its keys
// move and no others do, and they come back with it.
TEST(BalancerPolicies, ConsistentHashKeepsKeysTogether) {
  Scene scene(Policy::consistent_hash, 4);
  for (int round = 0; round < 3; ++round) {
    for (std::uint64_t key = 1; key <= 200; ++key) {
      scene.probe->ask({.at = 1_s * round + 1_ms * static_cast<int>(key), .key = key});
    }
  }
  scene.world.start();
  scene.until(900_ms);
  scene.stub->drain(scene.world, 2);
  scene.until(1900_ms);
  scene.stub->restart(scene.world, 2);
  scene.until(3_s);
  const std::vector<int> chosen = scene.chosen();
  std::set<int> heirs;
  for (std::size_t i = 0; i < 200; ++i) {
    EXPECT_EQ(chosen[i], chosen[i + 400]);
    if (chosen[i] != 2) {
      EXPECT_EQ(chosen[i], chosen[i + 200]);
    } else {
      heirs.insert(chosen[i + 200]);
    }
  }
  EXPECT_EQ(heirs, (std::set{0, 1, 3}));
}

// By user, all keys of one user go to one backend; by key they do not.
TEST(BalancerPolicies, ConsistentHashGoesByKeyOrUser) {
  for (const auto by : {LoadBalancerSettings::HashBy::key, LoadBalancerSettings::HashBy::user}) {
    Scene scene(Policy::consistent_hash, 8);
    scene.lb->settings.hash_by = by;
    for (std::uint64_t key = 1; key <= 50; ++key) {
      scene.probe->ask({.at = 1_ms * static_cast<int>(key), .key = key, .user = 17});
    }
    scene.world.start();
    scene.until(1_s);
    const std::vector<int> chosen = scene.chosen();
    const std::set<int> used(chosen.begin(), chosen.end());
    EXPECT_EQ(used.size() == 1, by == LoadBalancerSettings::HashBy::user);
  }
}

// With one point a backend the arcs, and so the shares, differ more than with many.
TEST(BalancerPolicies, MoreVirtualNodesSpreadMoreEvenly) {
  std::map<std::uint64_t, int> widest;
  for (const std::uint64_t points : {1, 1000}) {
    Scene scene(Policy::consistent_hash, 4);
    scene.lb->settings.virtual_nodes = points;
    for (std::uint64_t key = 1; key <= 4000; ++key) {
      scene.probe->ask({.at = 1_us * static_cast<int>(key), .key = key});
    }
    scene.world.start();
    scene.until(1_s);
    for (const int share : scene.shares()) {
      widest[points] = std::max(widest[points], std::abs(share - 1000));
    }
  }
  EXPECT_LT(widest[1000], 150);
  EXPECT_GT(widest[1], 300);
}

// Ten backends hold three requests each, then the first loses its own. Ten more within a tenth of a
// second: with live figures three fill the gap and the rest spread; with figures that are seconds
// old all ten go where the gap was.
TEST(BalancerPolicies, OldFiguresHerd) {
  for (const bool old : {false, true}) {
    Scene scene(Policy::least_connections, 10, 100_s);
    if (old) scene.lb->settings.figures_every = 5_s;
    for (int i = 0; i < 30; ++i) scene.probe->ask({.at = 1_ms * i});
    for (int i = 0; i < 10; ++i) scene.probe->ask({.at = 40_s + 10_ms * i});
    scene.world.start();
    scene.until(20_s);
    scene.stub->restart(scene.world, 0);
    scene.until(50_s);
    if (old) {
      EXPECT_EQ(scene.shares()[0], 3 + 10);
    } else {
      EXPECT_LE(scene.shares()[0], 3 + 4);
      EXPECT_GE(scene.shares()[0], 3 + 3);
    }
  }
}

// What is outstanding where requests go, against the average: 1 while all hold the same, 2 when one
// of two gets everything.
TEST(BalancerPolicies, ImbalanceIsWhatRequestsFind) {
  Scene even(Policy::round_robin, 2, 10_s);
  for (int i = 0; i < 100; ++i) even.probe->ask({.at = 1_ms * i});
  even.world.start();
  even.until(1_s);
  const auto balanced = reading(even.world, *even.lb, "imbalance");
  EXPECT_NEAR(static_cast<double>(balanced.part) / static_cast<double>(balanced.whole), 1, 0.02);
  Scene odd(Policy::consistent_hash, 2, 10_s);
  for (int i = 0; i < 100; ++i) odd.probe->ask({.at = 1_ms * i, .key = 5});
  odd.world.start();
  odd.until(1_s);
  const auto skewed = reading(odd.world, *odd.lb, "imbalance");
  EXPECT_EQ(skewed.part, 2 * skewed.whole);
}

}  // namespace
}  // namespace faultline::models::balancer::balancer_policies_test
