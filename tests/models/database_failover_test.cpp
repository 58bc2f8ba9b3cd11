#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/database/database.h"
#include "models/world.h"
#include "sim/snapshot.h"
#include "tests/models/probe.h"

namespace faultline::models::database_failover_test {
namespace {

using sim::Distribution;
using sim::Duration;
using sim::Time;
using namespace sim::literals;

constexpr Time at(Duration since_start) { return Time{} + since_start; }
constexpr Duration message = 1_ms;

class FailoverTest : public testing::Test {
 protected:
  FailoverTest() {
    settings_.hosting.replicas = 3;
    settings_.hosting.zones = {"here/a"};
    settings_.read_time = Distribution::constant(0_ms);
    settings_.heartbeat = 20_ms;
    settings_.failover =
        FailoverSettings{.detection = 100_ms, .election = Distribution::constant(50_ms)};
  }

  // Write i comes at i + 0.5 ms, under key i.
  void begin(int writes) {
    world_.emplace(1, tiny_geography({}, message));
    world_->add(std::make_unique<Database>("db", settings_));
    auto probe = std::make_unique<Probe>("probe", "db");
    for (int i = 0; i < writes; ++i) {
      probe->ask({.at = 1_ms * i + 500_us,
                  .operation = Operation::write,
                  .key = static_cast<std::uint64_t>(i),
                  .write = true});
    }
    for (const auto& ask : reads_) probe->ask(ask);
    world_->add(std::move(probe));
    world_->start();
  }
  void read_at(Duration when, std::uint64_t key, ReplicaIndex node) {
    reads_.push_back({.at = when, .operation = Operation::read, .key = key, .to = node});
  }

  void run(Duration until) { world_->run_until(at(until)); }
  void crash(ReplicaIndex node) { db().crash(*world_, node); }
  void restart(ReplicaIndex node) { db().restart(*world_, node); }
  Database& db() { return dynamic_cast<Database&>(*world_->find("db")); }
  const Outcome& outcome(std::size_t ask) {
    return dynamic_cast<const Probe&>(*world_->find("probe")).answer_to(ask)->outcome;
  }
  std::uint64_t count(std::string_view name) {
    const sim::Snapshot now = world_->snapshot(db().id());
    return static_cast<std::uint64_t>(reading(now, name).part);
  }
  Duration recovery() {
    const sim::Snapshot now = world_->snapshot(db().id());
    return {now.histogram(reading(now, "recovery_time_ms")).max().value()};
  }
  static const sim::Snapshot::Reading& reading(const sim::Snapshot& from, std::string_view name) {
    for (const auto& one : from.readings()) {
      if (one.metric.name == name) return one;
    }
    throw std::out_of_range(std::string(name));
  }

  DatabaseSettings settings_;
  std::vector<Probe::Ask> reads_;
  std::optional<World> world_;
};

// The last heartbeat before the crash reached the followers a message later; from then on detection
// and election take what they take. So recovery tells when that heartbeat left, and wherever the
// crash falls between two heartbeats, it is the same multiple of 20 ms.
TEST_F(FailoverTest, AFollowerLeadsAfterDetectionAndElection) {
  std::optional<std::int64_t> phase;
  for (const Duration crash_at : {300_ms, 307_ms, 313_ms, 319_ms}) {
    begin(0);
    run(crash_at);
    crash(0);
    run(1_s);
    const Time last_beat = at(crash_at) + recovery() - message - 100_ms - 50_ms;
    EXPECT_LE(last_beat, at(crash_at));
    EXPECT_GT(last_beat, at(crash_at) - 20_ms);
    if (!phase) phase = last_beat.ns % (20_ms).ns;
    EXPECT_EQ(last_beat.ns % (20_ms).ns, *phase);
    EXPECT_EQ(db().role(*world_, "leader"), ReplicaIndex{1});
    EXPECT_EQ(count("time_without_leader_ms"),
              static_cast<std::uint64_t>(recovery().ns / 1'000'000));
  }
}

// Writes come every millisecond from 0.5 ms on and are shipped 10.25 ms after the first of a batch:
// 11 at a time, the fifth batch (up to write 54) at 54.75 ms. At the crash at 60.6 ms writes 55 to
// 60 have been answered and were not sent: six are lost, and known by their numbers.
TEST_F(FailoverTest, WritesAnsweredAndNotShippedAreLost) {
  settings_.ship_interval = 10.25_ms;
  begin(300);
  run(60.6_ms);
  crash(0);
  EXPECT_EQ(db().version_at(0, 60), 61U);
  run(1_s);
  EXPECT_EQ(count("promotions"), 1U);
  EXPECT_EQ(count("acknowledged_writes_lost"), 6U);
  EXPECT_EQ(outcome(60).status, Status::ok);
  EXPECT_EQ(outcome(61).status, Status::unavailable);
  EXPECT_EQ(db().version_at(1, 54), 55U);
  EXPECT_EQ(db().version_at(1, 55), 0U);
  // The new leader goes on after write 55, in an epoch of its own.
  const std::uint64_t first_of_epoch = (std::uint64_t{1} << 32) | 56;
  std::size_t first = 61;
  while (!outcome(first).ok()) ++first;
  EXPECT_EQ(outcome(first).version, first_of_epoch);
  EXPECT_EQ(60.6_ms + recovery(),
            std::clamp(60.6_ms + recovery(), 1_ms * static_cast<std::int64_t>(first) - 500_us,
                       1_ms * static_cast<std::int64_t>(first) + 500_us));
  // The old leader comes back, forgets what only it knew and learns the rest.
  restart(0);
  run(2_s);
  EXPECT_EQ(db().role(*world_, "leader"), ReplicaIndex{1});
  for (std::uint64_t key = 0; key < 300; ++key) {
    EXPECT_EQ(db().version_at(0, key), db().version_at(1, key)) << key;
    EXPECT_EQ(db().version_at(2, key), db().version_at(1, key)) << key;
  }
  EXPECT_EQ(db().version_at(0, 58), 0U);
  EXPECT_EQ(count("snapshots"), 0U);
}

// A write that was lost with its leader is missed by its user for good, however far all nodes get.
TEST_F(FailoverTest, ALostWriteIsMissedWheneverItIsRead) {
  settings_.ship_interval = 10.25_ms;
  read_at(500_ms, 60, 1);
  read_at(4_s, 60, 1);
  read_at(4_s, 50, 1);
  begin(3000);
  run(60.6_ms);
  crash(0);
  run(300_ms);
  restart(0);
  run(5_s);
  EXPECT_EQ(outcome(3000).version, 0U);
  EXPECT_EQ(outcome(3002).version, 51U);
  EXPECT_EQ(count("own_writes_missed"), 2U);
}

// The same crash with one acknowledgement asked for: what was answered is with a follower.
TEST_F(FailoverTest, SemiSynchronousWritesSurviveTheLeader) {
  settings_.ship_interval = 10.25_ms;
  settings_.acknowledgements = 1;
  begin(300);
  run(60.6_ms);
  crash(0);
  run(1_s);
  EXPECT_EQ(count("promotions"), 1U);
  EXPECT_EQ(count("acknowledged_writes_lost"), 0U);
  EXPECT_EQ(outcome(54).status, Status::ok);
  EXPECT_EQ(outcome(55).status, Status::reset);
}

// Follower 1 was down and is ten writes behind: the one with more is promoted, whatever its index.
TEST_F(FailoverTest, TheMostUpToDateIsPromoted) {
  settings_.apply_time = Distribution::constant(30_ms);
  begin(100);
  run(50_ms);
  crash(1);
  run(90_ms);
  crash(0);
  restart(1);
  run(5_s);
  EXPECT_EQ(db().role(*world_, "leader"), ReplicaIndex{2});
  EXPECT_EQ(count("acknowledged_writes_lost"), 0U);
  // It leads only once it has applied its log: 90 writes of 30 ms each, from 1.5 ms on.
  EXPECT_EQ(at(90_ms) + recovery(), at(1.5_ms + 30_ms * 90));
}

// Without failover the leader's return is the end of it; its data are on its disk.
TEST_F(FailoverTest, WithoutFailoverTheLeaderResumes) {
  settings_.failover.reset();
  read_at(500_ms, 49, 1);
  read_at(500_ms, 49, 0);
  begin(100);
  run(50_ms);
  crash(0);
  EXPECT_EQ(db().role(*world_, "leader"), std::nullopt);
  run(80_ms);
  restart(0);
  run(1_s);
  EXPECT_EQ(recovery(), 30_ms);
  EXPECT_EQ(count("promotions"), 0U);
  EXPECT_EQ(outcome(60).status, Status::unavailable);
  EXPECT_EQ(outcome(80).version, 51U);
  EXPECT_EQ(outcome(100).version, 50U);
  EXPECT_EQ(outcome(101).version, 50U);
}

// A leader that is back before the followers are sure stays the leader.
TEST_F(FailoverTest, AQuickReturnCallsTheElectionOff) {
  begin(0);
  run(300_ms);
  crash(0);
  run(425_ms);
  restart(0);
  run(1_s);
  EXPECT_EQ(db().role(*world_, "leader"), ReplicaIndex{0});
  EXPECT_EQ(count("promotions"), 0U);
}

// A leader that stands still is not heard and is replaced; when it goes on, it follows.
TEST_F(FailoverTest, APausedLeaderIsFenced) {
  begin(400);
  run(100.2_ms);
  db().slow(*world_, 0, 1, 0);
  run(350_ms);
  EXPECT_EQ(db().role(*world_, "leader"), ReplicaIndex{1});
  db().recover_speed(*world_, 0, 1);
  run(2_s);
  EXPECT_EQ(db().role(*world_, "leader"), ReplicaIndex{1});
  EXPECT_EQ(outcome(100).status, Status::unavailable);
  for (std::uint64_t key = 0; key < 400; ++key) {
    EXPECT_EQ(db().version_at(0, key), db().version_at(1, key)) << key;
  }
}

// A follower comes back 40 writes behind. From a log of 100 it catches up; from a log of 10 it can
// not, and takes 30 ms for a snapshot, during which it answers nobody.
TEST_F(FailoverTest, WhoIsTooFarBehindGetsASnapshot) {
  settings_.snapshot_time = Distribution::constant(30_ms);
  read_at(110_ms, 70, 1);
  read_at(131_ms, 70, 1);
  for (const std::uint64_t limit : {100U, 10U}) {
    settings_.log_limit = limit;
    begin(90);
    run(50_ms);
    crash(1);
    run(100_ms);
    restart(1);
    run(1_s);
    EXPECT_EQ(count("snapshots"), limit == 10 ? 1U : 0U);
    EXPECT_EQ(outcome(90).status, limit == 10 ? Status::unavailable : Status::ok);
    EXPECT_EQ(outcome(91).version, 71U);
    EXPECT_EQ(db().version_at(1, 89), 90U);
  }
}

// Nothing passes between leader and followers for a while: entries wait at the leader, and arrive
// in order once there is a way again.
TEST_F(FailoverTest, WhatACutHeldBackIsSentLater) {
  settings_.hosting.zones = {"here/a", "here/b"};
  settings_.failover.reset();
  begin(100);
  run(20_ms);
  const auto zones = world_->geography().zones_within("here");
  world_->isolate(1, zones.back());
  run(50_ms);
  EXPECT_EQ(db().version_at(1, 40), 0U);
  EXPECT_EQ(db().version_at(2, 40), 41U);
  world_->heal(1);
  run(100_ms);
  EXPECT_EQ(db().version_at(1, 90), 91U);
}

// With logs of one entry that never reach the other node, each of the two leads in turn and neither
// log tells how far they agree. Node 0 has writes 1 to 10, node 1 only the first of its own epoch;
// whoever takes over counts everything as lost that the other has told its writers is safe.
TEST_F(FailoverTest, LogsTooShortToCompareAreInherited) {
  settings_.hosting.replicas = 2;
  settings_.ship_interval = 1000_s;
  settings_.log_limit = 1;
  reads_.push_back({.at = 400_ms, .operation = Operation::write, .key = 77, .write = true});
  begin(10);
  run(50_ms);
  crash(0);
  run(500_ms);
  EXPECT_EQ(db().role(*world_, "leader"), ReplicaIndex{1});
  EXPECT_EQ(count("acknowledged_writes_lost"), 10U);
  EXPECT_TRUE(outcome(10).ok());
  crash(1);
  restart(0);
  run(1_s);
  EXPECT_EQ(db().role(*world_, "leader"), ReplicaIndex{0});
  EXPECT_EQ(count("acknowledged_writes_lost"), 11U);
}

// One follower of two is cut off and hears nothing; the other still does, so nobody is deposed.
TEST_F(FailoverTest, OneFollowerAloneDeposesNobody) {
  settings_.hosting.zones = {"here/a", "here/b"};
  begin(0);
  run(20_ms);
  world_->isolate(1, *world_->geography().zone("here/b"));
  run(2_s);
  EXPECT_EQ(db().role(*world_, "leader"), ReplicaIndex{0});
  EXPECT_EQ(count("promotions"), 0U);
}

// Crashes, pauses and cuts at random, under every policy; then they stop. There is one leader, all
// nodes hold the same data, and nobody who asked is left without an answer.
TEST_F(FailoverTest, WhateverBefallsItConverges) {
  std::uint64_t promotions = 0;
  std::uint64_t snapshots = 0;
  std::uint64_t lost = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    sim::Draw draw(seed);
    settings_.hosting.replicas = 2 + draw.below(4);
    settings_.hosting.zones = {"here/a", "here/b"};
    settings_.acknowledgements = draw.below(settings_.hosting.replicas);
    settings_.ship_interval = 1_ms * static_cast<std::int64_t>(draw.below(3));
    settings_.apply_time = Distribution::exponential(0.7_ms);
    settings_.snapshot_time = Distribution::exponential(20_ms);
    settings_.log_limit = 10 + draw.below(200);
    settings_.failover->election = Distribution::exponential(50_ms);
    begin(3000);
    for (int step = 1; step <= 60; ++step) {
      run(50_ms * step);
      const auto node = static_cast<ReplicaIndex>(draw.below(settings_.hosting.replicas));
      switch (draw.below(6)) {
        case 0:
          crash(node);
          break;
        case 1:
        case 2:
          restart(node);
          break;
        case 3:
          db().slow(*world_, node, 1, draw.uniform() < 0.5 ? 0 : 0.3);
          break;
        case 4:
          db().recover_speed(*world_, node, 1);
          break;
        case 5: {
          world_->heal(1);
          if (draw.uniform() < 0.5) world_->isolate(1, db().replicas()[node].place);
          break;
        }
        default:
          break;
      }
    }
    world_->heal(1);
    for (ReplicaIndex i = 0; i < settings_.hosting.replicas; ++i) {
      db().recover_speed(*world_, i, 1);
      if (db().replicas()[i].state == Lifecycle::down) restart(i);
    }
    run(60_s);
    EXPECT_TRUE(db().role(*world_, "leader").has_value()) << seed;
    EXPECT_EQ(db().in_system(), 0U) << seed;
    for (ReplicaIndex i = 1; i < settings_.hosting.replicas; ++i) {
      for (std::uint64_t key = 0; key < 3000; ++key) {
        ASSERT_EQ(db().version_at(i, key), db().version_at(0, key)) << seed << " " << key;
      }
    }
    promotions += count("promotions");
    snapshots += count("snapshots");
    lost += count("acknowledged_writes_lost");
  }
  EXPECT_GT(promotions, 60U);
  EXPECT_GT(snapshots, 60U);
  EXPECT_GT(lost, 0U);
}

}  // namespace
}  // namespace faultline::models::database_failover_test
