// Shows what clients remember by themselves, for how long, and who ignores the time to live.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/models/dns_scene.h"

namespace faultline::models::dns_stub_test {
namespace {

using namespace sim::literals;
using testing::ElementsAre;

// Where each ask was answered: eu in 20 ms, us in 120 ms, and what it took to get the address.
struct StubScene : DnsScene {
  StubScene() : DnsScene(DnsPolicy::weighted) {
    name->settings.stub.emplace();
    name->settings.resolver_latency = 4_ms;
    weigh(1, 0);
  }
  void ask_at(std::initializer_list<sim::Duration> when, std::uint64_t user) {
    for (const sim::Duration at : when) {
      asked.push_back(at);
      ask(at, user);
    }
  }
  void moves_at(sim::Duration at) {
    until(at);
    weigh(0, 1);
  }
  std::vector<double> took() {
    until(1000_s);
    return latencies_ms(asked);
  }

  std::vector<sim::Duration> asked;
};

// A user asks the resolver once, then knows by itself until the resolver itself would forget:
// another user's first question does not prolong that.
TEST(DnsStub, KnowsForAsLongAsItsResolver) {
  StubScene scene;
  scene.ask_at({1_s, 2_s}, 7);
  scene.ask_at({6_s}, 8);
  scene.ask_at({11_s, 11100_ms}, 8);  // the resolver's answer came at 1.025 s
  scene.start();
  EXPECT_THAT(scene.took(), ElementsAre(29 + 20, 20, 4 + 20, 20, 29 + 20));
  EXPECT_EQ(scene.count("resolutions"), 5);
  EXPECT_EQ(scene.count("stub_hit_ratio"), 2);
  EXPECT_EQ(scene.count("resolver_hit_ratio"), 1);
}

// What is remembered is called, be it dead or moved.
TEST(DnsStub, KeepsToADeadAddress) {
  StubScene scene;
  scene.ask_at({1_s, 5_s}, 7);
  scene.ask_at({12_s}, 7);
  scene.start();
  scene.moves_at(4_s);
  scene.eu->crash(scene.world, 0);
  EXPECT_THAT(scene.took(), ElementsAre(49, -1, 29 + 120));
  EXPECT_EQ(scene.count("dead_address_share"), 1);
}

// A browser keeps what its system told it for 30 s, whatever the time to live: what it was told at
// 10 s, on the system's word of 1 s, is believed until 40 s.
TEST(DnsStub, ABrowserHasATimeOfItsOwn) {
  StubScene scene;
  scene.name->settings.ttl = 35_s;
  scene.name->settings.stub->browser = 30_s;
  scene.ask_at({1_s, 32_s, 61_s, 63_s}, 7);
  scene.start();
  scene.moves_at(5_s);
  EXPECT_THAT(scene.took(), ElementsAre(49, 20, 20, 29 + 120));
}

// Stragglers keep an address for ever, or for as long as they hold one.
TEST(DnsStub, StragglersIgnoreTheTimeToLive) {
  for (const bool for_ever : {true, false}) {
    StubScene scene;
    scene.name->settings.stub->stragglers = 1;
    if (!for_ever) scene.name->settings.stub->hold = sim::Distribution::constant(30_s);
    scene.ask_at({1_s, 20_s, 31_s, 32_s, 900_s}, 7);
    scene.start();
    scene.moves_at(5_s);
    if (for_ever) {
      EXPECT_THAT(scene.took(), ElementsAre(49, 20, 20, 20, 20));
    } else {
      EXPECT_THAT(scene.took(), ElementsAre(49, 20, 20, 29 + 120, 29 + 120));
    }
  }
}

// A client is a straggler by its own key: it is one whoever else asks, and whatever the share above
// its own draw. Of 1,000 clients, 300 straggle, give or take 14.5.
TEST(DnsStub, WhoStragglesIsDrawnOnce) {
  const auto straggle = [](double share, std::uint64_t first, std::uint64_t last) {
    StubScene scene;
    scene.name->settings.stub->stragglers = share;
    for (std::uint64_t user = first; user < last; ++user) scene.ask_at({1_s, 20_s}, user);
    scene.start();
    scene.moves_at(5_s);
    const auto took = scene.took();
    std::vector<bool> old(last - first);
    for (std::size_t i = 0; i < old.size(); ++i) old[i] = took[2 * i + 1] == 20;
    return old;
  };
  const auto all = straggle(0.3, 0, 1000);
  EXPECT_NEAR(static_cast<double>(std::count(all.begin(), all.end(), true)), 300, 4 * 14.5);
  const auto some = straggle(0.3, 500, 600);
  const auto more = straggle(0.6, 500, 600);
  for (std::size_t i = 0; i < some.size(); ++i) {
    EXPECT_EQ(some[i], all[500 + i]);
    EXPECT_LE(some[i], more[i]);
  }
}

// Of more clients than are remembered, the least recently active has to ask again.
TEST(DnsStub, RemembersSoManyClients) {
  StubScene scene;
  scene.name->settings.stub->clients = 2;
  scene.ask_at({1_s}, 1);
  scene.ask_at({2_s}, 2);
  scene.ask_at({3_s}, 1);
  scene.ask_at({4_s}, 3);
  scene.ask_at({5_s}, 1);
  scene.ask_at({6_s}, 2);
  scene.start();
  EXPECT_THAT(scene.took(), ElementsAre(49, 24, 20, 24, 20, 24));
}

// An answer that is good for nobody but those who waited for it is remembered by nobody.
TEST(DnsStub, RemembersNothingWithATimeToLiveOfZero) {
  StubScene scene;
  scene.name->settings.ttl = {};
  scene.ask_at({1_s, 2_s}, 7);
  scene.start();
  EXPECT_THAT(scene.took(), ElementsAre(49, 49));
}

}  // namespace
}  // namespace faultline::models::dns_stub_test
