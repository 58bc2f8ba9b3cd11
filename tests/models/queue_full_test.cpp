// What a queue does when it is full: `capacity`, `capacity-bytes` and `on-full`.
#include <gtest/gtest.h>

#include <vector>

#include "tests/models/queue_scene.h"

namespace faultline::models::queue_full_test {
namespace {

using Keys = std::vector<std::uint64_t>;
using sim::Time;

// Room for two, each done after 10 ms.
QueueSettings small(OnFull on_full) {
  QueueSettings settings = plain_queue();
  settings.capacity = 2;
  settings.on_full = on_full;
  return settings;
}

// Four at once into a queue of two: the third is answered when the first is done, after 10 ms, the
// fourth after 20; nothing is lost, and publishers are taken in in the order in which they came.
TEST(FullQueue, LetsPublishersWait) {
  QueueScene scene(small(OnFull::wait));
  for (std::uint64_t key = 1; key <= 4; ++key) scene.publish(0_ms, key);
  scene.publish(15_ms, 5);  // behind the fourth, though there is room at 20 ms
  scene.world.start();
  scene.run(30_ms);
  EXPECT_DOUBLE_EQ(scene.value("publishers_waiting"), (2 * 10 + 1 * 10 + 15) / 30.0);
  scene.run(1_s);
  const std::vector<sim::Duration> answered = {0_ms, 0_ms, 10_ms, 20_ms, 30_ms};
  for (std::size_t i = 0; i < answered.size(); ++i) {
    EXPECT_EQ(scene.probe->answer_to(i)->at, Time{} + answered[i]);
    EXPECT_TRUE(scene.probe->answer_to(i)->outcome.ok());
  }
  EXPECT_EQ(scene.keys_heard(), (Keys{1, 2, 3, 4, 5}));
  EXPECT_EQ(scene.value("dropped"), 0);
  EXPECT_EQ(scene.world.live_records(), 0u);
}

// A crash resets those who wait; they are neither stored later nor waited for.
TEST(FullQueue, ACrashResetsThoseWhoWait) {
  QueueScene scene(small(OnFull::wait));
  for (std::uint64_t key = 1; key <= 4; ++key) scene.publish(0_ms, key);
  scene.world.start();
  scene.run(5_ms);
  scene.queue->crash(scene.world, 0);
  scene.run(25_ms);
  EXPECT_DOUBLE_EQ(scene.value("publishers_waiting"), 2 * 5 / 25.0);
  scene.queue->restart(scene.world, 0);
  scene.run(1_s);
  EXPECT_EQ(scene.probe->answer_to(3)->outcome.status, Status::reset);
  EXPECT_EQ(scene.keys_heard(), (Keys{1, 1, 2}));
  EXPECT_EQ(scene.value("published"), 2);
}

// Room that is given while it runs lets in those who wait.
TEST(FullQueue, CapacityChangesWhileItRuns) {
  QueueScene scene(small(OnFull::wait));
  for (std::uint64_t key = 1; key <= 4; ++key) scene.publish(0_ms, key);
  scene.world.start();
  scene.run(5_ms);
  scene.queue->settings.capacity = 4;
  scene.queue->changed(scene.world, "capacity");
  scene.run(6_ms);
  EXPECT_EQ(scene.probe->answers().size(), 4u);
  EXPECT_EQ(scene.probe->answer_to(3)->at, Time{} + 5_ms);
}

// The newest goes: the publisher is thanked, the message never delivered.
TEST(FullQueue, DropsTheNewest) {
  QueueScene scene(small(OnFull::drop_newest));
  for (std::uint64_t key = 1; key <= 3; ++key) scene.publish(0_ms, key);
  scene.publish(15_ms, 4);
  scene.world.start();
  scene.run(1_s);
  EXPECT_TRUE(scene.probe->answer_to(2)->outcome.ok());
  EXPECT_EQ(scene.keys_heard(), (Keys{1, 2, 4}));
  EXPECT_EQ(scene.value("published"), 4);
  EXPECT_EQ(scene.value("dropped"), 1);
  EXPECT_EQ(scene.value("acknowledged"), 3);
}

// The oldest that is not in flight goes: the second makes room for the third, that for the fourth.
TEST(FullQueue, DropsTheOldest) {
  QueueScene scene(small(OnFull::drop_oldest));
  for (std::uint64_t key = 1; key <= 4; ++key) scene.publish(1_ms * static_cast<int>(key), key);
  scene.world.start();
  scene.run(9_ms);
  EXPECT_EQ(scene.value("dropped"), 2);
  EXPECT_EQ(scene.value("stored"), 2);
  EXPECT_DOUBLE_EQ(scene.value("backlog"), 7 / 9.0);
  scene.run(1_s);
  EXPECT_EQ(scene.keys_heard(), (Keys{1, 4}));
  EXPECT_EQ(scene.value("acknowledged"), 2);
}

// Where all are in flight, nothing is old enough to go, and the new one is dropped.
TEST(FullQueue, KeepsWhatIsInFlight) {
  QueueSettings settings = small(OnFull::drop_oldest);
  settings.concurrency = 2;
  QueueScene scene(settings);
  for (std::uint64_t key = 1; key <= 3; ++key) scene.publish(1_ms * static_cast<int>(key), key);
  scene.world.start();
  scene.run(1_s);
  EXPECT_EQ(scene.keys_heard(), (Keys{1, 2}));
  EXPECT_EQ(scene.value("dropped"), 1);
}

// One that waits for its next delivery after a failure is dropped like any other, for good.
TEST(FullQueue, DropsWhatIsDelayed) {
  QueueSettings settings = small(OnFull::drop_oldest);
  settings.capacity = 1;
  settings.redelivery_delay = 50_ms;
  QueueScene scene(settings, 10_ms, [](const Attempt& attempt) {
    return Outcome{.status = attempt.key == 1 ? Status::failed : Status::ok};
  });
  scene.publish(0_ms, 1);
  scene.publish(20_ms, 2);
  scene.world.start();
  scene.run(1_s);
  EXPECT_EQ(scene.keys_heard(), (Keys{1, 2}));
  EXPECT_EQ(scene.value("dropped"), 1);
}

// 100 bytes of room: two of 40 fit, a third waits for one of them to go; one of 101 never fits and
// is rejected whatever else would be done.
TEST(FullQueue, CountsBytes) {
  for (const OnFull on_full : {OnFull::wait, OnFull::reject, OnFull::drop_oldest}) {
    QueueSettings settings = plain_queue();
    settings.capacity_bytes = sim::Distribution::constant(100.0);
    settings.on_full = on_full;
    QueueScene scene(settings);
    scene.publish(0_ms, 1, 40);
    scene.publish(0_ms, 2, 60);
    scene.publish(1_ms, 3, 41);
    scene.publish(2_ms, 4, 101);
    scene.world.start();
    scene.run(1_s);
    const Outcome third = scene.probe->answer_to(2)->outcome;
    EXPECT_EQ(third.status, on_full == OnFull::reject ? Status::rejected : Status::ok);
    EXPECT_EQ(scene.probe->answer_to(2)->at, Time{} + (on_full == OnFull::wait ? 20_ms : 1_ms));
    EXPECT_EQ(scene.probe->answer_to(3)->outcome.status, Status::rejected);
    const Keys all = {1, 2, 3};
    const Keys some = on_full == OnFull::reject ? Keys{1, 2} : Keys{1, 3};
    EXPECT_EQ(scene.keys_heard(), on_full == OnFull::wait ? all : some);
  }
}

}  // namespace
}  // namespace faultline::models::queue_full_test
