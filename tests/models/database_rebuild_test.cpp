// Shows how nodes of a database whose machine was destroyed get their data back: from the leader,
// or, when no node has any, from a backup. Reads take 2 ms, writes 3 ms, messages 1 ms.
#include <gtest/gtest.h>

#include <vector>

#include "models/database/database.h"
#include "models/timeline.h"
#include "tests/models/database_ward.h"

namespace faultline::models::database_rebuild_test {
namespace {

using sim::Distribution;
using sim::Duration;

// A megabyte at 8 Mbit/s, after 10 ms: a copy takes 1.01 s.
DatabaseSettings with_data(std::uint64_t replicas) {
  auto settings = constant_times(replicas);
  settings.snapshot_time = Distribution::constant(10_ms);
  settings.data_size = Distribution::constant(1e6);
  settings.copy_bandwidth = 8e6;
  settings.heartbeat = 20_ms;
  return settings;
}

// Write i, of key i, begins at 10 i ms.
std::vector<Probe::Ask> writes(int count) {
  std::vector<Probe::Ask> asks;
  for (int i = 0; i < count; ++i) asks.push_back(write(10_ms * i, static_cast<std::uint64_t>(i)));
  return asks;
}

class Disaster {
 public:
  Disaster(Ward& ward, std::vector<ReplicaIndex> whom) : ward_(ward), whom_(std::move(whom)) {}
  void strike() {
    for (const ReplicaIndex i : whom_) {
      ward_.db().begin_crash(ward_.world(), i, 7);
      ward_.db().lose_data(ward_.world(), i);
    }
  }
  void replace() {
    for (const ReplicaIndex i : whom_) ward_.db().end_crash(ward_.world(), i, 7);
  }

 private:
  Ward& ward_;
  std::vector<ReplicaIndex> whom_;
};

// The entry of a timeline does both, one after the other.
TEST(DatabaseRebuild, AMachineIsDestroyedAndReplaced) {
  Ward ward(with_data(2), writes(20), 1_ms);
  const DestroyAction destroy(Address{"db/1"});
  ward.run(100_ms);
  destroy.apply(ward.world(), 3);
  EXPECT_EQ(ward.db().replicas()[1].state, Lifecycle::down);
  ward.run(150_ms);
  destroy.undo(ward.world(), 3);
  ward.run(160_ms);
  EXPECT_EQ(ward.db().replicas()[1].state, Lifecycle::up);
  EXPECT_EQ(ward.count("snapshots"), 1U);
  EXPECT_TRUE(ward.db().suffers(Fault::destroy));
}

// Replaced at 200 ms, whole at 1210 ms; the writes since are sent then and arrive 1 ms later. Until
// the copy is there it answers nothing, and nobody is sent there.
TEST(DatabaseRebuild, AReplacementLoadsASnapshotThenTheLog) {
  auto settings = with_data(2);
  settings.reads = DatabaseSettings::Reads::followers;
  auto asks = writes(100);
  asks.push_back(read(1200_ms, 3, 1));
  asks.push_back(read(1200_ms, 3));
  asks.push_back(read(1212_ms, 99, 1));
  Ward ward(settings, asks, 1_ms);
  Disaster disaster(ward, {1});
  ward.run(100_ms);
  disaster.strike();
  ward.run(200_ms);
  disaster.replace();
  ward.run(2_s);
  EXPECT_EQ(ward.outcome(100).status, Status::unavailable);
  EXPECT_EQ(ward.outcome(101).replica, 0);
  EXPECT_EQ(ward.outcome(102).version, 100U);
  EXPECT_EQ(ward.times("rebuild_time_ms").count(), 1U);
  EXPECT_EQ(ward.times("rebuild_time_ms").sum(), (1010_ms + 1_ms).ns);
}

// Writes come every 10 ms and take 8 ms to apply. What came in during the copy is not small: it
// takes the copy's time x 1 / (10 / 8 - 1), four times as long as the copy, to catch up.
TEST(DatabaseRebuild, CatchingUpTakesLongWhereWritesAreMany) {
  auto settings = with_data(2);
  settings.apply_time = Distribution::constant(8_ms);
  Ward ward(settings, writes(800), 1_ms);
  Disaster disaster(ward, {1});
  ward.run(100_ms);
  disaster.strike();
  disaster.replace();
  ward.run(8_s);
  ASSERT_EQ(ward.times("rebuild_time_ms").count(), 1U);
  EXPECT_NEAR(ward.times("rebuild_time_ms").sum() / 1e9, 1.01 * 5, 0.05);
}

// The leader keeps 50 entries and 101 are written during a copy: when it is there, what follows it
// is not kept any more, and the next copy begins. With room for 200 the first is enough.
TEST(DatabaseRebuild, ALogTooShortForTheCopyNeverLetsItEnd) {
  auto settings = with_data(2);
  for (const std::uint64_t limit : {50, 200}) {
    settings.log_limit = limit;
    Ward ward(settings, writes(600), 1_ms);
    Disaster disaster(ward, {1});
    ward.run(100_ms);
    disaster.strike();
    disaster.replace();
    ward.run(5_s);
    EXPECT_EQ(ward.count("snapshots"), limit == 50 ? 5U : 1U);
    EXPECT_EQ(ward.times("rebuild_time_ms").count(), limit == 50 ? 0U : 1U);
  }
}

// Two workers, of which a copy would take five: one is left, and two reads follow each other. After
// the copy both are served at once.
TEST(DatabaseRebuild, ACopyTakesWorkersOfTheLeader) {
  auto settings = with_data(2);
  settings.workers = 2;
  settings.copy_workers = 5;
  Ward ward(settings, {read(500_ms, 1), read(500_ms, 1), read(2_s, 1), read(2_s, 1)}, 1_ms);
  Disaster disaster(ward, {1});
  disaster.strike();
  disaster.replace();
  ward.run(3_s);
  EXPECT_EQ(ward.answered(0), at(502_ms));
  EXPECT_EQ(ward.answered(1), at(504_ms));
  EXPECT_EQ(ward.answered(2), at(2002_ms));
  EXPECT_EQ(ward.answered(3), at(2002_ms));
}

// The leader dies halfway through the copy. Its other follower is promoted, the one without data is
// not, and begins again.
TEST(DatabaseRebuild, HalfACopyIsOfNoUse) {
  auto settings = with_data(3);
  settings.failover = FailoverSettings{.detection = 100_ms, .election = {}};
  Ward ward(settings, writes(300), 1_ms);
  Disaster disaster(ward, {1});
  ward.run(100_ms);
  disaster.strike();
  disaster.replace();
  ward.run(600_ms);
  ward.db().crash(ward.world(), 0);
  ward.run(1_s);
  EXPECT_EQ(ward.db().role(ward.world(), "leader"), ReplicaIndex{2});
  ward.run(1.5_s);
  EXPECT_EQ(ward.db().version_at(1, 139), 0U);
  EXPECT_EQ(ward.count("snapshots"), 2U);
  ward.run(5_s);
  EXPECT_EQ(ward.db().version_at(1, 299), ward.db().version_at(2, 299));
  EXPECT_NE(ward.db().version_at(1, 299), 0U);
}

// Without failover a destroyed leader's place is taken, by hand, by the newest follower once the
// replacement is there. Writes are answered 3 ms after they begin and leave 25 ms after the first
// that is gathered: at 28, 58 and 88 ms. The loss at 84 ms takes writes 6 to 8 with it.
TEST(DatabaseRebuild, ALeaderWithoutDataDoesNotLead) {
  auto settings = with_data(3);
  settings.ship_interval = 25_ms;
  Ward ward(settings, writes(200), 1_ms);
  Disaster disaster(ward, {0});
  ward.run(84_ms);
  disaster.strike();
  ward.run(500_ms);
  EXPECT_EQ(ward.db().role(ward.world(), "leader"), std::nullopt);
  disaster.replace();
  ward.run(5_s);
  EXPECT_EQ(ward.db().role(ward.world(), "leader"), ReplicaIndex{1});
  EXPECT_EQ(ward.count("acknowledged_writes_lost"), 3U);
  EXPECT_EQ(ward.db().version_at(0, 199), ward.db().version_at(1, 199));
  EXPECT_NE(ward.db().version_at(0, 5), 0U);
  EXPECT_EQ(ward.db().version_at(0, 6), 0U);
  EXPECT_EQ(ward.db().version_at(0, 8), 0U);
}

// Everything is destroyed at 3.25 s, replaced at 4 s, and restored 2 s + 1 s after that. What was
// answered since the last backup is gone, all else is there, and the followers copy it in turn.
TEST(DatabaseRestore, BringsBackTheLastBackup) {
  auto settings = with_data(2);
  settings.acknowledgements = 1;
  settings.backups = BackupSettings{.interval = 1.5_s, .restore_time = Distribution::constant(2_s)};
  settings.backups->restore_bandwidth = 8e6;
  Ward ward(settings, writes(1000), 1_ms);
  Disaster disaster(ward, {0, 1});
  ward.run(3.25_s);
  disaster.strike();
  const std::uint64_t answered = ward.count("writes");
  EXPECT_EQ(answered, 325U);  // write 324 was answered at 3.245 s
  ward.run(4_s);
  disaster.replace();
  ward.run(6.99_s);
  EXPECT_EQ(ward.db().role(ward.world(), "leader"), std::nullopt);
  ward.run(7.01_s);
  EXPECT_EQ(ward.db().role(ward.world(), "leader"), ReplicaIndex{0});
  EXPECT_EQ(ward.times("recovery_time_ms").sum(), (7_s - 3.25_s).ns);
  const std::uint64_t lost = ward.count("acknowledged_writes_lost");
  const auto point = Duration{static_cast<std::int64_t>(ward.times("restore_point_ms").sum())};
  EXPECT_GT(point, 1_s);  // a backup younger than its copying was not finished
  EXPECT_LE(point, 2.5_s);
  EXPECT_NEAR(static_cast<double>(lost), point.seconds() * 100, 1);
  for (std::uint64_t key = 0; key < 325; ++key) {
    EXPECT_EQ(ward.db().version_at(0, key), key < answered - lost ? key + 1 : 0) << key;
  }
  ward.run(12_s);
  EXPECT_EQ(ward.count("restores"), 1U);
  EXPECT_EQ(ward.db().version_at(1, 999), ward.db().version_at(0, 999));
  EXPECT_EQ(ward.db().version_at(0, 999) >> 32, 1U);
}

// Where there is none, it begins empty at once, and all is lost.
TEST(DatabaseRestore, WithoutABackupNothingIsLeft) {
  Ward ward(with_data(1), writes(100));
  Disaster disaster(ward, {0});
  ward.run(505_ms);
  disaster.strike();
  disaster.replace();
  ward.run(2_s);
  EXPECT_EQ(ward.count("acknowledged_writes_lost"), 51U);
  EXPECT_EQ(ward.times("restore_point_ms").count(), 0U);
  EXPECT_EQ(ward.db().version_at(0, 3), 0U);
  EXPECT_NE(ward.db().version_at(0, 60), 0U);
}

// The node that restores dies; the other one takes over, and the first one copies from it.
TEST(DatabaseRestore, BeginsAgainElsewhereWhenItsNodeDies) {
  auto settings = with_data(2);
  settings.backups = BackupSettings{.interval = 2_s, .restore_time = Distribution::constant(2_s)};
  Ward ward(settings, writes(100), 1_ms);
  Disaster disaster(ward, {0, 1});
  ward.run(500_ms);
  disaster.strike();
  disaster.replace();
  ward.run(1500_ms);
  ward.db().crash(ward.world(), 0);
  ward.run(3400_ms);
  EXPECT_EQ(ward.db().role(ward.world(), "leader"), std::nullopt);
  ward.run(3600_ms);
  EXPECT_EQ(ward.db().role(ward.world(), "leader"), ReplicaIndex{1});
  EXPECT_EQ(ward.count("restores"), 2U);
}

}  // namespace
}  // namespace faultline::models::database_rebuild_test
