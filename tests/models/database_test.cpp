#include "models/database/database.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/world.h"
#include "sim/snapshot.h"
#include "tests/models/database_ward.h"
#include "tests/models/probe.h"

namespace faultline::models::database_test {
namespace {

using sim::Distribution;
using sim::Duration;
using sim::Time;
using namespace sim::literals;

// One worker serves three reads one after the other; with room for one, the third is refused.
TEST(Database, ServesWithItsWorkersAndRefusesBeyondItsBacklog) {
  auto settings = constant_times(1);
  settings.workers = 1;
  Ward patient(settings, {read(0_ms, 1), read(0_ms, 2), read(0_ms, 3)});
  patient.run(1_s);
  EXPECT_EQ(patient.answered(0), at(2_ms));
  EXPECT_EQ(patient.answered(1), at(4_ms));
  EXPECT_EQ(patient.answered(2), at(6_ms));
  EXPECT_EQ(patient.times("waiting_time_ms").sum(), (2_ms + 4_ms).ns);

  settings.backlog = 1;
  Ward bounded(settings, {read(0_ms, 1), read(0_ms, 2), read(0_ms, 3)});
  bounded.run(1_s);
  EXPECT_EQ(bounded.outcome(2).status, Status::rejected);
  EXPECT_EQ(bounded.outcome(1).status, Status::ok);
}

// A plain request is a write when the user's intent is one, and takes a write's time.
TEST(Database, ServesARequestAsTheReadOrWriteItIs) {
  Probe::Ask save{.at = 0_ms, .operation = Operation::serve, .key = 7, .write = true};
  Probe::Ask look{.at = 10_ms, .operation = Operation::serve, .key = 7};
  Ward ward(constant_times(1), {save, look});
  ward.run(1_s);
  EXPECT_EQ(ward.answered(0), at(3_ms));
  EXPECT_EQ(ward.answered(1), at(12_ms));
  EXPECT_EQ(ward.outcome(1).version, ward.outcome(0).version);
  EXPECT_EQ(ward.outcome(1).version, 1U);
}

// By hand: written at 3 ms, at the follower 1 ms later, applied 5 ms after that, at 9 ms. A read
// there at 8 ms is stale by 8 - 3 = 5 ms, one at 10 ms is not; the leader's own never is.
TEST(Database, ReadsOfAFollowerAreStaleUntilTheWriteIsApplied) {
  auto settings = constant_times(2);
  settings.apply_time = Distribution::constant(5_ms);
  Ward ward(settings, {write(0_ms, 7), read(6_ms, 7, 1), read(6_ms, 7, 0), read(8_ms, 7, 1)}, 1_ms);
  ward.run(1_s);
  EXPECT_EQ(ward.answered(0), at(3_ms));
  EXPECT_EQ(ward.outcome(1).version, 0U);
  EXPECT_EQ(ward.outcome(2).version, 1U);
  EXPECT_EQ(ward.outcome(3).version, 1U);
  EXPECT_EQ(ward.count("stale_read_count"), 1U);
  EXPECT_EQ(ward.times("stale_age_ms").sum(), (5_ms).ns);
  EXPECT_EQ(ward.times("replication_delay_ms").sum(), (6_ms).ns);
}

// Two writes of one key are missing at the follower: what it returns is out of date since the first
// (committed at 3 ms, read at 7 ms), not since the newest.
TEST(Database, StaleAgeCountsFromTheFirstVersionMissed) {
  auto settings = constant_times(2);
  settings.apply_time = Distribution::constant(20_ms);
  Ward ward(settings, {write(0_ms, 7), write(2_ms, 7), read(5_ms, 7, 1)});
  ward.run(1_s);
  EXPECT_EQ(ward.times("stale_age_ms").sum(), (4_ms).ns);
}

// Followers 1 ms and 4 ms away: a write of 3 ms is answered after 3, after 3 + 2, or after 3 + 8
// ms, for no, one or two acknowledgements (and 10 ms there and back); until then the leader shows
// what it was before.
TEST(Database, AWriteWaitsForAsManyFollowersAsAreAskedFor) {
  const Duration expected[] = {3_ms, 5_ms, 11_ms};
  for (std::uint64_t k = 0; k <= 2; ++k) {
    GeographySettings places;
    places.regions["here"].zones = {"a", "b"};
    places.clients["users"] = {.near = "here", .latency = Distribution::constant(10_ms)};
    places.latency.same_zone = Distribution::constant(1_ms);
    places.latency.same_region = Distribution::constant(4_ms);
    auto settings = constant_times(3);
    settings.hosting.zones = {"here/a", "here/a", "here/b"};
    settings.acknowledgements = k;
    Ward ward(settings, {write(0_ms, 7), read(2.5_ms, 7, 0)}, Geography(places));
    ward.run(1_s);
    EXPECT_EQ(ward.answered(0), at(10_ms + expected[k] + 10_ms)) << k;
    EXPECT_EQ(ward.outcome(1).version, k == 0 ? 1U : 0U) << k;
  }
}

// Latencies are random, so that messages of their own would overtake each other; what a follower
// returns never goes back, and in the end it has everything.
TEST(Database, ReplicationKeepsItsOrder) {
  GeographySettings places;
  places.regions["here"].zones = {"a"};
  places.clients["users"] = {.near = "here", .latency = {}};
  places.latency.same_zone = Distribution::exponential(20_ms);
  std::vector<Probe::Ask> asks;
  for (int i = 0; i < 200; ++i) asks.push_back(write(1_ms * i, 7));
  for (int i = 0; i < 200; ++i) asks.push_back(read(1_ms * i, 7, 1));
  Ward ward(constant_times(2), asks, Geography(places));
  ward.run(5_s);
  std::uint64_t newest = 0;
  for (std::size_t i = 200; i < 400; ++i) {
    EXPECT_GE(ward.outcome(i).version, newest);
    newest = ward.outcome(i).version;
  }
  EXPECT_GT(newest, 0U);
  EXPECT_EQ(ward.db().version_at(1, 7), 200U);
  EXPECT_GT(ward.count("stale_read_count"), 0U);
}

// The link is 20 ms slower for the first of two writes (sent at 18 ms, there at 39 ms). The second
// left at 28 ms and would be there at 29 ms, but has to wait for the first.
TEST(Database, AnEntryWaitsForTheOneBeforeIt) {
  auto settings = constant_times(2);
  settings.hosting.zones = {"here/a", "here/b"};
  Ward ward(settings, {write(0_ms, 7), write(10_ms, 8)}, tiny_geography(15_ms, 1_ms));
  auto& geography = ward.world().geography();
  const auto link =
      geography.network().find_link(*geography.zone("here/a"), *geography.zone("here/b"));
  ward.world().impair(1, {link.value()}, {.extra_latency = 20_ms});
  ward.run(20_ms);
  ward.world().heal(1);
  ward.run(39_ms);
  EXPECT_EQ(ward.db().version_at(1, 8), 0U);
  ward.run(40_ms);
  EXPECT_EQ(ward.db().version_at(1, 7), 1U);
  EXPECT_EQ(ward.db().version_at(1, 8), 2U);
}

// A write sent straight to a follower is not carried out.
TEST(Database, OnlyTheLeaderTakesWrites) {
  Ward ward(constant_times(2), {write(0_ms, 7, 1), read(5_ms, 7)});
  ward.run(1_s);
  EXPECT_EQ(ward.outcome(0).status, Status::unavailable);
  EXPECT_EQ(ward.outcome(1).version, 0U);
}

// Who answers four reads under each policy, with everybody alive and with follower 1 dead.
TEST(Database, RoutesReadsAsToldAndAroundDeadFollowers) {
  using Reads = DatabaseSettings::Reads;
  const auto replicas_that_answer = [](Reads policy, bool crash) {
    auto settings = constant_times(3);
    settings.reads = policy;
    Ward ward(settings, {read(1_ms, 1), read(2_ms, 1), read(3_ms, 1), read(4_ms, 1)});
    if (crash) ward.db().crash(ward.world(), 1);
    ward.run(1_s);
    std::vector<int> who;
    for (std::size_t i = 0; i < 4; ++i) who.push_back(ward.outcome(i).replica);
    return who;
  };
  EXPECT_EQ(replicas_that_answer(Reads::leader, false), (std::vector<int>{0, 0, 0, 0}));
  EXPECT_EQ(replicas_that_answer(Reads::followers, false), (std::vector<int>{1, 2, 1, 2}));
  EXPECT_EQ(replicas_that_answer(Reads::followers, true), (std::vector<int>{2, 2, 2, 2}));
  EXPECT_EQ(replicas_that_answer(Reads::any, false), (std::vector<int>{0, 1, 2, 0}));
  EXPECT_EQ(replicas_that_answer(Reads::any, true), (std::vector<int>{0, 2, 0, 2}));
}

// Reads of one user.
Probe::Ask read_by(std::uint64_t user, Duration when, std::uint64_t key,
                   std::optional<ReplicaIndex> to = {}) {
  return {.at = when, .operation = Operation::read, .key = key, .user = user, .to = to};
}
Probe::Ask write_by(std::uint64_t user, Duration when, std::uint64_t key) {
  return {.at = when, .operation = Operation::write, .key = key, .user = user, .write = true};
}

// A hundred users read before, during and after the death of follower 1. Each always has the same
// follower; only those of the dead one move, some to each of the others, and they return to it.
TEST(Database, AUserKeepsTheSameFollower) {
  auto settings = constant_times(4);
  settings.reads = DatabaseSettings::Reads::same_follower;
  std::vector<Probe::Ask> asks;
  for (const Duration when : {1_ms, 50_ms, 101_ms, 201_ms}) {
    for (std::uint64_t user = 0; user < 100; ++user) asks.push_back(read_by(user, when, 1));
  }
  Ward ward(settings, asks);
  ward.run(100_ms);
  ward.db().crash(ward.world(), 1);
  ward.run(200_ms);
  ward.db().restart(ward.world(), 1);
  ward.run(1_s);
  std::map<int, int> users;
  std::map<int, int> moved;
  for (std::size_t user = 0; user < 100; ++user) {
    const int home = ward.outcome(user).replica;
    const int meanwhile = ward.outcome(200 + user).replica;
    EXPECT_EQ(ward.outcome(100 + user).replica, home);
    EXPECT_EQ(ward.outcome(300 + user).replica, home);
    EXPECT_NE(meanwhile, 1);
    if (home != 1) {
      EXPECT_EQ(meanwhile, home);
    }
    ++users[home];
    if (home == 1) ++moved[meanwhile];
  }
  EXPECT_EQ(users.count(0), 0U);
  for (const int follower : {1, 2, 3}) EXPECT_GT(users[follower], 20);
  EXPECT_GT(moved[2], 5);
  EXPECT_GT(moved[3], 5);
}

// With all followers dead the leader answers.
TEST(Database, WithoutItsFollowersTheLeaderAnswersEveryUser) {
  auto settings = constant_times(2);
  settings.reads = DatabaseSettings::Reads::same_follower;
  Ward ward(settings, {read_by(3, 1_ms, 1)});
  ward.db().crash(ward.world(), 1);
  ward.run(1_s);
  EXPECT_EQ(ward.outcome(0).replica, 0);
}

// A write is safe at 3 ms. For 100 ms its writer reads from the leader, nobody else does; and when
// the leader is dead, so does nobody.
TEST(Database, TheLeaderAnswersWhoHasJustWritten) {
  auto settings = constant_times(2);
  settings.reads = DatabaseSettings::Reads::followers;
  settings.leader_after_write = 100_ms;
  const std::vector<Probe::Ask> asks = {write_by(5, 0_ms, 7),  read_by(5, 2_ms, 7),
                                        read_by(5, 3.5_ms, 8), read_by(6, 3.5_ms, 7),
                                        read_by(5, 103_ms, 7), read_by(5, 103.1_ms, 7)};
  Ward ward(settings, asks);
  ward.run(1_s);
  const int expected[] = {0, 1, 0, 1, 0, 1};
  for (std::size_t i = 0; i < asks.size(); ++i) EXPECT_EQ(ward.outcome(i).replica, expected[i]);

  Ward leaderless(settings, asks);
  leaderless.run(3.2_ms);
  leaderless.db().crash(leaderless.world(), 0);
  leaderless.run(1_s);
  EXPECT_EQ(leaderless.outcome(2).replica, 1);
}

// A write of user 1 is told at 3 ms and applied by the follower at 23 ms. Until then the follower
// returns less than user 1 wrote and less than user 2 read from the leader at 6 ms. What user 1
// asks before being told, and what a user asks who has seen nothing yet, misses nothing.
TEST(Database, CountsReadsThatGoBackBehindTheirUser) {
  auto settings = constant_times(2);
  settings.apply_time = Distribution::constant(20_ms);
  const std::vector<Probe::Ask> asks = {
      write_by(1, 0_ms, 7),    read_by(1, 2_ms, 7, 1),  read_by(1, 4_ms, 7, 1),
      read_by(1, 4_ms, 8, 1),  read_by(2, 4_ms, 7, 0),  read_by(2, 5_ms, 7, 1),
      read_by(2, 7_ms, 7, 1),  read_by(3, 7_ms, 7, 1),  read_by(1, 22_ms, 7, 1),
      read_by(2, 22_ms, 7, 1), read_by(3, 22_ms, 7, 1),
  };
  Ward ward(settings, asks);
  ward.run(5_ms);
  EXPECT_EQ(ward.count("own_writes_missed"), 0U);
  ward.run(10_ms);
  EXPECT_EQ(ward.count("own_writes_missed"), 1U);
  EXPECT_EQ(ward.count("reads_gone_back"), 1U);
  ward.run(1_s);
  EXPECT_EQ(ward.count("own_writes_missed"), 1U);
  EXPECT_EQ(ward.count("reads_gone_back"), 1U);
}

// Ten thousand keys are written, each by one of fifty users. A follower that was dead for the last
// four thousand returns: it lacks what was written meanwhile, and has what was written before.
TEST(Database, AUserSeesTheGapOfAFollowerThatReturns) {
  auto settings = constant_times(3);
  settings.apply_time = Distribution::constant(50_us);  // 200 ms for the 4,000 it will miss
  std::vector<Probe::Ask> asks;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    asks.push_back(write_by(i % 50, 100_us * static_cast<std::int64_t>(i), i));
  }
  asks.push_back(read_by(9'999 % 50, 1'200_ms, 9'999, 1));
  asks.push_back(read_by(4'000 % 50, 1'200_ms, 4'000, 1));
  Ward ward(settings, asks);
  ward.run(600_ms);
  ward.db().crash(ward.world(), 1);
  ward.run(1'199_ms);
  ward.db().restart(ward.world(), 1);
  ward.run(2_s);
  EXPECT_EQ(ward.count("own_writes_missed"), 1U);
}

// The leader dies at 5 ms and its successor leads at 120 ms. Meanwhile a write fails, or waits and
// is served then; the patience of its caller is 60 ms, and one that comes at 10 ms tries again.
TEST(Database, AWriteFailsOrWaitsForALeader) {
  using Leaderless = DatabaseSettings::Leaderless;
  for (const Leaderless mode : {Leaderless::fail, Leaderless::wait}) {
    auto settings = constant_times(2);
    settings.heartbeat = 10_ms;
    settings.failover = FailoverSettings{.detection = 50_ms, .election = {}};
    settings.writes_without_leader = mode;
    World world(1, tiny_geography());
    world.add(std::make_unique<Database>("db", settings));
    CallPolicy policy;
    policy.timeout = 30_ms;
    auto owned = std::make_unique<Probe>("probe", "db", policy);
    for (const Duration when : {10_ms, 40_ms}) owned->ask(write(when, 7));
    owned->ask(read(10_ms, 7, 1));
    const Probe& probe = *owned;
    world.add(std::move(owned));
    world.start();
    world.run_until(at(5_ms));
    world.find("db")->crash(world, 0);
    world.run_until(at(1_s));
    const auto& db = *world.find("db");
    EXPECT_EQ(reading(world, db, "promotions").part, 1);
    EXPECT_TRUE(probe.answer_to(2)->outcome.ok());
    const auto recovered = reading(world, db, "time_without_leader_ms").part;
    EXPECT_GE(recovered, 44);
    EXPECT_LE(recovered, 55);
    if (mode == Leaderless::fail) {
      EXPECT_EQ(probe.answer_to(0)->outcome.status, Status::unavailable);
      EXPECT_EQ(probe.answer_to(0)->at, at(10_ms));
      EXPECT_EQ(probe.answer_to(1)->at, at(40_ms));
      EXPECT_EQ(reading(world, db, "writes_waited").part, 0);
    } else {
      EXPECT_EQ(probe.answer_to(0)->outcome.status, Status::timed_out);
      EXPECT_EQ(probe.answer_to(0)->at, at(40_ms));
      EXPECT_TRUE(probe.answer_to(1)->outcome.ok());
      EXPECT_GE(probe.answer_to(1)->at, at(49_ms + 3_ms));
      EXPECT_EQ(reading(world, db, "writes_waited").part, 2);
    }
    EXPECT_EQ(world.live_attempts(), 0U);
  }
}

// Users live near the region of node 1: it answers their reads, and the other when it is dead.
TEST(Database, TheNearestNodeAnswers) {
  GeographySettings places;
  places.regions["far"].zones = {"z"};
  places.regions["here"].zones = {"a"};
  places.clients["users"] = {.near = "here", .latency = Distribution::constant(5_ms)};
  places.latency.between_regions = Distribution::constant(40_ms);
  auto settings = constant_times(2);
  settings.hosting.zones = {"far/z", "here/a"};
  settings.reads = DatabaseSettings::Reads::nearest;
  Ward ward(settings, {read(1_ms, 1), read(500_ms, 1)}, Geography(places));
  ward.run(400_ms);
  EXPECT_EQ(ward.outcome(0).replica, 1);
  EXPECT_EQ(ward.answered(0), at(13_ms));
  ward.db().crash(ward.world(), 1);
  ward.run(1_s);
  EXPECT_EQ(ward.outcome(1).replica, 0);
}

// A follower at half speed applies at half speed, and what it is at is re-timed: 1 ms of 5 ms was
// done when it slowed down at 5 ms, so that it is through at 5 + 8 = 13 ms.
TEST(Database, ASlowNodeAppliesSlowly) {
  auto settings = constant_times(2);
  settings.apply_time = Distribution::constant(5_ms);
  Ward ward(settings, {write(0_ms, 7)}, 1_ms);
  ward.run(5_ms);
  ward.db().slow(ward.world(), 1, 1, 0.5);
  ward.run(12_ms);
  EXPECT_EQ(ward.db().version_at(1, 7), 0U);
  ward.run(14_ms);
  EXPECT_EQ(ward.db().version_at(1, 7), 1U);
}

// A copy taken in the middle of a failover ends with the same digests as the original.
TEST(Database, ACloneGoesOnLikeTheOriginal) {
  auto settings = constant_times(3);
  settings.read_time = Distribution::exponential(2_ms);
  settings.apply_time = Distribution::exponential(1_ms);
  settings.reads = DatabaseSettings::Reads::any;
  settings.acknowledgements = 1;
  settings.heartbeat = 10_ms;
  settings.failover =
      FailoverSettings{.detection = 50_ms, .election = Distribution::constant(20_ms)};
  std::vector<Probe::Ask> asks;
  for (int i = 0; i < 400; ++i) {
    asks.push_back(i % 3 == 0 ? write(1_ms * i, i % 7) : read(1_ms * i, i % 7));
  }
  for (const Duration split : {101_ms, 103_ms, 150_ms, 168_ms, 251_ms}) {
    Ward ward(settings, asks, 1_ms);
    ward.run(100_ms);
    ward.db().crash(ward.world(), 0);
    ward.run(split);
    World copy(ward.world());
    for (World* world : {&ward.world(), &copy}) {
      world->run_until(at(300_ms));
      Component& db = *world->find("db");
      if (db.replicas()[0].state == Lifecycle::down) db.restart(*world, 0);
      world->run_until(at(2_s));
    }
    EXPECT_EQ(copy.digest(), ward.world().digest());
    EXPECT_EQ(copy.outcome_digest(), ward.world().outcome_digest());
    EXPECT_EQ(ward.count("promotions"), 1U);
  }
}

// Crashes, a pause and a full backlog: whatever arrived has ended one way or is still there, at any
// time; and when all is over everybody was answered.
TEST(Database, NothingThatArrivesIsForgotten) {
  auto settings = constant_times(3);
  settings.workers = 2;
  settings.backlog = 3;
  settings.reads = DatabaseSettings::Reads::any;
  settings.acknowledgements = 1;
  settings.heartbeat = 10_ms;
  settings.failover = FailoverSettings{.detection = 50_ms, .election = {}};
  std::vector<Probe::Ask> asks;
  for (int i = 0; i < 1000; ++i) {
    asks.push_back(i % 2 == 0 ? write(0.5_ms * i, i % 11) : read(0.5_ms * i, i % 11));
  }
  Ward ward(settings, asks, 1_ms);
  const auto check = [&] {
    EXPECT_EQ(ward.count("arrived"), ward.count("completed") + ward.count("rejected") +
                                         ward.count("failed") + ward.count("lost") +
                                         ward.db().in_system());
  };
  for (int i = 1; i <= 60; ++i) {
    ward.run(10_ms * i);
    if (i == 10) ward.db().crash(ward.world(), 0);
    if (i == 20) ward.db().restart(ward.world(), 0);
    if (i == 25) ward.db().slow(ward.world(), 1, 1, 0);
    if (i == 40) ward.db().recover_speed(ward.world(), 1, 1);
    if (i == 45) ward.db().crash(ward.world(), 2);
    check();
  }
  EXPECT_GT(ward.count("rejected"), 0U);
  EXPECT_GT(ward.count("lost"), 0U);
  EXPECT_EQ(ward.count("promotions"), 2U);
  ward.run(40_s);
  EXPECT_EQ(ward.db().in_system(), 0U);
  EXPECT_EQ(ward.probe().answers().size(), asks.size());
}

}  // namespace
}  // namespace faultline::models::database_test
