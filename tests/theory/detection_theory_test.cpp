// How long health checks take to find out that a server is gone, and how often they are mistaken
// about one that is well, against what their interval and threshold say.
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <utility>

#include "models/edge/balancer/load_balancer.h"
#include "models/timeline.h"
#include "sim/draw.h"
#include "tests/models/probe.h"

namespace faultline::models::detection_theory_test {
namespace {

using namespace sim::literals;

struct Scene {
  World world{1, tiny_geography()};
  LoadBalancer* lb;

  Scene(std::uint64_t backends, const HealthCheckSettings& checks) {
    auto owned_lb = std::make_unique<LoadBalancer>("lb");
    auto stub = std::make_unique<Stub>("stub");
    lb = owned_lb.get();
    lb->settings.backends = "stub";
    lb->settings.health_check = checks;
    stub->hosting.replicas = backends;
    world.add(std::move(owned_lb));
    world.add(std::make_unique<Probe>("probe", "lb"));
    world.add(std::move(stub));
  }
  template <class Kind, class... Arguments>
  void act(sim::Duration begin, Arguments&&... arguments) {
    auto action = std::make_shared<Kind>(std::forward<Arguments>(arguments)...);
    action->at = sim::Time{} + begin;
    world.add_action(std::move(action));
  }
  // Seconds of backends believed dead, so far.
  double unhealthy_s() const {
    return static_cast<double>(reading(world, *lb, "unhealthy").part) / 1e9;
  }
};

// Servers fall silent between two checks, anywhere with equal chance. The k-th check from then on
// is sent between k - 1 and k intervals later, and fails one timeout after that: (k - 1/2)
// intervals and a timeout in the mean, with the variance of a uniform law.
TEST(DetectionTheory, TakesSoManyIntervalsAndATimeout) {
  constexpr double servers = 400;
  for (const std::uint64_t in_a_row : {1, 2, 3, 5}) {
    const HealthCheckSettings checks{
        .interval = 2_s, .timeout = 500_ms, .down_after = in_a_row, .up_after = 1};
    Scene scene(static_cast<std::uint64_t>(servers), checks);
    scene.act<OutageAction>(10_s, Address{"stub"});
    scene.world.start();
    const double k = static_cast<double>(in_a_row);
    const auto earliest = sim::Duration::from_seconds(10 + (k - 1) * 2 + 0.5);
    scene.world.run_until(sim::Time{} + earliest);
    EXPECT_EQ(scene.unhealthy_s(), 0);
    scene.world.run_until(sim::Time{} + 40_s);
    const double mean = 30 - scene.unhealthy_s() / servers;
    const double error = 2 / std::sqrt(12.0) / std::sqrt(servers);
    EXPECT_NEAR(mean, (k - 0.5) * 2 + 0.5, 4 * error) << in_a_row << " in a row";
    const double before = scene.unhealthy_s();
    scene.world.run_until(sim::Time{} + 41_s);
    EXPECT_NEAR(scene.unhealthy_s() - before, servers, 1e-6) << "all have been found out";
  }
}

// Each message is lost with probability 0.3, so that a check fails with p = 1 - 0.7^2. Until k have
// failed in a row takes (1 - p^k) / (p^k (1 - p)) checks in the mean (the waiting time for a run of
// k: Feller, "An Introduction to Probability Theory and Its Applications", vol. 1, XIII.7); until
// one is good again, 1 / (1 - p). The share of time believed dead, by renewal, is then down / (up +
// down) of the time between the ends of checks.
TEST(DetectionTheory, IsMistakenAsOftenAsRunsSay) {
  constexpr double servers = 100;
  const double p = 1 - 0.7 * 0.7;
  for (const std::uint64_t in_a_row : {1, 2, 3, 5}) {
    // A check that gets through is done in 1 ms.
    const HealthCheckSettings checks{
        .interval = 1_s, .timeout = 2_ms, .down_after = in_a_row, .up_after = 1};
    Scene scene(static_cast<std::uint64_t>(servers), checks);
    scene.act<LinkAction>(0_s, "lb", "stub", true, EdgeChange{.loss = 0.3});
    scene.world.start();
    scene.world.run_until(sim::Time{} + 200_s);
    const double before = scene.unhealthy_s();
    scene.world.run_until(sim::Time{} + 2200_s);
    const double share = (scene.unhealthy_s() - before) / (2000 * servers);
    const double pk = std::pow(p, static_cast<double>(in_a_row));
    const double up = (1 - pk) / (pk * (1 - p));
    const double down = 1 / (1 - p);
    EXPECT_NEAR(share / (down / (up + down)), 1, 0.03) << in_a_row << " in a row";
  }
}

}  // namespace
}  // namespace faultline::models::detection_theory_test
