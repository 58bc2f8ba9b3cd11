// Shows what binds requests to a backend: sessions in its memory, connections that lead to it, and
// what frees them: a retry elsewhere.
#include <gtest/gtest.h>

#include <set>

#include "tests/models/balancer_scene.h"

namespace faultline::models::balancer::balancer_binding_test {
namespace {

struct Bound : Scene {
  using Scene::Scene;
  // One request of each of `users` users, at `when`.
  void ask_all(sim::Duration when, int users) {
    for (int user = 1; user <= users; ++user) {
      probe->ask({.at = when + 1_ms * user, .user = static_cast<std::uint64_t>(user)});
    }
  }
  int degraded() const {
    int count = 0;
    for (const auto& answer : probe->answers()) count += answer.outcome.degraded ? 1 : 0;
    return count;
  }
  int failed() const {
    int count = 0;
    for (const auto& answer : probe->answers()) count += answer.outcome.ok() ? 0 : 1;
    return count;
  }
};

// Six users, three times each: sticky, all of a user's requests go where their first did, and
// nothing is lost. Otherwise the turn sends them to another of four servers each time.
TEST(BalancerSessions, StickyRequestsFollowTheSession) {
  for (const bool sticky : {true, false}) {
    Bound scene(Policy::round_robin, 4);
    scene.lb->settings.sessions = SessionSettings{.sticky = sticky};
    for (int round = 0; round < 3; ++round) scene.ask_all(1_s * round, 6);
    scene.world.start();
    scene.until(60_s);
    EXPECT_EQ(scene.count("sessions_begun"), sticky ? 6 : 18);
    EXPECT_EQ(scene.count("sessions_lost"), sticky ? 0 : 12);
    EXPECT_EQ(scene.degraded(), sticky ? 0 : 12);
    const std::vector<int> chosen = scene.chosen();
    for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(chosen[i] == chosen[i + 6], sticky);
  }
}

// A server that crashes takes the sessions in its memory with it: those of two of six users, who
// find out when they come back to it once it has started anew.
TEST(BalancerSessions, AreLostWithTheServer) {
  Bound scene(Policy::round_robin, 3);
  scene.lb->settings.sessions = SessionSettings{};
  for (int round = 0; round < 3; ++round) scene.ask_all(10_s * round, 6);
  scene.world.start();
  scene.until(5_s);
  scene.stub->restart(scene.world, 1);
  scene.until(60_s);
  EXPECT_EQ(scene.count("sessions_lost"), 2);
  EXPECT_EQ(scene.degraded(), 2);
  EXPECT_EQ(scene.failed(), 0);
  EXPECT_EQ(scene.shares(), (std::vector{6, 6, 6}));
}

// While it is believed dead its users begin anew elsewhere, and stay there when it comes back.
TEST(BalancerSessions, MoveOnFromTheDead) {
  Bound scene(Policy::round_robin, 3);
  scene.check_health();
  scene.lb->settings.sessions = SessionSettings{};
  for (int round = 0; round < 3; ++round) scene.ask_all(10_s * round, 6);
  scene.world.start();
  scene.until(5_s);
  scene.stub->crash(scene.world, 1);
  scene.until(15_s);
  scene.stub->restart(scene.world, 1);
  scene.until(60_s);
  EXPECT_EQ(scene.count("sessions_lost"), 2);
  EXPECT_EQ(scene.failed(), 0);
  EXPECT_EQ(scene.shares()[1], 2);
}

// One that drains keeps the users it has, and gets no others.
TEST(BalancerSessions, StayWithWhoDrains) {
  Bound scene(Policy::round_robin, 2);
  scene.lb->settings.sessions = SessionSettings{};
  scene.ask_all(0_s, 4);
  scene.ask_all(10_s, 8);
  scene.world.start();
  scene.until(5_s);
  scene.stub->drain(scene.world, 1);
  scene.until(60_s);
  EXPECT_EQ(scene.count("sessions_lost"), 0);
  EXPECT_EQ(scene.shares(), (std::vector{8, 4}));
}

// Twenty minutes without a request end a session that may be idle for ten: the next one begins anew
// wherever the turn is, and nothing is lost.
TEST(BalancerSessions, EndWhenIdle) {
  for (const auto idle : {10_min, 30_min}) {
    Bound scene(Policy::round_robin, 2);
    scene.lb->settings.sessions = SessionSettings{.idle = idle};
    scene.ask_all(0_s, 3);
    scene.ask_all(20_min, 3);
    scene.world.start();
    scene.until(60_min);
    EXPECT_EQ(scene.count("sessions_begun"), idle == 10_min ? 6 : 3);
    EXPECT_EQ(scene.count("sessions_lost"), 0);
    EXPECT_EQ(scene.chosen()[0] == scene.chosen()[3], idle == 30_min);
  }
}

// Six users, three connections to each of two servers. They stay after the second one has crashed
// and come back, now all of them at the first; requests, placed one by one, spread at once.
TEST(BalancerConnections, StayWhereTheyAre) {
  for (const bool connections : {true, false}) {
    Bound scene(Policy::round_robin, 2);
    scene.check_health();
    if (connections) scene.lb->settings.connections = ConnectionBinding{.idle = 1_min};
    for (const auto when : {0_s, 10_s, 20_s}) scene.ask_all(when, 6);
    scene.world.start();
    scene.until(5_s);
    scene.stub->crash(scene.world, 1);
    scene.until(15_s);
    scene.stub->restart(scene.world, 1);
    scene.until(30_s);
    EXPECT_EQ(scene.failed(), 0);
    EXPECT_EQ(scene.shares(), connections ? (std::vector{15, 3}) : (std::vector{12, 6}));
    EXPECT_EQ(scene.count("connections_opened"), connections ? 9 : 0);
  }
}

// Closed when idle: after a minute and more a request opens a new one, at the next in turn.
TEST(BalancerConnections, EndWhenIdle) {
  Bound scene(Policy::round_robin, 2);
  scene.lb->settings.connections = ConnectionBinding{.idle = 1_min};
  for (const auto when : {0_s, 50_s, 100_s, 161_s}) scene.ask_all(when, 1);
  scene.world.start();
  scene.until(200_s);
  EXPECT_EQ(scene.chosen(), (std::vector{0, 0, 0, 1}));
  EXPECT_EQ(scene.count("connections_opened"), 2);
}

// Least connections counts those that are open, busy or not.
TEST(BalancerConnections, AreWhatLeastConnectionsCounts) {
  Bound scene(Policy::least_connections, 2);
  scene.lb->settings.connections = ConnectionBinding{.idle = 1_min};
  scene.ask_all(0_s, 4);
  scene.world.start();
  scene.until(1_s);
  EXPECT_EQ(scene.shares(), (std::vector{2, 2}));
  EXPECT_EQ(scene.count("connections_opened"), 4);
}

// A host that falls silent: the user gives up after 1 s, closes the connection and opens another,
// which leads to the next server.
TEST(BalancerConnections, EndWithTheCallersPatience) {
  CallPolicy patient;
  patient.timeout = 1_s;
  Bound scene(Policy::round_robin, 2, {}, {}, patient);
  scene.lb->settings.connections = ConnectionBinding{.idle = 1_min};
  for (const auto when : {0_s, 10_s, 12_s, 14_s}) scene.ask_all(when, 1);
  scene.world.start();
  scene.until(5_s);
  scene.stub->begin_outage(scene.world, 0);
  scene.until(100_s);
  EXPECT_EQ(scene.failed(), 1);
  EXPECT_EQ(scene.shares(), (std::vector{1, 3 - 1}));
}

// A caller that keeps account of its connections: each leads to a backend of its own, and one whose
// backend dies ends for the caller, too, who then opens another.
TEST(BalancerConnections, AreThoseOfTheCallersPool) {
  CallPolicy pooled;
  pooled.connection.emplace();
  Bound scene(Policy::round_robin, 2, {}, {}, pooled);
  scene.check_health();
  scene.lb->settings.connections = ConnectionBinding{.idle = 1_min};
  for (const auto when : {0_s, 0_s, 10_s, 20_s}) scene.ask_all(when, 1);
  scene.world.start();
  scene.until(5_s);
  EXPECT_EQ(scene.count("connections_opened"), 2) << "two at a time, of one user";
  EXPECT_EQ(scene.shares(), (std::vector{1, 1}));
  scene.stub->crash(scene.world, 0);
  scene.stub->crash(scene.world, 1);
  scene.until(7_s);
  scene.stub->restart(scene.world, 0);
  scene.until(30_s);
  EXPECT_EQ(scene.failed(), 0);
  EXPECT_EQ(scene.count("connections_opened"), 3);
  EXPECT_EQ(reading(scene.world, *scene.probe, "pool_opened").part, 3);
}

// The balancer's own crash closes all connections through it.
TEST(BalancerConnections, EndWithTheBalancer) {
  Bound scene(Policy::round_robin, 2);
  scene.lb->settings.connections = ConnectionBinding{.idle = 1_min};
  for (const auto when : {0_s, 10_s}) scene.ask_all(when, 3);
  scene.world.start();
  scene.until(5_s);
  scene.lb->restart(scene.world, 0);
  scene.until(8_s);
  const auto before = reading(scene.world, *scene.lb, "connections").part;
  scene.until(9_s);
  EXPECT_EQ(reading(scene.world, *scene.lb, "connections").part, before);
  scene.until(20_s);
  EXPECT_EQ(scene.count("connections_opened"), 6);
}

// One of two is dead and nobody checks: a retry that stays fails again, one that goes elsewhere
// does not.
TEST(BalancerRetries, MayGoElsewhere) {
  for (const bool elsewhere : {true, false}) {
    Bound scene(Policy::round_robin, 2);
    scene.lb->settings.call.retries.emplace();
    scene.lb->settings.call.retries->max = 1;
    scene.lb->settings.call.retries->backoff.base = 10_ms;
    scene.lb->settings.retry_elsewhere = elsewhere;
    scene.ask_all(0_s, 10);
    scene.world.start();
    scene.stub->crash(scene.world, 1);
    scene.until(10_s);
    EXPECT_EQ(scene.failed(), elsewhere ? 0 : 5);
    EXPECT_EQ(scene.count("retried_elsewhere"), elsewhere ? 5 : 0);
    EXPECT_EQ(scene.lb->in_system(), 0U);
  }
}

// What moved counts where it is: of two servers the dead one holds nothing in the end, so that by
// least connections the next request is its turn.
TEST(BalancerRetries, LeaveNothingOutstandingBehind) {
  Bound scene(Policy::least_connections, 2, 1_s);
  scene.lb->settings.call.retries.emplace();
  scene.lb->settings.call.retries->max = 1;
  scene.lb->settings.retry_elsewhere = true;
  scene.ask_all(0_s, 3);
  scene.world.start();
  scene.stub->crash(scene.world, 0);
  scene.until(500_ms);
  EXPECT_EQ(scene.shares(), (std::vector{0, 3}));
  scene.until(10_s);
  EXPECT_EQ(scene.failed(), 0);
}

// With nobody else left the retry stays.
TEST(BalancerRetries, StayWhereThereIsNobodyElse) {
  Bound scene(Policy::round_robin, 1);
  scene.lb->settings.call.retries.emplace();
  scene.lb->settings.call.retries->max = 2;
  scene.lb->settings.retry_elsewhere = true;
  scene.ask_all(0_s, 1);
  scene.world.start();
  scene.stub->crash(scene.world, 0);
  scene.until(10_s);
  EXPECT_EQ(scene.failed(), 1);
  EXPECT_EQ(scene.count("retried_elsewhere"), 0);
}

}  // namespace
}  // namespace faultline::models::balancer::balancer_binding_test
