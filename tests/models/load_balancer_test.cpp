#include "models/edge/balancer/load_balancer.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/models/balancer_scene.h"

namespace faultline::models::balancer::load_balancer_test {
namespace {

// One after the other; one that drains finishes what it has.
TEST(LoadBalancer, RoundRobinGoesRound) {
  Scene scene(Policy::round_robin, 3, 1500_ms);
  for (int i = 0; i < 7; ++i) scene.probe->ask({.at = 1_s * i});
  scene.world.start();
  scene.until(4500_ms);
  scene.stub->drain(scene.world, 1);
  scene.until(60_s);
  EXPECT_EQ(scene.chosen(), (std::vector{0, 1, 2, 0, 1, 2, 0}));
  EXPECT_EQ(scene.probe->answers().size(), 7U);
  for (const auto& answer : scene.probe->answers()) EXPECT_TRUE(answer.outcome.ok());
}

// With one of two draining from 2.5 s on, all later requests go to the other.
TEST(LoadBalancer, DrainingBackendsGetNothingNew) {
  Scene scene(Policy::round_robin, 2);
  for (int i = 0; i < 6; ++i) scene.probe->ask({.at = 1_s * i});
  scene.world.start();
  scene.until(2500_ms);
  scene.stub->drain(scene.world, 1);
  scene.until(60_s);
  EXPECT_EQ(scene.chosen(), (std::vector{0, 1, 0, 0, 0, 0}));
}

// What is in service counts: at 0, 1, 2 ms all three get one of 10 ms each; at 3 ms all are equal
// and the turn decides.
TEST(LoadBalancer, LeastConnectionsCountsWhatIsInService) {
  Scene scene(Policy::least_connections, 3, 10_ms);
  for (const auto when : {0_ms, 1_ms, 2_ms, 3_ms}) scene.probe->ask({.at = when});
  // At 11.5 ms: 0 holds the one of 3 ms, 1 is free since 11 ms, 2 is busy until 12 ms.
  scene.probe->ask({.at = 11500_us});
  // At 11.6 ms every backend holds one; the turn is at 2.
  scene.probe->ask({.at = 11600_us});
  scene.world.start();
  scene.until(1_s);
  EXPECT_EQ(scene.chosen(), (std::vector{0, 1, 2, 0, 1, 2}));
}

// Of two backends both are compared: whoever has fewer outstanding gets the request, so that the
// counts never differ by more than one, where random choice would.
TEST(LoadBalancer, PowerOfTwoPicksTheLesserOfTwo) {
  for (const Policy policy : {Policy::power_of_two, Policy::random}) {
    Scene scene(policy, 2, 10_s);
    for (int i = 0; i < 400; ++i) scene.probe->ask({.at = 1_ms * i});
    scene.world.start();
    scene.until(5_s);
    int difference = 0;
    int worst = 0;
    for (const int replica : scene.chosen()) {
      difference += replica == 0 ? 1 : -1;
      worst = std::max(worst, std::abs(difference));
    }
    if (policy == Policy::power_of_two) {
      EXPECT_EQ(worst, 1);
    } else {
      EXPECT_GT(worst, 1);
    }
  }
}

// 10,000 requests over 10 backends: chi-square with 9 degrees of freedom exceeds 27.88 once in a
// thousand; a choice that is not random at all has far less than 1.15.
TEST(LoadBalancer, RandomSpreadsEvenly) {
  Scene scene(Policy::random, 10);
  for (int i = 0; i < 10'000; ++i) scene.probe->ask({.at = 1_ms * i});
  scene.world.start();
  scene.until(20_s);
  std::vector<double> counts(10);
  for (const int replica : scene.chosen()) counts[static_cast<std::size_t>(replica)] += 1;
  double chi_square = 0;
  for (const double n : counts) chi_square += (n - 1000) * (n - 1000) / 1000;
  EXPECT_LT(chi_square, 27.88);
  EXPECT_GT(chi_square, 1.15);
}

// Without health checks a dead backend gets its share, and its callers an error.
TEST(LoadBalancer, WithoutChecksTheDeadGetTheirShare) {
  Scene scene(Policy::round_robin, 2);
  for (int i = 0; i < 4; ++i) scene.probe->ask({.at = 1_s * i});
  scene.world.start();
  scene.stub->crash(scene.world, 1);
  scene.until(60_s);
  EXPECT_EQ(scene.probe->answer_to(0)->outcome.status, Status::ok);
  EXPECT_EQ(scene.probe->answer_to(1)->outcome.status, Status::failed);
  EXPECT_EQ(scene.probe->answer_to(2)->outcome.status, Status::ok);
  EXPECT_EQ(scene.probe->answer_to(3)->outcome.status, Status::failed);
}

// Checks run once a second at an offset of their own, and the reset of a dead process comes at
// once: of the two failures that make a backend dead, the second comes one to two seconds after the
// crash at 10 s, exactly a second after the first; one success, one to two after 20 s, undoes it.
TEST(LoadBalancer, ChecksFindOutWhoDiesAndWhoComesBack) {
  Scene scene(Policy::round_robin, 1);
  scene.check_health();
  scene.world.start();
  scene.until(10_s);
  EXPECT_EQ(scene.unhealthy(), 0);
  scene.stub->crash(scene.world, 0);
  while (scene.count("health_checks_failed") == 0)
    scene.until(scene.world.now() - sim::Time{} + 1_us);
  const auto first = scene.world.now() - sim::Time{};
  EXPECT_LE(first, 11_s + 2_us);
  EXPECT_EQ(scene.unhealthy(), 0);
  scene.until(first + 1_s - 2_us);
  EXPECT_EQ(scene.unhealthy(), 0);
  scene.until(first + 1_s + 2_us);
  EXPECT_EQ(scene.unhealthy(), 1);
  scene.until(20_s);
  scene.stub->restart(scene.world, 0);
  const auto seconds = [](sim::Duration d) { return d.ns / 1'000'000'000; };
  // The check that follows 20 s has the offset of the first failure; its answer takes 1 ms.
  const sim::Duration next = 1_s * (20 - seconds(first)) + first;
  const sim::Duration good = next - 1_s >= 20_s ? next - 1_s : next;
  scene.until(good + 900_us);
  EXPECT_EQ(scene.unhealthy(), 1);
  scene.until(good + 1100_us);
  EXPECT_EQ(scene.unhealthy(), 0);
}

// A process that stands still is not dead, but its checks time out: 500 ms after the second.
TEST(LoadBalancer, PausedAndSilentBackendsFailTheirChecks) {
  for (const bool pause : {true, false}) {
    Scene scene(Policy::round_robin, 2);
    scene.check_health();
    scene.world.start();
    if (pause) scene.stub->slow(scene.world, 1, 7, 0);
    if (!pause) scene.stub->begin_outage(scene.world, 1);
    scene.until(1490_ms);
    EXPECT_EQ(scene.unhealthy(), 0);
    scene.until(2510_ms);
    EXPECT_EQ(scene.unhealthy(), 1);
    EXPECT_EQ(scene.count("health_checks_failed") >= 2, true);
    if (pause) scene.stub->recover_speed(scene.world, 1, 7);
    if (!pause) scene.stub->end_outage(scene.world, 1);
    scene.until(4_s);
    EXPECT_EQ(scene.unhealthy(), 0);
  }
}

// Slowness is felt by the check's millisecond: at a factor of 1/1000 it takes the whole second, and
// the timeout of 500 ms strikes.
TEST(LoadBalancer, ChecksSufferSlowness) {
  for (const double factor : {0.001, 0.01}) {
    Scene scene(Policy::round_robin, 1);
    scene.check_health();
    scene.world.start();
    scene.stub->slow(scene.world, 0, 7, factor);
    scene.until(3_s);
    EXPECT_EQ(scene.unhealthy(), factor < 0.01 ? 1 : 0);
  }
}

// When every backend is believed dead, requests are refused on the spot.
TEST(LoadBalancer, RefusesWhenNobodyIsLeft) {
  Scene scene(Policy::least_connections, 2);
  scene.check_health();
  scene.probe->ask({.at = 5_s});
  scene.world.start();
  for (const ReplicaIndex i : {0, 1}) scene.stub->crash(scene.world, i);
  scene.until(6_s);
  ASSERT_EQ(scene.probe->answers().size(), 1U);
  EXPECT_EQ(scene.probe->answers()[0].outcome.status, Status::unavailable);
  EXPECT_EQ(scene.probe->answers()[0].at, at(5_s));
  EXPECT_EQ(scene.count("no_backend"), 1);
}

// A crash of the balancer resets its callers and leaves nothing outstanding: afterwards it starts
// from nothing, and believes all backends well until its checks say otherwise.
TEST(LoadBalancer, ACrashForgetsEverything) {
  Scene scene(Policy::least_connections, 2, 1_s);
  scene.check_health();
  scene.probe->ask({.at = 9800_ms});
  scene.probe->ask({.at = 10500_ms});
  scene.world.start();
  scene.stub->crash(scene.world, 0);
  scene.until(10_s);
  EXPECT_EQ(scene.unhealthy(), 1);
  EXPECT_EQ(scene.chosen(), std::vector{1});
  scene.lb->crash(scene.world, 0);
  EXPECT_EQ(scene.unhealthy(), 0);
  ASSERT_EQ(scene.probe->answers().size(), 1U);
  EXPECT_EQ(scene.probe->answers()[0].outcome.status, Status::reset);
  scene.lb->restart(scene.world, 0);
  scene.until(10600_ms);
  EXPECT_EQ(scene.lb->in_system() + scene.probe->answers().size(), 2U);
  scene.until(13_s);
  EXPECT_EQ(scene.unhealthy(), 1);
  EXPECT_EQ(scene.lb->in_system(), 0U);
}

}  // namespace
}  // namespace faultline::models::balancer::load_balancer_test
