// Shows what becomes of two tries of one call side by side, and of calls that are cancelled.
#include <gtest/gtest.h>

#include <set>

#include "models/edge/balancer/load_balancer.h"
#include "models/service/service.h"
#include "tests/models/probe.h"

namespace faultline::models::hedging_test {
namespace {

using namespace sim::literals;

sim::Time at(sim::Duration since_start) { return sim::Time{} + since_start; }

CallPolicy hedged_after(sim::Duration after, std::optional<sim::Duration> timeout = {}) {
  CallPolicy policy;
  policy.timeout = timeout;
  policy.hedge.emplace().after = after;
  return policy;
}

// probe -> stub with two replicas, asked in turn: the first takes `first`, the second `second`.
struct Pair {
  World world{1, tiny_geography()};
  Probe* probe;
  Stub* stub;

  Pair(const CallPolicy& policy, sim::Duration first, sim::Duration second,
       Stub::Respond respond = {}) {
    auto owned_probe = std::make_unique<Probe>("probe", "stub", policy);
    auto owned_stub = std::make_unique<Stub>("stub", first, std::move(respond));
    probe = owned_probe.get();
    stub = owned_stub.get();
    stub->hosting.replicas = 2;
    stub->delay_of(1, second);
    world.add(std::move(owned_probe));
    world.add(std::move(owned_stub));
  }
  void run(sim::Duration until = 100_s) {
    world.start();
    world.run_until(at(until));
  }
  HedgeTotals hedges() const { return world.hedges_of(probe->id()).value_or(HedgeTotals{}); }
};

// The first would take a second; the second try, 50 ms later, takes 10 ms. There is one answer, and
// the first try's is work for nobody.
TEST(Hedging, TheFirstGoodAnswerCounts) {
  Pair pair(hedged_after(50_ms), 1_s, 10_ms);
  pair.probe->ask({.at = 1_s});
  pair.run();
  ASSERT_EQ(pair.probe->answers().size(), 1U);
  EXPECT_EQ(pair.probe->answers()[0].at, at(1060_ms));
  EXPECT_EQ(pair.probe->answers()[0].outcome.replica, 1U);
  EXPECT_EQ(pair.stub->heard().size(), 2U);
  EXPECT_EQ(pair.hedges().made, 1U);
  EXPECT_EQ(pair.hedges().won, 1U);
  EXPECT_EQ(reading(pair.world, *pair.stub, "wasted_work").part, (1_s).ns);
  EXPECT_EQ(pair.world.live_attempts(), 0U);
}

TEST(Hedging, AnAnswerInTimeNeedsNone) {
  Pair pair(hedged_after(50_ms), 49_ms, 10_ms);
  pair.probe->ask({.at = 1_s});
  pair.run();
  EXPECT_EQ(pair.stub->heard().size(), 1U);
  EXPECT_EQ(pair.hedges().made, 0U);
}

TEST(Hedging, TheFirstTryMayStillWin) {
  Pair pair(hedged_after(50_ms), 70_ms, 1_s);
  pair.probe->ask({.at = 1_s});
  pair.run();
  ASSERT_EQ(pair.probe->answers().size(), 1U);
  EXPECT_EQ(pair.probe->answers()[0].at, at(1070_ms));
  EXPECT_EQ(pair.hedges().made, 1U);
  EXPECT_EQ(pair.hedges().won, 0U);
}

// A draw of its own for whatever the callee draws, and it arrives as a further try.
TEST(Hedging, TheSecondTryHasItsOwnLuck) {
  Pair pair(hedged_after(50_ms), 1_s, 1_s);
  pair.probe->ask({.at = 1_s});
  pair.run();
  ASSERT_EQ(pair.stub->heard().size(), 2U);
  EXPECT_EQ(pair.stub->heard()[0].lineage, 0U);
  EXPECT_NE(pair.stub->heard()[1].lineage, 0U);
  EXPECT_EQ(reading(pair.world, *pair.stub, "arrived").part, 2);
  EXPECT_EQ(reading(pair.world, *pair.stub, "first_arrived").part, 1);
}

// The first try fails at 100 ms, while the second is under way: nobody hears of that.
TEST(Hedging, AFailureIsForgottenWhileTheOtherIsUnderWay) {
  Pair pair(hedged_after(50_ms), 100_ms, 200_ms, [](const Attempt& attempt) {
    return Outcome{.status = attempt.to == 0 ? Status::failed : Status::ok};
  });
  pair.probe->ask({.at = 1_s});
  pair.run();
  ASSERT_EQ(pair.probe->answers().size(), 1U);
  EXPECT_EQ(pair.probe->answers()[0].at, at(1250_ms));
  EXPECT_TRUE(pair.probe->answers()[0].outcome.ok());
  EXPECT_EQ(pair.world.live_attempts(), 0U);
}

// Both time out, each by its own patience; then the call is tried again, and hedged again.
TEST(Hedging, TheCallFailsWhenBothHave) {
  CallPolicy policy = hedged_after(50_ms, 100_ms);
  policy.retries.emplace();
  policy.retries->max = 1;
  Pair pair(policy, 10_s, 10_s);
  pair.probe->ask({.at = 1_s});
  pair.run();
  ASSERT_EQ(pair.probe->answers().size(), 1U);
  EXPECT_EQ(pair.probe->answers()[0].outcome.status, Status::timed_out);
  EXPECT_EQ(pair.probe->answers()[0].at, at(1300_ms));
  EXPECT_EQ(pair.stub->heard().size(), 4U);
  std::set<std::uint32_t> lineages;
  for (const Stub::Heard& heard : pair.stub->heard()) lineages.insert(heard.lineage);
  EXPECT_EQ(lineages.size(), 4U);
  EXPECT_EQ(pair.world.live_attempts(), 0U);
}

// An error before the second try is due is not waited for.
TEST(Hedging, AFailureBeforeItIsTheEndOfTheTry) {
  Pair pair(hedged_after(50_ms), 10_ms, 10_ms,
            [](const Attempt&) { return Outcome{.status = Status::failed}; });
  pair.probe->ask({.at = 1_s});
  pair.run();
  EXPECT_EQ(pair.probe->answers()[0].at, at(1010_ms));
  EXPECT_EQ(pair.stub->heard().size(), 1U);
}

TEST(Hedging, WhatMustNotBeDoneTwiceIsNotHedged) {
  Pair pair(hedged_after(50_ms), 1_s, 10_ms);
  pair.probe->ask({.at = 1_s, .idempotent = false});
  pair.run();
  EXPECT_EQ(pair.stub->heard().size(), 1U);
}

// A try that lost counts neither as good nor as bad, and makes room.
TEST(Hedging, ATryWithdrawnLeavesItsBulkhead) {
  CallPolicy policy = hedged_after(50_ms);
  policy.bulkhead = BulkheadSettings{.max = 2};
  Pair pair(policy, 10_s, 10_ms);
  for (int i = 1; i <= 4; ++i) pair.probe->ask({.at = 1_s * i});
  pair.run();
  ASSERT_EQ(pair.probe->answers().size(), 4U);
  for (const Probe::Answer& answer : pair.probe->answers()) EXPECT_TRUE(answer.outcome.ok());
  EXPECT_EQ(pair.world.guards_of(pair.probe->id())->withheld, 0U);
}

// With no room for a second try the first goes on alone.
TEST(Hedging, AFullBulkheadWithholdsTheSecondTry) {
  CallPolicy policy = hedged_after(50_ms);
  policy.bulkhead = BulkheadSettings{.max = 1};
  Pair pair(policy, 1_s, 10_ms);
  pair.probe->ask({.at = 1_s});
  pair.run();
  ASSERT_EQ(pair.probe->answers().size(), 1U);
  EXPECT_EQ(pair.probe->answers()[0].at, at(2_s));
  EXPECT_TRUE(pair.probe->answers()[0].outcome.ok());
}

// A balancer asks another backend, and knows of both until they have ended.
TEST(Hedging, ABalancerAsksAnotherBackend) {
  World world(1, tiny_geography());
  auto balancer = std::make_unique<LoadBalancer>("balancer");
  auto probe = std::make_unique<Probe>("probe", "balancer");
  auto stub = std::make_unique<Stub>("stub", 1_s);
  balancer->settings.backends = "stub";
  balancer->settings.policy = LoadBalancerSettings::Policy::least_connections;
  balancer->settings.call = hedged_after(50_ms);
  stub->hosting.replicas = 3;
  stub->delay_of(1, 10_ms);
  const Probe& asks = *probe;
  const Stub& backends = *stub;
  probe->ask({.at = 1_s});
  probe->ask({.at = 1100_ms});  // replica 0 is still busy for the first, whose hedge is answered
  probe->ask({.at = 5_s});
  world.add(std::move(balancer));
  world.add(std::move(probe));
  world.add(std::move(stub));
  world.start();
  world.run_until(at(100_s));
  ASSERT_EQ(asks.answers().size(), 3U);
  EXPECT_EQ(asks.answers()[0].at, at(1060_ms));
  std::vector<ReplicaIndex> asked;
  for (const Stub::Heard& heard : backends.heard()) asked.push_back(heard.replica);
  EXPECT_NE(asked[0], asked[1]);
  EXPECT_EQ(world.live_attempts(), 0U);
}

// A caller that dies has nobody left to be answered, whichever try comes back.
TEST(Hedging, ACrashEndsBoth) {
  World world(1, tiny_geography());
  auto service = std::make_unique<Service>("service");
  auto probe = std::make_unique<Probe>("probe", "service");
  auto stub = std::make_unique<Stub>("stub", 1_s);
  ServiceSettings& settings = service->settings;
  StepSettings step;
  step.call = "stub";
  step.policy = hedged_after(50_ms);
  settings.endpoints["GET /"] = {step};
  Service& dies = *service;
  const Probe& asks = *probe;
  probe->ask({.at = 1_s});
  world.add(std::move(probe));
  world.add(std::move(service));
  world.add(std::move(stub));
  world.start();
  world.run_until(at(1500_ms));
  dies.crash(world, 0);
  world.run_until(at(100_s));
  ASSERT_EQ(asks.answers().size(), 1U);
  EXPECT_EQ(asks.answers()[0].outcome.status, Status::reset);
  EXPECT_EQ(world.live_attempts(), 0U);
}

// probe -> service with one worker, which computes for a second. Callers wait for 1.5 s.
struct OneWorker {
  World world{1, tiny_geography()};
  Probe* probe;
  Service* service;

  explicit OneWorker(bool cancel) {
    CallPolicy policy;
    policy.timeout = 1500_ms;
    policy.cancel = cancel;
    auto owned_probe = std::make_unique<Probe>("probe", "service", policy);
    auto owned_service = std::make_unique<Service>("service");
    probe = owned_probe.get();
    service = owned_service.get();
    StepSettings step;
    step.compute = sim::Distribution::constant(1_s);
    service->settings.endpoints["GET /"] = {step};
    world.add(std::move(owned_probe));
    world.add(std::move(owned_service));
  }
  sim::Int128 count(std::string_view metric) const { return reading(world, *service, metric).part; }
};

// Three at once: the first is served in time, the second is being worked on when its caller leaves,
// the third is still in line. Without a word all three are served.
TEST(Cancelling, TakesOutOfTheLineWhatNobodyNeeds) {
  for (const bool cancel : {false, true}) {
    OneWorker scene(cancel);
    for (int i = 0; i < 3; ++i) scene.probe->ask({.at = 1_s});
    scene.world.start();
    scene.world.run_until(at(100_s));
    ASSERT_EQ(scene.probe->answers().size(), 3U);
    EXPECT_EQ(scene.count("cancelled"), cancel ? 1 : 0);
    EXPECT_EQ(scene.count("completed"), cancel ? 2 : 3);
    EXPECT_EQ(scene.count("rejected"), cancel ? 1 : 0);
    EXPECT_EQ(scene.world.live_attempts(), 0U);
  }
}

// Through a balancer, which passes it on.
TEST(Cancelling, GoesThroughABalancer) {
  OneWorker scene(true);
  auto balancer = std::make_unique<LoadBalancer>("balancer");
  balancer->settings.backends = "service";
  balancer->settings.call.cancel = true;
  World world(1, tiny_geography());
  CallPolicy policy;
  policy.timeout = 1500_ms;
  policy.cancel = true;
  auto probe = std::make_unique<Probe>("probe", "balancer", policy);
  auto service = std::make_unique<Service>("service");
  service->settings = scene.service->settings;
  const Service& behind = *service;
  const LoadBalancer& between = *balancer;
  for (int i = 0; i < 3; ++i) probe->ask({.at = 1_s});
  world.add(std::move(balancer));
  world.add(std::move(probe));
  world.add(std::move(service));
  world.start();
  world.run_until(at(100_s));
  EXPECT_EQ(reading(world, behind, "cancelled").part, 1);
  EXPECT_EQ(between.in_system(), 0);
  EXPECT_EQ(world.live_attempts(), 0U);
}

// Gone before the word comes, or not there yet: nothing happens.
TEST(Cancelling, OfWhatHasEndedIsIgnored) {
  OneWorker scene(true);
  scene.probe->ask({.at = 1_s});
  scene.probe->ask({.at = 1500_ms});  // answered at its patience's end, 3 s: the timeout wins
  scene.world.start();
  scene.world.run_until(at(100_s));
  EXPECT_EQ(scene.count("cancelled"), 0);
  EXPECT_EQ(scene.count("completed"), 2);
}

}  // namespace
}  // namespace faultline::models::hedging_test
