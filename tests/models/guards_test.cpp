// Shows what guarded calls do: what is withheld is not sent, and what ends makes room.
#include "models/resilience/guard.h"

#include <gtest/gtest.h>

#include "models/edge/balancer/load_balancer.h"
#include "tests/models/probe.h"

namespace faultline::models::guards_test {
namespace {

using namespace sim::literals;

// probe -> balancer -> stub, which takes `delay`. Nothing else takes any time.
struct Scene {
  World world{1, tiny_geography()};
  Probe* probe;
  LoadBalancer* balancer;
  Stub* stub;

  Scene(const CallPolicy& of_probe, const CallPolicy& of_balancer, sim::Duration delay,
        Stub::Respond respond = {}) {
    auto owned_balancer = std::make_unique<LoadBalancer>("balancer");
    auto owned_probe = std::make_unique<Probe>("probe", "balancer", of_probe);
    auto owned_stub = std::make_unique<Stub>("stub", delay, std::move(respond));
    balancer = owned_balancer.get();
    probe = owned_probe.get();
    stub = owned_stub.get();
    balancer->settings.backends = "stub";
    balancer->settings.call = of_balancer;
    world.add(std::move(owned_balancer));
    world.add(std::move(owned_probe));
    world.add(std::move(owned_stub));
  }
  void ask_at(std::initializer_list<sim::Duration> times) {
    for (const sim::Duration time : times) probe->ask({.at = time});
  }
  void run(sim::Duration until = 100_s) { world.run_until(sim::Time{} + until); }
  std::vector<Status> outcomes() const {
    std::vector<Status> all;
    for (std::size_t i = 0; const Probe::Answer* answer = probe->answer_to(i); ++i) {
      all.push_back(answer->outcome.status);
    }
    return all;
  }
};

Outcome error(const Attempt&) { return {.status = Status::failed}; }

CallPolicy breaking_at_two() {
  CallPolicy policy;
  policy.breaker.emplace();
  policy.breaker->calls = 2;
  policy.breaker->minimum_calls = 2;
  policy.breaker->open_for = 10_s;
  return policy;
}

CallPolicy at_most(std::uint64_t max) {
  CallPolicy policy;
  policy.bulkhead = BulkheadSettings{.max = max};
  return policy;
}

// Two errors open it: the third and fourth call are not sent, the fifth is the trial. What is
// withheld is known at once.
TEST(Guards, AnOpenBreakerWithholdsCalls) {
  Scene scene(breaking_at_two(), {}, 10_ms, error);
  scene.ask_at({1_s, 2_s, 3_s, 4_s, 13_s});
  scene.world.start();
  scene.run();
  EXPECT_EQ(scene.outcomes(), (std::vector{Status::failed, Status::failed, Status::withheld,
                                           Status::withheld, Status::failed}));
  EXPECT_EQ(scene.probe->answer_to(2)->at, sim::Time{} + 3_s);
  EXPECT_EQ(scene.stub->heard().size(), 3U);
  EXPECT_EQ(scene.world.guards_of(scene.probe->id())->withheld, 2U);
  EXPECT_EQ(scene.world.guards_of(scene.probe->id())->opened, 2U);
}

// Three users at once, room for two: one is turned away. When the two are answered there is room.
TEST(Guards, AFullBulkheadWithholdsCalls) {
  Scene scene(at_most(2), {}, 1_s);
  scene.ask_at({1_s, 1_s, 1_s, 1999_ms, 2001_ms});
  scene.world.start();
  scene.run();
  EXPECT_EQ(scene.outcomes(),
            (std::vector{Status::ok, Status::ok, Status::withheld, Status::withheld, Status::ok}));
}

// A call given up is under way no more, whatever its callee still does; its late answer makes no
// room a second time.
TEST(Guards, PatienceThatEndsMakesRoomOnce) {
  CallPolicy policy = at_most(1);
  policy.timeout = 100_ms;
  Scene scene(policy, {}, 1_s);
  scene.ask_at({1_s, 1050_ms, 1150_ms, 1200_ms, 2001_ms, 2002_ms});
  scene.world.start();
  scene.run();
  EXPECT_EQ(scene.outcomes(), (std::vector{Status::timed_out, Status::withheld, Status::timed_out,
                                           Status::withheld, Status::timed_out, Status::withheld}));
}

// A retry asks again: the first try and its retry fail and open the breaker, the second retry is
// withheld, and so is the third.
TEST(Guards, RetriesAreGuardedToo) {
  CallPolicy policy = breaking_at_two();
  policy.retries.emplace();
  policy.retries->max = 3;
  Scene scene(policy, {}, 10_ms, error);
  scene.ask_at({1_s});
  scene.world.start();
  scene.run();
  EXPECT_EQ(scene.outcomes(), std::vector{Status::withheld});
  EXPECT_EQ(scene.stub->heard().size(), 2U);
  EXPECT_EQ(scene.world.guards_of(scene.probe->id())->withheld, 2U);
}

// A process that dies forgets what it had under way. What it withholds is unavailable to its own
// caller.
TEST(Guards, ACrashForgets) {
  Scene scene({}, at_most(1), 10_s);
  scene.ask_at({1_s, 2_s, 4_s});
  scene.world.start();
  scene.run(3_s);
  scene.balancer->crash(scene.world, 0);
  scene.balancer->restart(scene.world, 0);
  scene.run();
  EXPECT_EQ(scene.outcomes(), (std::vector{Status::reset, Status::unavailable, Status::ok}));
}

// Each process of a caller has its own: two balancers, with room for one call each.
TEST(Guards, EveryProcessHasItsOwn) {
  Scene scene({}, at_most(1), 1_s);
  scene.balancer->settings.hosting.replicas = 2;
  scene.ask_at({1_s, 1_s, 1_s, 1_s});
  scene.world.start();
  scene.run();
  EXPECT_EQ(scene.outcomes(),
            (std::vector{Status::ok, Status::ok, Status::unavailable, Status::unavailable}));
}

// Nothing is guarded that does not ask for it, and nothing is measured of it.
TEST(Guards, AreOffUnlessAskedFor) {
  Scene scene({}, {}, 1_s);
  scene.world.start();
  EXPECT_FALSE(scene.world.guards_of(scene.probe->id()));
  EXPECT_FALSE(scene.world.guards_of(scene.balancer->id()));
}

}  // namespace
}  // namespace faultline::models::guards_test
