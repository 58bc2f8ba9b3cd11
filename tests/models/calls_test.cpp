#include <gtest/gtest.h>

#include <vector>

#include "models/edge/balancer/load_balancer.h"
#include "tests/models/probe.h"

namespace faultline::models::calls_test {
namespace {

using namespace sim::literals;

constexpr Outcome error{.status = Status::failed};

Stub::Respond always(Outcome outcome) {
  return [outcome](const Attempt&) { return outcome; };
}

CallPolicy patient_for(sim::Duration timeout) {
  CallPolicy policy;
  policy.timeout = timeout;
  return policy;
}

CallPolicy retrying(std::uint64_t max, Backoff backoff = {}) {
  CallPolicy policy;
  policy.retries.emplace();
  policy.retries->max = max;
  policy.retries->backoff = backoff;
  return policy;
}

// A probe 10 ms away from a stub which takes `delay`: an answer takes 20 ms + delay.
struct Scene {
  World world{1, tiny_geography(10_ms)};
  Probe* probe;
  Stub* stub;

  explicit Scene(const CallPolicy& policy, sim::Duration delay = 5_ms, Stub::Respond respond = {}) {
    auto owned_probe = std::make_unique<Probe>("probe", "stub", policy);
    auto owned_stub = std::make_unique<Stub>("stub", delay, std::move(respond));
    probe = owned_probe.get();
    stub = owned_stub.get();
    world.add(std::move(owned_probe));
    world.add(std::move(owned_stub));
  }
  void run(sim::Duration until = 100_s) { world.run_until(sim::Time{} + until); }
  Edge& way_there() { return world.edge(probe->id(), stub->id()); }
  Edge& way_back() { return world.edge(stub->id(), probe->id()); }
  const CallSite& site() const { return world.call_sites().front(); }

  // The one answer there is, and nothing is left over.
  void expect(Status status, sim::Duration at) {
    ASSERT_EQ(probe->answers().size(), 1U);
    EXPECT_EQ(probe->answers()[0].outcome.status, status);
    EXPECT_EQ(probe->answers()[0].at, sim::Time{} + at);
    EXPECT_EQ(world.live_records(), 0U);
  }
};

std::vector<sim::Time> times(const std::vector<Stub::Heard>& heard) {
  std::vector<sim::Time> result;
  for (const auto& one : heard) result.push_back(one.at);
  return result;
}

sim::Time ms(std::int64_t n) { return sim::Time{} + 1_ms * n; }

// There, service, and back: 10 + 5 + 10 ms.
TEST(Calls, TakeTheWayThereTheServiceAndTheWayBack) {
  Scene scene({});
  scene.probe->ask({.at = 0_ms});
  scene.world.start();
  scene.run();
  scene.expect(Status::ok, 25_ms);
}

// At one instant the timeout comes before the answer; a nanosecond later it would not have.
TEST(Calls, TimeoutBeatsTheAnswerAtTheSameInstant) {
  Scene scene(patient_for(25_ms));
  scene.probe->ask({.at = 0_ms});
  scene.world.start();
  scene.run();
  scene.expect(Status::timed_out, 25_ms);

  Scene more_patient(patient_for(25_ms + 1_ns));
  more_patient.probe->ask({.at = 0_ms});
  more_patient.world.start();
  more_patient.run();
  more_patient.expect(Status::ok, 25_ms);
}

// A caller who leaves after 12 ms is not there when the service ends at 15 ms: the answer is
// discarded, and the 5 ms count as wasted. One who leaves after 18 ms wasted nothing.
TEST(Calls, LateAnswersAreDiscardedAndTheirWorkCountsAsWasted) {
  for (const auto& [timeout, wasted] : {std::pair{12_ms, 5_ms}, std::pair{18_ms, 0_ms}}) {
    Scene scene(patient_for(timeout));
    scene.probe->ask({.at = 0_ms});
    scene.world.start();
    scene.run();
    scene.expect(Status::timed_out, timeout);
    EXPECT_EQ(reading(scene.world, *scene.stub, "completed").part, 1);
    EXPECT_EQ(reading(scene.world, *scene.stub, "wasted_work").part, wasted.ns);
    EXPECT_EQ(reading(scene.world, *scene.stub, "wasted_work").whole, (5_ms).ns);
  }
}

// A refusal that names 300 ms puts the retry off until then, unless the caller hammers on; a longer
// backoff of its own stays.
TEST(Calls, RetryNoSoonerThanTheRefusalSays) {
  const Outcome refusal{.status = Status::throttled, .retry_after_ms = 300};
  const auto retried_at = [&](bool heeds, sim::Duration backoff) {
    CallPolicy policy = retrying(1, {.kind = BackoffKind::fixed, .base = backoff});
    policy.retries->heeds_retry_after = heeds;
    Scene scene(policy, 5_ms, always(refusal));
    scene.probe->ask({.at = 0_ms});
    scene.world.start();
    scene.run();
    EXPECT_EQ(scene.probe->answers().front().outcome.status, Status::throttled);
    return scene.stub->heard().back().at;
  };
  EXPECT_EQ(retried_at(true, 100_ms), ms(25 + 300 + 10));
  EXPECT_EQ(retried_at(false, 100_ms), ms(25 + 100 + 10));
  EXPECT_EQ(retried_at(true, 400_ms), ms(25 + 400 + 10));
}

// Three retries, 100 ms after each failure that took 25 ms: sent at 0, 125, 250 and 375 ms.
TEST(Calls, RetryAfterAFixedWait) {
  Scene scene(retrying(3, {.kind = BackoffKind::fixed, .base = 100_ms}), 5_ms, always(error));
  scene.probe->ask({.at = 0_ms});
  scene.world.start();
  scene.run();
  EXPECT_EQ(times(scene.stub->heard()), (std::vector{ms(10), ms(135), ms(260), ms(385)}));
  scene.expect(Status::failed, 400_ms);
  EXPECT_EQ(scene.site().calls, 1U);
  EXPECT_EQ(scene.site().attempts, 4U);
  EXPECT_EQ(scene.site().failures, 1U);
}

// Waits of 100, 200 and then twice the cap of 300 ms: the first one uses exponent 0.
TEST(Calls, RetryAfterExponentialWaitsUpToTheCap) {
  Scene scene(retrying(4, {.base = 100_ms, .cap = 300_ms}), 5_ms, always(error));
  scene.probe->ask({.at = 0_ms});
  scene.world.start();
  scene.run();
  EXPECT_EQ(times(scene.stub->heard()), (std::vector{ms(10), ms(135), ms(360), ms(685), ms(1010)}));
  scene.expect(Status::failed, 1025_ms);
}

// Every try has its own timeout: with 12 ms each and no backoff, three tries end at 36 ms, and the
// success of the last comes too late.
TEST(Calls, RetryAfterEachTimeout) {
  CallPolicy policy = retrying(2);
  policy.timeout = 12_ms;
  Scene scene(policy);
  scene.probe->ask({.at = 0_ms});
  scene.world.start();
  scene.run();
  EXPECT_EQ(times(scene.stub->heard()), (std::vector{ms(10), ms(22), ms(34)}));
  scene.expect(Status::timed_out, 36_ms);
  EXPECT_EQ(scene.site().timeouts, 3U);
}

// The first failure is followed by a success, which ends the call.
TEST(Calls, SuccessEndsTheRetries) {
  Scene scene(retrying(5), 5_ms, [](const Attempt& a) { return a.tries == 0 ? error : Outcome{}; });
  scene.probe->ask({.at = 0_ms});
  scene.world.start();
  scene.run();
  scene.expect(Status::ok, 50_ms);
  EXPECT_EQ(scene.site().failures, 0U);
}

// A budget of two tokens and no success: two retries for the first request, none for the second.
TEST(Calls, RetryBudgetRunsOut) {
  CallPolicy policy = retrying(5);
  policy.retries->budget.emplace();
  policy.retries->budget->burst = 2;
  Scene scene(policy, 5_ms, always(error));
  scene.probe->ask({.at = 0_ms});
  scene.probe->ask({.at = 1_s});
  scene.world.start();
  scene.run();
  EXPECT_EQ(scene.stub->heard().size(), 4U);
  EXPECT_EQ(scene.site().over_budget, 2U);
  EXPECT_EQ(scene.probe->answers()[0].at, ms(75));
  EXPECT_EQ(scene.probe->answers()[1].at, ms(1025));
}

// Full at first; half a token per success; never more than the burst.
TEST(RetryBudget, EarnsTokensFromSuccesses) {
  RetryBudget budget({.ratio = 0.5, .burst = 2});
  EXPECT_TRUE(budget.take());
  EXPECT_TRUE(budget.take());
  EXPECT_FALSE(budget.take());
  budget.success();
  EXPECT_FALSE(budget.take());
  budget.success();
  EXPECT_TRUE(budget.take());
  for (int i = 0; i < 100; ++i) budget.success();
  EXPECT_EQ(budget.tokens(), 2);
}

// What is not idempotent is tried once where the policy says so; what is, as often as allowed.
TEST(Calls, SpareWhatIsNotIdempotent) {
  CallPolicy policy = retrying(3);
  policy.retries->writes = false;
  Scene scene(policy, 5_ms, always(error));
  scene.probe->ask({.at = 0_ms, .key = 1, .idempotent = false});
  scene.probe->ask({.at = 1_s, .key = 2});
  scene.world.start();
  scene.run();
  EXPECT_EQ(scene.stub->heard().size(), 1U + 4U);
}

// The same draw gives the same wait, by the formula of each jitter; and its bounds hold.
TEST(Backoff, DrawsEachJitterByItsFormula) {
  for (std::uint64_t key = 0; key < 1000; ++key) {
    const double u = sim::Draw(key).uniform();
    const auto of = [&](Jitter jitter, unsigned retry, sim::Duration previous) {
      const Backoff backoff{.base = 100_ms, .cap = 1_s, .jitter = jitter};
      return static_cast<double>(backoff.wait(retry, previous, sim::Draw(key)).ns);
    };
    EXPECT_NEAR(of(Jitter::full, 1, {}), 200e6 * u, 1);
    EXPECT_NEAR(of(Jitter::equal, 1, {}), 100e6 + 100e6 * u, 1);
    EXPECT_NEAR(of(Jitter::full, 9, {}), 1e9 * u, 1);
    EXPECT_NEAR(of(Jitter::decorrelated, 0, {}), 100e6 + 200e6 * u, 1);
    EXPECT_NEAR(of(Jitter::decorrelated, 1, 200_ms), 100e6 + 500e6 * u, 1);
    EXPECT_NEAR(of(Jitter::decorrelated, 5, 900_ms), std::min(1e9, 100e6 + 2600e6 * u), 1);
  }
}

// No sum overflows, however often one waits, with the longest cap there is.
TEST(Backoff, SurvivesManyRetriesWithoutCap) {
  const Backoff backoff{.base = 1_s};
  EXPECT_EQ(backoff.wait(200, {}, sim::Draw(1)), sim::Duration::max());
  const Backoff drawn{.base = 1_s, .jitter = Jitter::decorrelated};
  EXPECT_GE(drawn.wait(200, sim::Duration::max(), sim::Draw(1)), 1_s);
}

// A message that the cut swallows is known by the timeout alone; without one, by the connection's,
// 30 s after it was sent.
TEST(Calls, ALostMessageIsSilence) {
  for (const bool with_timeout : {true, false}) {
    Scene scene(with_timeout ? patient_for(1_s) : CallPolicy{});
    scene.probe->ask({.at = 2_s});
    scene.world.start();
    scene.way_there().change(1, {.cut = true});
    scene.run();
    EXPECT_TRUE(scene.stub->heard().empty());
    scene.expect(Status::timed_out, with_timeout ? 3_s : 32_s);
  }
}

// A lost answer was work done; who waits without timeout gives up 30 s after it went astray.
TEST(Calls, ALostAnswerIsSilenceAsWell) {
  Scene scene({});
  scene.probe->ask({.at = 0_s});
  scene.world.start();
  scene.way_back().change(1, {.cut = true});
  scene.run();
  EXPECT_EQ(scene.stub->heard().size(), 1U);
  scene.expect(Status::timed_out, 30015_ms);
}

// What is under way when a cut begins still arrives: fate is settled at departure.
TEST(Calls, ACutStopsOnlyWhatDepartsLater) {
  Scene scene({});
  scene.probe->ask({.at = 0_s});
  scene.world.start();
  scene.world.run_until(ms(5));
  scene.way_there().change(1, {.cut = true});
  scene.run();
  scene.expect(Status::ok, 25_ms);
}

// Extra delay of an edge is added each way; two causes add up and end one by one.
TEST(Calls, EdgesDelay) {
  Scene scene({});
  for (const auto at : {0_s, 1_s, 2_s}) scene.probe->ask({.at = at});
  scene.world.start();
  scene.way_there().change(1, {.delay = 3_ms});
  scene.way_there().change(2, {.delay = 4_ms});
  scene.world.run_until(ms(500));
  EXPECT_EQ(scene.probe->answers().at(0).at, ms(32));
  scene.way_there().undo(1);
  scene.world.run_until(ms(1500));
  EXPECT_EQ(scene.probe->answers().at(1).at, ms(1029));
  scene.way_there().undo(2);
  scene.run();
  EXPECT_EQ(scene.probe->answers().at(2).at, ms(2025));
}

// A crash resets who waits, one way later; at a dead process, whoever arrives.
TEST(Calls, ACrashResetsItsCallers) {
  Scene scene({}, 1_s);
  scene.probe->ask({.at = 0_s});
  scene.world.start();
  scene.world.run_until(ms(500));
  scene.stub->crash(scene.world, 0);
  scene.run();
  scene.expect(Status::reset, 510_ms);
  EXPECT_EQ(reading(scene.world, *scene.stub, "lost").part, 1);
  EXPECT_EQ(scene.stub->in_system(), 0U);

  Scene dead({}, 1_s);
  dead.probe->ask({.at = 0_s});
  dead.world.start();
  dead.stub->crash(dead.world, 0);
  dead.run();
  dead.expect(Status::reset, 20_ms);
  EXPECT_EQ(reading(dead.world, *dead.stub, "arrived").part, 0);
}

// An outage says nothing: callers learn by their timeout, or 30 s after the silence began; whoever
// meets a silent host, 30 s after sending.
TEST(Calls, AnOutageIsSilent) {
  Scene scene(patient_for(2_s), 1_s);
  scene.probe->ask({.at = 0_s});
  scene.world.start();
  scene.world.run_until(ms(500));
  scene.stub->begin_outage(scene.world, 0);
  scene.run();
  scene.expect(Status::timed_out, 2_s);

  Scene without_timeout({}, 60_s);
  without_timeout.probe->ask({.at = 0_s});
  without_timeout.world.start();
  without_timeout.world.run_until(ms(50'000));
  without_timeout.stub->begin_outage(without_timeout.world, 0);
  without_timeout.run();
  without_timeout.expect(Status::timed_out, 80_s);

  Scene silent_before({});
  silent_before.probe->ask({.at = 1_s});
  silent_before.world.start();
  silent_before.stub->begin_outage(silent_before.world, 0);
  silent_before.run();
  silent_before.expect(Status::timed_out, 31_s);
}

// Nobody waits for a one-way call: it arrives, and its record is gone with its answer.
TEST(Calls, OneWayCallsHaveNoAnswer) {
  Scene scene(retrying(3), 5_ms, always(error));
  scene.probe->ask({.at = 0_s, .one_way = true});
  scene.world.start();
  scene.run();
  EXPECT_EQ(scene.stub->heard().size(), 1U);
  EXPECT_TRUE(scene.probe->answers().empty());
  EXPECT_EQ(scene.world.live_records(), 0U);
}

GeographySettings apart(const sim::Distribution& latency) {
  GeographySettings settings;
  settings.regions["here"].zones = {"a", "b"};
  settings.clients["users"] = {.near = "here", .latency = latency};
  return settings;
}

// probe -> balancer -> stub, with a policy each.
struct Chain {
  World world;
  Probe* probe;
  LoadBalancer* balancer;
  Stub* stub;

  Chain(const GeographySettings& geography, const CallPolicy& outer, const CallPolicy& inner,
        sim::Duration delay, Stub::Respond respond = {})
      : world(1, Geography(geography)) {
    auto owned_balancer = std::make_unique<LoadBalancer>("balancer");
    auto owned_probe = std::make_unique<Probe>("probe", "balancer", outer);
    auto owned_stub = std::make_unique<Stub>("stub", delay, std::move(respond));
    balancer = owned_balancer.get();
    probe = owned_probe.get();
    stub = owned_stub.get();
    balancer->settings.backends = "stub";
    balancer->settings.call = inner;
    world.add(std::move(owned_balancer));
    world.add(std::move(owned_probe));
    world.add(std::move(owned_stub));
  }
};

// Tries multiply along the way: 4 of the user times 2 of the balancer. One of them is a first try.
TEST(Calls, RetriesAtEveryLevelMultiply) {
  Chain chain(apart({}), retrying(3), retrying(1), 5_ms, always(error));
  chain.probe->ask({.at = 0_s});
  chain.world.start();
  chain.world.run_until(ms(1000));
  EXPECT_EQ(reading(chain.world, *chain.stub, "amplification").part, 8);
  EXPECT_EQ(reading(chain.world, *chain.stub, "amplification").whole, 1);
  EXPECT_EQ(reading(chain.world, *chain.balancer, "amplification").part, 4);
  EXPECT_EQ(chain.world.live_records(), 0U);
}

// A caller in the middle dies: its own caller hears of it, what it had asked for is worked on in
// vain, and nobody answers the dead.
TEST(Calls, TheCrashOfACallerAbandonsWhatItAskedFor) {
  Chain chain(apart(sim::Distribution::constant(10_ms)), {}, {}, 100_ms);
  chain.probe->ask({.at = 0_s});
  chain.world.start();
  chain.world.run_until(ms(50));
  chain.balancer->crash(chain.world, 0);
  chain.world.run_until(ms(1000));
  ASSERT_EQ(chain.probe->answers().size(), 1U);
  EXPECT_EQ(chain.probe->answers()[0].outcome.status, Status::reset);
  EXPECT_EQ(chain.probe->answers()[0].at, ms(60));
  EXPECT_EQ(reading(chain.world, *chain.stub, "completed").part, 1);
  EXPECT_EQ(reading(chain.world, *chain.stub, "wasted_work").part, (100_ms).ns);
  EXPECT_EQ(chain.world.live_records(), 0U);
}

// A user who leaves makes work two hops down a waste.
TEST(Calls, WorkOnBehalfOfWhoLeftIsWasted) {
  Chain chain(apart(sim::Distribution::constant(10_ms)), patient_for(50_ms), {}, 100_ms);
  chain.probe->ask({.at = 0_s});
  chain.world.start();
  chain.world.run_until(ms(1000));
  EXPECT_EQ(reading(chain.world, *chain.stub, "wasted_work").part, (100_ms).ns);
  EXPECT_EQ(chain.world.live_records(), 0U);
}

// A way that doubles everything: two arrivals, one answer. The copy is an attempt of its own.
TEST(Calls, ADuplicateIsServedAndAnsweredToNobody) {
  GeographySettings settings = apart(sim::Distribution::constant(10_ms));
  settings.links["users->here"].duplication = 1;
  Chain chain(settings, {}, {}, 5_ms);
  chain.probe->ask({.at = 0_s});
  chain.world.start();
  chain.world.run_until(ms(1000));
  EXPECT_EQ(chain.probe->answers().size(), 1U);
  ASSERT_EQ(chain.stub->heard().size(), 2U);
  EXPECT_EQ(reading(chain.world, *chain.balancer, "arrived").part, 2);
  EXPECT_EQ(reading(chain.world, *chain.balancer, "first_arrived").part, 1);
  EXPECT_EQ(reading(chain.world, *chain.stub, "first_arrived").part, 1);
  EXPECT_EQ(chain.world.live_records(), 0U);
}

// With latencies drawn at random, allowing retries moves no first try; and a retry draws anew.
TEST(Calls, RetriesLeaveTheLuckOfFirstTriesAlone) {
  const auto first_tries = [](std::uint64_t retries, std::size_t& all) {
    Chain chain(apart(sim::Distribution::lognormal(10e6, 1)), retrying(retries), {}, 5_ms,
                [](const Attempt& a) { return a.key % 2 == 0 ? error : Outcome{}; });
    for (std::uint64_t i = 0; i < 100; ++i) {
      chain.probe->ask({.at = 1_ms * static_cast<std::int64_t>(i), .key = i});
    }
    chain.world.start();
    chain.world.run_until(ms(100'000));
    std::vector<std::pair<std::uint64_t, sim::Time>> result;
    for (const auto& heard : chain.stub->heard()) {
      if (heard.lineage == 0) result.emplace_back(heard.key, heard.at);
    }
    all = chain.stub->heard().size();
    return result;
  };
  std::size_t without = 0;
  std::size_t with = 0;
  EXPECT_EQ(first_tries(0, without), first_tries(2, with));
  EXPECT_EQ(without, 100U);
  EXPECT_EQ(with, 200U);
}

// A balancer hands on the luck of the call it passes on, not that of the whole request.
TEST(Calls, PassTheirLuckOn) {
  Chain chain(apart({}), {}, {}, 5_ms);
  chain.probe->ask({.at = 0_s, .luck = sim::Luck{77}});
  chain.world.start();
  chain.world.run_until(ms(1000));
  ASSERT_EQ(chain.stub->heard().size(), 1U);
  EXPECT_EQ(chain.stub->heard()[0].luck.key, 77U);
}

// With TCP an edge that loses half its messages delays them by whole retransmission timeouts, 220
// ms for the way of 10 ms and then twice that; as messages, half are gone.
TEST(Calls, EdgesLoseAsTheTransportHasIt) {
  for (const std::size_t transport : {std::size_t{0}, std::size_t{1}}) {
    GeographySettings settings = apart(sim::Distribution::constant(10_ms));
    settings.transport = transport;
    Chain chain(settings, {}, {}, 0_ms);
    for (int i = 0; i < 1000; ++i) chain.probe->ask({.at = 1_s * i});
    chain.world.start();
    chain.world.edge(chain.probe->id(), chain.balancer->id()).change(1, {.loss = 0.5});
    chain.world.run_until(ms(2'000'000));
    std::size_t at_once = 0;
    std::size_t once_again = 0;
    std::size_t answered = 0;
    for (const auto& answer : chain.probe->answers()) {
      const auto took = answer.at - (sim::Time{} + 1_s * static_cast<std::int64_t>(answer.ask));
      if (answer.outcome.ok()) ++answered;
      if (took == 20_ms) ++at_once;
      if (took == 240_ms) ++once_again;
    }
    EXPECT_NEAR(static_cast<double>(at_once), 500, 52);  // 99.9 %: 3.29 sqrt(1000 / 4)
    EXPECT_NEAR(static_cast<double>(once_again), transport == 1 ? 250 : 0, 46);
    EXPECT_EQ(answered, transport == 1 ? 1000U : at_once);
  }
}

// Calls itself once for each request that is not from itself, and never answers.
class Introvert final : public Component {
 public:
  using Component::Component;
  std::unique_ptr<Component> clone() const override { return std::make_unique<Introvert>(*this); }
  std::string_view type() const override { return "introvert"; }
  void describe(Fields&) override {}
  void bind(World& world) override {
    make_replicas(world, {});
    site_ = world.add_call_site(*this, name(), {});
  }
  void receive(World& world, Attempt& attempt) override {
    if (!attempt.parent) world.begin(world.prepare(site_, attempt.to, attempt));
  }
  void answered(World&, const Attempt&) override { ++answers; }

  int answers = 0;

 private:
  CallSiteId site_ = 0;
};

// A process that dies while it waits for itself is not told of its own end.
TEST(Calls, NobodyAnswersWhoDiedInTheSameCrash) {
  World world(1, tiny_geography(10_ms));
  auto owned = std::make_unique<Introvert>("introvert");
  auto owned_probe = std::make_unique<Probe>("probe", "introvert");
  Introvert& introvert = *owned;
  Probe& probe = *owned_probe;
  probe.ask({.at = 0_s});
  world.add(std::move(owned));
  world.add(std::move(owned_probe));
  world.start();
  world.run_until(ms(50));
  EXPECT_EQ(introvert.in_system(), 2U);
  introvert.crash(world, 0);
  world.run_until(ms(1000));
  EXPECT_EQ(introvert.answers, 0);
  EXPECT_EQ(introvert.in_system(), 0U);
  ASSERT_EQ(probe.answers().size(), 1U);
  EXPECT_EQ(probe.answers()[0].outcome.status, Status::reset);
  EXPECT_EQ(world.live_records(), 0U);
}

}  // namespace
}  // namespace faultline::models::calls_test
