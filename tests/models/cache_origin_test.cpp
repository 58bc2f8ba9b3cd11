// A cache with a store behind it: what is read and written through, around and back.
#include <gtest/gtest.h>

#include <set>

#include "models/cache/cache.h"
#include "tests/models/cache_scene.h"

namespace faultline::models::cache_origin_test {
namespace {

using namespace sim::literals;
using Writes = CacheSettings::Writes;

CacheSettings with_origin(Writes writes = Writes::through, std::uint64_t capacity = 10) {
  CacheSettings settings = small_cache(capacity);
  settings.origin = "db";
  settings.writes = writes;
  return settings;
}

// A miss takes the 10 ms of the store on top of the cache's own one; what it brought is there for
// the next. Callers need not know that there is a store.
TEST(CacheOrigin, ReadsThrough) {
  CacheScene scene(with_origin());
  scene.ask(10_ms, Operation::read, 7);
  scene.ask(30_ms, Operation::read, 7);
  scene.world.start();
  scene.run(1_s);
  EXPECT_EQ(scene.answered_at(0), 21_ms);
  EXPECT_EQ(scene.answered_at(1), 31_ms);
  for (const std::size_t i : {0, 1}) {
    EXPECT_TRUE(scene.outcome(i).ok() && scene.outcome(i).found);
    EXPECT_EQ(scene.outcome(i).version, 1U);
    EXPECT_EQ(scene.outcome(i).bytes, 100U);
  }
  EXPECT_EQ(scene.origin->heard(Operation::read), 1U);
  EXPECT_EQ(scene.origin->heard().front().key, 7U);
  EXPECT_EQ(scene.figure("fetches"), 1);
  EXPECT_EQ(scene.figure("hit_ratio"), 0.5);
}

// Three who miss one key within the store's 10 ms read it once, or each for themselves; the fourth
// wants another key.
TEST(CacheOrigin, MissesOfOneKeyShareOneRead) {
  for (const bool coalescing : {true, false}) {
    CacheSettings settings = with_origin();
    settings.coalescing = coalescing;
    CacheScene scene(settings);
    for (const sim::Duration at : {10_ms, 12_ms, 14_ms}) scene.ask(at, Operation::read, 7);
    scene.ask(14_ms, Operation::read, 8);
    scene.world.start();
    scene.run(1_s);
    EXPECT_EQ(scene.origin->heard(Operation::read), coalescing ? 2U : 4U);
    EXPECT_EQ(scene.figure("coalesced"), coalescing ? 2 : 0);
    EXPECT_EQ(scene.answered_at(2), coalescing ? 21_ms : 25_ms);
    EXPECT_EQ(scene.figure("misses"), 4);
  }
}

// The store fails from 100 ms on; the value is good until 61 ms and may be used for 60 ms more.
TEST(CacheOrigin, GivesWhatIsOldWhenTheStoreFails) {
  for (const bool stale : {true, false}) {
    CacheSettings settings = with_origin();
    settings.ttl = 40_ms;
    if (stale) settings.stale_if_error = 60_ms;
    CacheScene scene(settings);
    scene.ask(10_ms, Operation::read, 7);   // brings version 1 at 21 ms
    scene.ask(109_ms, Operation::read, 7);  // fails at 120 ms
    scene.ask(110_ms, Operation::read, 7);  // fails at 121 ms: too old
    scene.world.start();
    scene.run(100_ms);
    scene.origin_fails = true;
    scene.run(1_s);
    EXPECT_EQ(scene.outcome(1).status, stale ? Status::ok : Status::failed);
    if (stale) {
      EXPECT_EQ(scene.outcome(1).version, 1U);
    }
    EXPECT_EQ(scene.figure("stale_served"), stale ? 2 : 0);  // the third joined the second's read
  }
}

// Through: the store first, then the cache, so that the next read hits. Around: the store only, and
// what the cache has is forgotten.
TEST(CacheOrigin, WritesThroughOrAround) {
  for (const Writes writes : {Writes::through, Writes::around}) {
    CacheScene scene(with_origin(writes));
    scene.ask(10_ms, Operation::read, 7);           // version 1
    scene.ask(30_ms, Operation::write, 7, 0, 500);  // version 2
    scene.ask(50_ms, Operation::read, 7);
    scene.world.start();
    scene.run(1_s);
    EXPECT_EQ(scene.answered_at(1), 41_ms);
    EXPECT_EQ(scene.outcome(1).version, 2U);
    const bool through = writes == Writes::through;
    EXPECT_EQ(scene.answered_at(2), through ? 51_ms : 61_ms);
    EXPECT_EQ(scene.outcome(2).version, through ? 2U : 3U);
    EXPECT_EQ(scene.outcome(2).bytes, through ? 500U : 100U);
    EXPECT_EQ(scene.figure("writes"), 1);
    ASSERT_EQ(scene.origin->heard(Operation::write), 1U);
    EXPECT_EQ(scene.origin->heard()[1].bytes, 500U);
  }
}

// A write that failed may have been done: nobody is told that it was, and the old value is gone.
TEST(CacheOrigin, AFailedWriteLeavesNothing) {
  for (const Writes writes : {Writes::through, Writes::around}) {
    CacheScene scene(with_origin(writes));
    scene.ask(10_ms, Operation::read, 7);
    scene.ask(30_ms, Operation::write, 7);
    scene.world.start();
    scene.run(25_ms);
    scene.origin_fails = true;
    scene.run(1_s);
    EXPECT_EQ(scene.outcome(1).status, Status::failed);
    EXPECT_EQ(scene.figure("entries"), 0);
    EXPECT_EQ(scene.figure("writes"), 0);
  }
}

// Back: answered by the cache alone. The three writes of one key within an interval reach the store
// as one, the other key's as another, within an interval and the store's 10 ms; reads in between
// find what was written.
TEST(CacheOrigin, WritesBackOncePerInterval) {
  CacheSettings settings = with_origin(Writes::back);
  settings.flush_interval = 100_ms;
  CacheScene scene(settings);
  for (int i = 0; i < 3; ++i) scene.ask(10_ms + 1_us * i, Operation::write, 7, 0, 500 + i);
  scene.ask(10_ms, Operation::write, 8);
  scene.ask(10.5_ms, Operation::read, 7);
  scene.ask(300_ms, Operation::read, 7);
  scene.world.start();
  scene.run(11.6_ms);
  EXPECT_EQ(scene.figure("writes"), 4);
  EXPECT_EQ(scene.figure("writes_unflushed"), 4);
  scene.run(1_s);
  EXPECT_EQ(scene.answered_at(0), 11_ms);
  EXPECT_EQ(scene.outcome(4).bytes, 502U);
  EXPECT_EQ(scene.answered_at(4), 11.5_ms);
  ASSERT_EQ(scene.origin->heard(Operation::write), 2U);
  EXPECT_EQ(scene.origin->heard(Operation::read), 0U);
  EXPECT_EQ(scene.origin->heard()[0].bytes, 502U);
  EXPECT_LE(scene.origin->heard()[0].at, sim::Time{} + 111_ms + 2_us);
  EXPECT_EQ(scene.figure("flushes"), 2);
  EXPECT_EQ(scene.figure("writes_flushed"), 4);
  EXPECT_EQ(scene.figure("writes_unflushed"), 0);
  EXPECT_GT(scene.outcome(5).version, 0U);  // the version that the store gave it
}

// A crash before the flush loses what was acknowledged; a write on its way to the store then may or
// may not be done, and is counted apart.
TEST(CacheOrigin, ACrashLosesWhatWasNotFlushed) {
  CacheSettings settings = with_origin(Writes::back);
  settings.flush_interval = 1_s;
  CacheScene scene(settings);
  scene.ask(0_ms, Operation::write, 1);
  for (std::uint64_t key = 2; key <= 4; ++key) scene.ask(1100_ms, Operation::write, key);
  scene.world.start();
  scene.run(100_ms);
  while (scene.origin->heard().empty()) scene.run(scene.world.now() - sim::Time{} + 1_ms);
  const sim::Duration flushed_at = scene.origin->heard()[0].at - sim::Time{};
  EXPECT_LE(flushed_at, 1001_ms);
  scene.run(flushed_at + 5_ms);
  World clone(scene.world);
  auto* copy = dynamic_cast<Cache*>(clone.find("cache"));
  copy->crash(clone, 0);  // while the first write is on its way
  EXPECT_EQ(reading(clone, *copy, "writes_in_doubt").part, 1);
  EXPECT_EQ(reading(clone, *copy, "writes_lost").part, 0);
  scene.run(std::max(flushed_at + 990_ms, 1102_ms));
  const double unflushed = scene.figure("writes_unflushed");
  scene.cache->crash(scene.world, 0);
  EXPECT_EQ(scene.figure("writes_lost") + scene.figure("writes_in_doubt"), unflushed);
  EXPECT_EQ(unflushed, 3);
  EXPECT_EQ(scene.figure("writes_unflushed"), 0);
  scene.run(5_s);
  EXPECT_EQ(scene.figure("writes"), scene.figure("writes_flushed") + scene.figure("writes_lost") +
                                        scene.figure("writes_in_doubt"));
}

// When the store fails, what was written stays and is tried again.
TEST(CacheOrigin, TriesAFlushAgain) {
  CacheSettings settings = with_origin(Writes::back);
  settings.flush_interval = 100_ms;
  CacheScene scene(settings);
  scene.origin_fails = true;
  scene.ask(10_ms, Operation::write, 7);
  scene.world.start();
  scene.run(500_ms);
  EXPECT_GE(scene.origin->heard(Operation::write), 3U);
  EXPECT_EQ(scene.figure("writes_unflushed"), 1);
  scene.origin_fails = false;
  scene.run(1_s);
  EXPECT_EQ(scene.figure("writes_flushed"), 1);
  EXPECT_EQ(scene.figure("writes_lost"), 0);
}

// Each try to flush a write has luck of its own: what the network loses once, it need not lose
// again.
TEST(CacheOrigin, EveryFlushHasLuckOfItsOwn) {
  CacheSettings settings = with_origin(Writes::back);
  settings.flush_interval = 100_ms;
  CacheScene scene(settings);
  scene.origin_fails = true;
  scene.ask(10_ms, Operation::write, 1);
  scene.world.start();
  scene.run(1_s);
  const auto& tries = scene.origin->heard();
  ASSERT_GT(tries.size(), 3U);
  std::set<std::uint64_t> lucks;
  for (const Stub::Heard& one : tries) lucks.insert(one.luck.key);
  EXPECT_EQ(lucks.size(), tries.size());
}

// What has to go for want of room is flushed at once, and found until the store has confirmed.
TEST(CacheOrigin, FlushesWhatItForgets) {
  CacheSettings settings = with_origin(Writes::back, 1);
  settings.flush_interval = 10_s;
  CacheScene scene(settings);
  scene.ask(10_ms, Operation::write, 1, 0, 111);
  scene.ask(20_ms, Operation::write, 2);
  scene.ask(22_ms, Operation::read, 1);  // on its way
  scene.ask(40_ms, Operation::read, 1);  // from the store
  scene.world.start();
  scene.run(45_ms);
  EXPECT_EQ(scene.origin->heard(Operation::write), 1U);
  EXPECT_EQ(scene.answered_at(2), 23_ms);
  EXPECT_EQ(scene.outcome(2).bytes, 111U);
  scene.run(60_ms);
  EXPECT_EQ(scene.answered_at(3), 51_ms);
}

// A flush of the whole cache, as an operator does it, throws away what the store does not know.
TEST(CacheOrigin, EmptyingItLosesWhatWasNotFlushed) {
  CacheSettings settings = with_origin(Writes::back);
  settings.flush_interval = 10_s;
  CacheScene scene(settings);
  scene.ask(10_ms, Operation::write, 1);
  scene.ask(10_ms, Operation::write, 1);
  scene.world.start();
  scene.run(20_ms);
  scene.cache->flush(scene.world, 0);
  EXPECT_EQ(scene.figure("writes_lost"), 2);
  EXPECT_EQ(scene.figure("entries"), 0);
}

// A crash in the middle of a fetch leaves nobody waiting and nothing behind.
TEST(CacheOrigin, ACrashEndsItsFetches) {
  for (const bool coalescing : {true, false}) {
    CacheSettings settings = with_origin();
    settings.coalescing = coalescing;
    CacheScene scene(settings);
    for (int i = 0; i < 3; ++i) scene.ask(10_ms, Operation::read, 7);
    scene.ask(13_ms, Operation::write, 7);
    scene.ask(30_ms, Operation::read, 7);
    scene.world.start();
    scene.run(15_ms);
    scene.cache->restart(scene.world, 0);
    scene.run(1_s);
    for (const std::size_t i : {0, 1, 2, 3}) EXPECT_EQ(scene.outcome(i).status, Status::reset);
    EXPECT_TRUE(scene.outcome(4).ok());
    EXPECT_EQ(scene.cache->in_system(), 0U);
    EXPECT_EQ(scene.world.live_records(), 0U);
  }
}

}  // namespace
}  // namespace faultline::models::cache_origin_test
