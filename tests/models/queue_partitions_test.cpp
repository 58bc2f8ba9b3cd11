#include <gtest/gtest.h>

#include <map>
#include <set>
#include <vector>

#include "tests/models/queue_scene.h"

namespace faultline::models::queue_partitions_test {
namespace {

using Keys = std::vector<std::uint64_t>;

QueueSettings partitioned(std::uint64_t partitions, std::uint64_t concurrency = 100) {
  QueueSettings settings = plain_queue(concurrency);
  settings.partitions = partitions;
  return settings;
}

// Three messages of one key go one after the other, however many may be in flight, while one of
// another key, in another partition, is delivered at once.
TEST(QueuePartitions, OneAtATimeForEachKey) {
  QueueScene scene(partitioned(1000));
  for (const std::uint64_t key : {7, 7, 7, 8}) scene.publish(0_ms, key);
  scene.world.start();
  scene.run(5_ms);
  EXPECT_EQ(scene.keys_heard(), (Keys{7, 8}));
  EXPECT_DOUBLE_EQ(scene.value("backlog"), 2);
  scene.run(1_s);
  EXPECT_EQ(scene.keys_heard(), (Keys{7, 8, 7, 7}));
  EXPECT_EQ(scene.ms_heard(), (std::vector<std::int64_t>{0, 0, 10, 20}));
}

// As many as there are partitions are in flight, and no more.
TEST(QueuePartitions, BoundWhatIsInFlight) {
  QueueScene scene(partitioned(4));
  for (std::uint64_t key = 1; key <= 100; ++key) scene.publish(0_ms, key);
  scene.world.start();
  scene.run(9_ms);
  EXPECT_EQ(scene.workers->heard().size(), 4u);
  EXPECT_DOUBLE_EQ(scene.value("in_flight"), 4);
}

// A message that fails holds up its partition until it succeeds or is a dead letter, and no other.
TEST(QueuePartitions, AFailureHoldsUpItsOwn) {
  QueueSettings settings = partitioned(1000);
  settings.max_receives = 2;
  settings.redelivery_delay = 30_ms;
  QueueScene scene(settings, 10_ms, [](const Attempt& attempt) {
    return Outcome{.status = attempt.version == 1 ? Status::failed : Status::ok};
  });
  const auto publish = [&](std::uint64_t key, std::uint64_t version) {
    scene.probe->ask({.at = 0_ms, .operation = Operation::publish, .key = key, .version = version});
  };
  publish(7, 1);
  publish(7, 2);
  publish(8, 3);
  scene.world.start();
  scene.run(1_s);
  std::vector<std::uint64_t> versions;
  for (const Stub::Heard& heard : scene.workers->heard()) versions.push_back(heard.version);
  EXPECT_EQ(versions, (Keys{1, 3, 1, 2}));
  EXPECT_EQ(scene.ms_heard(), (std::vector<std::int64_t>{0, 0, 40, 50}));
  EXPECT_EQ(scene.value("dead_lettered"), 1);
}

// A partition's messages all go to one replica of the consumer, and to another when that is dead.
TEST(QueuePartitions, HaveOneConsumerEach) {
  QueueScene scene(partitioned(12));
  scene.workers->hosting.replicas = 3;
  for (std::uint64_t i = 0; i < 400; ++i) scene.publish(1_ms * static_cast<int>(i), i % 40);
  scene.world.start();
  scene.run(200_ms);
  scene.workers->crash(scene.world, 1);
  scene.run(5_s);
  std::map<std::uint64_t, std::set<ReplicaIndex>> before;
  std::map<std::uint64_t, std::set<ReplicaIndex>> after;
  std::set<ReplicaIndex> used;
  for (const Stub::Heard& heard : scene.workers->heard()) {
    (heard.at < sim::Time{} + 200_ms ? before : after)[heard.key].insert(heard.replica);
    used.insert(heard.replica);
  }
  for (const auto& [key, replicas] : before) EXPECT_EQ(replicas.size(), 1u) << key;
  for (const auto& [key, replicas] : after) {
    EXPECT_EQ(replicas.size(), 1u) << key;
    EXPECT_FALSE(replicas.contains(1)) << key;
  }
  EXPECT_EQ(used, (std::set<ReplicaIndex>{0, 1, 2}));
  EXPECT_EQ(scene.value("acknowledged"), 400);
}

// Two brokers share the partitions: a key's messages are all at one of them, and if that is down
// they cannot be published.
TEST(QueuePartitions, BelongToOneBroker) {
  QueueSettings settings = partitioned(10);
  settings.hosting.replicas = 2;
  QueueScene scene(settings);
  for (std::uint64_t i = 0; i < 80; ++i) scene.publish(1_ms * static_cast<int>(i), i % 20);
  scene.world.start();
  scene.queue->crash(scene.world, 0);
  scene.run(2_s);
  std::set<std::uint64_t> refused;
  std::set<std::uint64_t> taken;
  for (const Probe::Answer& answer : scene.probe->answers()) {
    (answer.outcome.ok() ? taken : refused).insert(answer.ask % 20);
  }
  EXPECT_EQ(refused.size() + taken.size(), 20u);
  EXPECT_GT(refused.size(), 3u);
  EXPECT_GT(taken.size(), 3u);
}

// Of those dropped, the one behind in its partition moves up when that ahead of it goes.
TEST(QueuePartitions, MoveUpWhenTheOldestIsDropped) {
  QueueSettings settings = partitioned(1, 1);
  settings.capacity = 3;
  settings.on_full = OnFull::drop_oldest;
  QueueScene scene(settings);
  for (std::uint64_t key = 1; key <= 5; ++key) scene.publish(1_ms * static_cast<int>(key), key);
  scene.world.start();
  scene.run(1_s);
  EXPECT_EQ(scene.keys_heard(), (Keys{1, 4, 5}));
  EXPECT_EQ(scene.value("dropped"), 2);
}

// Through crashes, timeouts and failures of consumers and brokers, the first delivery of a message
// of one key comes after the end of all those published before it.
TEST(QueuePartitions, KeepTheOrderOfEachKey) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    QueueSettings settings = partitioned(7);
    settings.hosting.replicas = 2;
    settings.visibility_timeout = 25_ms;
    settings.redelivery_delay = 5_ms;
    settings.max_receives = 4;
    QueueScene scene(settings, 10_ms, [](const Attempt& attempt) {
      const bool fails = attempt.luck.with(17).with(attempt.lineage).draw().uniform() < 0.4;
      return Outcome{.status = fails ? Status::failed : Status::ok};
    });
    scene.workers->hosting.replicas = 3;
    sim::Draw draw(seed);
    for (std::uint64_t i = 1; i <= 600; ++i) {
      scene.probe->ask({.at = 1_ms * static_cast<int>(i),
                        .operation = Operation::publish,
                        .key = draw.below(20),
                        .version = i});
    }
    scene.world.start();
    scene.run(100_ms);
    scene.workers->crash(scene.world, 1);
    scene.run(200_ms);
    scene.workers->restart(scene.world, 1);
    scene.queue->crash(scene.world, 0);
    scene.run(250_ms);
    scene.queue->restart(scene.world, 0);
    scene.workers->slow(scene.world, 0, 1, 0.1);
    scene.run(60_s);
    std::map<std::uint64_t, std::uint64_t> newest;
    for (const Stub::Heard& heard : scene.workers->heard()) {
      EXPECT_GE(heard.version, newest[heard.key]) << "key " << heard.key;
      newest[heard.key] = heard.version;
    }
    EXPECT_GT(scene.value("redelivered"), 100);
    EXPECT_GT(scene.value("dead_lettered"), 5);
    EXPECT_EQ(scene.value("stored"), 0);
  }
}

}  // namespace
}  // namespace faultline::models::queue_partitions_test
