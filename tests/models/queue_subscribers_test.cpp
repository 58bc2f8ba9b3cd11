#include <gtest/gtest.h>

#include <vector>

#include "tests/models/queue_scene.h"

namespace faultline::models::queue_subscribers_test {
namespace {

using sim::Distribution;
using sim::Time;

// "billing" consumes at "workers", "mail" at "the-others", both as `plain_queue` does.
QueueSettings two_subscribers() {
  QueueSettings settings;
  const SubscriberSettings each = plain_queue();
  settings.subscribers["billing"] = each;
  settings.subscribers["mail"] = each;
  settings.subscribers["mail"].deliver_to = "the-others";
  return settings;
}

// Each subscriber gets a copy of each of three messages, at its own pace: one takes 40 ms for each,
// the other 10 ms and at its own endpoint. The publish is answered once.
TEST(QueueSubscribers, EachGetsACopyAtItsOwnPace) {
  QueueSettings settings = two_subscribers();
  settings.subscribers["mail"].endpoint = "send";
  settings.store_time = Distribution::constant(5_ms);
  QueueScene scene(settings, 40_ms);
  for (std::uint64_t key = 1; key <= 3; ++key) scene.publish(0_ms, key);
  scene.world.start();
  scene.run(50_ms);
  EXPECT_EQ(scene.ms_heard(), (std::vector<std::int64_t>{5, 45}));
  EXPECT_EQ(scene.ms_of(*scene.others), (std::vector<std::int64_t>{5, 15, 25}));
  EXPECT_EQ(scene.keys_of(*scene.others), (std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_EQ(scene.workers->heard()[0].endpoint, "handle");
  EXPECT_EQ(scene.others->heard()[0].endpoint, "send");
  ASSERT_EQ(scene.probe->answers().size(), 3u);
  EXPECT_EQ(scene.probe->answer_to(0)->at, Time{} + 5_ms);
  EXPECT_EQ(scene.value("published"), 3);
  EXPECT_EQ(scene.value("acknowledged"), 4);
  EXPECT_EQ(scene.value("billing_acknowledged"), 1);
  EXPECT_EQ(scene.value("mail_acknowledged"), 3);
  EXPECT_EQ(scene.value("stored"), 2);
  EXPECT_DOUBLE_EQ(scene.value("billing_oldest_age_s"), 0.045);
  EXPECT_FALSE(scene.figure("mail_oldest_age_s").value.has_value());
  // Waiting at billing: two for 40 ms, then one for 5; at mail two for 10 ms, then one for 10.
  EXPECT_DOUBLE_EQ(scene.value("billing_backlog"), (2 * 40 + 5) / 50.0);
  EXPECT_DOUBLE_EQ(scene.value("mail_backlog"), (2 * 10 + 10) / 50.0);
  EXPECT_DOUBLE_EQ(scene.value("backlog"), (2 * 40 + 5 + 2 * 10 + 10) / 50.0);
  EXPECT_EQ(scene.figure("billing_time_in_queue_ms").times.max(), (40_ms).ns);
  EXPECT_EQ(scene.figure("mail_time_in_queue_ms").times.max(), (20_ms).ns);
  scene.run(1_s);
  EXPECT_EQ(scene.value("acknowledged"), 6);
  EXPECT_EQ(scene.world.live_records(), 0u);
}

// A consumer that is dead keeps its own copies waiting and nobody else's; each gives up by itself.
TEST(QueueSubscribers, OneThatIsDownHoldsUpNobody) {
  QueueSettings settings = two_subscribers();
  settings.subscribers["billing"].max_receives = 2;
  settings.subscribers["billing"].redelivery_delay = 30_ms;
  QueueScene scene(settings);
  scene.publish(0_ms, 1);
  scene.publish(0_ms, 2);
  scene.world.start();
  scene.workers->crash(scene.world, 0);
  scene.run(1_s);
  EXPECT_TRUE(scene.workers->heard().empty());
  EXPECT_EQ(scene.keys_of(*scene.others), (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(scene.value("mail_acknowledged"), 2);
  EXPECT_EQ(scene.value("dead_lettered"), 2);
  EXPECT_EQ(scene.value("delivered"), 6);
}

// One who is full makes a publish fail for all, so that nobody gets what another one misses; one
// who drops misses it alone.
TEST(QueueSubscribers, TheFullestDecides) {
  for (const OnFull on_full : {OnFull::reject, OnFull::drop_newest}) {
    QueueSettings settings = two_subscribers();
    settings.capacity = 1;
    settings.on_full = on_full;
    QueueScene scene(settings, 40_ms);
    scene.publish(0_ms, 1);
    scene.publish(20_ms, 2);  // mail is done with the first, billing is not
    scene.world.start();
    scene.run(1_s);
    const bool drops = on_full == OnFull::drop_newest;
    EXPECT_EQ(scene.probe->answer_to(1)->outcome.ok(), drops);
    EXPECT_EQ(scene.keys_heard(), (std::vector<std::uint64_t>{1}));
    EXPECT_EQ(scene.others->heard().size(), drops ? 2u : 1u);
    EXPECT_EQ(scene.value("published"), drops ? 2 : 1);
    EXPECT_EQ(scene.value("dropped"), drops ? 1 : 0);
  }
}

// More in flight for one subscriber from the moment it is allowed.
TEST(QueueSubscribers, ConcurrencyOfOneChangesWhileItRuns) {
  QueueScene scene(two_subscribers(), 20_ms);
  for (std::uint64_t key = 1; key <= 3; ++key) scene.publish(0_ms, key);
  scene.world.start();
  scene.run(5_ms);
  scene.queue->settings.subscribers["billing"].concurrency = 3;
  scene.queue->changed(scene.world, "subscribers");
  scene.run(1_s);
  EXPECT_EQ(scene.ms_heard(), (std::vector<std::int64_t>{0, 5, 5}));
  EXPECT_EQ(scene.ms_of(*scene.others), (std::vector<std::int64_t>{0, 10, 20}));
}

}  // namespace
}  // namespace faultline::models::queue_subscribers_test
