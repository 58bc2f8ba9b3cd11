// Shows which address of several a name gives, to whom, and when it learns that one is dead.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/models/dns_scene.h"

namespace faultline::models::dns_addresses_test {
namespace {

using namespace sim::literals;
using testing::ElementsAre;

std::vector<int> replicas_asked(const Stub& stub) {
  std::vector<int> asked;
  for (const auto& heard : stub.heard()) asked.push_back(heard.replica);
  return asked;
}

// A resolver that knows all addresses hands them out in turn; the next answer begins with the next.
TEST(DnsAddresses, RoundRobinGoesRound) {
  DnsScene scene(DnsPolicy::round_robin);
  const std::vector<sim::Duration> when = {1_s, 2_s, 3_s, 12_s, 13_s};
  for (const auto at : when) scene.ask(at);
  scene.start();
  scene.until(60_s);
  EXPECT_THAT(scene.latencies_ms(when), ElementsAre(25 + 20, 120, 20, 25 + 120, 20));
}

// Every replica is an address of its own: a dead one is called like any other, where the
// component's own choice would have avoided it.
TEST(DnsAddresses, EachReplicaCanHaveItsOwn) {
  DnsScene scene(DnsPolicy::round_robin);
  scene.name->settings.addresses = {"eu"};
  scene.name->settings.each_replica = true;
  scene.eu->hosting.replicas = 3;
  for (int i = 1; i <= 6; ++i) scene.ask(1_s * i);
  scene.start();
  scene.eu->crash(scene.world, 1);
  scene.until(60_s);
  EXPECT_THAT(replicas_asked(*scene.eu), ElementsAre(0, 2, 0, 2));
  EXPECT_EQ(scene.probe->answers()[1].outcome.status, Status::reset);
  EXPECT_EQ(scene.probe->answers()[4].outcome.status, Status::reset);
  EXPECT_EQ(scene.count("dead_address_share"), 2);
}

// With answers that are good for one question only, the shares are the weights: 2,000 draws of
// 0.8 have a standard deviation of 18. An address of weight 0 is never given.
TEST(DnsAddresses, WeightsAreShares) {
  DnsScene scene(DnsPolicy::weighted);
  scene.name->settings.ttl = {};
  scene.weigh(4, 1);
  for (int i = 0; i < 2000; ++i) scene.ask(1_s * i);
  for (int i = 2000; i < 2100; ++i) scene.ask(1_s * i);
  scene.start();
  scene.until(1999500_ms);
  EXPECT_NEAR(static_cast<double>(scene.eu->heard().size()), 1600, 4 * 18);
  const std::size_t before = scene.eu->heard().size();
  scene.weigh(0, 1);
  scene.until(3000_s);
  EXPECT_EQ(scene.eu->heard().size(), before);
  EXPECT_EQ(scene.us->heard().size() + before, 2100U);
}

// A change of weights does not change what the other draws were: raising a weight moves callers to
// its address, and none away from it.
TEST(DnsAddresses, WeightsMoveOnlyThoseThatMustMove) {
  const auto went_to_us = [](double weight_of_us) {
    DnsScene scene(DnsPolicy::weighted);
    scene.name->settings.ttl = {};
    scene.weigh(1, weight_of_us);
    for (int i = 0; i < 500; ++i) scene.ask(1_s * i);
    scene.start();
    scene.until(600_s);
    std::vector<bool> there(500);
    for (const auto& heard : scene.us->heard()) {
      there[static_cast<std::size_t>(heard.at.seconds())] = true;
    }
    return there;
  };
  const auto few = went_to_us(0.5);
  const auto many = went_to_us(2);
  for (std::size_t i = 0; i < few.size(); ++i) EXPECT_LE(few[i], many[i]) << i;
  EXPECT_GT(std::count(many.begin(), many.end(), true), std::count(few.begin(), few.end(), true));
}

// The nearest address is given whether it lives or not; who is near does not depend on the order.
TEST(DnsAddresses, GeoGivesTheNearest) {
  DnsScene scene(DnsPolicy::geo);
  scene.name->settings.addresses = {"us", "eu"};
  scene.ask(1_s);
  scene.ask(20_s);
  scene.start();
  scene.until(10_s);
  EXPECT_EQ(scene.eu->heard().size(), 1U);
  scene.eu->crash(scene.world, 0);
  scene.until(60_s);
  EXPECT_EQ(scene.probe->answers().back().outcome.status, Status::reset);
  EXPECT_EQ(scene.us->heard().size(), 0U);
}

HealthCheckSettings every_second() {
  return {.interval = 1_s, .timeout = 500_ms, .down_after = 2, .up_after = 1};
}

// With health checks, the nearest that is believed well; the belief turns after two failed checks,
// at most 2 s after the death, and callers learn of it once the old answer is 10 s old.
TEST(DnsAddresses, GeoPassesOverTheDead) {
  DnsScene scene(DnsPolicy::geo);
  scene.name->settings.health_check = every_second();
  scene.ask(1_s);
  scene.ask(9_s);
  scene.ask(12_s);
  scene.start();
  scene.until(5_s);
  scene.eu->crash(scene.world, 0);
  scene.until(60_s);
  ASSERT_EQ(scene.probe->answers().size(), 3U);
  EXPECT_EQ(scene.probe->answers()[0].outcome.status, Status::ok);
  EXPECT_EQ(scene.probe->answers()[1].outcome.status, Status::reset);
  EXPECT_EQ(scene.probe->answers()[2].outcome.status, Status::ok);
  EXPECT_EQ(scene.us->heard(Operation::serve), 1U);
  EXPECT_EQ(scene.count("dead_address_share"), 1);
}

// The first address that is believed well, and back to it when it is well again.
TEST(DnsAddresses, FailoverGoesThereAndBack) {
  DnsScene scene(DnsPolicy::failover);
  scene.name->settings.health_check = every_second();
  for (int i = 1; i <= 40; ++i) scene.ask(1_s * i);
  scene.start();
  scene.until(10500_ms);  // known anew at 1, 12, 23 and 34 s
  scene.eu->crash(scene.world, 0);
  scene.until(25500_ms);
  scene.eu->restart(scene.world, 0);
  scene.until(60_s);
  std::vector<int> seconds;
  for (const auto& heard : scene.us->heard()) {
    seconds.push_back(static_cast<int>(heard.at.seconds()));
  }
  // The belief turns at 12 s or just after: the answer of 12 s may still be the old one.
  const bool at_once = seconds.front() == 12;
  EXPECT_EQ(seconds.size(), at_once ? 22U : 11U);
  EXPECT_EQ(seconds.back(), 33);
  EXPECT_EQ(scene.count("dead_address_share"), at_once ? 1 : 12);
}

// When all are believed dead, the beliefs are ignored: the first is as good as any.
TEST(DnsAddresses, WithNobodyAliveTheFirstIsGiven) {
  DnsScene scene(DnsPolicy::failover);
  scene.name->settings.health_check = every_second();
  scene.ask(30_s);
  scene.start();
  scene.eu->crash(scene.world, 0);
  scene.us->crash(scene.world, 0);
  scene.until(29_s);
  scene.eu->restart(scene.world, 0);  // unnoticed until the next check
  scene.until(60_s);
  EXPECT_EQ(scene.eu->heard(Operation::serve), 1U);
}

// A server that restarts has forgotten what it believed, and gives the dead address until it finds
// out again.
TEST(DnsAddresses, BeliefsDieWithTheirServer) {
  DnsScene scene(DnsPolicy::failover);
  scene.name->settings.health_check = every_second();
  scene.name->settings.ttl = {};
  scene.ask(10_s);
  scene.ask(15_s + 1_ns);
  scene.ask(20_s);
  scene.start();
  scene.eu->crash(scene.world, 0);
  scene.until(15_s);
  scene.name->restart(scene.world, 0);
  scene.until(60_s);
  EXPECT_EQ(scene.probe->answer_to(0)->outcome.status, Status::ok);
  EXPECT_EQ(scene.probe->answer_to(1)->outcome.status, Status::reset);
  EXPECT_EQ(scene.probe->answer_to(2)->outcome.status, Status::ok);
}

}  // namespace
}  // namespace faultline::models::dns_addresses_test
