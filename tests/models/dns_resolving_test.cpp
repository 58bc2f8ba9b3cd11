// Shows how resolvers find an address from the root down, and what they do when nobody answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/models/dns_scene.h"

namespace faultline::models::dns_resolving_test {
namespace {

using namespace sim::literals;
using testing::ElementsAre;

// root in eu takes 1 ms, com in us 2 ms: 21 + 122 ms before the 25 ms of the name's own server.
struct DeepScene : DnsScene {
  Dns* root;
  Dns* com;

  explicit DeepScene(const CallPolicy& patience = {}) : DnsScene(DnsPolicy::geo, patience) {
    root = add_zone("root", "eu/a", 1_ms);
    com = add_zone("com", "us/a", 2_ms);
    com->settings.under = "root";
    name->settings.under = "com";
    root->settings.ttl = 1000_s;
    com->settings.ttl = 100_s;
  }
  std::int64_t queries(const Dns& zone) const {
    return static_cast<std::int64_t>(reading(world, zone, "queries").part);
  }
};

// Cold, all round trips add up. Later only what has been forgotten is asked for again: the address
// after 10 s, the name's servers after 100 s, those of com after 1,000 s.
TEST(DnsResolving, AsksFromTheRootDown) {
  DeepScene scene;
  scene.name->settings.resolver_latency = 4_ms;
  const std::vector<sim::Duration> when = {1_s, 2_s, 20_s, 120_s, 1200_s};
  for (const auto at : when) scene.ask(at);
  scene.start();
  scene.until(2000_s);
  EXPECT_THAT(scene.latencies_ms(when), ElementsAre(4 + 21 + 122 + 25 + 20, 4 + 20, 4 + 25 + 20,
                                                    4 + 122 + 25 + 20, 4 + 21 + 122 + 25 + 20));
  EXPECT_EQ(scene.queries(*scene.root), 2);
  EXPECT_EQ(scene.queries(*scene.com), 3);
  EXPECT_EQ(scene.queries(*scene.name), 4);
}

// Servers above that are dead do no harm to those who know the ones below; others get no address,
// after three tries of a second each.
TEST(DnsResolving, NeedsTheServersAboveOnlyAtTimes) {
  DeepScene scene;
  const std::vector<sim::Duration> when = {1_s, 20_s, 150_s};
  for (const auto at : when) scene.ask(at);
  scene.start();
  scene.until(5_s);
  scene.com->crash(scene.world, 0);
  scene.until(300_s);
  EXPECT_THAT(scene.latencies_ms(when), ElementsAre(21 + 122 + 25 + 20, 25 + 20, -1));
  EXPECT_EQ(scene.probe->answers()[2].outcome.status, Status::name_failure);
  EXPECT_EQ(scene.probe->answers()[2].at, sim::Time{} + 153_s);
  EXPECT_EQ(scene.count("unresolved"), 1);
  EXPECT_EQ(scene.queries(*scene.com), 1 + 3);
}

// At each level a resolver has all its tries: the second server of com answers the second.
TEST(DnsResolving, TriesAnewAtEachLevel) {
  DeepScene scene;
  scene.com->settings.hosting.replicas = 2;
  scene.name->settings.hosting.replicas = 2;
  scene.name->settings.tries = 2;
  scene.ask(1_s);
  scene.start();
  scene.com->crash(scene.world, 0);
  scene.name->crash(scene.world, 0);
  scene.until(60_s);
  EXPECT_THAT(scene.latencies_ms({1_s}), ElementsAre(21 + 1000 + 122 + 1000 + 25 + 20));
}

// Servers in both regions under one address: the nearest is asked, and only then the other.
TEST(DnsResolving, AnycastFindsTheNearestServer) {
  DnsScene scene(DnsPolicy::geo);
  scene.name->settings.hosting.replicas = 2;
  scene.name->settings.hosting.zones = {"us/a", "eu/a"};
  scene.name->settings.anycast = true;
  scene.ask(1_s);
  scene.ask(20_s);
  scene.start();
  scene.until(10_s);
  scene.name->crash(scene.world, 1);
  scene.until(60_s);
  EXPECT_THAT(scene.latencies_ms({1_s, 20_s}), ElementsAre(25 + 20, 1000 + 125 + 20));
}

// Slow servers: half the speed, twice the time; none at all, silence.
TEST(DnsResolving, ServersCanBeSlow) {
  DnsScene scene(DnsPolicy::geo);
  const std::vector<sim::Duration> when = {1_s, 20_s};
  for (const auto at : when) scene.ask(at);
  scene.start();
  scene.name->slow(scene.world, 0, 1, 0.5);
  scene.until(10_s);
  scene.name->slow(scene.world, 0, 1, 0);
  scene.until(60_s);
  EXPECT_THAT(scene.latencies_ms(when), ElementsAre(30 + 20, -1));
}

// Each of many resolvers asks for its own clients: who shares one shares its answer.
TEST(DnsResolving, ClientsAreSpreadOverResolvers) {
  DnsScene scene(DnsPolicy::geo);
  scene.name->settings.resolvers = 4;
  for (std::uint64_t user = 0; user < 100; ++user) scene.ask(1_s + 10_ms * 5 * user, user);
  scene.start();
  scene.until(9_s);
  EXPECT_EQ(scene.count("queries"), 4);
  EXPECT_EQ(scene.count("resolver_hit_ratio"), 96);
}

// With its servers dead, a resolver that may gives the old answer: to the first who asks after
// 1.8 s, to the others at once for 30 s; the day after it does so no more.
TEST(DnsResolving, ServesStaleAnswers) {
  DnsScene scene(DnsPolicy::geo);
  scene.name->settings.serve_stale.emplace();
  const std::vector<sim::Duration> when = {1_s, 20_s, 30_s, 60_s, 86'500_s};
  for (const auto at : when) scene.ask(at);
  scene.start();
  scene.until(5_s);
  scene.name->crash(scene.world, 0);
  scene.until(90'000_s);
  EXPECT_THAT(scene.latencies_ms(when), ElementsAre(25 + 20, 1800 + 20, 20, 1800 + 20, -1));
  EXPECT_EQ(scene.count("stale_answers"), 3);
  EXPECT_EQ(scene.count("unresolved"), 1);
}

// A server that answers late, but before its query is given up, refreshes a stale answer.
TEST(DnsResolving, AStaleAnswerIsReplacedByAGoodOne) {
  DnsScene scene(DnsPolicy::geo);
  scene.name->settings.serve_stale = {.keep = 1000_s, .after = 10_ms, .ttl = 30_s};
  const std::vector<sim::Duration> when = {1_s, 20_s, 25_s};
  for (const auto at : when) scene.ask(at);
  scene.start();
  scene.until(60_s);
  EXPECT_THAT(scene.latencies_ms(when), ElementsAre(25 + 20, 10 + 20, 20));
  EXPECT_EQ(scene.count("stale_answers"), 1);
  EXPECT_EQ(scene.count("queries"), 2);
}

struct CutScene : DnsScene {
  explicit CutScene(const CallPolicy& patience = {}) : DnsScene(DnsPolicy::geo, patience) {}
  Edge& there() { return world.edge(probe->id(), name->id()); }
  Edge& back() { return world.edge(name->id(), probe->id()); }
};

// Cut off from its resolver, a caller asks again once a second, and gives up after its third try.
TEST(DnsResolving, NeedsTheWayToTheResolver) {
  for (const bool way_there : {true, false}) {
    CutScene scene;
    const std::vector<sim::Duration> when = {1_s, 20_s, 30_s};
    for (const auto at : when) scene.ask(at);
    scene.start();
    scene.until(5_s);
    Edge& edge = way_there ? scene.there() : scene.back();
    edge.change(1, {.cut = true});
    scene.until(31500_ms);
    edge.undo(1);
    scene.until(60_s);
    EXPECT_THAT(scene.latencies_ms(when),
                ElementsAre(25 + 20, -1, 2000 + (way_there ? 25 : 0) + 20))
        << way_there;
    EXPECT_EQ(scene.probe->answers()[1].at, sim::Time{} + 23_s);
    EXPECT_EQ(scene.probe->answers()[1].outcome.status, Status::name_failure);
    EXPECT_EQ(scene.world.live_records(), 0U);
  }
}

// The caller's own patience ends it sooner; and who knows the address needs no resolver.
TEST(DnsResolving, ACutIsFeltAsATimeout) {
  CallPolicy patience;
  patience.timeout = 300_ms;
  CutScene scene(patience);
  scene.name->settings.stub.emplace();
  scene.ask(1_s, 7);
  scene.ask(6_s, 7);
  scene.ask(6_s, 8);
  scene.start();
  scene.until(5_s);
  scene.there().change(1, {.cut = true});
  scene.until(60_s);
  EXPECT_THAT(scene.latencies_ms({1_s, 6_s, 6_s}), ElementsAre(45, 20, -1));
  EXPECT_EQ(scene.probe->answers()[2].outcome.status, Status::timed_out);
  EXPECT_EQ(scene.world.live_records(), 0U);
}

// Delays add up, both ways.
TEST(DnsResolving, TheWayToTheResolverCanBeDelayed) {
  CutScene scene;
  scene.ask(1_s);
  scene.ask(2_s);
  scene.start();
  scene.there().change(1, {.delay = 7_ms});
  scene.back().change(1, {.delay = 3_ms});
  scene.until(60_s);
  EXPECT_THAT(scene.latencies_ms({1_s, 2_s}), ElementsAre(25 + 10 + 20, 10 + 20));
}

}  // namespace
}  // namespace faultline::models::dns_resolving_test
