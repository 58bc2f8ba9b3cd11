#include "models/cache/cache.h"

#include <gtest/gtest.h>

#include "tests/models/cache_scene.h"

namespace faultline::models::cache_test {
namespace {

using sim::Distribution;
using sim::Time;
using namespace sim::literals;

using Scene = CacheScene;

CacheSettings small(std::uint64_t capacity = 2) { return small_cache(capacity); }

// A read finds what was stored, with its version; what was taken out or pushed out is gone.
TEST(Cache, StoresReadsInvalidatesEvicts) {
  Scene scene(small());
  scene.ask(10_ms, Operation::read, 1);        // 0: not there yet
  scene.ask(20_ms, Operation::store, 1, 7);    // 1
  scene.ask(30_ms, Operation::read, 1);        // 2: version 7
  scene.ask(40_ms, Operation::store, 2, 1);    // 3
  scene.ask(50_ms, Operation::store, 3, 1);    // 4: pushes 1 out
  scene.ask(60_ms, Operation::read, 1);        // 5
  scene.ask(70_ms, Operation::invalidate, 2);  // 6
  scene.ask(80_ms, Operation::read, 2);        // 7
  scene.ask(90_ms, Operation::serve, 3);       // 8: as a read
  scene.world.start();
  scene.run(1_s);
  ASSERT_EQ(scene.probe->answers().size(), 9u);
  EXPECT_TRUE(scene.outcome(0).ok());
  EXPECT_FALSE(scene.outcome(0).found);
  EXPECT_TRUE(scene.outcome(2).found);
  EXPECT_EQ(scene.outcome(2).version, 7u);
  EXPECT_EQ(scene.probe->answer_to(2)->at, Time{} + 31_ms);
  EXPECT_FALSE(scene.outcome(5).found);
  EXPECT_TRUE(scene.outcome(6).found);
  EXPECT_FALSE(scene.outcome(7).found);
  EXPECT_TRUE(scene.outcome(8).found);
  EXPECT_EQ(scene.figure("hits"), 2);
  EXPECT_EQ(scene.figure("misses"), 3);
  EXPECT_EQ(scene.figure("hit_ratio"), 0.4);
  EXPECT_EQ(scene.figure("evictions"), 1);
  EXPECT_EQ(scene.figure("entries"), 1);
}

// An older version never takes the place of a newer one, and an equal one does.
TEST(Cache, NeverReplacesANewerVersion) {
  Scene scene(small());
  scene.ask(10_ms, Operation::store, 1, 5);
  scene.ask(20_ms, Operation::store, 1, 4);
  scene.ask(30_ms, Operation::read, 1);
  scene.ask(40_ms, Operation::store, 1, 6);
  scene.ask(50_ms, Operation::read, 1);
  scene.world.start();
  scene.run(1_s);
  EXPECT_EQ(scene.outcome(2).version, 5u);
  EXPECT_EQ(scene.outcome(4).version, 6u);
  EXPECT_EQ(scene.figure("stores_refused"), 1);
}

// A value is good until its TTL has passed since it was stored, to the nanosecond.
TEST(Cache, ForgetsAfterTheTtl) {
  CacheSettings settings = small();
  settings.ttl = 100_ms;
  Scene scene(settings);
  scene.ask(9_ms, Operation::store, 1, 1);       // takes effect at 10 ms
  scene.ask(109_ms - 1_ns, Operation::read, 1);  // at 110 ms - 1 ns
  scene.ask(109_ms, Operation::read, 1);         // at 110 ms
  scene.world.start();
  scene.run(1_s);
  EXPECT_TRUE(scene.outcome(1).found);
  EXPECT_FALSE(scene.outcome(2).found);
  EXPECT_EQ(scene.figure("expired"), 1);
  EXPECT_EQ(scene.figure("entries"), 0);
}

// Stored at once, 1,000 values of which each lives 80 to 120 ms: none is gone before the first of
// these, none is left at the second, and half are there in the middle (binomial, 3.3 standard
// deviations). The same for what was there from the start.
TEST(Cache, SpreadsTheEndOfItsValues) {
  for (const bool prefilled : {false, true}) {
    CacheSettings settings = small(1000);
    settings.service_time = {};
    settings.ttl = 100_ms;
    settings.ttl_jitter = 0.2;
    if (prefilled) settings.prefill = 1000;
    Scene scene(settings);
    for (std::uint64_t key = 1; key <= 1000; ++key) {
      if (!prefilled) scene.ask(0_ms, Operation::store, key, 1);
      for (const sim::Duration at : {80_ms, 100_ms, 120_ms}) scene.ask(at, Operation::read, key);
    }
    scene.world.start();
    scene.run(90_ms);
    EXPECT_EQ(scene.figure("hits"), 1000);
    scene.run(110_ms);
    EXPECT_NEAR(scene.figure("hits"), 1500, 3.3 * 15.8);
    const double hits = scene.figure("hits");
    scene.run(1_s);
    EXPECT_EQ(scene.figure("hits"), hits);
    EXPECT_EQ(scene.figure("expired"), 1000);
  }
}

// The rule of who has to go is the shelf's: with room for two, a value used twice and not since
// stays under lfu and goes under lru.
TEST(Cache, ForgetsByItsRule) {
  for (const Eviction eviction : {Eviction::lru, Eviction::lfu}) {
    CacheSettings settings = small();
    settings.eviction = eviction;
    Scene scene(settings);
    scene.ask(10_ms, Operation::store, 1, 1);
    scene.ask(20_ms, Operation::read, 1);
    scene.ask(30_ms, Operation::read, 1);
    scene.ask(40_ms, Operation::store, 2, 1);
    scene.ask(50_ms, Operation::read, 2);
    scene.ask(60_ms, Operation::read, 3);
    scene.ask(70_ms, Operation::store, 3, 1);
    scene.ask(80_ms, Operation::read, 1);
    scene.world.start();
    scene.run(1_s);
    EXPECT_EQ(scene.outcome(7).found, eviction == Eviction::lfu);
  }
}

// Filled with more than fits, it holds the lowest keys; reads of them hit, the others miss.
TEST(Cache, IsFilledBeforehand) {
  CacheSettings settings = small(8);
  settings.prefill = 10;
  Scene scene(settings);
  for (std::uint64_t key = 1; key <= 10; ++key) scene.ask(1_ms, Operation::read, key);
  scene.world.start();
  scene.run(1_s);
  EXPECT_EQ(scene.figure("hits"), 8);
  EXPECT_EQ(scene.figure("misses"), 2);
  EXPECT_TRUE(scene.outcome(0).found);
  EXPECT_FALSE(scene.outcome(9).found);
}

// Three operations at once on one worker end one after the other; without a limit, together.
TEST(Cache, QueuesWhereWorkersAreLimited) {
  for (const bool limited : {true, false}) {
    CacheSettings settings = small();
    if (limited) settings.workers = 1;
    Scene scene(settings);
    for (int i = 0; i < 3; ++i) scene.ask(10_ms, Operation::read, 1);
    scene.world.start();
    scene.run(20_ms);
    for (std::size_t i = 0; i < 3; ++i) {
      const std::int64_t waits = limited ? static_cast<std::int64_t>(i) : 0;
      EXPECT_EQ(scene.probe->answer_to(i)->at, Time{} + 11_ms + 1_ms * waits);
    }
    if (limited) {
      EXPECT_EQ(scene.figure("utilisation"), 3.0 / 20);
    }
  }
}

// Half the speed from the middle of a service on: 0.5 ms at full speed, 1 ms for the other half; a
// pause stops it altogether.
TEST(Cache, RetimesWhatIsInServiceWhenItsSpeedChanges) {
  for (const bool limited : {true, false}) {
    CacheSettings settings = small();
    if (limited) settings.workers = 4;
    Scene scene(settings);
    scene.ask(10_ms, Operation::read, 1);
    scene.ask(20_ms, Operation::read, 1);
    scene.world.start();
    scene.run(10.5_ms);
    scene.cache->slow(scene.world, 0, 1, 0.5);
    scene.run(15_ms);
    EXPECT_EQ(scene.probe->answer_to(0)->at, Time{} + 11.5_ms);
    scene.cache->recover_speed(scene.world, 0, 1);
    scene.run(20.25_ms);
    scene.cache->slow(scene.world, 0, 2, 0.0);
    scene.run(50_ms);
    EXPECT_EQ(scene.probe->answer_to(1), nullptr);
    scene.cache->recover_speed(scene.world, 0, 2);
    scene.run(1_s);
    EXPECT_EQ(scene.probe->answer_to(1)->at, Time{} + 50.75_ms);
  }
}

// A crash loses the contents and what was in service; the restarted node is cold and serves.
TEST(Cache, ComesBackEmptyAfterACrash) {
  for (const bool limited : {true, false}) {
    CacheSettings settings = small();
    settings.prefill = 1;
    if (limited) settings.workers = 4;
    Scene scene(settings);
    scene.ask(1_ms, Operation::read, 1);
    scene.ask(10_ms, Operation::read, 1);  // in service when it happens
    scene.ask(12_ms, Operation::read, 1);  // while it is down
    scene.ask(20_ms, Operation::read, 1);
    scene.world.start();
    scene.run(10.5_ms);
    scene.cache->crash(scene.world, 0);
    scene.run(15_ms);
    scene.cache->restart(scene.world, 0);
    scene.run(1_s);
    EXPECT_TRUE(scene.outcome(0).found);
    EXPECT_EQ(scene.outcome(1).status, Status::reset);
    EXPECT_EQ(scene.probe->answer_to(1)->at, Time{} + 10.5_ms);
    EXPECT_EQ(scene.outcome(2).status, Status::reset);
    EXPECT_TRUE(scene.outcome(3).ok());
    EXPECT_FALSE(scene.outcome(3).found);
    EXPECT_EQ(scene.cache->in_system(), 0u);
    EXPECT_EQ(scene.figure("lost"), 1);
  }
}

// An operation lost in a crash never takes effect, though its caller tries again with the same
// call at once and its time has not come: the retry is served for its full time.
TEST(Cache, ARetryIsNotServedByWhatTheCrashCutShort) {
  CallPolicy policy;
  policy.retries.emplace();
  policy.retries->max = 1;
  policy.retries->backoff = {};
  World world(1, tiny_geography());
  auto made = std::make_unique<Cache>("cache");
  made->settings = small();
  made->settings.service_time = Distribution::constant(10_ms);
  Cache* cache = made.get();
  world.add(std::move(made));
  auto asking = std::make_unique<Probe>("probe", "cache", policy);
  Probe* probe = asking.get();
  asking->ask({.at = 10_ms, .operation = Operation::read, .key = 1});
  world.add(std::move(asking));
  world.start();
  world.run_until(Time{} + 12_ms);
  cache->restart(world, 0);  // up again at once; the reset reaches the caller, who tries again
  world.run_until(Time{} + 1_s);
  ASSERT_NE(probe->answer_to(0), nullptr);
  EXPECT_TRUE(probe->answer_to(0)->outcome.ok());
  EXPECT_GE(probe->answer_to(0)->at, Time{} + 22_ms);
}

// A flush empties it and disturbs nobody.
TEST(Cache, IsEmptyAfterAFlush) {
  CacheSettings settings = small();
  settings.prefill = 1;
  Scene scene(settings);
  scene.ask(10_ms, Operation::read, 1);
  scene.ask(20_ms, Operation::read, 1);
  scene.world.start();
  scene.run(15_ms);
  ASSERT_TRUE(scene.cache->suffers(Fault::flush));
  scene.cache->flush(scene.world, 0);
  scene.run(1_s);
  EXPECT_TRUE(scene.outcome(0).found);
  EXPECT_FALSE(scene.outcome(1).found);
}

// The keys of a dead node are errors for their callers, or go to the other nodes, as they were
// told; the keys of the living stay where they are.
TEST(Cache, KeysOfADeadNodeStayOrMove) {
  for (const bool rehash : {false, true}) {
    CacheSettings settings = small(2000);
    settings.hosting.replicas = 4;
    settings.prefill = 1000;
    if (rehash) settings.on_node_down = CacheSettings::OnNodeDown::rehash;
    Scene scene(settings);
    for (std::uint64_t key = 1; key <= 1000; ++key) scene.ask(10_ms, Operation::read, key);
    scene.world.start();
    scene.cache->crash(scene.world, 2);
    scene.run(1_s);
    for (std::size_t i = 0; i < 1000; ++i) {
      const Outcome& outcome = scene.outcome(i);
      if (scene.cache->owner_of(i + 1) != 2) {
        ASSERT_TRUE(outcome.ok() && outcome.found);
      } else if (rehash) {
        ASSERT_TRUE(outcome.ok() && !outcome.found && outcome.replica != 2);
      } else {
        ASSERT_EQ(outcome.status, Status::reset);
      }
    }
  }
}

// Callers who divide by the number of living nodes lose about 3/4 of all keys with one node of 4.
TEST(Cache, ModuloMovesNearlyEveryKey) {
  CacheSettings settings = small(20'000);
  settings.hosting.replicas = 4;
  settings.prefill = 10'000;
  settings.spread = CacheSettings::Spread::modulo;
  settings.on_node_down = CacheSettings::OnNodeDown::rehash;
  Scene scene(settings);
  for (std::uint64_t key = 1; key <= 10'000; ++key) scene.ask(10_ms, Operation::read, key);
  scene.world.start();
  scene.cache->crash(scene.world, 3);
  scene.run(1_s);
  // Of h mod 12, h mod 3 == h mod 4 for 3 in 12; binomial, 3.3 standard deviations.
  EXPECT_NEAR(scene.figure("hit_ratio"), 0.25, 3.3 * 0.00433);
}

CacheSettings busy() {
  CacheSettings settings = small(50);
  settings.hosting.replicas = 3;
  settings.service_time = Distribution::exponential(3_ms);
  settings.ttl = 40_ms;
  settings.workers = 2;
  return settings;
}

void ask_much(Scene& scene) {
  sim::Draw draw(99);
  for (int i = 0; i < 2000; ++i) {
    const sim::Duration at = 50_us * static_cast<std::int64_t>(draw.below(10'000));
    const std::uint64_t what = draw.below(10);
    const Operation operation = what < 6   ? Operation::read
                                : what < 9 ? Operation::store
                                           : Operation::invalidate;
    const std::uint64_t version = draw.below(20);
    scene.ask(at, operation, draw.below(200), version);
  }
}

// Through crashes and a slow spell, every operation is answered once and accounted for once.
TEST(Cache, ConservesOperations) {
  for (const bool limited : {true, false}) {
    CacheSettings settings = busy();
    if (!limited) settings.workers.reset();
    Scene scene(settings);
    ask_much(scene);
    scene.world.start();
    scene.run(100_ms);
    scene.cache->slow(scene.world, 0, 1, 0.1);
    scene.run(150_ms);
    scene.cache->crash(scene.world, 0);
    scene.cache->crash(scene.world, 1);
    scene.run(200_ms);
    scene.cache->restart(scene.world, 0);
    scene.cache->restart(scene.world, 0);
    scene.run(220_ms);
    scene.cache->recover_speed(scene.world, 0, 1);
    scene.cache->restart(scene.world, 1);
    scene.run(5_s);
    EXPECT_EQ(scene.probe->answers().size(), 2000u);
    EXPECT_EQ(scene.cache->in_system(), 0u);
    EXPECT_GT(scene.figure("lost"), 0);
    EXPECT_GT(scene.figure("expired"), 0);
    EXPECT_EQ(scene.figure("hits") + scene.figure("misses") + scene.figure("stores") +
                  scene.figure("stores_refused") + scene.figure("invalidations"),
              scene.figure("completed"));
    EXPECT_EQ(scene.world.live_records(), 0u);
  }
}

// A clone taken in the middle and the original end alike.
TEST(Cache, AClonedWorldEndsAlike) {
  for (const bool limited : {true, false}) {
    CacheSettings settings = busy();
    if (!limited) settings.workers.reset();
    Scene scene(settings);
    ask_much(scene);
    scene.world.start();
    scene.run(123_ms);
    World clone(scene.world);
    scene.run(5_s);
    clone.run_until(Time{} + 5_s);
    EXPECT_EQ(clone.digest(), scene.world.digest());
    EXPECT_EQ(clone.outcome_digest(), scene.world.outcome_digest());
  }
}

}  // namespace
}  // namespace faultline::models::cache_test
