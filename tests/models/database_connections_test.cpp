// Shows who gets a connection to a node of a database and when, by constant times: reads take 2 ms,
// writes 3 ms; and what a kind of database stands for.
#include <gtest/gtest.h>

#include "models/database/database.h"
#include "tests/models/database_ward.h"

namespace faultline::models::database_connections_test {
namespace {

using sim::Distribution;

DatabaseSettings with_connections(std::uint64_t replicas, const ConnectionSettings& connections) {
  auto settings = constant_times(replicas);
  settings.connections = connections;
  return settings;
}

// Sixteen workers are free, yet with two connections the third read waits for the first answer, and
// the fifth for the third.
TEST(DatabaseConnections, LimitWhatIsServedAtOnce) {
  const std::vector<Probe::Ask> asks(5, read(0_ms, 1));
  Ward ward(with_connections(1, {.limit = 2}), asks);
  ward.run(3_ms);
  EXPECT_EQ(ward.count("connection_timeouts"), 0U);
  ward.run(1_s);
  EXPECT_EQ(ward.answered(1), at(2_ms));
  EXPECT_EQ(ward.answered(2), at(4_ms));
  EXPECT_EQ(ward.answered(4), at(6_ms));
  EXPECT_EQ(ward.times("connection_wait_ms").count(), 5U);
  EXPECT_EQ(ward.times("connection_wait_ms").sum(), (2_ms * 2 + 4_ms).ns);
  // Two for 4 ms and one for 2 ms hold one; three wait for 2 ms and one for 2 more.
  EXPECT_EQ(ward.part("connections_open"), (10_ms).ns);
  EXPECT_EQ(ward.part("connections_waited_for"), (8_ms).ns);
}

// One may wait; the next is refused at once, and who waits gives up after 1.5 ms. The one that
// comes at 1 ms finds the place taken, and at 1.6 ms free.
TEST(DatabaseConnections, RefuseWhoWouldWaitTooLong) {
  Ward ward(with_connections(1, {.limit = 1, .queue = 1, .timeout = 1.5_ms}),
            {read(0_ms, 1), read(0_ms, 1), read(1_ms, 1), read(1.6_ms, 1)});
  ward.run(1_s);
  EXPECT_EQ(ward.outcome(0).status, Status::ok);
  EXPECT_EQ(ward.outcome(1).status, Status::rejected);
  EXPECT_EQ(ward.answered(1), at(1.5_ms));
  EXPECT_EQ(ward.outcome(2).status, Status::rejected);
  EXPECT_EQ(ward.answered(2), at(1_ms));
  EXPECT_EQ(ward.answered(3), at(4_ms));
  EXPECT_EQ(ward.count("connection_timeouts"), 1U);
}

// A write waits for its follower, 4 ms there and back, with its worker free and its connection
// held: the read behind it begins at 7 ms, when the write is answered. Without the limit it would
// be answered at 2 ms.
TEST(DatabaseConnections, AreHeldByWritesThatWaitForFollowers) {
  auto settings = with_connections(2, {.limit = 1});
  settings.acknowledgements = 1;
  const std::vector<Probe::Ask> asks = {write(0_ms, 1, 0), read(0_ms, 2, 0)};
  Ward held(settings, asks, 2_ms);
  held.run(1_s);
  EXPECT_EQ(held.answered(0), at(7_ms));
  EXPECT_EQ(held.answered(1), at(9_ms));
  settings.connections.reset();
  Ward free(settings, asks, 2_ms);
  free.run(1_s);
  EXPECT_EQ(free.answered(1), at(2_ms));
}

// With the process go its connections and its queue; the next life begins with none.
TEST(DatabaseConnections, EndWithTheProcess) {
  std::vector<Probe::Ask> asks(4, read(0_ms, 1));
  asks.push_back(read(5_ms, 1));
  Ward ward(with_connections(1, {.limit = 1, .timeout = 3_ms}), asks);
  ward.run(1_ms);
  ward.db().restart(ward.world(), 0);
  ward.run(1_s);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(ward.outcome(i).status, Status::reset);
    EXPECT_EQ(ward.answered(i), at(1_ms));
  }
  EXPECT_EQ(ward.answered(4), at(7_ms));
  EXPECT_EQ(ward.db().in_system(), 0U);
  EXPECT_EQ(ward.part("connections_open"), (1_ms + 2_ms).ns);
  EXPECT_EQ(ward.part("connections_waited_for"), (3_ms).ns);
}

// Each of those that wait is refused by a full backlog as soon as it is let in, and lets in the
// next: no depth of calls, however many they are.
TEST(DatabaseConnections, PassOnThroughAFullBacklog) {
  auto settings = with_connections(1, {.limit = 2});
  settings.workers = 1;
  settings.backlog = 0;
  Ward ward(settings, std::vector<Probe::Ask>(20'000, read(0_ms, 1)));
  ward.run(1_s);
  EXPECT_EQ(ward.answered(0), at(2_ms));
  std::size_t refused = 0;
  for (const auto& answer : ward.probe().answers()) {
    refused += answer.outcome.status == Status::rejected ? 1 : 0;
  }
  EXPECT_EQ(refused, 19'999U);
}

// The usual times of a kind stand where none is stated, each for itself.
TEST(DatabaseKinds, StandForTimesThatAreNotStated) {
  DatabaseSettings settings;
  settings.kind = DatabaseSettings::Kind::relational;
  EXPECT_DOUBLE_EQ(settings.service_time(false).mean(), 4e6);
  EXPECT_DOUBLE_EQ(settings.service_time(true).mean(), 8e6);
  settings.read_time = Distribution::constant(2_ms);
  EXPECT_DOUBLE_EQ(settings.service_time(false).mean(), 2e6);
  EXPECT_DOUBLE_EQ(settings.service_time(true).mean(), 8e6);
  settings.kind = DatabaseSettings::Kind::key_value;
  EXPECT_DOUBLE_EQ(settings.service_time(true).mean(), 2e6);
  settings.read_time.reset();
  EXPECT_DOUBLE_EQ(settings.service_time(false).mean(), 1e6);
  settings.kind = DatabaseSettings::Kind::custom;
  settings.read_time = Distribution::constant(2_ms);
  EXPECT_DOUBLE_EQ(settings.service_time(true).mean(), 2e6);
  settings.write_time = Distribution::constant(5_ms);
  settings.kind = DatabaseSettings::Kind::relational;
  EXPECT_DOUBLE_EQ(settings.service_time(true).mean(), 5e6);
}

}  // namespace
}  // namespace faultline::models::database_connections_test
