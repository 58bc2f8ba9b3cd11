#include <gtest/gtest.h>

#include <memory>

#include "models/edge/balancer/load_balancer.h"
#include "models/edge/dns/dns.h"
#include "models/timeline.h"
#include "models/workload/client.h"
#include "tests/models/probe.h"

namespace faultline::models::clone_test {
namespace {

using namespace sim::literals;

sim::Time at(sim::Duration after) { return sim::Time{} + after; }

template <class Kind, class... Arguments>
void act(World& world, sim::Duration begin, std::optional<sim::Duration> lasts,
         Arguments&&... arguments) {
  auto action = std::make_shared<Kind>(std::forward<Arguments>(arguments)...);
  action->at = at(begin);
  action->lasts = lasts;
  world.add_action(std::move(action));
}

// Users in bursts and in a closed loop -> name -> balancer with health checks -> three replicas,
// over a lossy, duplicating network; with retries, and a timeline that has something of everything.
std::unique_ptr<World> busy_world(std::uint64_t seed) {
  GeographySettings geography;
  geography.regions["here"].zones = {"a", "b"};
  geography.clients["users"] = {.near = "here", .latency = sim::Distribution::lognormal(10e6, 1)};
  geography.latency.same_region = sim::Distribution::exponential(1_ms);
  geography.latency.same_zone = sim::Distribution::exponential(500_us);
  geography.links["users->here"].loss = 0.02;
  geography.links["users->here"].duplication = 0.02;
  auto world = std::make_unique<World>(seed, Geography(geography));

  CallPolicy stubborn;
  stubborn.timeout = 200_ms;
  stubborn.retries.emplace();
  stubborn.retries->max = 3;
  stubborn.retries->backoff = {.base = 20_ms, .cap = 1_s, .jitter = Jitter::decorrelated};
  stubborn.retries->budget.emplace();

  auto bursty = std::make_unique<Client>("bursty");
  bursty->settings.from = "users";
  bursty->settings.to = "name";
  bursty->settings.arrivals =
      *parse_arrivals("bursty(high=200/s, low=20/s, high-for=1s, low-for=1s)");
  bursty->settings.call = stubborn;
  auto lb = std::make_unique<LoadBalancer>("lb");
  lb->settings.backends = "stub";
  lb->settings.policy = LoadBalancerSettings::Policy::power_of_two;
  lb->settings.health_check.emplace();
  lb->settings.hosting.replicas = 2;
  auto loop = std::make_unique<Client>("loop");
  loop->settings.from = "users";
  loop->settings.to = "name";
  loop->settings.users = {.count = 20, .think = sim::Distribution::exponential(300_ms)};
  loop->settings.call = stubborn;
  auto name = std::make_unique<Dns>("name");
  name->settings.answers = "lb";
  name->settings.ttl = 700_ms;
  name->settings.query_timeout = 100_ms;
  auto stub = std::make_unique<Stub>("stub", 30_ms);
  stub->hosting.replicas = 3;
  stub->hosting.start_time = 400_ms;
  world->add(std::move(bursty));
  world->add(std::move(lb));
  world->add(std::move(loop));
  world->add(std::move(name));
  world->add(std::move(stub));

  act<CrashAction>(*world, 2_s, 3_s, Address{"stub/0"});
  act<OutageAction>(*world, 4_s, 2_s, Address{"here/b"});
  act<SlowAction>(*world, 3_s, 2_s, Address{"stub/2"}, 0.0);
  act<LoadAction>(*world, 5_s, 2_s, std::nullopt, 3.0);
  act<LinkAction>(*world, 6_s, 1_s, "users", "here", false, EdgeChange{.loss = 0.3});
  act<LinkAction>(*world, 7_s, 1_s, "lb", "stub", true, EdgeChange{.delay = 40_ms});
  act<RestartAction>(*world, 8_s, std::nullopt, Address{"lb"});
  world->start();
  return world;
}

// A clone taken at any time, in the middle of everything, and the original finish alike.
TEST(World, CloneAndOriginalFinishAlike) {
  const auto whole = busy_world(3);
  whole->run_until(at(10_s));
  EXPECT_GT(whole->decided_count(), 1000U);
  for (std::int64_t tenth = 0; tenth < 100; tenth += 7) {
    const auto original = busy_world(3);
    original->run_until(at(100_ms * tenth + 1_ns));
    World clone(*original);
    clone.run_until(at(10_s));
    EXPECT_EQ(clone.digest(), whole->digest());
    EXPECT_EQ(clone.outcome_digest(), whole->outcome_digest());
    original->run_until(at(10_s));
    EXPECT_EQ(original->digest(), whole->digest());
    EXPECT_EQ(original->outcome_digest(), whole->outcome_digest());
  }
}

// The digest of another seed is another one; that of the same seed is the same.
TEST(World, DigestsTellRunsApart) {
  const auto run = [](std::uint64_t seed) {
    const auto world = busy_world(seed);
    world->run_until(at(3_s));
    return std::pair(world->digest(), world->outcome_digest());
  };
  EXPECT_EQ(run(3), run(3));
  EXPECT_NE(run(3).first, run(4).first);
  EXPECT_NE(run(3).second, run(4).second);
}

// Whoever watches changes nothing: observers, windows, marks and readings of the metrics.
TEST(World, ObservationLeavesNoTrace) {
  struct Counter final : Observer {
    void departed(const Attempt&, ComponentId, sim::Time, std::optional<sim::Time>) override {
      ++seen;
    }
    int seen = 0;
  };
  const auto alone = busy_world(3);
  alone->run_until(at(10_s));
  const auto watched = busy_world(3);
  Counter counter;
  int windows = 0;
  watched->observe(&counter);
  watched->set_window(100_ms);
  watched->mark_at(at(5_s));
  watched->on_window([&](const World& world, sim::Time, sim::Time) {
    for (ComponentId id = 0; id < world.component_count(); ++id) world.snapshot(id);
    ++windows;
  });
  watched->run_until(at(10_s));
  EXPECT_GT(counter.seen, 1000);
  EXPECT_EQ(windows, 100);
  EXPECT_EQ(watched->digest(), alone->digest());
  EXPECT_EQ(watched->outcome_digest(), alone->outcome_digest());
}

// After everybody has stopped asking, nothing is left over but the checks.
TEST(World, DrainsWhenTheLoadEnds) {
  const auto world = busy_world(5);
  const auto records = [&] { return world->live_records(); };
  world->run_until(at(8_s));
  const auto busy = records();
  static_cast<Client&>(*world->find("bursty")).scale_load(*world, 99, 0.0);
  world->run_until(at(60_s));
  EXPECT_LT(records(), busy);
  // 20 users that think or wait (an event, and a request, an attempt and a timer each), 6 checks
  // due and under way, a switch of the bursts, a query.
  EXPECT_LE(records(), 20U * 4 + 6 * 4 + 1 + 3);
  EXPECT_LE(world->component(4).in_system(), 20U);
}

}  // namespace
}  // namespace faultline::models::clone_test
