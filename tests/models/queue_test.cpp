#include "tests/models/queue_scene.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <vector>

#include "models/service/service.h"

namespace faultline::models::queue_test {
namespace {

using sim::Distribution;
using sim::Time;
using namespace sim::literals;

Outcome failed(const Attempt&) { return {.status = Status::failed}; }

// A step that publishes does so under the endpoint its request is for.
TEST(Queue, DeliversUnderTheEndpointOfWhoPublished) {
  QueueSettings settings = plain_queue();
  settings.endpoint.clear();
  QueueScene scene(settings);
  auto asker = std::make_unique<Probe>("x-probe", "zz-web");
  asker->ask({.at = 10_ms, .endpoint = "POST /order"});
  scene.add(std::move(asker));
  Service* web = scene.add(std::make_unique<Service>("zz-web"));
  StepSettings step;
  step.publish = "queue";
  web->settings.endpoints["POST /order"] = {step};
  scene.world.start();
  scene.run(1_s);
  ASSERT_EQ(scene.workers->heard().size(), 1u);
  EXPECT_EQ(scene.workers->heard()[0].endpoint, "POST /order");
}

// A publish is answered when the message is stored, not when it is done; the consumer is asked at
// its endpoint for what was published.
TEST(Queue, AcknowledgesWhatIsStored) {
  QueueSettings settings = plain_queue();
  settings.store_time = Distribution::constant(5_ms);
  QueueScene scene(settings);
  scene.publish(10_ms, 42);
  scene.world.start();
  scene.run(1_s);
  EXPECT_TRUE(scene.probe->answer_to(0)->outcome.ok());
  EXPECT_EQ(scene.probe->answer_to(0)->at, Time{} + 15_ms);
  ASSERT_EQ(scene.workers->heard().size(), 1u);
  const Stub::Heard& heard = scene.workers->heard()[0];
  EXPECT_EQ(heard.at, Time{} + 15_ms);
  EXPECT_EQ(heard.endpoint, "handle");
  EXPECT_EQ(heard.operation, Operation::serve);
  EXPECT_EQ(heard.key, 42u);
  EXPECT_EQ(heard.version, 42u);
  EXPECT_EQ(scene.value("acknowledged"), 1);
  EXPECT_EQ(scene.value("messages"), 0);
  EXPECT_EQ(scene.figure("time_to_done_ms").times.max(), (10_ms).ns);
  EXPECT_EQ(scene.world.live_records(), 0u);
}

// Four messages at once, two at a time: in order, 10 ms each; two wait for 10 ms.
TEST(Queue, DeliversInOrderAsManyAsItMay) {
  QueueScene scene(plain_queue(2));
  for (std::uint64_t key = 1; key <= 4; ++key) scene.publish(10_ms, key);
  scene.world.start();
  scene.run(40_ms);
  EXPECT_EQ(scene.keys_heard(), (std::vector<std::uint64_t>{1, 2, 3, 4}));
  EXPECT_EQ(scene.ms_heard(), (std::vector<std::int64_t>{10, 10, 20, 20}));
  EXPECT_DOUBLE_EQ(scene.value("backlog"), 2 * 10 / 40.0);
  EXPECT_DOUBLE_EQ(scene.value("in_flight"), 2 * 20 / 40.0);
  EXPECT_EQ(scene.figure("time_in_queue_ms").times.max(), (10_ms).ns);
  EXPECT_DOUBLE_EQ(scene.value("time_in_queue_ms"), 5);
}

// A message that always fails is delivered max-receives times and is a dead letter then; one that
// comes back is delivered before those stored after it.
TEST(Queue, GivesUpAfterSoManyReceives) {
  QueueSettings settings = plain_queue();
  settings.max_receives = 3;
  QueueScene scene(settings, 10_ms, [](const Attempt& attempt) {
    return Outcome{.status = attempt.key == 1 ? Status::failed : Status::ok};
  });
  scene.publish(10_ms, 1);
  scene.publish(11_ms, 2);
  scene.world.start();
  scene.run(45_ms);
  EXPECT_DOUBLE_EQ(scene.value("oldest_age_s"), 0.034);
  scene.run(1_s);
  EXPECT_EQ(scene.keys_heard(), (std::vector<std::uint64_t>{1, 1, 1, 2}));
  EXPECT_EQ(scene.value("dead_lettered"), 1);
  EXPECT_EQ(scene.value("dead_letter_depth"), 1);
  EXPECT_EQ(scene.value("redelivered"), 2);
  EXPECT_EQ(scene.value("duplicates"), 0);
  EXPECT_EQ(scene.value("acknowledged"), 1);
  EXPECT_FALSE(scene.figure("oldest_age_s").value.has_value());
}

// After a failure a message waits for its delay, and lets others pass meanwhile.
TEST(Queue, WaitsBeforeItDeliversAgain) {
  QueueSettings settings = plain_queue();
  settings.redelivery_delay = 25_ms;
  settings.max_receives = 2;
  QueueScene scene(settings, 10_ms, failed);
  scene.publish(10_ms, 1);
  scene.publish(10_ms, 2);
  scene.world.start();
  scene.run(1_s);
  EXPECT_EQ(scene.keys_heard(), (std::vector<std::uint64_t>{1, 2, 1, 2}));
  EXPECT_EQ(scene.ms_heard(), (std::vector<std::int64_t>{10, 20, 45, 55}));
}

// A consumer that takes 150 ms for a message visible again after 100: it is delivered again while
// the first is still at work, whose late success deletes it; the second does the work twice.
TEST(Queue, DeliversAgainWhenTheVisibilityRunsOut) {
  QueueScene scene(plain_queue(), 150_ms);
  scene.publish(0_ms, 1);
  scene.world.start();
  scene.run(1_s);
  EXPECT_EQ(scene.ms_heard(), (std::vector<std::int64_t>{0, 100}));
  EXPECT_EQ(scene.value("duplicates"), 1);
  EXPECT_EQ(scene.value("acknowledged"), 1);
  EXPECT_EQ(scene.figure("time_to_done_ms").times.max(), (150_ms).ns);
  // In flight: the first until 100 ms, the second until it runs out at 200 ms.
  EXPECT_DOUBLE_EQ(scene.value("in_flight"), 0.2);
  EXPECT_EQ(scene.value("messages"), 0);
  EXPECT_EQ(scene.world.live_records(), 0u);
}

// A late failure is not heard: the message is already on its way again.
TEST(Queue, DoesNotHearALateFailure) {
  QueueSettings settings = plain_queue(2);
  settings.max_receives = 3;
  QueueScene scene(settings, 150_ms, failed);
  scene.publish(0_ms, 1);
  scene.world.start();
  scene.run(1_s);
  EXPECT_EQ(scene.ms_heard(), (std::vector<std::int64_t>{0, 100, 200}));
  EXPECT_EQ(scene.value("dead_lettered"), 1);
  EXPECT_EQ(scene.value("in_flight"), 0.3);
}

// A late success deletes a message that is visible, waiting to be delivered again.
TEST(Queue, ALateSuccessDeletesWhatIsVisibleAgain) {
  QueueScene scene(plain_queue(), 150_ms);
  scene.publish(0_ms, 1);
  scene.publish(1_ms, 2);
  scene.world.start();
  scene.run(50_ms);
  scene.queue->slow(scene.world, 0, 1, 0.0);  // delivers nothing for the time being
  scene.run(120_ms);
  EXPECT_DOUBLE_EQ(scene.value("backlog"), (119 + 20) / 120.0);
  scene.run(200_ms);
  scene.queue->recover_speed(scene.world, 0, 1);
  scene.run(260_ms);
  EXPECT_EQ(scene.keys_heard(), (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(scene.ms_heard(), (std::vector<std::int64_t>{0, 200}));
  EXPECT_EQ(scene.value("acknowledged"), 1);
  EXPECT_EQ(scene.value("messages"), 1);
}

// Each receive of a message draws anew, and a retry within a receive differs from the next receive.
TEST(Queue, EveryReceiveDrawsAnew) {
  QueueSettings settings = plain_queue();
  settings.max_receives = 4;
  settings.call.retries.emplace();
  settings.call.retries->max = 2;
  auto lineages = std::make_shared<std::vector<std::uint32_t>>();
  auto lucks = std::make_shared<std::set<std::uint64_t>>();
  QueueScene scene(settings, 1_ms, [=](const Attempt& attempt) {
    lineages->push_back(attempt.lineage);
    lucks->insert(attempt.luck.key);
    return failed(attempt);
  });
  scene.publish(0_ms, 1);
  scene.world.start();
  scene.run(1_s);
  ASSERT_EQ(lineages->size(), 12u);  // four receives of three tries
  EXPECT_EQ((*lineages)[0], 0u);
  EXPECT_EQ(std::set<std::uint32_t>(lineages->begin(), lineages->end()).size(), 12u);
  EXPECT_EQ(lucks->size(), 1u);  // it is the luck of its request
}

// A crash loses what is being stored and nothing else: publishers are told, what was in flight is
// delivered again after the restart, though the consumer has done it.
TEST(Queue, KeepsItsMessagesInACrash) {
  QueueSettings settings = plain_queue(2);
  settings.store_time = Distribution::constant(4_ms);
  QueueScene scene(settings);
  for (std::uint64_t key = 1; key <= 3; ++key) scene.publish(0_ms, key);
  scene.publish(7_ms, 4);   // being stored when it happens
  scene.publish(12_ms, 5);  // while it is down
  scene.publish(40_ms, 6);
  scene.world.start();
  scene.run(9_ms);
  scene.queue->crash(scene.world, 0);
  scene.run(29_ms);
  EXPECT_EQ(scene.value("messages"), 3);
  EXPECT_DOUBLE_EQ(scene.value("in_flight"), 2 * 5 / 29.0);
  scene.queue->restart(scene.world, 0);
  scene.run(1_s);
  EXPECT_EQ(scene.keys_heard(), (std::vector<std::uint64_t>{1, 2, 1, 2, 3, 6}));
  EXPECT_EQ(scene.ms_heard(), (std::vector<std::int64_t>{4, 4, 29, 29, 39, 44}));
  EXPECT_EQ(scene.probe->answer_to(3)->outcome.status, Status::reset);
  EXPECT_EQ(scene.probe->answer_to(3)->at, Time{} + 9_ms);
  EXPECT_EQ(scene.probe->answer_to(4)->outcome.status, Status::reset);
  EXPECT_EQ(scene.value("acknowledged"), 4);
  EXPECT_EQ(scene.value("duplicates"), 2);
  EXPECT_EQ(scene.world.live_records(), 0u);
}

// A consumer that dies answers by a reset; the message goes to it again when it is back.
TEST(Queue, OutlivesItsConsumer) {
  QueueSettings settings = plain_queue();
  settings.redelivery_delay = 30_ms;
  QueueScene scene(settings);
  scene.publish(0_ms, 1);
  scene.world.start();
  scene.run(5_ms);
  scene.workers->crash(scene.world, 0);
  scene.run(50_ms);
  scene.workers->restart(scene.world, 0);
  scene.run(1_s);
  // Reset at 5 ms, again (unheard by the dead) at 35 ms, and at 65 ms.
  EXPECT_EQ(scene.ms_heard(), (std::vector<std::int64_t>{0, 65}));
  EXPECT_EQ(scene.value("delivered"), 3);
  EXPECT_EQ(scene.value("acknowledged"), 1);
}

// A queue that is full refuses; what is in flight takes up room, too.
TEST(Queue, RejectsBeyondItsCapacity) {
  QueueSettings settings = plain_queue();
  settings.capacity = 2;
  QueueScene scene(settings);
  for (std::uint64_t key = 1; key <= 3; ++key) scene.publish(0_ms, key);
  scene.publish(15_ms, 4);
  scene.world.start();
  scene.run(1_s);
  EXPECT_TRUE(scene.probe->answer_to(1)->outcome.ok());
  EXPECT_EQ(scene.probe->answer_to(2)->outcome.status, Status::rejected);
  EXPECT_TRUE(scene.probe->answer_to(3)->outcome.ok());
  EXPECT_EQ(scene.value("rejected"), 1);
}

// More in flight from the moment it is allowed.
TEST(Queue, ConcurrencyChangesWhileItRuns) {
  QueueScene scene(plain_queue(1), 20_ms);
  for (std::uint64_t key = 1; key <= 3; ++key) scene.publish(0_ms, key);
  scene.world.start();
  scene.run(5_ms);
  scene.queue->settings.concurrency = 3;
  scene.queue->changed(scene.world, "concurrency");
  scene.run(1_s);
  EXPECT_EQ(scene.ms_heard(), (std::vector<std::int64_t>{0, 5, 5}));
}

// Fails one delivery in three, by the delivery's own draw.
Outcome now_and_then(const Attempt& attempt) {
  const bool fails = attempt.luck.with(17).with(attempt.lineage).draw().uniform() < 1.0 / 3;
  return {.status = fails ? Status::failed : Status::ok};
}

QueueSettings troubled() {
  QueueSettings settings = plain_queue(20);
  settings.hosting.replicas = 2;
  settings.store_time = Distribution::exponential(2_ms);
  settings.visibility_timeout = 15_ms;
  settings.max_receives = 3;
  settings.redelivery_delay = 8_ms;
  settings.capacity = 300;
  return settings;
}

void publish_much(QueueScene& scene) {
  sim::Draw draw(7);
  for (std::uint64_t i = 1; i <= 1500; ++i) {
    scene.publish(100_us * static_cast<std::int64_t>(draw.below(5'000)), i);
  }
}

void trouble(QueueScene& scene) {
  scene.run(100_ms);
  scene.queue->slow(scene.world, 1, 1, 0.25);
  scene.run(150_ms);
  scene.queue->crash(scene.world, 0);
  scene.run(170_ms);
  scene.workers->slow(scene.world, 0, 1, 0.5);
  scene.workers->restart(scene.world, 0);
  scene.run(200_ms);
  scene.queue->restart(scene.world, 0);
  scene.queue->crash(scene.world, 1);
  scene.queue->restart(scene.world, 1);
}

// Through failures, crashes and timeouts every publish is answered once, and every message that
// was stored is acknowledged, dead or still there.
TEST(Queue, ConservesMessages) {
  for (const sim::Duration work : {10_ms, 22_ms}) {
    QueueScene scene(troubled(), work, now_and_then);
    publish_much(scene);
    scene.world.start();
    trouble(scene);
    for (int at = 210; at <= 1000; at += 30) {
      scene.run(1_ms * at);
      ASSERT_GE(scene.value("published") + scene.value("in_system"),
                scene.value("acknowledged") + scene.value("dead_lettered"));
      ASSERT_EQ(
          scene.value("published") + scene.value("in_system"),
          scene.value("acknowledged") + scene.value("dead_lettered") + scene.value("messages"));
    }
    scene.run(20_s);
    EXPECT_EQ(scene.probe->answers().size(), 1500u);
    EXPECT_EQ(scene.queue->in_system(), 0u);
    EXPECT_EQ(scene.value("messages"), 0);
    EXPECT_EQ(scene.value("completed"), scene.value("published"));
    EXPECT_EQ(scene.value("published"), scene.value("acknowledged") + scene.value("dead_lettered"));
    EXPECT_GT(scene.value("dead_lettered"), 0);
    EXPECT_GT(scene.value("lost"), 0);
    if (work > 15_ms) {
      EXPECT_GT(scene.value("duplicates"), 0);
    }
    EXPECT_EQ(scene.world.live_records(), static_cast<std::uint64_t>(scene.value("dead_lettered")))
        << "only dead letters are kept";
  }
}

// A clone taken amid it all and the original end alike.
TEST(Queue, AClonedWorldEndsAlike) {
  QueueScene scene(troubled(), 22_ms, now_and_then);
  publish_much(scene);
  scene.world.start();
  trouble(scene);
  scene.run(233_ms);
  World clone(scene.world);
  scene.run(20_s);
  clone.run_until(Time{} + 20_s);
  EXPECT_EQ(clone.digest(), scene.world.digest());
  EXPECT_EQ(clone.outcome_digest(), scene.world.outcome_digest());
}

}  // namespace
}  // namespace faultline::models::queue_test
