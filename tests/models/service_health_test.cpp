// Shows how a replica of a service answers when it is asked how it is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "models/edge/balancer/load_balancer.h"
#include "models/service/service.h"
#include "models/timeline.h"
#include "tests/models/probe.h"

namespace faultline::models::service_health_test {
namespace {

using namespace sim::literals;

// probe -> lb -> web (2 replicas of one worker, 1 s each) -> db, checked every second.
struct Scene {
  World world{1, tiny_geography()};
  Probe* probe;
  LoadBalancer* lb;
  Service* web;
  Stub* db;

  explicit Scene(const HealthSettings& health, Stub::Respond db_says = {},
                 sim::Duration takes = {}) {
    auto owned_db = std::make_unique<Stub>("db", takes, std::move(db_says));
    auto owned_lb = std::make_unique<LoadBalancer>("lb");
    auto owned_probe = std::make_unique<Probe>("probe", "lb");
    auto owned_web = std::make_unique<Service>("web");
    db = owned_db.get();
    lb = owned_lb.get();
    probe = owned_probe.get();
    web = owned_web.get();
    lb->settings.backends = "web";
    lb->settings.health_check = HealthCheckSettings{};
    web->settings.hosting.replicas = 2;
    web->settings.health = health;
    StepSettings step;
    step.compute = sim::Distribution::constant(1_s);
    web->settings.endpoints["GET /"] = {step};
    world.add(std::move(owned_db));
    world.add(std::move(owned_lb));
    world.add(std::move(owned_probe));
    world.add(std::move(owned_web));
  }
  void until(sim::Duration end) { world.run_until(sim::Time{} + end); }
  std::int64_t unhealthy() {
    const auto before = reading(world, *lb, "unhealthy").part;
    world.run_until(world.now() + 1_ns);
    return static_cast<std::int64_t>(reading(world, *lb, "unhealthy").part - before);
  }
};

HealthSettings needs_db() {
  HealthSettings health;
  HealthNeed need;
  need.read = "db";
  health.needs = {need};
  return health;
}

// Each check of each replica reads the database once, and all are well.
TEST(ServiceHealth, EachCheckAsksWhatItNeeds) {
  Scene scene(needs_db());
  scene.world.start();
  scene.until(10_s);
  EXPECT_EQ(scene.db->heard(Operation::read), 20U);
  EXPECT_EQ(scene.unhealthy(), 0);
}

// When the database says no, or says nothing in time, nobody is well; an answer just in time does.
TEST(ServiceHealth, IsIllWhenSomethingNeededIs) {
  Scene says_no(needs_db(), [](const Attempt&) { return Outcome{.status = Status::failed}; });
  says_no.world.start();
  says_no.until(10_s);
  EXPECT_EQ(says_no.unhealthy(), 2);
  Scene too_late(needs_db(), {}, 201_ms);
  too_late.world.start();
  too_late.until(10_s);
  EXPECT_EQ(too_late.unhealthy(), 2);
  Scene in_time(needs_db(), {}, 199_ms);
  in_time.world.start();
  in_time.until(10_s);
  EXPECT_EQ(in_time.unhealthy(), 0);
}

// One that is ill is enough, whoever answers last.
TEST(ServiceHealth, NeedsAllOfThem) {
  for (const bool bad_is_last : {false, true}) {
    HealthSettings health = needs_db();
    health.needs.push_back(health.needs.front());
    int asked = 0;
    Scene scene(health, [&](const Attempt&) {
      const bool is_second = asked++ % 2 != 0;
      return Outcome{.status = is_second == bad_is_last ? Status::failed : Status::ok};
    });
    scene.world.start();
    scene.until(10_s);
    EXPECT_EQ(scene.unhealthy(), 2) << (bad_is_last ? "the last" : "the first");
  }
}

// A process that dies in the middle of its check answers nothing, and is asked again when it lives.
TEST(ServiceHealth, ADeathInTheMiddleOfACheck) {
  Scene scene(needs_db(), {}, 100_ms);
  for (int i = 0; i < 40; ++i) {
    auto action = std::make_shared<RestartAction>(Address{"web"});
    action->at = sim::Time{} + 5_s + 50_ms * i;
    scene.world.add_action(std::move(action));
  }
  scene.world.start();
  scene.until(7_s);
  EXPECT_EQ(scene.unhealthy(), 2);
  scene.until(20_s);
  EXPECT_EQ(scene.unhealthy(), 0);
}

// Six of seven requests wait: too many where five may wait, not where six may.
TEST(ServiceHealth, IsIllWhenTooManyWait) {
  for (const std::uint64_t limit : {5, 6}) {
    HealthSettings health;
    health.backlog = limit;
    Scene scene(health);
    for (int i = 0; i < 14; ++i) scene.probe->ask({.at = 3_s});
    scene.world.start();
    scene.until(3_s);
    EXPECT_EQ(scene.unhealthy(), 0);
    std::int64_t most = 0;
    for (int i = 31; i < 100; ++i) {
      scene.until(100_ms * i);
      most = std::max(most, scene.unhealthy());
    }
    EXPECT_EQ(most, 0) << "two checks in a row find more than " << limit << " waiting";
  }
  for (const std::uint64_t limit : {3, 8}) {
    HealthSettings health;
    health.in_system = limit;
    Scene scene(health);
    for (int i = 0; i < 14; ++i) scene.probe->ask({.at = 3_s});
    scene.world.start();
    std::int64_t most = 0;
    for (int i = 31; i < 200; ++i) {
      scene.until(100_ms * i);
      most = std::max(most, scene.unhealthy());
    }
    EXPECT_EQ(most, limit == 3 ? 2 : 0);
    EXPECT_EQ(scene.unhealthy(), 0);
  }
}

}  // namespace
}  // namespace faultline::models::service_health_test
