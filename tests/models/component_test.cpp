#include <gtest/gtest.h>

#include <vector>

#include "models/edge/balancer/load_balancer.h"
#include "tests/models/probe.h"

namespace faultline::models::component_test {
namespace {

using namespace sim::literals;

sim::Time at(sim::Duration after) { return sim::Time{} + after; }

// One stub with `replicas` and a start that takes 3 s, and a probe that asks it.
struct Scene {
  World world{1, tiny_geography()};
  Probe* probe;
  Stub* stub;

  explicit Scene(std::uint64_t replicas = 1, sim::Duration delay = {}) {
    auto owned_probe = std::make_unique<Probe>("probe", "stub");
    auto owned_stub = std::make_unique<Stub>("stub", delay);
    probe = owned_probe.get();
    stub = owned_stub.get();
    stub->hosting.replicas = replicas;
    stub->hosting.start_time = 3_s;
    world.add(std::move(owned_probe));
    world.add(std::move(owned_stub));
  }
  void until(sim::Duration end) { world.run_until(at(end)); }
  Lifecycle state(ReplicaIndex replica = 0) const { return stub->replicas()[replica].state; }
  double seconds_in(std::string_view metric) const {
    return static_cast<double>(reading(world, *stub, metric).part) / 1e9;
  }
};

// Up for 10 s, down for 2 s, starting for 3 s, up for 5 s, draining for 4 s: the metrics say so,
// and so does the mean number of replicas that are up.
TEST(Component, CountsTheTimeInEachState) {
  Scene scene;
  scene.world.start();
  scene.until(10_s);
  scene.stub->crash(scene.world, 0);
  EXPECT_EQ(scene.state(), Lifecycle::down);
  scene.until(12_s);
  scene.stub->restart(scene.world, 0);
  EXPECT_EQ(scene.state(), Lifecycle::starting);
  scene.until(15_s);
  EXPECT_EQ(scene.state(), Lifecycle::starting);  // what happens at 15 s is still to come
  scene.until(15_s + 1_ns);
  EXPECT_EQ(scene.state(), Lifecycle::up);
  scene.until(20_s);
  scene.stub->drain(scene.world, 0);
  scene.until(24_s);
  EXPECT_DOUBLE_EQ(scene.seconds_in("time_up"), 15);
  EXPECT_DOUBLE_EQ(scene.seconds_in("time_down"), 2);
  EXPECT_DOUBLE_EQ(scene.seconds_in("time_starting"), 3);
  EXPECT_DOUBLE_EQ(scene.seconds_in("time_draining"), 4);
  EXPECT_DOUBLE_EQ(scene.seconds_in("replicas_up"), 15);
  EXPECT_EQ(reading(scene.world, *scene.stub, "time_up").whole, (24_s).ns);
}

// A crash in the middle of a start ends it; only the later start counts.
TEST(Component, ACrashInterruptsAStart) {
  Scene scene;
  scene.world.start();
  scene.stub->restart(scene.world, 0);
  scene.until(2_s);
  scene.stub->crash(scene.world, 0);
  scene.until(4_s);
  EXPECT_EQ(scene.state(), Lifecycle::down);
  scene.stub->restart(scene.world, 0);
  scene.until(7_s);
  EXPECT_EQ(scene.state(), Lifecycle::starting);
  scene.until(8_s);
  EXPECT_EQ(scene.state(), Lifecycle::up);
}

// A host is down until the last of its outages has ended, and silent all the while.
TEST(Component, OutagesNest) {
  Scene scene;
  scene.world.start();
  scene.stub->begin_outage(scene.world, 0);
  scene.stub->begin_outage(scene.world, 0);
  EXPECT_TRUE(scene.stub->replicas()[0].silent);
  scene.stub->end_outage(scene.world, 0);
  EXPECT_EQ(scene.state(), Lifecycle::down);
  scene.stub->restart(scene.world, 0);  // no process starts on a host that is down
  EXPECT_EQ(scene.state(), Lifecycle::down);
  scene.stub->end_outage(scene.world, 0);
  EXPECT_EQ(scene.state(), Lifecycle::starting);
  scene.until(4_s);
  EXPECT_EQ(scene.state(), Lifecycle::up);
}

// A process stays dead until the last of its crashes has ended, whatever happens to its host in
// between; once the host is back, it is dead and no longer silent.
TEST(Component, CrashesOverlapWithEachOtherAndWithOutages) {
  Scene scene;
  scene.world.start();
  scene.stub->begin_crash(scene.world, 0, 1);
  scene.stub->begin_crash(scene.world, 0, 2);
  scene.stub->begin_outage(scene.world, 0);
  scene.stub->end_crash(scene.world, 0, 1);
  EXPECT_TRUE(scene.stub->replicas()[0].silent);
  scene.stub->end_outage(scene.world, 0);
  EXPECT_EQ(scene.state(), Lifecycle::down);
  EXPECT_FALSE(scene.stub->replicas()[0].silent);
  scene.stub->end_crash(scene.world, 0, 2);
  EXPECT_EQ(scene.state(), Lifecycle::starting);
}

// A restart ends every crash; the end of one that is over already kills nothing.
TEST(Component, ARestartEndsCrashesForGood) {
  Scene scene(1, 10_s);
  scene.probe->ask({.at = 5_s});
  scene.world.start();
  scene.stub->begin_crash(scene.world, 0, 1);
  scene.stub->restart(scene.world, 0);
  scene.until(6_s);
  EXPECT_EQ(scene.state(), Lifecycle::up);
  scene.stub->end_crash(scene.world, 0, 1);
  EXPECT_EQ(scene.state(), Lifecycle::up);
  scene.until(20_s);
  ASSERT_EQ(scene.probe->answers().size(), 1U);
  EXPECT_TRUE(scene.probe->answers()[0].outcome.ok());
}

// What slows a replica multiplies, and ends one by one and exactly; 0 stands still.
TEST(Component, SlowCausesMultiply) {
  Scene scene;
  scene.world.start();
  const auto speed = [&] { return scene.stub->replicas()[0].speed; };
  scene.stub->slow(scene.world, 0, 1, 0.5);
  scene.stub->slow(scene.world, 0, 2, 0.1);
  EXPECT_DOUBLE_EQ(speed(), 0.05);
  scene.stub->slow(scene.world, 0, 3, 0);
  EXPECT_EQ(speed(), 0);
  scene.stub->recover_speed(scene.world, 0, 1);
  EXPECT_EQ(speed(), 0);
  scene.stub->recover_speed(scene.world, 0, 3);
  EXPECT_EQ(speed(), 0.1);
  scene.stub->recover_speed(scene.world, 0, 2);
  EXPECT_EQ(speed(), 1);
}

// Callers without a choice of their own ask the replicas that are up in turn.
TEST(Component, IsAskedInTurn) {
  Scene scene(3);
  for (int i = 0; i < 6; ++i) scene.probe->ask({.at = 1_s * i});
  scene.world.start();
  scene.until(2500_ms);
  scene.stub->crash(scene.world, 1);
  scene.until(10_s);
  std::vector<int> asked;
  for (const auto& heard : scene.stub->heard()) asked.push_back(heard.replica);
  EXPECT_EQ(asked, (std::vector{0, 1, 2, 0, 2, 0}));
}

// Replica i stands in zone i modulo their number, of those named or of all.
TEST(Component, StandsInItsZonesInTurn) {
  for (const bool named : {false, true}) {
    Scene scene(3);
    if (named) scene.stub->hosting.zones = {"here/b"};
    scene.world.start();
    std::vector<std::string> zones;
    for (const Replica& r : scene.stub->replicas()) {
      zones.push_back(scene.world.geography().name_of(r.place));
    }
    EXPECT_EQ(zones, named ? (std::vector<std::string>{"here/b", "here/b", "here/b"})
                           : (std::vector<std::string>{"here/a", "here/b", "here/a"}));
  }
}

// Through crashes, outages, errors and refusals: what arrived was completed, rejected, failed or
// lost, or is still there.
TEST(Component, ConservesWhatArrives) {
  auto owned_probe = std::make_unique<Probe>("probe", "stub");
  auto owned_stub = std::make_unique<Stub>("stub", 70_ms, [](const Attempt& a) {
    constexpr Status statuses[] = {Status::ok, Status::rejected, Status::failed};
    return Outcome{.status = statuses[a.key % 3]};
  });
  Probe& probe = *owned_probe;
  Stub& stub = *owned_stub;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    probe.ask({.at = 10_ms * static_cast<std::int64_t>(i), .key = i});
  }
  World world(1, tiny_geography(3_ms));
  world.add(std::move(owned_probe));
  world.add(std::move(owned_stub));
  world.start();
  for (int second = 1; second <= 9; ++second) {
    world.run_until(at(1_s * second + 5_ms));
    if (second % 3 == 0) stub.restart(world, 0);
    if (second % 3 == 1) stub.begin_outage(world, 0);
    if (second % 3 == 2) stub.end_outage(world, 0);
    const auto count = [&](std::string_view metric) { return reading(world, stub, metric).part; };
    EXPECT_EQ(count("arrived"), count("completed") + count("rejected") + count("failed") +
                                    count("lost") + static_cast<int>(stub.in_system()));
    EXPECT_LE(stub.in_system(), 8U);
  }
  world.run_until(at(100_s));
  EXPECT_EQ(stub.in_system(), 0U);
  EXPECT_EQ(probe.answers().size(), 1000U);
  EXPECT_EQ(world.live_records(), 0U);
  EXPECT_EQ(reading(world, stub, "lost").part, 6 * 7);  // 7 held at each of 3 restarts, 3 outages
}

}  // namespace
}  // namespace faultline::models::component_test
