#include "models/edge/dns/dns.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/models/probe.h"

namespace faultline::models::dns_test {
namespace {

using namespace sim::literals;

sim::Time at(sim::Duration after) { return sim::Time{} + after; }

// `name` stands for `stub`, which answers at once; users are 10 ms away from both. A query takes
// 10 + 5 + 10 ms, the way to the resolver and back 4 ms, the call itself 20 ms.
struct Scene {
  World world{1, tiny_geography(10_ms)};
  Dns* name;
  Probe* probe;
  Stub* stub;

  explicit Scene(CallPolicy policy = {}) {
    auto owned_name = std::make_unique<Dns>("name");
    auto owned_probe = std::make_unique<Probe>("probe", "name", std::move(policy));
    auto owned_stub = std::make_unique<Stub>("stub");
    name = owned_name.get();
    probe = owned_probe.get();
    stub = owned_stub.get();
    name->settings.answers = "stub";
    name->settings.ttl = 10_s;
    name->settings.resolver_latency = 4_ms;
    name->settings.query_time = sim::Distribution::constant(5_ms);
    name->settings.query_timeout = 1_s;
    name->settings.tries = 3;
    world.add(std::move(owned_name));
    world.add(std::move(owned_probe));
    world.add(std::move(owned_stub));
  }
  void ask(std::initializer_list<sim::Duration> when) {
    for (const sim::Duration one : when) probe->ask({.at = one});
  }
  void until(sim::Duration end) { world.run_until(at(end)); }
  std::int64_t count(std::string_view metric) const {
    return static_cast<std::int64_t>(reading(world, *name, metric).part);
  }
  // What became of each ask, in the order of the answers.
  void expect(std::initializer_list<std::pair<Status, sim::Duration>> expected) {
    std::vector<std::pair<Status, std::int64_t>> got;
    for (const auto& answer : probe->answers()) {
      got.emplace_back(answer.outcome.status, (answer.at - sim::Time{}).ns);
    }
    std::vector<std::pair<Status, std::int64_t>> wanted;
    for (const auto& [status, when] : expected) wanted.emplace_back(status, when.ns);
    EXPECT_EQ(got, wanted);
    EXPECT_EQ(world.live_records(), 0U);
  }
};

// Asked first, the resolver asks on: 25 + 4 ms before the call. Until 10 s after the answer reached
// it, at 10.025 s, it knows; at that very instant it no longer does.
TEST(Dns, RemembersForTheTimeToLive) {
  Scene scene;
  scene.ask({0_s, 5_s, 10025_ms - 1_ns, 10025_ms});
  scene.world.start();
  scene.until(60_s);
  scene.expect({{Status::ok, 49_ms},
                {Status::ok, 5024_ms},
                {Status::ok, 10049_ms - 1_ns},
                {Status::ok, 10074_ms}});
  EXPECT_EQ(scene.count("queries"), 2);
  EXPECT_EQ(scene.count("resolver_hit_ratio"), 2);
}

// Who asks while the resolver is asking waits for the same answer: one query for three.
TEST(Dns, AsksOnceForAllWhoWait) {
  Scene scene;
  scene.ask({0_ms, 10_ms, 24_ms});
  scene.world.start();
  scene.until(60_s);
  scene.expect({{Status::ok, 49_ms}, {Status::ok, 49_ms}, {Status::ok, 49_ms}});
  EXPECT_EQ(scene.count("queries"), 1);
  EXPECT_EQ(scene.count("resolutions"), 3);
}

// With its server dead, the name is known until its time is over; then three tries of a second each
// end in a failure, and nothing of it is remembered.
TEST(Dns, OutlivesItsServersForTheTimeToLive) {
  Scene scene;
  scene.ask({0_s, 9_s, 11_s, 20_s});
  scene.world.start();
  scene.until(1_s);
  scene.name->crash(scene.world, 0);
  scene.until(18_s);
  scene.name->restart(scene.world, 0);
  scene.until(60_s);
  scene.expect({{Status::ok, 49_ms},
                {Status::ok, 9024_ms},
                {Status::name_failure, 14004_ms},
                {Status::ok, 20049_ms}});
  EXPECT_EQ(scene.count("queries"), 1 + 3 + 1);
  EXPECT_EQ(scene.count("resolution_failures"), 1);
  EXPECT_EQ(scene.stub->heard().size(), 3U);
}

// The second try asks the second server.
TEST(Dns, AsksTheNextServerAfterATimeout) {
  Scene scene;
  scene.name->settings.hosting.replicas = 2;
  scene.ask({0_s});
  scene.world.start();
  scene.name->crash(scene.world, 0);
  scene.until(60_s);
  scene.expect({{Status::ok, 1049_ms}});
}

// An answer that comes after its query was given up is not taken for that of the next: with 1.2 s
// of work, every answer is late, although the next query is under way when it comes.
TEST(Dns, DiscardsLateAnswers) {
  Scene scene;
  scene.name->settings.query_time = sim::Distribution::constant(1200_ms);
  scene.ask({0_s});
  scene.world.start();
  scene.until(60_s);
  scene.expect({{Status::name_failure, 3004_ms}});
}

// The timeout of a query lasts from the resolver's asking to its hearing, at the latest 1 ns before
// it; the way between caller and resolver does not count.
TEST(Dns, TheResolversPatienceIsItsOwn) {
  Scene scene;
  scene.name->settings.resolver_latency = 900_ms;
  scene.name->settings.query_time = sim::Distribution::constant(980_ms - 1_ns);
  scene.ask({0_s});
  scene.world.start();
  scene.until(60_s);
  scene.expect({{Status::ok, 1920_ms - 1_ns}});
}

// A caller that gives up while its name is being resolved is neither connected nor told later.
TEST(Dns, CallersMayGiveUpWhileTheyWait) {
  CallPolicy policy;
  policy.timeout = 20_ms;
  Scene scene(policy);
  scene.ask({0_s, 1_s});
  scene.world.start();
  scene.until(60_s);
  scene.expect({{Status::timed_out, 20_ms}, {Status::timed_out, 1020_ms}});
  EXPECT_EQ(scene.stub->heard().size(), 1U);  // the second, whose name was known: 4 + 10 ms
}

// A failed resolution is retried like any failure: the second try finds the server back.
TEST(Dns, FailuresAreRetriedByTheCaller) {
  CallPolicy policy;
  policy.retries.emplace();
  policy.retries->max = 1;
  Scene scene(policy);
  scene.ask({0_s});
  scene.world.start();
  scene.name->crash(scene.world, 0);
  scene.until(2500_ms);
  scene.name->restart(scene.world, 0);
  scene.until(60_s);
  scene.expect({{Status::ok, 3004_ms + 49_ms}});
}

}  // namespace
}  // namespace faultline::models::dns_test
