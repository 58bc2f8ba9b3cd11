// Copies of a key on several nodes of a cache: who hears of a change, and who stands in for whom.
#include <gtest/gtest.h>

#include "models/cache/cache.h"
#include "tests/models/cache_scene.h"

namespace faultline::models::cache_copies_test {
namespace {

using namespace sim::literals;
using Writes = CacheSettings::Writes;

constexpr std::uint64_t key = 7;

// The node that comes `rank`-th for the key, of three.
ReplicaIndex node(std::size_t rank) { return HashRing(3, 160).owners(key, 3)[rank]; }

CacheSettings on_three_nodes(std::uint64_t copies = 2) {
  CacheSettings settings = small_cache(100);
  settings.hosting.replicas = 3;
  settings.copies = copies;
  return settings;
}

CacheSettings written_back(std::uint64_t copies) {
  CacheSettings settings = on_three_nodes(copies);
  settings.origin = "db";
  settings.writes = Writes::back;
  settings.flush_interval = 100_ms;
  return settings;
}

// Asks that one node itself.
void look_into(CacheScene& scene, sim::Duration at, std::size_t rank) {
  scene.probe->ask({.at = at, .operation = Operation::read, .key = key, .to = node(rank)});
}

// What one is told both have, and the third node has not; an invalidation takes it from both.
TEST(CacheCopies, HearOfChanges) {
  CacheScene scene(on_three_nodes());
  scene.ask(10_ms, Operation::store, key, 5, 300);
  for (const std::size_t rank : {0, 1, 2}) look_into(scene, 30_ms, rank);
  scene.ask(40_ms, Operation::invalidate, key);
  for (const std::size_t rank : {0, 1}) look_into(scene, 50_ms, rank);
  scene.world.start();
  scene.run(1_s);
  for (const std::size_t i : {1, 2}) {
    EXPECT_TRUE(scene.outcome(i).found);
    EXPECT_EQ(scene.outcome(i).version, 5U);
    EXPECT_EQ(scene.outcome(i).bytes, 300U);
  }
  EXPECT_FALSE(scene.outcome(3).found);
  EXPECT_FALSE(scene.outcome(5).found);
  EXPECT_FALSE(scene.outcome(6).found);
  EXPECT_EQ(scene.figure("copies_told"), 2);
}

// One operation takes 1 ms: alone it is acknowledged then, with one or two others after theirs.
// When fewer live than have to confirm, it is refused, and nothing changes.
TEST(CacheCopies, AWriteWaitsForItsQuorum) {
  for (const std::uint64_t quorum : {1, 2, 3}) {
    for (const std::size_t dead : {0, 1, 2}) {
      CacheSettings settings = on_three_nodes(3);
      settings.write_quorum = quorum;
      CacheScene scene(settings);
      scene.ask(10_ms, Operation::store, key, 5);
      look_into(scene, 30_ms, 2);
      scene.world.start();
      for (std::size_t i = 0; i < dead; ++i) scene.cache->crash(scene.world, node(i));
      scene.run(1_s);
      const bool enough = quorum + dead <= 3;
      EXPECT_EQ(scene.outcome(0).status, enough ? Status::ok : Status::unavailable);
      EXPECT_EQ(scene.answered_at(0), enough && quorum > 1 ? 12_ms : 11_ms);
      EXPECT_EQ(scene.outcome(1).found, enough);
      EXPECT_EQ(scene.figure("without_quorum"), enough ? 0 : 1);
    }
  }
}

// The other copy dies while it is told: one of two have it, which is too few to acknowledge.
TEST(CacheCopies, AWriteFailsWhenItsQuorumDies) {
  CacheScene scene(on_three_nodes());
  scene.ask(10_ms, Operation::store, key, 5);
  scene.world.start();
  scene.run(11.5_ms);
  scene.cache->crash(scene.world, node(1));
  scene.run(1_s);
  EXPECT_EQ(scene.outcome(0).status, Status::unavailable);
  EXPECT_EQ(scene.figure("without_quorum"), 1);
  EXPECT_EQ(scene.cache->in_system(), 0U);
}

// The first copy dies at 20 ms. Callers learn of it 10 ms later and find the key at the second;
// back at 50 ms it gets its copies until 80 ms, and answers again.
TEST(CacheCopies, StandInForEachOther) {
  CacheSettings settings = on_three_nodes();
  settings.detection = 10_ms;
  settings.resync_time = sim::Distribution::constant(30_ms);
  CacheScene scene(settings);
  scene.ask(10_ms, Operation::store, key, 5);
  scene.ask(25_ms, Operation::read, key);
  scene.ask(31_ms, Operation::read, key);
  scene.ask(60_ms, Operation::store, key, 6);
  scene.ask(79_ms, Operation::read, key);
  scene.ask(81_ms, Operation::read, key);
  scene.world.start();
  scene.run(20_ms);
  scene.cache->crash(scene.world, node(0));
  scene.run(50_ms);
  scene.cache->restart(scene.world, node(0));
  scene.run(1_s);
  EXPECT_EQ(scene.outcome(1).status, Status::reset);
  for (const std::size_t i : {2, 4, 5})
    EXPECT_TRUE(scene.outcome(i).ok() && scene.outcome(i).found);
  EXPECT_EQ(scene.outcome(2).replica, node(1));
  EXPECT_EQ(scene.outcome(4).replica, node(1));
  EXPECT_EQ(scene.outcome(5).replica, node(0));
  EXPECT_EQ(scene.outcome(5).version, 6U);
}

// A node that dies again while it gets its copies starts over.
TEST(CacheCopies, StartOverWhenTheyDieAgain) {
  CacheSettings settings = on_three_nodes();
  settings.resync_time = sim::Distribution::constant(30_ms);
  CacheScene scene(settings);
  scene.ask(10_ms, Operation::store, key, 5);
  scene.ask(45_ms, Operation::read, key);
  scene.ask(75_ms, Operation::read, key);
  scene.world.start();
  scene.run(20_ms);
  scene.cache->restart(scene.world, node(0));
  scene.run(40_ms);
  scene.cache->crash(scene.world, node(0));
  scene.run(44_ms);
  scene.cache->restart(scene.world, node(0));
  scene.run(1_s);
  EXPECT_EQ(scene.outcome(1).replica, node(1));
  EXPECT_EQ(scene.outcome(2).replica, node(0));
  EXPECT_TRUE(scene.outcome(2).found);
}

// Of 3,000 reads of one key the first copy gets all, or each of three its third (binomial, 3.3
// standard deviations above the mean for the highest).
TEST(CacheCopies, ShareTheReadsOfAHotKey) {
  for (const bool any : {false, true}) {
    CacheSettings settings = on_three_nodes(3);
    settings.prefill = 10;
    settings.hot_keys = 10;
    if (any) settings.read_from = CacheSettings::ReadFrom::any;
    CacheScene scene(settings);
    for (int i = 0; i < 3000; ++i) scene.ask(1_ms, Operation::read, key);
    scene.world.start();
    scene.run(1_s);
    EXPECT_EQ(scene.figure("hit_ratio"), 1);
    EXPECT_EQ(scene.figure("hottest_key"), 1);
    if (any) {
      EXPECT_NEAR(scene.figure("hottest_node"), 1.0 / 3, 3.3 * 0.0086);
    } else {
      EXPECT_EQ(scene.figure("hottest_node"), 1);
    }
  }
}

// What one node fetched the other has as well.
TEST(CacheCopies, HearOfWhatWasFetched) {
  CacheSettings settings = on_three_nodes();
  settings.origin = "db";
  CacheScene scene(settings);
  scene.ask(10_ms, Operation::read, key);
  scene.ask(40_ms, Operation::read, key);
  scene.world.start();
  scene.run(30_ms);
  scene.cache->crash(scene.world, node(0));
  scene.run(1_s);
  EXPECT_EQ(scene.outcome(1).replica, node(1));
  EXPECT_EQ(scene.outcome(1).version, 1U);
  EXPECT_EQ(scene.answered_at(1), 41_ms);
  EXPECT_EQ(scene.figure("fetches"), 1);
}

// Written through, the store comes first, then the other copy; a write that failed there leaves
// nothing at either.
TEST(CacheCopies, AreWrittenThrough) {
  CacheSettings settings = on_three_nodes();
  settings.origin = "db";
  CacheScene scene(settings);
  scene.ask(10_ms, Operation::write, key, 0, 500);
  look_into(scene, 30_ms, 1);
  scene.ask(40_ms, Operation::write, key);
  scene.world.start();
  scene.run(35_ms);
  EXPECT_EQ(scene.answered_at(0), 22_ms);
  EXPECT_EQ(scene.outcome(1).bytes, 500U);
  scene.origin_fails = true;
  scene.run(1_s);
  EXPECT_EQ(scene.outcome(2).status, Status::failed);
  EXPECT_EQ(scene.figure("entries"), 0);
}

// Written back on one node, an acknowledged write dies with it. On two it does not: the other one
// flushes it.
TEST(CacheCopies, KeepWhatWasNotFlushed) {
  for (const std::uint64_t copies : {1, 2}) {
    CacheScene scene(written_back(copies));
    scene.ask(10_ms, Operation::write, key, 0, 500);
    scene.ask(14_ms, Operation::read, key);
    scene.world.start();
    scene.run(13_ms);
    ASSERT_TRUE(scene.origin->heard().empty());
    scene.cache->crash(scene.world, node(0));
    scene.run(1_s);
    EXPECT_EQ(scene.figure("writes_lost"), copies == 1 ? 1 : 0);
    EXPECT_EQ(scene.figure("writes_flushed"), copies == 1 ? 0 : 1);
    EXPECT_EQ(scene.origin->heard(Operation::write), copies == 1 ? 0U : 1U);
    if (copies == 2) {
      EXPECT_EQ(scene.outcome(1).bytes, 500U);
    }
    EXPECT_EQ(scene.figure("writes_unflushed"), 0);
  }
}

// What was flushed once is not flushed again when the first copy dies; what both had is lost, once,
// when both die.
TEST(CacheCopies, FlushOnceAndLoseOnce) {
  CacheScene scene(written_back(2));
  scene.ask(10_ms, Operation::write, key);
  scene.ask(310_ms, Operation::write, key);
  scene.ask(310.5_ms, Operation::write, key);
  scene.world.start();
  scene.run(300_ms);
  EXPECT_EQ(scene.figure("writes_flushed"), 1);
  World clone(scene.world);
  clone.find("cache")->crash(clone, node(0));
  clone.run_until(sim::Time{} + 309_ms);
  EXPECT_EQ(dynamic_cast<Stub*>(clone.find("db"))->heard(Operation::write), 1U);
  scene.run(313_ms);
  ASSERT_EQ(scene.origin->heard(Operation::write), 1U);
  scene.cache->crash(scene.world, node(0));
  EXPECT_EQ(scene.figure("writes_lost"), 0);
  scene.cache->crash(scene.world, node(1));
  EXPECT_EQ(scene.figure("writes_lost"), 2);
  EXPECT_EQ(scene.figure("writes"), 3);
}

// The first copy dies with something to flush and comes back: it takes over what its stand-in has
// not flushed, and flushes that once.
TEST(CacheCopies, TakeOverWhatIsToBeFlushed) {
  CacheSettings settings = written_back(2);
  settings.flush_interval = 1_s;
  CacheScene scene(settings);
  scene.ask(2_ms, Operation::write, key, 0, 500);
  scene.world.start();
  scene.run(6_ms);
  ASSERT_TRUE(scene.origin->heard().empty());
  scene.cache->restart(scene.world, node(0));
  scene.run(3_s);
  ASSERT_EQ(scene.origin->heard(Operation::write), 1U);
  EXPECT_EQ(scene.origin->heard()[0].bytes, 500U);
  EXPECT_EQ(scene.figure("writes_flushed"), 1);
  scene.cache->crash(scene.world, node(0));
  scene.cache->crash(scene.world, node(1));
  EXPECT_EQ(scene.figure("writes_lost"), 0);
}

}  // namespace
}  // namespace faultline::models::cache_copies_test
