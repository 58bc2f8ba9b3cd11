#include "models/service/service.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/snapshot.h"
#include "tests/models/probe.h"

namespace faultline::models::service_test {
namespace {

using namespace sim::literals;

StepSettings compute(sim::Duration work) {
  StepSettings step;
  step.compute = sim::Distribution::constant(work);
  return step;
}

StepSettings call(const std::string& callee, bool optional = false) {
  StepSettings step;
  step.call = callee;
  step.optional = optional;
  return step;
}

StepSettings read(const std::string& store, const std::string& cache = "",
                  Fill fill = Fill::async) {
  StepSettings step;
  step.read = store;
  step.cache = cache;
  if (!cache.empty()) step.fill = fill;
  return step;
}

StepSettings parallel(std::vector<Steps> branches) {
  StepSettings step;
  step.parallel = std::move(branches);
  return step;
}

StepSettings respond(double bytes) {
  StepSettings step;
  step.respond = sim::Distribution::constant(bytes);
  return step;
}

// A service "web" that is asked by the probe "zoe" and may call the stubs "cache", "db" and "far".
struct Shop {
  World world{7, tiny_geography()};
  Stub* cache = nullptr;
  Stub* db = nullptr;
  Stub* far = nullptr;
  Service* web = nullptr;
  Probe* zoe = nullptr;
  std::unique_ptr<Service> service = std::make_unique<Service>("web");
  Stub::Respond cache_says;
  Stub::Respond far_says;
  CallPolicy patience;
  std::vector<Probe::Ask> asks;
  sim::Snapshot beginning{sim::Time{}};

  ServiceSettings& settings() { return service->settings; }
  void endpoint(Steps steps, const std::string& name = "GET /") {
    settings().endpoints[name] = std::move(steps);
  }
  void ask_at(sim::Duration at) { asks.push_back({.at = at}); }

  void start() {
    cache = add(std::make_unique<Stub>("cache", 1_ms, cache_says));
    db = add(
        std::make_unique<Stub>("db", 10_ms, [](const Attempt&) { return Outcome{.version = 42}; }));
    far = add(std::make_unique<Stub>("far", 20_ms, far_says));
    web = add(std::move(service));
    auto probe = std::make_unique<Probe>("zoe", "web", patience);
    for (const auto& ask : asks) probe->ask(ask);
    zoe = add(std::move(probe));
    world.start();
    beginning = world.snapshot(web->id());
  }
  void run(sim::Duration until = 1_s) {
    if (web == nullptr) start();
    world.run_until(sim::Time{} + until);
  }
  std::vector<std::int64_t> answered_ms() const {
    std::vector<std::int64_t> times;
    for (const auto& answer : zoe->answers()) times.push_back(answer.at.ns / 1'000'000);
    return times;
  }
  Status status(std::size_t ask = 0) const { return zoe->answer_to(ask)->outcome.status; }
  std::optional<double> figure(std::string_view name) const {
    for (const auto& figure : sim::between(beginning, world.snapshot(web->id()))) {
      if (figure.metric.name == name) return figure.value;
    }
    return std::nullopt;
  }
  void expect_empty() const {
    EXPECT_EQ(web->frames(), 0U);
    EXPECT_EQ(web->in_system(), 0U);
    EXPECT_EQ(world.live_records(), 0U);
  }

 private:
  template <class Type>
  Type* add(std::unique_ptr<Type> component) {
    Type* raw = component.get();
    world.add(std::move(component));
    return raw;
  }
};

using Times = std::vector<std::int64_t>;

// Three requests at once for one worker of 10 ms leave after 10, 20 and 30 ms.
TEST(Service, ServesOneAfterTheOther) {
  Shop shop;
  shop.endpoint({compute(10_ms), respond(500)});
  for (int i = 0; i < 3; ++i) shop.ask_at(5_ms);
  shop.run(100_ms);
  EXPECT_EQ(shop.answered_ms(), (Times{15, 25, 35}));
  EXPECT_EQ(shop.zoe->answers()[0].outcome.bytes, 500U);
  shop.expect_empty();
}

// With lifo the last to come is the next to be served; by priority the most important one.
TEST(Service, KeepsItsDiscipline) {
  for (const auto discipline : {sim::Discipline::lifo, sim::Discipline::priority}) {
    Shop shop;
    shop.settings().discipline = discipline;
    shop.endpoint({compute(10_ms)});
    shop.ask_at(0_ms);
    shop.asks.push_back({.at = 1_ms, .priority = 1});
    shop.asks.push_back({.at = 2_ms, .priority = 2});
    shop.asks.push_back({.at = 3_ms, .priority = 0});
    shop.run();
    const std::size_t second = discipline == sim::Discipline::lifo ? 3 : 2;
    EXPECT_EQ(shop.zoe->answers()[1].ask, second);
  }
}

// A worker held during a call of 20 ms serves the second request only after that; a released one
// serves it at once.
TEST(Service, HoldsOrReleasesItsWorkerDuringACall) {
  Shop held;
  held.endpoint({compute(10_ms), call("far")});
  held.ask_at(0_ms);
  held.ask_at(0_ms);
  held.run();
  EXPECT_EQ(held.answered_ms(), (Times{30, 60}));

  Shop released;
  released.settings().worker = WorkerUse::released;
  released.endpoint({compute(10_ms), call("far")});
  released.ask_at(0_ms);
  released.ask_at(0_ms);
  released.run();
  EXPECT_EQ(released.answered_ms(), (Times{30, 40}));
  released.expect_empty();
}

// After its call a held request computes on without queueing; a released one queues again, behind
// the one that came meanwhile.
TEST(Service, ComputesAgainAfterACall) {
  const Steps steps = {compute(10_ms), call("far"), compute(5_ms)};
  Shop held;
  held.endpoint(steps);
  held.ask_at(0_ms);
  held.ask_at(25_ms);
  held.run();
  EXPECT_EQ(held.answered_ms(), (Times{35, 70}));  // 10+20+5, then again

  Shop released;
  released.settings().worker = WorkerUse::released;
  released.endpoint(steps);
  released.ask_at(0_ms);
  released.ask_at(25_ms);
  released.run();
  EXPECT_EQ(released.answered_ms(), (Times{40, 60}));  // back at 30, waits until 35; second 35+20+5
}

// A request that only calls occupies a held worker from its arrival: two of them take turns.
TEST(Service, HoldsAWorkerWithoutComputing) {
  Shop shop;
  shop.endpoint({call("far")});
  shop.ask_at(0_ms);
  shop.ask_at(0_ms);
  shop.run();
  EXPECT_EQ(shop.answered_ms(), (Times{20, 40}));
  EXPECT_DOUBLE_EQ(*shop.figure("utilisation"), 0.04);
}

// A call passes on the endpoint it was asked for, unless it names one, and as many bytes.
TEST(Service, PassesOnWhatItWasAskedFor) {
  Shop shop;
  StepSettings other = call("far");
  other.endpoint = "GET /x";
  other.bytes = sim::Distribution::constant(7);
  shop.endpoint({call("far"), other}, "*");
  shop.asks.push_back({.at = 0_ms, .endpoint = "GET /own", .key = 9, .bytes = 300});
  shop.run();
  ASSERT_EQ(shop.far->heard().size(), 2U);
  EXPECT_EQ(shop.far->heard()[0].endpoint, "GET /own");
  EXPECT_EQ(shop.far->heard()[0].bytes, 300U);
  EXPECT_EQ(shop.far->heard()[0].key, 9U);
  EXPECT_EQ(shop.far->heard()[1].endpoint, "GET /x");
  EXPECT_EQ(shop.far->heard()[1].bytes, 7U);
}

// What no endpoint covers, and what is asked of a store, is answered with an error.
TEST(Service, RefusesWhatItDoesNotKnow) {
  Shop shop;
  shop.endpoint({compute(1_ms)});
  shop.asks.push_back({.at = 0_ms, .endpoint = "GET /nothing"});
  shop.asks.push_back({.at = 0_ms, .operation = Operation::read});
  shop.run();
  EXPECT_EQ(shop.status(0), Status::failed);
  EXPECT_EQ(shop.status(1), Status::failed);
  shop.expect_empty();
}

// A hit takes the cache's 1 ms alone; a miss 1 + 10 ms, and fills without being waited for; waiting
// for the fill makes it 12 ms; a cache that answers with an error is bypassed.
TEST(Service, ReadsThroughItsCacheAside) {
  const auto ask = [](Outcome cache_outcome, Fill fill) {
    auto shop = std::make_unique<Shop>();
    shop->cache_says = [=](const Attempt& attempt) {
      return attempt.operation == Operation::read ? cache_outcome : Outcome{};
    };
    shop->endpoint({read("db", "cache", fill)});
    shop->asks.push_back({.at = 0_ms, .key = 5});
    shop->run();
    shop->expect_empty();
    return shop;
  };
  const auto hit = ask({.version = 41}, Fill::async);
  EXPECT_EQ(hit->answered_ms(), (Times{1}));
  EXPECT_EQ(hit->zoe->answers()[0].outcome.version, 41U);
  EXPECT_EQ(hit->db->heard().size(), 0U);

  const auto miss = ask({.found = false}, Fill::async);
  EXPECT_EQ(miss->answered_ms(), (Times{11}));
  EXPECT_EQ(miss->zoe->answers()[0].outcome.version, 42U);
  ASSERT_EQ(miss->cache->heard().size(), 2U);
  EXPECT_EQ(miss->cache->heard()[1].operation, Operation::store);
  EXPECT_EQ(miss->cache->heard()[1].key, 5U);
  EXPECT_EQ(miss->cache->heard()[1].version, 42U);

  EXPECT_EQ(ask({.found = false}, Fill::wait)->answered_ms(), (Times{12}));
  const auto bypassed = ask({.status = Status::failed}, Fill::async);
  EXPECT_EQ(bypassed->answered_ms(), (Times{11}));
  EXPECT_FALSE(bypassed->zoe->answers()[0].outcome.degraded);
}

// A cache that is needed and answers with an error after 1 ms ends the step: the store, which could
// not take the load, is not asked, and the request fails, or does without where it may.
TEST(Service, MaySpareTheStoreWhenTheCacheIsDown) {
  for (const bool optional : {false, true}) {
    Shop shop;
    shop.cache_says = [](const Attempt&) { return Outcome{.status = Status::failed}; };
    StepSettings step = read("db", "cache");
    step.cache_down = CacheDown::fail;
    step.optional = optional;
    shop.endpoint({step});
    shop.ask_at(0_ms);
    shop.run();
    shop.expect_empty();
    EXPECT_EQ(shop.answered_ms(), (Times{1}));
    EXPECT_EQ(shop.status(), optional ? Status::ok : Status::failed);
    EXPECT_EQ(shop.zoe->answers()[0].outcome.degraded, optional);
    EXPECT_EQ(shop.db->heard().size(), 0U);
    EXPECT_EQ(shop.cache->heard().size(), 1U);
  }
}

// A write of 10 ms is followed by an invalidation of 1 ms, of the same object.
TEST(Service, InvalidatesAfterAWrite) {
  Shop shop;
  StepSettings write;
  write.write = "db";
  write.invalidate = "cache";
  write.key = "cart";
  shop.endpoint({write});
  shop.asks.push_back({.at = 0_ms, .key = 5, .bytes = 99});
  shop.run();
  EXPECT_EQ(shop.answered_ms(), (Times{11}));
  ASSERT_EQ(shop.cache->heard(Operation::invalidate), 1U);
  EXPECT_EQ(shop.db->heard()[0].bytes, 99U);
  EXPECT_EQ(shop.db->heard()[0].key, shop.cache->heard()[0].key);
  EXPECT_NE(shop.db->heard()[0].key, 5U);
}

// Branches of 20 and 10 + 1 ms are joined after 20 ms; the worker is held meanwhile.
TEST(Service, JoinsBranchesAtTheSlowest) {
  Shop shop;
  shop.endpoint({parallel({{call("far")}, {call("db"), call("cache")}}), compute(4_ms)});
  shop.ask_at(0_ms);
  shop.ask_at(0_ms);
  shop.run();
  EXPECT_EQ(shop.answered_ms(), (Times{24, 48}));
  shop.expect_empty();
}

// Branches that compute take the worker they were forked with in turn, so that one worker suffices
// and two halve the time.
TEST(Service, HandsItsWorkerToBranchesThatCompute) {
  for (const std::uint64_t workers : {1, 2}) {
    Shop shop;
    shop.settings().workers = workers;
    shop.endpoint({compute(1_ms), parallel({{compute(10_ms)}, {compute(10_ms)}}), call("far")});
    shop.ask_at(0_ms);
    shop.run();
    EXPECT_EQ(shop.answered_ms(), (Times{workers == 1 ? 41 : 31}));
    shop.expect_empty();
  }
}

// A sampled step is done for that share of requests, and the same ones at each step: of 1,000, 3.29
// standard deviations around 300 look into the cache, all of which also call; the rest go on. A
// request without a sample still gets its worker.
TEST(Service, SamplesTheSameRequestsAtEachStep) {
  for (const WorkerUse worker : {WorkerUse::held, WorkerUse::released}) {
    Shop shop;
    StepSettings traced = compute(5_ms);
    StepSettings sent = call("far");
    StepSettings cached = read("db", "cache");
    traced.sampling = sent.sampling = 0.3;
    cached.sampling = 0.3;
    shop.settings().workers = 1000;
    shop.settings().worker = worker;
    shop.endpoint({traced, compute(1_ms), cached, sent});
    for (int i = 0; i < 1000; ++i) shop.ask_at(1_ms * i);
    shop.run(5_s);
    const auto sampled = static_cast<double>(shop.cache->heard().size());
    EXPECT_NEAR(sampled, 300, 3.29 * 14.5);
    EXPECT_EQ(shop.far->heard().size(), sampled);
    std::map<std::int64_t, int> took_ms;
    for (const auto& answer : shop.zoe->answers()) {
      ++took_ms[(answer.at - sim::Time{}).ns / 1'000'000 - static_cast<std::int64_t>(answer.ask)];
    }
    EXPECT_EQ(took_ms.size(), 2U);
    EXPECT_EQ(took_ms[1], 1000 - sampled);
    EXPECT_EQ(took_ms[5 + 1 + 1 + 20], sampled);  // the stub answers for the cache: a hit
    shop.expect_empty();
  }
}

// A `parallel` of a sample is skipped as a whole.
TEST(Service, SamplesBranches) {
  Shop shop;
  StepSettings branches = parallel({{compute(10_ms)}, {call("far")}});
  branches.sampling = 0.5;
  shop.settings().workers = 400;
  shop.endpoint({branches, call("db")});
  for (int i = 0; i < 200; ++i) shop.ask_at(1_ms * i);
  shop.run(5_s);
  EXPECT_NEAR(static_cast<double>(shop.far->heard().size()), 100, 3.29 * 7.1);
  EXPECT_EQ(shop.db->heard().size(), 200U);
  shop.expect_empty();
}

// A failing call ends the request with an error, in a branch once all have ended; an optional one
// only degrades the answer.
TEST(Service, FailsOrDegrades) {
  const auto ask = [](Steps steps) {
    auto shop = std::make_unique<Shop>();
    shop->far_says = [](const Attempt&) { return Outcome{.status = Status::unavailable}; };
    shop->endpoint(std::move(steps));
    shop->ask_at(0_ms);
    shop->run();
    shop->expect_empty();
    return shop;
  };
  const auto failed = ask({call("far"), compute(1_ms)});
  EXPECT_EQ(failed->status(), Status::failed);
  EXPECT_EQ(failed->answered_ms(), (Times{20}));

  const auto degraded = ask({call("far", true), compute(1_ms)});
  EXPECT_EQ(degraded->status(), Status::ok);
  EXPECT_TRUE(degraded->zoe->answers()[0].outcome.degraded);
  EXPECT_EQ(degraded->answered_ms(), (Times{21}));
  EXPECT_EQ(degraded->figure("degraded"), 1.0);

  const auto branch = ask({parallel({{call("far")}, {call("far", true), call("db")}})});
  EXPECT_EQ(branch->status(), Status::failed);
  EXPECT_EQ(branch->answered_ms(), (Times{30}));

  const auto optional_branch = ask({parallel({{call("far", true)}, {call("db")}})});
  EXPECT_EQ(optional_branch->status(), Status::ok);
  EXPECT_TRUE(optional_branch->zoe->answers()[0].outcome.degraded);
}

// One in service and one waiting fill a worker with a backlog of one: the third is rejected, until
// a larger backlog is set.
TEST(Service, RejectsWhenItsBacklogIsFull) {
  Shop shop;
  shop.settings().backlog = 1;
  shop.endpoint({compute(10_ms)});
  for (int i = 0; i < 3; ++i) shop.ask_at(0_ms);
  for (int i = 0; i < 3; ++i) shop.ask_at(50_ms);
  shop.run(40_ms);
  EXPECT_EQ(shop.status(2), Status::rejected);
  EXPECT_EQ(shop.answered_ms(), (Times{0, 10, 20}));
  shop.web->settings.backlog = 2;
  shop.web->changed(shop.world, "backlog");
  shop.run();
  EXPECT_EQ(shop.status(5), Status::ok);
  shop.expect_empty();
}

// Workers set while running take what waits.
TEST(Service, ChangesItsWorkersWhileRunning) {
  Shop shop;
  shop.endpoint({compute(10_ms)});
  for (int i = 0; i < 3; ++i) shop.ask_at(0_ms);
  shop.run(5_ms);
  shop.web->settings.workers = 3;
  shop.web->changed(shop.world, "workers");
  shop.run();
  EXPECT_EQ(shop.answered_ms(), (Times{10, 15, 15}));
}

// A crash resets what waits, works, calls and is forked, frees every record, and late answers find
// nothing; after a restart the service serves again.
TEST(Service, LosesEverythingInACrash) {
  Shop shop;
  shop.settings().workers = 2;
  shop.endpoint({compute(10_ms), parallel({{call("far")}, {compute(50_ms)}})});
  shop.ask_at(0_ms);   // in branches at 30 ms
  shop.ask_at(22_ms);  // in service
  shop.ask_at(23_ms);  // waiting
  shop.ask_at(100_ms);
  shop.run(25_ms);
  EXPECT_EQ(shop.web->frames(), 5U);
  shop.web->crash(shop.world, 0);
  EXPECT_EQ(shop.web->frames(), 0U);
  EXPECT_EQ(shop.web->in_system(), 0U);
  shop.web->restart(shop.world, 0);
  shop.run();
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(shop.status(i), Status::reset);
    EXPECT_EQ(shop.zoe->answer_to(i)->at, sim::Time{} + 25_ms);
  }
  EXPECT_EQ(shop.zoe->answer_to(3)->at, sim::Time{} + 160_ms);
  EXPECT_EQ(shop.figure("lost"), 3.0);
  shop.expect_empty();
}

// At half speed from 5 ms on, the second half of 10 ms of work takes 10 ms: 15 ms in all.
TEST(Service, SlowsDownWhatIsInService) {
  Shop shop;
  shop.endpoint({compute(10_ms)});
  shop.ask_at(0_ms);
  shop.run(5_ms);
  shop.web->slow(shop.world, 0, 1, 0.5);
  shop.run();
  EXPECT_EQ(shop.answered_ms(), (Times{15}));
}

// A caller that gave up after 5 ms leaves 10 ms of work behind, all of it wasted.
TEST(Service, WorksOnForACallerWhoLeft) {
  Shop shop;
  shop.patience.timeout = 5_ms;
  shop.endpoint({compute(10_ms)});
  shop.ask_at(0_ms);
  shop.run();
  EXPECT_EQ(shop.status(), Status::timed_out);
  EXPECT_DOUBLE_EQ(*shop.figure("wasted_work"), 1.0);
  shop.expect_empty();
}

// Service demands stay with their requests when a replica is added, and when a read before the step
// gets a cache: what remains of each answer's time without the read is the same.
TEST(Service, DrawsBelongToTheRequestAndTheStep) {
  const auto worked = [](std::uint64_t replicas, bool cached) {
    Shop shop;
    StepSettings random;
    random.compute = sim::Distribution::exponential(5_ms);
    shop.settings().hosting.replicas = replicas;
    shop.endpoint({cached ? read("db", "cache") : read("db"), random});
    for (int i = 0; i < 20; ++i) shop.ask_at(200_ms * i);
    shop.run(10_s);
    std::vector<std::int64_t> demands;
    for (const auto& answer : shop.zoe->answers()) {
      const sim::Duration reading = cached ? 1_ms : 10_ms;
      const sim::Time sent = sim::Time{} + 200_ms * static_cast<std::int64_t>(answer.ask);
      demands.push_back((answer.at - sent - reading).ns);
    }
    return demands;
  };
  const auto demands = worked(1, false);
  ASSERT_EQ(demands.size(), 20U);
  EXPECT_NE(demands[0], demands[1]);
  EXPECT_EQ(worked(2, false), demands);
  EXPECT_EQ(worked(1, true), demands);
}

// Two calls of one callee for one request are not served alike: each has luck of its own.
TEST(Service, GivesEveryCallItsOwnLuck) {
  Shop shop;
  std::vector<std::uint64_t> keys;
  shop.far_says = [&](const Attempt& attempt) {
    keys.push_back(attempt.luck.key);
    return Outcome{};
  };
  shop.endpoint({call("far"), parallel({{call("far")}, {call("far")}})});
  shop.ask_at(0_ms);
  shop.run();
  ASSERT_EQ(keys.size(), 3U);
  EXPECT_NE(keys[0], keys[1]);
  EXPECT_NE(keys[0], keys[2]);
  EXPECT_NE(keys[1], keys[2]);
}

// A clone made in the middle of everything finishes with the digest of the original.
TEST(Service, ContinuesAsAClone) {
  Shop shop;
  shop.settings().worker = WorkerUse::released;
  StepSettings random;
  random.compute = sim::Distribution::exponential(8_ms);
  shop.cache_says = [](const Attempt& a) { return Outcome{.found = a.key % 2 == 0}; };
  shop.endpoint({random, parallel({{read("db", "cache")}, {call("far", true), random}}), random});
  for (int i = 0; i < 40; ++i) {
    shop.asks.push_back({.at = 5_ms * i, .key = static_cast<std::uint64_t>(i)});
  }
  shop.run(103_ms);
  EXPECT_GT(shop.web->frames(), 0U);
  World copy(shop.world);
  shop.run(10_s);
  copy.run_until(sim::Time{} + 10_s);
  EXPECT_EQ(copy.digest(), shop.world.digest());
  EXPECT_EQ(copy.outcome_digest(), shop.world.outcome_digest());
  shop.expect_empty();
}

// Two requests of 10 ms on one worker: utilisation 20 ms of 100, 10 ms waited by one of two.
TEST(Service, MeasuresItself) {
  Shop shop;
  shop.endpoint({compute(10_ms)});
  shop.ask_at(0_ms);
  shop.ask_at(0_ms);
  shop.run(100_ms);
  EXPECT_DOUBLE_EQ(*shop.figure("utilisation"), 0.2);
  EXPECT_DOUBLE_EQ(*shop.figure("backlog"), 0.1);
  EXPECT_DOUBLE_EQ(*shop.figure("waiting_ms"), 5.0);
  EXPECT_DOUBLE_EQ(*shop.figure("service_ms"), 10.0);
}

// Mobile devices get what is meant for them, and where nothing is, what all get.
TEST(Service, ServesMobileDevicesTheirOwnEndpoints) {
  Shop shop;
  shop.endpoint({compute(10_ms)});
  shop.endpoint({compute(20_ms)}, "*");
  shop.endpoint({compute(3_ms)}, "mobile GET /");
  shop.settings().workers = 4;
  for (const bool mobile : {false, true}) {
    for (const char* endpoint : {"GET /", "GET /else"}) {
      shop.asks.push_back({.at = 0_ms, .endpoint = endpoint, .mobile = mobile});
    }
  }
  EXPECT_EQ(*shop.service->endpoints(), (std::vector<std::string>{"*", "GET /", "GET /"}));
  shop.run();
  const auto took = [&](std::size_t i) { return shop.zoe->answer_to(i)->at - sim::Time{}; };
  EXPECT_EQ(took(0), 10_ms);
  EXPECT_EQ(took(1), 20_ms);
  EXPECT_EQ(took(2), 3_ms);
  EXPECT_EQ(took(3), 20_ms);
}

// A machine of twice the speed does 10 ms of work in 5; set to half the speed meanwhile, the second
// half of it takes 10.
TEST(Service, WorksAtTheSpeedOfItsMachine) {
  Shop shop;
  shop.settings().speed = 2;
  shop.endpoint({compute(10_ms)});
  shop.ask_at(0_ms);
  shop.ask_at(20_ms);
  shop.run(22.5_ms);
  shop.web->settings.speed = 0.5;
  shop.web->changed(shop.world, "speed");
  shop.run();
  EXPECT_EQ(shop.zoe->answer_to(0)->at, sim::Time{} + 5_ms);
  EXPECT_EQ(shop.zoe->answer_to(1)->at, sim::Time{} + 32.5_ms);
}

// Restarted at 10 ms it is up at 15, and until 25 works at a tenth of its speed: what comes at 20
// does half a millisecond of its 2 until then, and the rest after. A fault that slows it as well
// multiplies. What was never restarted is warm.
TEST(Service, StartsCold) {
  Shop shop;
  shop.settings().hosting.start_time = 5_ms;
  shop.settings().cold_start = {.lasts = 10_ms, .speed = 0.1};
  shop.endpoint({compute(2_ms)});
  for (const sim::Duration at : {0_ms, 12_ms, 20_ms, 40_ms}) shop.ask_at(at);
  shop.run(10_ms);
  shop.web->restart(shop.world, 0);
  shop.run(30_ms);
  shop.web->slow(shop.world, 0, 1, 0.5);
  shop.run();
  EXPECT_EQ(shop.zoe->answer_to(0)->at, sim::Time{} + 2_ms);
  EXPECT_EQ(shop.status(1), Status::reset);
  EXPECT_EQ(shop.zoe->answer_to(2)->at, sim::Time{} + 26.5_ms);
  EXPECT_EQ(shop.zoe->answer_to(3)->at, sim::Time{} + 44_ms);
  shop.expect_empty();
}

// A replica that crashes again while it is cold is cold for as long again.
TEST(Service, IsColdAfterEveryStart) {
  Shop shop;
  shop.settings().cold_start = {.lasts = 100_ms, .speed = 0.5};
  shop.endpoint({compute(10_ms)});
  shop.ask_at(150_ms);
  shop.run(10_ms);
  shop.web->restart(shop.world, 0);
  shop.run(80_ms);
  shop.web->restart(shop.world, 0);
  shop.run();
  EXPECT_EQ(shop.zoe->answer_to(0)->at, sim::Time{} + 170_ms);
}

// Read once in 10 ms, remembered for 50 from then on, each replica for itself; what a replica
// writes it forgets, while the other one goes on with the old version; a crash forgets all.
TEST(Service, RemembersInItsOwnProcess) {
  Shop shop;
  shop.settings().memory = {.capacity = 10, .ttl = 50_ms};
  StepSettings remembered = read("db");
  remembered.memory = true;
  StepSettings written;
  written.write = "db";
  written.memory = true;
  shop.settings().hosting.replicas = 2;
  shop.endpoint({remembered});
  shop.endpoint({written}, "PUT /");
  const auto ask = [&](sim::Duration at, ReplicaIndex to, const char* endpoint = "GET /") {
    shop.asks.push_back({.at = at, .endpoint = endpoint, .key = 5, .to = to});
  };
  ask(0_ms, 0);            // 0: 10 ms
  ask(20_ms, 0);           // 1: at once
  ask(20_ms, 1);           // 2: 10 ms, the other replica
  ask(30_ms, 0, "PUT /");  // 3
  ask(45_ms, 0);           // 4: 10 ms again
  ask(45_ms, 1);           // 5: at once, though it was written since
  ask(81_ms, 1);           // 6: too old
  ask(100_ms, 0);          // 7: at once
  ask(104_ms, 0);          // 8: after the crash
  shop.run(102_ms);
  shop.web->restart(shop.world, 0);
  shop.run();
  const auto took = [&](std::size_t i) {
    return shop.zoe->answer_to(i)->at - sim::Time{} - shop.asks[i].at;
  };
  for (const std::size_t i : {0, 2, 4, 6, 8}) EXPECT_EQ(took(i), 10_ms) << i;
  for (const std::size_t i : {1, 5, 7}) EXPECT_EQ(took(i), 0_ms) << i;
  EXPECT_EQ(shop.zoe->answer_to(1)->outcome.version, 42U);
  EXPECT_DOUBLE_EQ(*shop.figure("memory_hit_ratio"), 3.0 / 8);
  EXPECT_EQ(shop.db->heard(Operation::read), 5U);
  shop.expect_empty();
}

// What the cache had is remembered as well; what could not be read is neither stored nor
// remembered.
TEST(Service, RemembersOnlyWhatItGot) {
  Shop shop;
  shop.settings().memory = {.capacity = 10, .ttl = {}};
  bool fails = true;
  shop.cache_says = [&](const Attempt& attempt) {
    const bool asks = attempt.operation == Operation::read;
    return Outcome{.status = asks && fails ? Status::failed : Status::ok};
  };
  StepSettings step = read("db", "cache");
  step.memory = true;
  step.optional = true;
  step.cache_down = CacheDown::fail;
  shop.endpoint({step});
  for (const sim::Duration at : {0_ms, 10_ms, 20_ms}) shop.ask_at(at);
  shop.run(5_ms);
  fails = false;
  shop.run();
  EXPECT_TRUE(shop.zoe->answer_to(0)->outcome.degraded);
  EXPECT_EQ(shop.zoe->answer_to(1)->at, sim::Time{} + 11_ms);
  EXPECT_EQ(shop.zoe->answer_to(2)->at, sim::Time{} + 20_ms);
  EXPECT_EQ(shop.cache->heard().size(), 2U);
}

// A read that failed, and need not succeed, leaves nothing in the cache.
TEST(Service, StoresNothingAfterAFailedRead) {
  Shop shop;
  shop.cache_says = [](const Attempt&) { return Outcome{.found = false}; };
  shop.far_says = [](const Attempt&) { return Outcome{.status = Status::failed}; };
  StepSettings step = read("far", "cache");
  step.optional = true;
  shop.endpoint({step, compute(1_ms)});
  shop.ask_at(0_ms);
  shop.run();
  EXPECT_EQ(shop.answered_ms(), (Times{22}));
  EXPECT_TRUE(shop.zoe->answers()[0].outcome.degraded);
  EXPECT_EQ(shop.cache->heard(Operation::store), 0U);
}

// What can be said before anything runs: whom each endpoint calls, and for what.
TEST(Service, TellsItsCallsBeforehand) {
  Service service("web");
  StepSettings named = call("api");
  named.endpoint = "GET /x";
  service.settings.endpoints["GET /"] = {parallel({{call("api")}, {named}}), read("db", "cache")};
  const auto calls = service.static_calls();
  ASSERT_EQ(calls.size(), 5U);
  EXPECT_EQ(calls[0].callee, "api");
  EXPECT_EQ(calls[0].callee_endpoint, std::nullopt);
  EXPECT_EQ(calls[1].callee_endpoint, "GET /x");
  EXPECT_EQ(calls[3].callee, "db");
  EXPECT_EQ(calls[3].operation, Operation::read);
  EXPECT_EQ(*service.endpoints(), std::vector<std::string>{"GET /"});
}

}  // namespace
}  // namespace faultline::models::service_test
