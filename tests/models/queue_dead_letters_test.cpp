#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <vector>

#include "models/timeline.h"
#include "tests/models/queue_scene.h"

namespace faultline::models::queue_dead_letters_test {
namespace {

using Keys = std::vector<std::uint64_t>;

// Two receives, and a consumer that fails until it is told to be well.
struct Hospital {
  std::shared_ptr<bool> well = std::make_shared<bool>(false);
  QueueScene scene;

  explicit Hospital(const QueueSettings& settings)
      : scene(settings, 10_ms, [well = well](const Attempt&) {
          return Outcome{.status = *well ? Status::ok : Status::failed};
        }) {}
};

QueueSettings two_receives() {
  QueueSettings settings = plain_queue();
  settings.max_receives = 2;
  return settings;
}

// Both die after two receives each. Redriven at 100 ms they are delivered again, in the order in
// which they died, behind one that is there already; their time to be done counts from the first.
TEST(QueueDeadLetters, AreRedriven) {
  Hospital hospital(two_receives());
  QueueScene& scene = hospital.scene;
  scene.publish(0_ms, 1);
  scene.publish(0_ms, 2);
  scene.publish(95_ms, 3);
  scene.publish(96_ms, 4);
  auto redrive = std::make_shared<RedriveAction>(Address{"queue"});
  redrive->at = sim::Time{} + 100_ms;
  scene.world.add_action(redrive);
  scene.world.start();
  scene.run(50_ms);
  EXPECT_EQ(scene.value("dead_letter_depth"), 2);
  EXPECT_EQ(scene.value("stored"), 0);
  EXPECT_FALSE(scene.figure("oldest_age_s").value.has_value());
  *hospital.well = true;
  scene.run(103_ms);
  EXPECT_EQ(scene.value("dead_letter_depth"), 0);
  EXPECT_DOUBLE_EQ(scene.value("oldest_age_s"), 0.008);
  scene.run(1_s);
  EXPECT_EQ(scene.keys_heard(), (Keys{1, 1, 2, 2, 3, 4, 1, 2}));
  EXPECT_EQ(scene.ms_heard(), (std::vector<std::int64_t>{0, 10, 20, 30, 95, 105, 115, 125}));
  EXPECT_EQ(scene.value("redriven"), 2);
  EXPECT_EQ(scene.value("dead_lettered"), 2);
  EXPECT_EQ(scene.value("acknowledged"), 4);
  EXPECT_EQ(scene.figure("time_to_done_ms").times.max(), (135_ms).ns);
  EXPECT_EQ(scene.world.live_records(), 0u);
}

// Redriven too early, they have all their receives before them, and die once more; each receive
// draws anew, those after a redrive too.
TEST(QueueDeadLetters, DieAgainAfterAsManyReceives) {
  Hospital hospital(two_receives());
  QueueScene& scene = hospital.scene;
  scene.publish(0_ms, 1);
  scene.world.start();
  scene.run(50_ms);
  scene.queue->redrive(scene.world, 0);
  scene.run(1_s);
  EXPECT_EQ(scene.value("delivered"), 4);
  EXPECT_EQ(scene.value("dead_lettered"), 2);
  EXPECT_EQ(scene.value("dead_letter_depth"), 1);
  std::set<std::uint32_t> lineages;
  for (const Stub::Heard& heard : scene.workers->heard()) lineages.insert(heard.lineage);
  EXPECT_EQ(lineages.size(), 4u);
}

// Room for two dead letters: the one that died first is dropped for the third.
TEST(QueueDeadLetters, AreKeptAsFarAsThereIsRoom) {
  QueueSettings settings = two_receives();
  settings.dead_letter_capacity = 2;
  Hospital hospital(settings);
  QueueScene& scene = hospital.scene;
  for (std::uint64_t key = 1; key <= 3; ++key) scene.publish(0_ms, key);
  scene.world.start();
  scene.run(500_ms);
  EXPECT_EQ(scene.value("dead_lettered"), 3);
  EXPECT_EQ(scene.value("dead_letter_depth"), 2);
  EXPECT_EQ(scene.value("dropped"), 1);
  *hospital.well = true;
  scene.queue->redrive(scene.world, 0);
  scene.run(1_s);
  EXPECT_EQ(scene.value("acknowledged"), 2);
}

// They outlive a crash of their broker, and take room from the moment they are redriven.
TEST(QueueDeadLetters, OutliveACrashAndTakeRoomAgain) {
  QueueSettings settings = two_receives();
  settings.capacity = 1;
  Hospital hospital(settings);
  QueueScene& scene = hospital.scene;
  scene.publish(0_ms, 1);
  scene.publish(50_ms, 2);
  scene.publish(101_ms, 3);
  scene.world.start();
  scene.run(100_ms);
  EXPECT_EQ(scene.value("dead_letter_depth"), 2);
  scene.queue->restart(scene.world, 0);
  scene.run(100_ms + 1_us);
  EXPECT_EQ(scene.value("dead_letter_depth"), 2);
  *hospital.well = true;
  scene.queue->redrive(scene.world, 0);
  EXPECT_EQ(scene.value("stored"), 2);
  scene.run(1_s);
  EXPECT_EQ(scene.probe->answer_to(2)->outcome.status, Status::rejected);
  EXPECT_EQ(scene.value("acknowledged"), 2);
}

// A late success of a delivery whose message is a dead letter already changes nothing.
TEST(QueueDeadLetters, DoNotHearOfALateSuccess) {
  QueueSettings settings = plain_queue();
  settings.max_receives = 1;
  QueueScene scene(settings, 150_ms);
  scene.publish(0_ms, 1);
  scene.world.start();
  scene.run(120_ms);
  EXPECT_EQ(scene.value("dead_letter_depth"), 1);
  scene.run(200_ms);
  EXPECT_EQ(scene.value("dead_letter_depth"), 1);
  EXPECT_EQ(scene.value("acknowledged"), 0);
  scene.queue->redrive(scene.world, 0);
  scene.run(250_ms);
  EXPECT_EQ(scene.value("duplicates"), 0);  // the end of the first has been heard
}

}  // namespace
}  // namespace faultline::models::queue_dead_letters_test
