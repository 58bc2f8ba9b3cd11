// Shows followers on smaller machines that grow once promoted: 4 workers lead, 1 stands by. Reads
// take 2 ms.
#include <gtest/gtest.h>

#include "models/database/database.h"
#include "tests/models/database_ward.h"

namespace faultline::models::database_standby_test {
namespace {

using sim::Distribution;

// Four reads at once at each stage: of a follower; of the new leader while it grows, which takes a
// second, and after that; of the old leader, which stays as large as it was.
TEST(DatabaseStandby, GrowsOnceItIsPromoted) {
  auto settings = constant_times(2);
  settings.workers = 4;
  settings.heartbeat = 20_ms;
  settings.failover = FailoverSettings{.detection = 100_ms, .election = {}};
  settings.standby = StandbySettings{.workers = 1, .grow_time = Distribution::constant(1_s)};
  std::vector<Probe::Ask> asks;
  const auto four_reads = [&](sim::Duration when, ReplicaIndex node) {
    for (int i = 0; i < 4; ++i) asks.push_back(read(when, 1, node));
  };
  four_reads(100_ms, 1);
  four_reads(600_ms, 1);
  four_reads(1600_ms, 1);
  four_reads(2_s, 0);
  Ward ward(settings, asks);
  ward.run(200_ms);
  ward.db().crash(ward.world(), 0);
  ward.run(500_ms);
  EXPECT_EQ(ward.db().role(ward.world(), "leader"), ReplicaIndex{1});
  EXPECT_EQ(ward.count("growths"), 1U);
  ward.db().restart(ward.world(), 0);
  ward.run(3_s);
  EXPECT_EQ(ward.answered(3), at(108_ms));
  EXPECT_EQ(ward.answered(7), at(608_ms));
  EXPECT_EQ(ward.answered(11), at(1602_ms));
  EXPECT_EQ(ward.answered(15), at(2002_ms));
}

// The old leader leads again: it has grown already, and nothing more is to grow.
TEST(DatabaseStandby, StaysAsLargeAsItIs) {
  auto settings = constant_times(2);
  settings.workers = 4;
  settings.heartbeat = 20_ms;
  settings.failover = FailoverSettings{.detection = 100_ms, .election = {}};
  settings.standby = StandbySettings{.workers = 1, .grow_time = {}};
  Ward ward(settings, {read(2_s, 1, 1), read(2_s, 1, 1)});
  ward.run(100_ms);
  ward.db().crash(ward.world(), 0);
  ward.run(500_ms);
  ward.db().restart(ward.world(), 0);
  ward.run(600_ms);
  ward.db().crash(ward.world(), 1);
  ward.run(1_s);
  ward.db().restart(ward.world(), 1);
  ward.run(3_s);
  EXPECT_EQ(ward.db().role(ward.world(), "leader"), ReplicaIndex{0});
  EXPECT_EQ(ward.count("growths"), 1U);
  EXPECT_EQ(ward.answered(1), at(2002_ms));
}

}  // namespace
}  // namespace faultline::models::database_standby_test
