// Shows what a balancer knows of the backends there are, what it can do itself, and that several of
// them stand behind one name.
#include <gtest/gtest.h>

#include "models/edge/dns/dns.h"
#include "tests/models/balancer_scene.h"

namespace faultline::models::balancer::balancer_registry_test {
namespace {

// The registry tells of a change 3 s later: a crash at 10.5 s is known from 13.5 s on, a start at
// 20.5 s from 23.5 s on, one that drains at 30.5 s from 33.5 s on. Without a registry the crash is
// never known, and the draining at once.
TEST(BalancerRegistry, TellsOfChangesWithDelay) {
  for (const bool registry : {true, false}) {
    Scene scene(Policy::round_robin, 2);
    if (registry) scene.lb->settings.registry = BalancerRegistrySettings{.delay = 3_s};
    for (int i = 0; i < 40; ++i) scene.probe->ask({.at = 1_s * i});
    scene.world.start();
    scene.until(10500_ms);
    scene.stub->crash(scene.world, 1);
    scene.until(20500_ms);
    scene.stub->restart(scene.world, 1);
    scene.until(30500_ms);
    scene.stub->drain(scene.world, 1);
    scene.until(60_s);
    int failed = 0;
    for (const auto& answer : scene.probe->answers()) failed += answer.outcome.ok() ? 0 : 1;
    std::vector<int> heard_at;
    for (const auto& heard : scene.stub->heard()) {
      if (heard.replica == 1) heard_at.push_back(static_cast<int>(heard.at.seconds()));
    }
    if (registry) {
      EXPECT_EQ(heard_at, (std::vector{1, 3, 5, 7, 9, 24, 26, 28, 30, 32}));
      EXPECT_EQ(failed, 2);
    } else {
      EXPECT_EQ(heard_at, (std::vector{1, 3, 5, 7, 9, 21, 23, 25, 27, 29}));
      EXPECT_EQ(failed, 5);
    }
  }
}

// One worker of 10 ms: five at once leave after 10, 20, ... 50 ms; with room for two more than the
// one in service the other two are refused.
TEST(BalancerCapacity, TakesItsTime) {
  for (const bool by_rate : {true, false}) {
    Scene scene(Policy::round_robin, 2);
    scene.lb->settings.capacity.emplace().backlog = 2;
    if (by_rate) scene.lb->settings.capacity->rate = 100;
    if (!by_rate) scene.lb->settings.capacity->compute = sim::Distribution::constant(10_ms);
    for (int i = 0; i < 5; ++i) scene.probe->ask({.at = 1_s});
    scene.world.start();
    scene.until(2_s);
    std::vector<std::int64_t> answered_ms;
    int rejected = 0;
    for (const auto& answer : scene.probe->answers()) {
      if (answer.outcome.status == Status::rejected) ++rejected;
      if (answer.outcome.ok()) answered_ms.push_back((answer.at - at(1_s)).ns / 1'000'000);
    }
    EXPECT_EQ(rejected, 2);
    EXPECT_EQ(answered_ms, (std::vector<std::int64_t>{10, 20, 30}));
    const auto busy = reading(scene.world, *scene.lb, "utilisation");
    EXPECT_EQ(static_cast<std::int64_t>(busy.part), (30_ms).ns);
    EXPECT_EQ(static_cast<std::int64_t>(busy.whole), (2_s).ns);
  }
}

// Two workers do two at a time.
TEST(BalancerCapacity, HasWorkers) {
  Scene scene(Policy::round_robin, 2);
  scene.lb->settings.capacity.emplace().workers = 2;
  scene.lb->settings.capacity->compute = sim::Distribution::constant(10_ms);
  for (int i = 0; i < 4; ++i) scene.probe->ask({.at = 1_s});
  scene.world.start();
  scene.until(2_s);
  EXPECT_EQ(scene.probe->answers()[3].at, at(1020_ms));
}

// Only a balancer that works can be slow; at half its speed it takes twice as long. A crash loses
// what waits for it.
TEST(BalancerCapacity, SuffersSlownessAndCrashes) {
  Scene plain(Policy::round_robin, 1);
  EXPECT_FALSE(plain.lb->suffers(Fault::slow));
  Scene scene(Policy::round_robin, 1);
  scene.lb->settings.capacity.emplace().rate = 100;
  EXPECT_TRUE(scene.lb->suffers(Fault::slow));
  scene.probe->ask({.at = 1_s});
  for (int i = 0; i < 3; ++i) scene.probe->ask({.at = 2_s});
  scene.probe->ask({.at = 3_s});
  scene.world.start();
  scene.lb->slow(scene.world, 0, 7, 0.5);
  scene.until(1500_ms);
  EXPECT_EQ(scene.probe->answers()[0].at, at(1020_ms));
  scene.until(2030_ms);
  scene.lb->restart(scene.world, 0);
  scene.until(4_s);
  int reset = 0;
  for (const auto& answer : scene.probe->answers()) {
    if (answer.outcome.status == Status::reset) ++reset;
  }
  EXPECT_EQ(reset, 2);
  EXPECT_EQ(scene.probe->answer_to(4)->at, at(3020_ms));
  EXPECT_EQ(scene.lb->in_system(), 0U);
  EXPECT_EQ(scene.world.live_records(), 0U);
}

// Two balancers behind a name that gives out one address each, with health checks of its own: when
// one dies those who were told its address fail until their memory of it runs out, then all go by
// the other.
TEST(BalancerReplicas, StandBehindAName) {
  World world(1, tiny_geography());
  auto lb = std::make_unique<LoadBalancer>("lb");
  lb->settings.backends = "stub";
  lb->settings.hosting.replicas = 2;
  auto name = std::make_unique<Dns>("name");
  name->settings.addresses = {"lb"};
  name->settings.each_replica = true;
  name->settings.policy = DnsPolicy::round_robin;
  name->settings.health_check = HealthCheckSettings{};
  name->settings.ttl = 5_s;
  auto probe = std::make_unique<Probe>("probe", "name");
  for (int i = 0; i < 600; ++i) probe->ask({.at = 100_ms * i});
  auto stub = std::make_unique<Stub>("stub");
  stub->hosting.replicas = 2;
  LoadBalancer& balancer = *lb;
  Probe& asked = *probe;
  world.add(std::move(lb));
  world.add(std::move(name));
  world.add(std::move(probe));
  world.add(std::move(stub));
  world.start();
  world.run_until(at(20_s));
  for (const auto& answer : asked.answers()) EXPECT_TRUE(answer.outcome.ok());
  balancer.crash(world, 0);
  world.run_until(at(70_s));
  ASSERT_EQ(asked.answers().size(), 600U);
  int failed = 0;
  for (const auto& answer : asked.answers()) {
    if (answer.outcome.ok()) continue;
    ++failed;
    EXPECT_LT(answer.at, at(20_s + 2_s + 5_s + 100_ms));  // found out, and the ttl
  }
  EXPECT_LT(failed, 72);
  EXPECT_EQ(reading(world, balancer, "lost").part, 0);
}

}  // namespace
}  // namespace faultline::models::balancer::balancer_registry_test
