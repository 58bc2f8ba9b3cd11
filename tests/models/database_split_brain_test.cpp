// Shows two leaders at once: one that was cut off and writes on for those who reach it, and one
// that was promoted on the other side; and that what the first one answered meanwhile is lost, and
// counted. Reads and writes take no time; a message takes 1 ms within the west, 10 ms to the east.
#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "models/database/database.h"
#include "models/timeline.h"
#include "tests/models/database_ward.h"

namespace faultline::models::database_split_brain_test {
namespace {

using sim::Distribution;
using sim::Duration;

Geography west_and_east() {
  GeographySettings settings;
  settings.regions["east"].zones = {"a"};
  settings.regions["west"].zones = {"a"};
  settings.clients["users"] = {.near = "west", .latency = Distribution::constant(1_ms)};
  settings.clients["others"] = {.near = "east", .latency = Distribution::constant(1_ms)};
  settings.latency.same_zone = Distribution::constant(1_ms);
  settings.latency.between_regions = Distribution::constant(10_ms);
  return Geography(settings);
}

// The leader in the west, two followers in the east.
DatabaseSettings across(FailoverSettings::Fencing fencing) {
  DatabaseSettings settings;
  settings.hosting.replicas = 3;
  settings.hosting.zones = {"west/a", "east/a", "east/a"};
  settings.read_time = Distribution::constant(0_ms);
  settings.heartbeat = 20_ms;
  settings.failover = FailoverSettings{.detection = 100_ms, .election = {}, .fencing = fencing};
  return settings;
}

// Writes of both homes, of users every 10 ms from 0 on, of others every 10 ms from 5 ms on: number
// i of all at 5 i ms, under key i.
std::vector<Probe::Ask> writes_of_both(int count) {
  std::vector<Probe::Ask> asks;
  for (int i = 0; i < count; ++i) {
    asks.push_back(write(5_ms * i, static_cast<std::uint64_t>(i)));
    asks.back().home = i % 2 == 0 ? "users" : "others";
  }
  return asks;
}

const LinkAction between{"west", "east", true, {.cut = true, .delay = {}, .loss = 0}};

// A cut from 200 ms to 1 s. The last heartbeat before it leaves between 180 and 200 ms and is heard
// 10 ms later; 100 ms after that the east promotes. From then on the users' writes, which reach the
// west's leader 1 ms after they begin, are answered by it and diverge: one in 10 ms until 1 s, when
// the network lets the users reach the new leader. The old one hears of it up to 30 ms later.
TEST(DatabaseSplitBrain, ACutOffLeaderWritesOnWithoutFencing) {
  Ward ward(across(FailoverSettings::Fencing::none), writes_of_both(400), west_and_east());
  ward.run(200_ms);
  between.apply(ward.world(), 1);
  ward.run(350_ms);
  EXPECT_EQ(ward.db().role(ward.world(), "leader"), ReplicaIndex{1});
  const std::uint64_t lost_at_once = ward.count("acknowledged_writes_lost");
  ward.run(900_ms);
  EXPECT_TRUE(ward.outcome(120).ok());  // a user at 600 ms
  EXPECT_TRUE(ward.outcome(121).ok());  // another one at 605 ms
  EXPECT_EQ(ward.outcome(120).replica, 0);
  EXPECT_EQ(ward.outcome(121).replica, 1);
  EXPECT_EQ(ward.count("acknowledged_writes_lost"), lost_at_once);
  ward.run(1_s);
  between.undo(ward.world(), 1);
  ward.run(3_s);
  const std::uint64_t divergent = ward.count("divergent_writes");
  const double apart_ms = static_cast<double>(ward.count("time_with_two_leaders_ms"));
  EXPECT_GE(apart_ms, 1000 - 310);
  EXPECT_LE(apart_ms, 1000 - 290 + 20 + 10);
  EXPECT_NEAR(static_cast<double>(divergent), (apart_ms - 15) / 10, 2.5);
  EXPECT_EQ(ward.count("acknowledged_writes_lost"), lost_at_once + divergent);
  EXPECT_EQ(ward.db().version_at(0, 120), 0U);
  EXPECT_NE(ward.db().version_at(0, 121), 0U);
  for (std::uint64_t key = 0; key < 400; ++key) {
    EXPECT_EQ(ward.db().version_at(0, key), ward.db().version_at(1, key)) << key;
    EXPECT_EQ(ward.db().version_at(2, key), ward.db().version_at(1, key)) << key;
  }
  EXPECT_EQ(ward.count("promotions"), 1U);
}

// With tokens the west's leader writes no more from the promotion on, and its users are told
// nothing at all: the new leader is out of their reach.
TEST(DatabaseSplitBrain, TokensFenceTheOldLeader) {
  Ward ward(across(FailoverSettings::Fencing::token), writes_of_both(400), west_and_east());
  ward.run(200_ms);
  between.apply(ward.world(), 1);
  ward.run(900_ms);
  EXPECT_EQ(ward.probe().answer_to(120), nullptr);
  EXPECT_EQ(ward.outcome(121).replica, 1);
  ward.run(1_s);
  between.undo(ward.world(), 1);
  ward.run(3_s);
  EXPECT_EQ(ward.count("divergent_writes"), 0U);
  EXPECT_EQ(ward.count("time_with_two_leaders_ms"), 0U);
}

// Where a write needs a follower, the leader that has none any more answers nothing, fenced or not.
// The users' writes wait, and fail once it hears of the other leader.
TEST(DatabaseSplitBrain, ALeaderAloneGetsNoAcknowledgement) {
  auto settings = across(FailoverSettings::Fencing::none);
  settings.acknowledgements = 1;
  Ward ward(settings, writes_of_both(400), west_and_east());
  ward.run(200_ms);
  between.apply(ward.world(), 1);
  ward.run(1_s);
  EXPECT_EQ(ward.probe().answer_to(120), nullptr);
  EXPECT_GT(ward.count("time_with_two_leaders_ms"), 600U);
  between.undo(ward.world(), 1);
  ward.run(3_s);
  EXPECT_EQ(ward.outcome(120).status, Status::unavailable);
  EXPECT_EQ(ward.count("divergent_writes"), 0U);
  EXPECT_EQ(ward.count("acknowledged_writes_lost"), 0U);
}

// One acknowledgement of four is not enough where a minority of followers is cut off together with
// the leader: it goes on acknowledging. Two of four are.
TEST(DatabaseSplitBrain, AMinorityAcknowledgesUnlessAMajorityIsAskedFor) {
  for (const std::uint64_t acknowledgements : {1, 2}) {
    auto settings = across(FailoverSettings::Fencing::none);
    settings.hosting.replicas = 5;
    settings.hosting.zones = {"west/a", "west/a", "east/a", "east/a", "east/a"};
    settings.acknowledgements = acknowledgements;
    Ward ward(settings, writes_of_both(400), west_and_east());
    ward.run(200_ms);
    between.apply(ward.world(), 1);
    ward.run(900_ms);
    EXPECT_EQ(ward.db().role(ward.world(), "leader"), ReplicaIndex{2});
    EXPECT_EQ(ward.probe().answer_to(120) != nullptr, acknowledgements == 1);
    ward.run(1_s);
    between.undo(ward.world(), 1);
    ward.run(3_s);
    EXPECT_EQ(ward.count("divergent_writes") > 60, acknowledgements == 1);
    EXPECT_EQ(ward.count("acknowledged_writes_lost") > 60, acknowledgements == 1);
    for (std::uint64_t key = 0; key < 400; ++key) {
      for (ReplicaIndex i = 0; i < 5; ++i) {
        EXPECT_EQ(ward.db().version_at(i, key), ward.db().version_at(2, key)) << key;
      }
    }
  }
}

// A leader that stood still goes on with what it was doing, as if nobody had been promoted: the
// write that it had begun is answered, and lost. With tokens it is refused.
TEST(DatabaseSplitBrain, AStalledLeaderFinishesWhatItHadBegun) {
  using Fencing = FailoverSettings::Fencing;
  for (const Fencing fencing : {Fencing::none, Fencing::token}) {
    auto settings = across(fencing);
    settings.write_time = Distribution::constant(5_ms);
    Ward ward(settings, {write(100_ms, 7)}, west_and_east());
    ward.run(103_ms);
    ward.db().slow(ward.world(), 0, 1, 0);
    ward.run(500_ms);
    EXPECT_EQ(ward.db().role(ward.world(), "leader"), ReplicaIndex{1});
    ward.db().recover_speed(ward.world(), 0, 1);
    ward.run(1_s);
    const bool fenced = fencing == Fencing::token;
    EXPECT_EQ(ward.outcome(0).status, fenced ? Status::unavailable : Status::ok);
    EXPECT_EQ(ward.count("divergent_writes"), fenced ? 0U : 1U);
    EXPECT_EQ(ward.count("acknowledged_writes_lost"), fenced ? 0U : 1U);
    EXPECT_EQ(ward.db().version_at(0, 7), 0U);
  }
}

// The rival dies while both lead: what only it had answered is lost then and there.
TEST(DatabaseSplitBrain, ARivalThatDiesTakesItsWritesWithIt) {
  Ward ward(across(FailoverSettings::Fencing::none), writes_of_both(400), west_and_east());
  ward.run(200_ms);
  between.apply(ward.world(), 1);
  ward.run(600_ms);
  const std::uint64_t divergent = ward.count("divergent_writes");
  const std::uint64_t before = ward.count("acknowledged_writes_lost");
  EXPECT_GT(divergent, 20U);
  ward.db().crash(ward.world(), 0);
  EXPECT_EQ(ward.count("acknowledged_writes_lost"), before + divergent);
  EXPECT_EQ(ward.db().role(ward.world(), "leader"), ReplicaIndex{1});
  ward.db().restart(ward.world(), 0);
  ward.run(1_s);
  between.undo(ward.world(), 1);
  ward.run(3_s);
  EXPECT_EQ(ward.db().version_at(0, 399), ward.db().version_at(1, 399));
  EXPECT_EQ(ward.count("time_without_leader_ms"), 0U);
}

// Whatever befalls it, every write that was answered is there in the end, or counted as lost: each
// has a key of its own. Faults are cuts, crashes, pauses and machines destroyed, at random. A cut
// may lose an answer on its way, and where a newer log is destroyed an older one comes back with
// what had been lost; without these the count is exact.
TEST(DatabaseSplitBrain, EveryAnsweredWriteIsThereOrCountedAsLost) {
  std::uint64_t divergent = 0;
  std::uint64_t restores = 0;
  std::uint64_t lost = 0;
  for (std::uint64_t seed = 1; seed <= 80; ++seed) {
    sim::Draw draw(seed);
    auto settings =
        across(seed % 4 == 0 ? FailoverSettings::Fencing::token : FailoverSettings::Fencing::none);
    settings.hosting.replicas = 2 + draw.below(4);
    settings.hosting.zones = {"west/a", "east/a"};
    settings.acknowledgements = draw.below(settings.hosting.replicas);
    settings.apply_time = Distribution::exponential(2_ms);
    settings.data_size = Distribution::constant(1e6);
    settings.copy_bandwidth = 8e7;
    settings.copy_workers = draw.below(20);
    settings.backups = BackupSettings{.interval = 200_ms, .restore_time = {}};
    if (draw.uniform() < 0.3) settings.connections = ConnectionSettings{.limit = 40};
    constexpr int count = 600;
    Ward ward(settings, writes_of_both(count), west_and_east());
    Database& db = ward.db();
    for (std::uint32_t step = 1; step <= 60; ++step) {
      ward.run(50_ms * static_cast<int>(step));
      const auto node = static_cast<ReplicaIndex>(draw.below(settings.hosting.replicas));
      switch (draw.below(7)) {
        case 0:
          db.crash(ward.world(), node);
          break;
        case 1:
          db.restart(ward.world(), node);
          break;
        case 2:
          if (seed % 3 != 0) between.apply(ward.world(), 1);
          break;
        case 3:
          between.undo(ward.world(), 1);
          break;
        case 4:
          db.slow(ward.world(), node, 1, draw.uniform() < 0.5 ? 0 : 0.3);
          break;
        case 5:
          db.recover_speed(ward.world(), node, 1);
          break;
        default:
          if (draw.uniform() < 0.5) break;
          db.crash(ward.world(), node);
          db.lose_data(ward.world(), node);
          break;
      }
    }
    between.undo(ward.world(), 1);
    for (ReplicaIndex i = 0; i < settings.hosting.replicas; ++i) {
      db.recover_speed(ward.world(), i, 1);
      if (db.replicas()[i].state == Lifecycle::down) db.restart(ward.world(), i);
    }
    ward.run(100_s);
    const auto leader = db.role(ward.world(), "leader");
    ASSERT_TRUE(leader) << seed;
    std::uint64_t missing = 0;
    for (const auto& answer : ward.probe().answers()) {
      if (answer.outcome.ok() && db.version_at(*leader, answer.ask) == 0) ++missing;
    }
    const std::uint64_t counted = ward.count("acknowledged_writes_lost");
    EXPECT_GE(counted, missing) << seed;
    if (seed % 3 == 0 && ward.count("restores") == 0) {
      EXPECT_EQ(counted, missing) << seed;
    }
    for (ReplicaIndex i = 0; i < settings.hosting.replicas; ++i) {
      for (std::uint64_t key = 0; key < count; ++key) {
        ASSERT_EQ(db.version_at(i, key), db.version_at(*leader, key)) << seed << " " << key;
      }
    }
    divergent += ward.count("divergent_writes");
    restores += ward.count("restores");
    lost += missing;
  }
  EXPECT_GT(divergent, 100U);
  EXPECT_GT(restores, 5U);
  EXPECT_GT(lost, 1000U);
}

}  // namespace
}  // namespace faultline::models::database_split_brain_test
