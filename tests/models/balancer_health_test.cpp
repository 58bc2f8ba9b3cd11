// Shows whom a balancer believes to be well, by their answers, and what it does when few are.
#include <gtest/gtest.h>

#include "tests/models/balancer_scene.h"

namespace faultline::models::balancer::balancer_health_test {
namespace {

// Replica 1 answers everything with an error.
Outcome bad_one(const Attempt& attempt) {
  return {.status = attempt.to == 1 ? Status::failed : Status::ok};
}

struct Ejecting : Scene {
  explicit Ejecting(std::uint64_t backends, EjectionSettings how)
      : Scene(Policy::round_robin, backends, {}, bad_one) {
    lb->settings.ejection = how;
  }
  void ask_every(sim::Duration gap, int times) {
    for (int i = 0; i < times; ++i) probe->ask({.at = gap * i});
  }
  double average(std::string_view metric, sim::Duration until_then) {
    until(until_then);
    const auto now = reading(world, *lb, metric);
    return static_cast<double>(now.part) / static_cast<double>((world.now() - sim::Time{}).ns);
  }
};

// One a second, every second one to the bad backend: its third error comes at 5 s. It is away for
// 10 s and back for the request at 15 s; three errors more (15, 17, 19 s), and it is away for twice
// as long, from 19 to 39 s.
TEST(BalancerEjection, TakesWhoFailsAwayForLongerEachTime) {
  Ejecting scene(2, {.errors = 3, .base = 10_s, .max_share = 0.5, .forgive_after = 1_min});
  scene.ask_every(1_s, 45);
  scene.world.start();
  scene.until(60_s);
  std::vector<int> failed_at;
  for (const auto& answer : scene.probe->answers()) {
    if (!answer.outcome.ok()) failed_at.push_back(static_cast<int>(answer.at.seconds()));
  }
  EXPECT_EQ(failed_at, (std::vector{1, 3, 5, 15, 17, 19, 39, 41, 43}));
  EXPECT_EQ(scene.count("ejections"), 3);
}

// Errors in a row: one good answer in between, and the count begins anew.
TEST(BalancerEjection, CountsErrorsInARow) {
  int asked = 0;
  Scene scene(Policy::round_robin, 1, {}, [&](const Attempt&) {
    return Outcome{.status = ++asked % 3 == 0 ? Status::ok : Status::failed};
  });
  scene.lb->settings.ejection = EjectionSettings{.errors = 3, .max_share = 1};
  for (int i = 0; i < 30; ++i) scene.probe->ask({.at = 1_s * i});
  scene.world.start();
  scene.until(60_s);
  EXPECT_EQ(scene.count("ejections"), 0);
  EXPECT_EQ(scene.shares()[0], 30);
}

// All four fail. With a largest share of 30 % two are ejected: at 0 % and at 25 % one more may be,
// at 50 % none; with 100 % all are, and nobody is left.
TEST(BalancerEjection, LeavesSomeBackends) {
  for (const double share : {0.3, 1.0}) {
    Scene scene(Policy::round_robin, 4, {},
                [](const Attempt&) { return Outcome{.status = Status::failed}; });
    scene.lb->settings.ejection = EjectionSettings{.errors = 2, .max_share = share};
    for (int i = 0; i < 20; ++i) scene.probe->ask({.at = 1_s * i});
    scene.world.start();
    scene.until(20_s);
    EXPECT_EQ(scene.count("ejections"), share < 1 ? 2 : 4);
    EXPECT_EQ(scene.count("no_backend") > 0, share >= 1);
  }
}

// Ejected from 1 s to 11 s of 20: half the time one of the two is not healthy.
TEST(BalancerEjection, IsMeasured) {
  Ejecting scene(2, {.errors = 1, .base = 10_s, .max_share = 0.5, .forgive_after = 1_s});
  scene.probe->ask({.at = 0_s});
  scene.probe->ask({.at = 1_s});
  scene.world.start();
  EXPECT_DOUBLE_EQ(scene.average("ejected", 20_s), 0.5);
  EXPECT_DOUBLE_EQ(scene.average("healthy", 20_s), 1.5);
}

// Forgiven: after 30 s without ejection the next one is as short as the first.
TEST(BalancerEjection, IsForgiven) {
  for (const auto forgive_after : {10_s, 100_s}) {
    Ejecting scene(2,
                   {.errors = 1, .base = 10_s, .max_share = 0.5, .forgive_after = forgive_after});
    for (const auto when : {0_s, 1_s, 50_s, 51_s}) scene.probe->ask({.at = when});
    scene.world.start();
    EXPECT_DOUBLE_EQ(scene.average("ejected", 100_s), forgive_after == 10_s ? 0.2 : 0.3);
  }
}

// It is a reset that ejects a backend whose process is dead; nobody has to check.
TEST(BalancerEjection, FindsTheDeadByTheirResets) {
  Scene scene(Policy::least_connections, 2);
  scene.lb->settings.ejection = EjectionSettings{.errors = 2, .max_share = 0.5};
  for (int i = 0; i < 20; ++i) scene.probe->ask({.at = 1_s * i});
  scene.world.start();
  scene.stub->crash(scene.world, 0);
  scene.until(60_s);
  int failed = 0;
  for (const auto& answer : scene.probe->answers()) failed += answer.outcome.ok() ? 0 : 1;
  EXPECT_EQ(failed, 2);
}

// A balancer that crashes forgets whom it had ejected.
TEST(BalancerEjection, IsForgottenInACrash) {
  Ejecting scene(2, {.errors = 1, .base = 1_min, .max_share = 0.5});
  scene.ask_every(1_s, 2);
  scene.world.start();
  scene.until(10_s);
  scene.lb->restart(scene.world, 0);
  EXPECT_DOUBLE_EQ(scene.average("ejected", 90_s), 9.0 / 90);
  EXPECT_DOUBLE_EQ(scene.average("healthy", 90_s), 2 - 9.0 / 90);
}

// Of four, three are dead, 25 % well: below a threshold of 50 % all get their share and a quarter
// is answered; without one, or with 20 %, the last one gets everything.
TEST(BalancerPanic, SpreadsOverAllWhenFewAreWell) {
  for (const double below : {0.0, 0.2, 0.5}) {
    Scene scene(Policy::round_robin, 4);
    scene.check_health();
    scene.lb->settings.panic_below = below;
    for (int i = 0; i < 40; ++i) scene.probe->ask({.at = 10_s + 1_ms * i});
    scene.world.start();
    for (const ReplicaIndex i : {0, 1, 2}) scene.stub->crash(scene.world, i);
    scene.until(20_s);
    EXPECT_EQ(scene.shares()[3], below == 0.5 ? 10 : 40);
    EXPECT_EQ(scene.count("panicked"), below == 0.5 ? 40 : 0);
  }
}

// A backend that comes up at 10 s has after t seconds t / 100 of its weight, and at least a tenth,
// against the other's 1. Of 50 s it hence gets 10 x 0.1 / 1.1 + (40 - 100 ln(150 / 110)) = 9.89
// seconds' worth of 100 a second; without slow start it is half of everything.
TEST(BalancerSlowStart, RampsUpANewBackend) {
  for (const bool slowly : {true, false}) {
    Scene scene(Policy::round_robin, 2);
    scene.lb->settings.registry = BalancerRegistrySettings{.delay = 0_s};
    if (slowly) scene.lb->settings.slow_start = SlowStartSettings{.window = 100_s, .floor = 0.1};
    for (int i = 1; i <= 5000; ++i) scene.probe->ask({.at = 10_s + 10_ms * i});
    scene.world.start();
    scene.stub->crash(scene.world, 1);
    scene.until(10_s);
    scene.stub->restart(scene.world, 1);
    scene.until(100_s);
    EXPECT_NEAR(scene.shares()[1], slowly ? 989 : 2500, 5);
  }
}

// So does one that checks find to be well again, under a policy by load: nothing outstanding counts
// as one over its weight, so that a tenth of the weight is worth ten requests outstanding.
TEST(BalancerSlowStart, HoldsBackWhoChecksFindWellAgain) {
  for (const bool slowly : {true, false}) {
    Scene scene(Policy::least_connections, 2, 100_s);
    scene.check_health();
    if (slowly) scene.lb->settings.slow_start = SlowStartSettings{.window = 1000_s, .floor = 0.1};
    for (int i = 0; i < 9; ++i) scene.probe->ask({.at = 12_s + 1_ms * i});
    scene.world.start();
    scene.stub->crash(scene.world, 1);
    scene.until(10_s);
    scene.stub->restart(scene.world, 1);
    scene.until(20_s);
    EXPECT_EQ(scene.shares()[1], slowly ? 0 : 4);
  }
}

}  // namespace
}  // namespace faultline::models::balancer::balancer_health_test
