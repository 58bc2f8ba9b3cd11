// Shows what a service refuses because it is asked too often, whose counts its replicas go by, and
// what becomes of a refusal on its way.
#include "models/service/limiting.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "models/edge/balancer/load_balancer.h"
#include "models/edge/cdn/cdn.h"
#include "models/service/service.h"
#include "models/workload/client.h"
#include "sim/draw.h"
#include "tests/models/probe.h"

namespace faultline::models::limiting_test {
namespace {

using namespace sim::literals;
using Algorithm = RateLimitSettings::Algorithm;

StepSettings computing(sim::Duration duration) {
  StepSettings step;
  step.compute = sim::Distribution::constant(duration);
  return step;
}

// A bucket of `burst` tokens, one more every second.
LimitingSettings bucket(std::uint64_t burst) {
  LimitingSettings settings;
  settings.limit.rate = 1;
  settings.limit.burst = burst;
  return settings;
}

// Ten requests in every hundred seconds.
LimitingSettings ten() {
  LimitingSettings settings;
  settings.limit.algorithm = Algorithm::fixed_window;
  settings.limit.rate = 0.1;
  settings.limit.window = 100_s;
  return settings;
}

LimitingSettings ten_shared(sim::Duration sync = 1_s) {
  LimitingSettings settings = ten();
  settings.store.emplace();
  settings.store->name = "store";
  settings.store->sync = sync;
  return settings;
}

// probe -> web, whose replicas add up their counts in a store, if they are told to. Nothing but
// the work of web takes any time.
struct Scene {
  World world{1, tiny_geography()};
  Probe* probe;
  Service* web;
  Stub* store;
  bool store_works = true;
  std::size_t asked = 0;

  explicit Scene(const LimitingSettings& limit, std::uint64_t replicas = 1,
                 const CallPolicy& policy = {}, sim::Duration work = 0_s) {
    auto owned_probe = std::make_unique<Probe>("probe", "web", policy);
    auto owned_web = std::make_unique<Service>("web");
    auto owned_store = std::make_unique<Stub>("store", 0_s, [this](const Attempt&) {
      return Outcome{.status = store_works ? Status::ok : Status::failed};
    });
    probe = owned_probe.get();
    web = owned_web.get();
    store = owned_store.get();
    web->settings.hosting.replicas = replicas;
    web->settings.endpoints["*"] = {computing(work)};
    web->settings.rate_limit = limit;
    world.add(std::move(owned_probe));
    world.add(std::move(owned_store));
    world.add(std::move(owned_web));
  }
  // `count` at once, all at replica `to`, or at those in turn. The number of the first is returned.
  std::size_t ask(sim::Duration at, std::size_t count, std::optional<ReplicaIndex> to = {},
                  std::uint64_t user = 0) {
    for (std::size_t i = 0; i < count; ++i) probe->ask({.at = at, .user = user, .to = to});
    asked += count;
    return asked - count;
  }
  void start() { world.start(); }
  void run_until(sim::Duration time) { world.run_until(sim::Time{} + time); }
  void run(sim::Duration until = 99_s) {
    start();
    run_until(until);
  }
  const Outcome& outcome(std::size_t ask) const {
    const Probe::Answer* answer = probe->answer_to(ask);
    CHECK(answer != nullptr);
    return answer->outcome;
  }
  // Of `count` asked from `first` on, how many were let through.
  std::size_t let_through(std::size_t first, std::size_t count) const {
    std::size_t through = 0;
    for (std::size_t i = first; i < first + count; ++i) {
      const Status status = outcome(i).status;
      CHECK(status == Status::ok || status == Status::throttled);
      through += status == Status::ok ? 1 : 0;
    }
    return through;
  }
  // How old what a replica knew of the others was, at each decision.
  sim::Histogram view_ages() const {
    const sim::Snapshot all = world.snapshot(web->id());
    for (const sim::Snapshot::Reading& one : all.readings()) {
      if (one.metric.name == "limit_view_age_ms") return all.histogram(one);
    }
    CHECK(!"no such metric");
    return {};
  }
  double counted(const char* metric) const {
    return static_cast<double>(reading(world, *web, metric).part);
  }
};

// Two tokens, four requests at once, of which the first takes the only worker for ten seconds: two
// are refused, at once, by nobody's work, and are told that the next token comes in a second.
TEST(Limiting, RefusesAtOnceAndSaysWhenToAskAgain) {
  Scene scene(bucket(2), 1, {}, 10_s);
  scene.ask(1_s, 4);
  scene.run();
  EXPECT_EQ(scene.let_through(0, 4), 2U);
  for (const std::size_t refused : {2U, 3U}) {
    EXPECT_EQ(scene.outcome(refused).status, Status::throttled);
    EXPECT_EQ(scene.outcome(refused).retry_after_ms, 1000U);
    EXPECT_EQ(scene.probe->answer_to(refused)->at, sim::Time{} + 1_s);
  }
  EXPECT_EQ(scene.counted("throttled"), 2);
  EXPECT_EQ(scene.counted("rejected"), 2);
  EXPECT_EQ(scene.counted("completed"), 2);
}

// A third of a second is 334 ms: who comes back after 333 would be too early.
TEST(Limiting, SaysWholeMilliseconds) {
  LimitingSettings limit = bucket(1);
  limit.limit.rate = 3;
  Scene scene(limit);
  scene.ask(1_s, 2);
  scene.run();
  EXPECT_EQ(scene.outcome(1).retry_after_ms, 334U);
}

TEST(Limiting, NeedNotSayWhen) {
  LimitingSettings limit = bucket(1);
  limit.retry_after = false;
  Scene scene(limit);
  scene.ask(1_s, 2);
  scene.run();
  EXPECT_EQ(scene.outcome(1).status, Status::throttled);
  EXPECT_EQ(scene.outcome(1).retry_after_ms, 0U);
}

// Everyone together has two tokens; or each user.
TEST(Limiting, CountsEveryoneOrEachUser) {
  for (const bool per_user : {false, true}) {
    LimitingSettings limit = bucket(2);
    if (per_user) limit.per = LimitingSettings::Per::user;
    Scene scene(limit);
    scene.ask(1_s, 5, {}, 7);
    const std::size_t others = scene.ask(1_s, 5, {}, 8);
    scene.run();
    EXPECT_EQ(scene.let_through(0, 5), 2U);
    EXPECT_EQ(scene.let_through(others, 5), per_user ? 2U : 0U);
  }
}

// The only user of one workload is not the only user of another: of five calls at once of each,
// three are let through.
TEST(Limiting, TellsUsersOfDifferentWorkloadsApart) {
  World world(1, tiny_geography());
  for (const char* name : {"one", "two"}) {
    auto users = std::make_unique<Client>(name);
    users->settings.from = "users";
    users->settings.to = "web";
    users->settings.population = 1;
    users->settings.job = {.first = {}, .every = {}, .calls = 5, .concurrency = 5, .pause = {}};
    world.add(std::move(users));
  }
  auto web = std::make_unique<Service>("web");
  web->settings.endpoints["*"] = {computing(0_s)};
  web->settings.rate_limit = bucket(3);
  web->settings.rate_limit->per = LimitingSettings::Per::user;
  const Service& asked = *web;
  world.add(std::move(web));
  world.start();
  world.run_until(sim::Time{} + 100_ms);
  EXPECT_EQ(reading(world, asked, "arrived").part, 10);
  EXPECT_EQ(reading(world, asked, "throttled").part, 4);
}

// What comes after the limit takes room there: it is asked for before the line is looked at.
TEST(Limiting, ComesBeforeShedding) {
  Scene scene(bucket(2), 1, {}, 10_s);
  scene.web->settings.shedding.emplace().in_system = 1;
  scene.ask(1_s, 3);
  scene.run();
  EXPECT_EQ(scene.outcome(0).status, Status::ok);
  EXPECT_EQ(scene.outcome(1).status, Status::rejected);
  EXPECT_EQ(scene.outcome(2).status, Status::throttled);
}

// Three replicas that know nothing of each other let three times as many through.
TEST(Limiting, WithoutAStoreEachReplicaCountsForItself) {
  Scene scene(ten(), 3);
  scene.ask(1_s, 60);
  scene.run();
  EXPECT_EQ(scene.let_through(0, 60), 30U);
  EXPECT_EQ(scene.view_ages().count(), 0U);
}

// What one replica let through at 1 s the other knows at 5 s.
TEST(Limiting, WithAStoreReplicasKnowOfEachOther) {
  Scene scene(ten_shared(), 2);
  scene.ask(1_s, 6, 0);
  const std::size_t later = scene.ask(5_s, 10, 1);
  scene.run();
  EXPECT_EQ(scene.let_through(0, 6), 6U);
  EXPECT_EQ(scene.let_through(later, 10), 4U);
}

// Between two updates it does not: each lets ten through at one instant. What was too much is paid
// back by buckets: 20 of 10 tokens have been taken, so the next comes after 11 s, not after one.
TEST(Limiting, OvershootsByWhatOthersLetThroughWithinASync) {
  LimitingSettings limit = bucket(10);
  limit.store = ten_shared().store;
  Scene scene(limit, 2);
  scene.ask(10_s, 40);
  const std::size_t soon = scene.ask(20_s, 20);
  const std::size_t late = scene.ask(22500_ms, 20);
  scene.run();
  EXPECT_EQ(scene.let_through(0, 40), 20U);
  EXPECT_EQ(scene.let_through(soon, 20), 0U);
  const std::size_t through = scene.let_through(late, 20);
  EXPECT_GE(through, 2U);
  EXPECT_LE(through, 4U);
}

// One call per replica and second, whatever there is to tell, each with luck of its own; and no
// view is older than that.
TEST(Limiting, TellsTheStoreEverySync) {
  Scene scene(ten_shared(), 2);
  for (int i = 20; i < 90; ++i) scene.ask(100_ms * i, 2);
  scene.run(10_s);
  EXPECT_EQ(scene.store->heard(Operation::write), 20U);
  std::vector<std::uint64_t> lucks;
  for (const Stub::Heard& one : scene.store->heard()) lucks.push_back(one.luck.key);
  std::sort(lucks.begin(), lucks.end());
  EXPECT_EQ(std::unique(lucks.begin(), lucks.end()), lucks.end());
  EXPECT_EQ(scene.view_ages().count(), 140U);
  EXPECT_LE(scene.view_ages().max(), (1_s).ns);
}

// An update that takes three seconds keeps the next ones waiting: one in three of them is made. A
// replica that is down makes none.
TEST(Limiting, TellsTheStoreOneThingAtATime) {
  Scene slow(ten_shared(), 1);
  slow.store->delay_of(0, 2999_ms);
  slow.run(30_s);
  EXPECT_EQ(slow.store->heard().size(), 10U);
  Scene dead(ten_shared(), 1);
  dead.start();
  dead.web->begin_crash(dead.world, 0, 1);
  dead.run_until(30_s);
  EXPECT_EQ(dead.store->heard().size(), 0U);
}

RateLimitSettings sliding(double rate) {
  RateLimitSettings settings;
  settings.algorithm = Algorithm::sliding_window;
  settings.rate = rate;
  return settings;
}

int ask_at_once(Limiting& limiting, sim::Duration at, ReplicaIndex replica, int count) {
  int through = 0;
  for (int i = 0; i < count; ++i) {
    through += limiting.ask(sim::Time{} + at, replica, 0).ns == 0 ? 1 : 0;
  }
  return through;
}

// Ten a second, counted over two windows. Six are on their way to the store while two more are let
// through, and a window ends. All eight were in the window before, of which half counts at 1.5 s:
// four, so that six fit. The other replica knows of six, that is three: it lets seven through.
TEST(Limiting, AddsUpAcrossTheEdgeOfAWindow) {
  LimitingSettings settings;
  settings.limit = sliding(10);
  settings.store.emplace();
  Limiting limiting(settings, 2);
  EXPECT_EQ(ask_at_once(limiting, 900_ms, 0, 6), 6);
  ASSERT_TRUE(limiting.begin_sync(0));
  EXPECT_FALSE(limiting.begin_sync(0));
  EXPECT_EQ(ask_at_once(limiting, 960_ms, 0, 2), 2);
  limiting.end_sync(sim::Time{} + 1050_ms, 0, true);
  ASSERT_TRUE(limiting.begin_sync(1));
  limiting.end_sync(sim::Time{} + 1050_ms, 1, true);
  EXPECT_EQ(ask_at_once(limiting, 1500_ms, 0, 20), 6);
  EXPECT_EQ(ask_at_once(limiting, 1500_ms, 1, 20), 7);
}

// The same when the first try fails in the window after, and what has come since is told with it:
// six of the window before, and one of this. At 1.2 s that is 4.8 + 1, and four more fit.
TEST(Limiting, TellsAgainWhatItCouldNotTell) {
  LimitingSettings settings;
  settings.limit = sliding(10);
  settings.store.emplace();
  Limiting limiting(settings, 2);
  ask_at_once(limiting, 900_ms, 0, 6);
  limiting.begin_sync(0);
  EXPECT_EQ(ask_at_once(limiting, 1040_ms, 0, 1), 1);
  limiting.end_sync(sim::Time{} + 1050_ms, 0, false);
  limiting.begin_sync(0);
  limiting.end_sync(sim::Time{} + 1150_ms, 0, true);
  limiting.begin_sync(1);
  limiting.end_sync(sim::Time{} + 1200_ms, 1, true);
  EXPECT_EQ(ask_at_once(limiting, 1200_ms, 1, 20), 4);
}

// While one user's request is being told of, another one asks five times of ten. That is not
// counted twice when the answer is there; nor is it forgotten when there is none, and a window has
// ended.
TEST(Limiting, KnowsWhatItHasNotYetToldOf) {
  LimitingSettings tokens = bucket(10);
  tokens.store.emplace();
  Limiting limiting(tokens, 1);
  limiting.ask(sim::Time{}, 0, 1);
  limiting.begin_sync(0);
  for (int i = 0; i < 5; ++i) limiting.ask(sim::Time{}, 0, 2);
  limiting.end_sync(sim::Time{}, 0, true);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(limiting.ask(sim::Time{}, 0, 2), 0_s);
  EXPECT_GT(limiting.ask(sim::Time{}, 0, 2), 0_s);

  LimitingSettings windows;
  windows.limit = sliding(10);
  windows.store.emplace();
  Limiting late(windows, 2);
  late.ask(sim::Time{} + 900_ms, 0, 1);
  late.begin_sync(0);
  for (int i = 0; i < 10; ++i) late.ask(sim::Time{} + 990_ms, 0, 2);
  late.end_sync(sim::Time{} + 1010_ms, 0, false);
  late.begin_sync(0);
  late.end_sync(sim::Time{} + 1020_ms, 0, true);
  late.begin_sync(1);
  late.end_sync(sim::Time{} + 1030_ms, 1, true);
  EXPECT_EQ(late.wait(sim::Time{} + 1030_ms, 1, 2), 70_ms) << "until a tenth of them has faded";
}

// Whatever replicas let through and told, in whatever order, some of it in vain, some dying: when
// all have told all, all know the same of every user.
TEST(Limiting, AgreesInTheEnd) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    sim::Draw draw = sim::Luck{seed}.draw();
    LimitingSettings settings;
    settings.limit = sliding(3);
    if (seed % 2 == 0) settings.limit = bucket(2 + draw.below(20)).limit;
    settings.store.emplace();
    Limiting limiting(settings, 4);
    std::vector<bool> tells(4);
    sim::Time now;
    const auto end = [&](ReplicaIndex replica, bool well) {
      if (tells[replica]) limiting.end_sync(now, replica, well);
      tells[replica] = false;
    };
    const std::uint64_t users = 1 + draw.below(300);
    for (int step = 0; step < 4000; ++step) {
      now += sim::Duration::from_seconds(0.002 * draw.uniform());
      const auto replica = static_cast<ReplicaIndex>(draw.below(4));
      const double what = draw.uniform();
      if (what < 0.9) {
        limiting.ask(now, replica, draw.below(users));
      } else if (what < 0.95) {
        tells[replica] = limiting.begin_sync(replica) || tells[replica];
      } else if (what < 0.999) {
        end(replica, draw.uniform() < 0.9);
      } else {
        limiting.lose(now, replica);
        tells[replica] = false;
      }
    }
    for (int round = 0; round < 3; ++round) {
      for (ReplicaIndex replica = 0; replica < 4; ++replica) {
        end(replica, true);
        tells[replica] = limiting.begin_sync(replica);
      }
    }
    for (ReplicaIndex replica = 0; replica < 4; ++replica) end(replica, true);
    for (std::uint64_t user = 0; user < users; ++user) {
      const sim::Duration wait = limiting.wait(now, 0, user);
      for (ReplicaIndex replica = 1; replica < 4; ++replica) {
        EXPECT_NEAR(static_cast<double>(limiting.wait(now, replica, user).ns),
                    static_cast<double>(wait.ns), 2)
            << "seed " << seed << ", user " << user;
      }
    }
  }
}

// The store fails from 3 s to 10 s. Replica 1 goes on by what it heard before, 6, and lets 4
// through, though replica 0 has let 2 more through since. Afterwards all is told: replica 2 knows
// of 12, where 10 are allowed.
TEST(Limiting, GoesOnByItsLastViewWhileTheStoreIsDown) {
  Scene scene(ten_shared(), 3);
  scene.ask(1_s, 6, 0);
  const std::size_t untold = scene.ask(4_s, 2, 0);
  const std::size_t meanwhile = scene.ask(6_s, 10, 1);
  const std::size_t after = scene.ask(12_s, 10, 2);
  const std::size_t next_window = scene.ask(101_s, 10, 2);
  scene.start();
  scene.run_until(3_s);
  scene.store_works = false;
  scene.run_until(10_s);
  scene.store_works = true;
  scene.run_until(102_s);
  EXPECT_EQ(scene.let_through(untold, 2), 2U);
  EXPECT_EQ(scene.let_through(meanwhile, 10), 4U);
  EXPECT_EQ(scene.let_through(after, 10), 0U);
  EXPECT_EQ(scene.let_through(next_window, 10), 10U);
  EXPECT_EQ(scene.counted("limit_syncs_failed"), 21);
}

// A bucket of ten tokens, one more each second. The store is out for a minute, in which one request
// comes every two seconds, so that the bucket was never empty and is full in the end. When the
// store is back these thirty are no debt.
TEST(Limiting, OwesNothingForWhatWasRefilled) {
  LimitingSettings limit = bucket(10);
  limit.store = ten_shared().store;
  Scene scene(limit, 2);
  for (int i = 0; i < 30; ++i) scene.ask(3_s + 2_s * i, 1, 0);
  const std::size_t after = scene.ask(70_s, 20, 1);
  scene.start();
  scene.run_until(2500_ms);
  scene.store_works = false;
  scene.run_until(65_s);
  scene.store_works = true;
  scene.run_until(80_s);
  EXPECT_EQ(scene.let_through(after, 20), 10U);
}

// A process that starts anew has let nobody through, as far as it knows; until the store tells it.
TEST(Limiting, ForgetsInARestart) {
  for (const bool shared : {false, true}) {
    Scene scene(shared ? ten_shared() : ten(), 1);
    scene.ask(1_s, 10);
    const std::size_t at_once = scene.ask(50_s, 3);
    const std::size_t later = scene.ask(52_s, 10);
    scene.start();
    scene.run_until(50_s - 1_ns);
    scene.web->restart(scene.world, 0);
    scene.run_until(60_s);
    EXPECT_EQ(scene.let_through(at_once, 3), 3U);
    EXPECT_EQ(scene.let_through(later, 10), shared ? 0U : 7U);
  }
}

// What the store is being told when the process dies is lost, and the next process tells it anew.
TEST(Limiting, SurvivesADeathInTheMiddleOfAnUpdate) {
  Scene scene(ten_shared(), 1);
  scene.store->delay_of(0, 700_ms);
  scene.ask(1_s, 4);
  scene.start();
  scene.run_until(1500_ms);
  for (int i = 0; i < 10; ++i) {
    scene.web->restart(scene.world, 0);
    scene.run_until(1600_ms + 100_ms * i);
  }
  const std::size_t before = scene.store->heard().size();
  scene.run_until(20_s);
  EXPECT_GE(scene.store->heard().size(), before + 17);
  EXPECT_EQ(scene.counted("limit_syncs_failed"), 0);
}

// One token a second, two requests at once. Who heeds what it was told asks once more, a second
// later; who hammers on asks every 20 ms until then, fifty times for the same.
TEST(Limiting, IsHeededOrHammeredOn) {
  for (const bool heeds : {true, false}) {
    CallPolicy policy;
    policy.retries.emplace();
    policy.retries->max = 100;
    policy.retries->backoff.base = 20_ms;
    policy.retries->backoff.kind = BackoffKind::fixed;
    policy.retries->heeds_retry_after = heeds;
    Scene scene(bucket(1), 1, policy);
    scene.ask(1_s, 2);
    scene.run();
    EXPECT_EQ(scene.probe->answer_to(1)->at, sim::Time{} + 2_s);
    EXPECT_EQ(scene.outcome(1).status, Status::ok);
    EXPECT_EQ(scene.counted("arrived"), heeds ? 3 : 52);
  }
}

// A balancer and a CDN pass a refusal on as it is, with its time.
TEST(Limiting, IsPassedOn) {
  World world(1, tiny_geography());
  auto probe = std::make_unique<Probe>("probe", "cdn");
  auto cdn = std::make_unique<Cdn>("cdn");
  auto lb = std::make_unique<LoadBalancer>("lb");
  auto web = std::make_unique<Service>("web");
  cdn->settings.origin = "lb";
  lb->settings.backends = "web";
  web->settings.endpoints["*"] = {computing(0_s)};
  web->settings.rate_limit = bucket(1);
  const Probe& asked = *probe;
  probe->ask({.at = 1_s, .key = 1});
  probe->ask({.at = 1_s, .key = 2});
  world.add(std::move(cdn));
  world.add(std::move(lb));
  world.add(std::move(probe));
  world.add(std::move(web));
  world.start();
  world.run_until(sim::Time{} + 10_s);
  EXPECT_EQ(asked.answer_to(0)->outcome.status, Status::ok);
  EXPECT_EQ(asked.answer_to(1)->outcome.status, Status::throttled);
  EXPECT_EQ(asked.answer_to(1)->outcome.retry_after_ms, 1000U);
}

// For a service that cannot do without, it is an error like any other.
TEST(Limiting, FailsWhoCannotDoWithout) {
  World world(1, tiny_geography());
  auto probe = std::make_unique<Probe>("probe", "shop");
  auto shop = std::make_unique<Service>("shop");
  auto web = std::make_unique<Service>("web");
  shop->settings.endpoints["*"].emplace_back().call = "web";
  web->settings.endpoints["*"] = {computing(0_s)};
  web->settings.rate_limit = bucket(1);
  const Probe& asked = *probe;
  probe->ask({.at = 1_s});
  probe->ask({.at = 1_s});
  world.add(std::move(probe));
  world.add(std::move(shop));
  world.add(std::move(web));
  world.start();
  world.run_until(sim::Time{} + 10_s);
  EXPECT_EQ(asked.answer_to(1)->outcome.status, Status::failed);
  EXPECT_EQ(asked.answer_to(1)->outcome.retry_after_ms, 0U);
}

// Who refuses is well: a circuit breaker that one failure would open stays closed.
TEST(Limiting, OpensNoBreaker) {
  CallPolicy policy;
  policy.breaker.emplace();
  policy.breaker->minimum_calls = 1;
  policy.breaker->failures = 1;
  Scene scene(bucket(1), 1, policy);
  for (int i = 0; i < 20; ++i) scene.ask(1_s + 10_ms * i, 1);
  scene.run();
  EXPECT_EQ(scene.let_through(0, 20), 1U);
}

// Nor does a balancer eject it.
TEST(Limiting, GetsNobodyEjected) {
  World world(1, tiny_geography());
  auto probe = std::make_unique<Probe>("probe", "lb");
  auto lb = std::make_unique<LoadBalancer>("lb");
  auto web = std::make_unique<Service>("web");
  lb->settings.backends = "web";
  lb->settings.ejection.emplace();
  lb->settings.ejection->errors = 1;
  lb->settings.ejection->max_share = 1;
  web->settings.endpoints["*"] = {computing(0_s)};
  web->settings.rate_limit = bucket(1);
  const LoadBalancer& balancer = *lb;
  for (int i = 0; i < 20; ++i) probe->ask({.at = 1_s + 10_ms * i});
  world.add(std::move(lb));
  world.add(std::move(probe));
  world.add(std::move(web));
  world.start();
  world.run_until(sim::Time{} + 10_s);
  EXPECT_EQ(reading(world, balancer, "ejections").part, 0);
}

// The rate can be set while it runs, and a limit put where there was none.
TEST(Limiting, CanBeSetWhileRunning) {
  Scene scene(bucket(1));
  scene.ask(1_s, 5);
  const std::size_t later = scene.ask(2_s, 5);
  scene.start();
  scene.run_until(1500_ms);
  scene.web->settings.rate_limit->limit.rate = 10;
  scene.web->settings.rate_limit->limit.burst = 4;
  scene.web->changed(scene.world, "rate-limit");
  scene.run_until(10_s);
  EXPECT_EQ(scene.let_through(0, 5), 1U);
  EXPECT_EQ(scene.let_through(later, 5), 4U);

  Scene open(bucket(1));
  open.web->settings.rate_limit.reset();
  open.ask(1_s, 5);
  const std::size_t limited = open.ask(2_s, 5);
  open.start();
  open.run_until(1500_ms);
  open.web->settings.rate_limit = bucket(3);
  open.web->changed(open.world, "rate-limit");
  open.run_until(10_s);
  EXPECT_EQ(open.let_through(0, 5), 5U);
  EXPECT_EQ(open.let_through(limited, 5), 3U);
}

// With a store, too: not until the next update only, and for processes that start anew as well.
TEST(Limiting, CanBeSetForAll) {
  LimitingSettings limit = bucket(5);
  limit.store = ten_shared().store;
  Scene scene(limit, 1);
  const std::size_t later = scene.ask(5_s, 30);
  const std::size_t anew = scene.ask(50_s, 30);
  scene.start();
  scene.run_until(1500_ms);
  scene.web->settings.rate_limit->limit.burst = 20;
  scene.web->changed(scene.world, "rate-limit");
  scene.run_until(50_s - 1_ns);
  scene.web->restart(scene.world, 0);
  scene.run_until(60_s);
  EXPECT_EQ(scene.let_through(later, 30), 20U);
  EXPECT_EQ(scene.let_through(anew, 30), 20U);
}

// Another service may keep the counts, with work of its own for each update. Updates are nobody's
// requests: a limit there does not count them.
TEST(Limiting, IsKeptByAServiceToo) {
  LimitingSettings limit = ten_shared();
  limit.store->name = "counter";
  World world(1, tiny_geography());
  auto counter = std::make_unique<Service>("counter");
  auto web = std::make_unique<Service>("web");
  counter->settings.endpoints["*"] = {computing(1_ms)};
  counter->settings.rate_limit = ten();
  web->settings.endpoints["*"] = {computing(0_s)};
  web->settings.rate_limit = limit;
  const Service& asks = *web;
  const Service& keeps = *counter;
  world.add(std::move(counter));
  world.add(std::move(web));
  world.start();
  world.run_until(sim::Time{} + 50_s);
  EXPECT_EQ(reading(world, asks, "limit_syncs_failed").part, 0);
  EXPECT_EQ(reading(world, keeps, "completed").part, 50);
}

}  // namespace
}  // namespace faultline::models::limiting_test
