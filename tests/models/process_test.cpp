// Shows what ails processes by and by: garbage, leaks, crowds; and the watchdog.
#include "models/service/process.h"

#include <gtest/gtest.h>

#include "tests/models/web_scene.h"

namespace faultline::models::process_test {
namespace {

using namespace sim::literals;

sim::Distribution bytes(double count) { return sim::Distribution::constant(count); }

HeapSettings heap(double size, double base, double request, double leak = 0) {
  HeapSettings settings;
  settings.size = bytes(size);
  settings.base = bytes(base);
  settings.request = bytes(request);
  settings.leak = bytes(leak);
  return settings;
}

struct Scene : WebScene {
  explicit Scene(const ProcessSettings& process, std::uint64_t workers = 1) {
    web->settings.workers = workers;
    web->settings.process = process;
  }
};

// 1 GB at rest and 1 GB for each request fit three times into 3 GB: the third to come, after two
// that left garbage, finds it full. The collection takes 0.1 s per GB of what is live, and that is
// two: the rest, and the one who came. Until then nothing goes on.
TEST(Process, CollectsGarbageWhenItsHeapIsFull) {
  ProcessSettings process;
  process.heap = heap(3e9, 1e9, 1e9);
  process.heap->pause_per_gb = 100_ms;
  Scene scene(process);
  scene.ask_at({0_s, 2_s, 4_s, 6_s});
  scene.run();
  scene.expect(0, Status::ok, 1_s);
  scene.expect(1, Status::ok, 3_s);
  scene.expect(2, Status::ok, 5200_ms);
  scene.expect(3, Status::ok, 7_s);
  EXPECT_EQ(scene.metric("collections"), 1);
  EXPECT_EQ(scene.metric("deaths"), 0);
}

// Without a collector what a request held is free at once.
TEST(Process, NeedsNoCollectionWithoutACollector) {
  ProcessSettings process;
  process.heap = heap(3e9, 1e9, 1e9);
  Scene scene(process);
  scene.ask_at({0_s, 2_s, 4_s, 6_s});
  scene.run();
  scene.expect(3, Status::ok, 7_s);
  EXPECT_EQ(scene.metric("collections"), 0);
}

// Three requests at once need more than there is: the process dies of the third, with all it had,
// and starts anew, empty.
TEST(Process, DiesForWantOfMemoryAndStartsAnew) {
  ProcessSettings process;
  process.heap = heap(3e9, 1e9, 1e9);
  Scene scene(process);
  scene.web->settings.hosting.start_time = 10_s;
  scene.ask_at({0_s, 100_ms, 200_ms, 5_s, 11_s});
  scene.run();
  scene.expect(0, Status::reset, 200_ms);
  scene.expect(2, Status::reset, 200_ms);
  scene.expect(3, Status::reset, 5_s);
  scene.expect(4, Status::ok, 12_s);
  EXPECT_EQ(scene.metric("deaths"), 1);
}

// Each request leaves half a GB: the base of one and four of them fill 3 GB, so that it dies of the
// fifth, and has its memory back after that.
TEST(Process, DiesOfALeakByAndBy) {
  ProcessSettings process;
  process.heap = heap(3e9, 1e9, 1e6, 0.5e9);
  Scene scene(process);
  for (int i = 0; i < 9; ++i) scene.ask_at({2_s * i});
  scene.run();
  scene.expect(3, Status::ok, 7_s);
  scene.expect(4, Status::reset, 8_s);
  scene.expect(8, Status::ok, 17_s);
  EXPECT_EQ(scene.metric("deaths"), 1);
}

// The same half GB, but of a version that came at 3 s: two requests that ended before that left
// nothing, the four after that fill the heap, and the next is too much.
TEST(Process, DiesOfAVersionThatLeaks) {
  ProcessSettings process;
  process.heap = heap(3e9, 1e9, 1e6);
  Scene scene(process);
  for (int i = 0; i < 9; ++i) scene.ask_at({2_s * i});
  scene.run(3500_ms);
  Deployment leaky;
  leaky.version.leak = bytes(0.5e9);
  leaky.roll_out.in_place = true;
  scene.web->deploy(scene.world, std::make_shared<const Deployment>(leaky));
  scene.world.run_until(sim::Time{} + 100_s);
  scene.expect(5, Status::ok, 11_s);
  scene.expect(6, Status::reset, 12_s);
  EXPECT_EQ(scene.metric("deaths"), 1);
}

// More than half of the heap is live with one request in it, and not without.
TEST(Process, IsNotWellWhileTooMuchIsLive) {
  ProcessSettings process;
  process.heap = heap(3e9, 1e9, 1e9);
  Scene scene(process);
  scene.web->settings.health.emplace();
  scene.web->settings.health->heap_above = 0.5;
  scene.ask_at({1_s});
  Attempt check;
  scene.run(1500_ms);
  EXPECT_EQ(scene.web->check_health(scene.world, check), Status::rejected);
  scene.world.run_until(sim::Time{} + 3_s);
  EXPECT_EQ(scene.web->check_health(scene.world, check), Status::ok);
}

// During a collection of 100 ms a check waits, and then says how it is.
TEST(Process, AnswersNoCheckWhileItStandsStill) {
  ProcessSettings process;
  process.heap = heap(3e9, 1e9, 1e9);
  process.heap->pause_per_gb = 100_ms;
  Scene scene(process);
  scene.ask_at({0_s, 2_s, 4_s});
  Attempt check;
  scene.run(4100_ms);
  EXPECT_EQ(scene.web->check_health(scene.world, check), std::nullopt);
  scene.world.run_until(sim::Time{} + 4300_ms);
  EXPECT_EQ(scene.web->check_health(scene.world, check), Status::ok);
}

// A watchdog that restarts it when three quarters are live sees that after the third, and lets it
// finish the fourth, which has come meanwhile. Nothing is lost.
TEST(Process, IsRestartedByAWatchdogBeforeItDies) {
  ProcessSettings process;
  process.heap = heap(3e9, 1e9, 1e6, 0.5e9);
  process.watchdog.emplace();
  process.watchdog->heap_above = 0.75;
  process.watchdog->interval = 100_ms;
  process.watchdog->drain = 5_s;
  Scene scene(process);
  for (int i = 0; i < 9; ++i) scene.ask_at({2_s * i});
  scene.run();
  for (std::size_t i = 0; i < 9; ++i) scene.expect(i, Status::ok, 2_s * static_cast<int>(i) + 1_s);
  EXPECT_EQ(scene.metric("deaths"), 0);
  EXPECT_EQ(scene.metric("watchdog_restarts"), 3);
}

// What drains it for another reason, and ends, does not bring it back: it is the watchdog's.
TEST(Process, IsNotBroughtBackByWhoeverDrainedItToo) {
  ProcessSettings process;
  process.heap = heap(3e9, 1e9, 1e6, 0.5e9);
  process.watchdog.emplace();
  process.watchdog->heap_above = 0.3;  // of the base alone
  process.watchdog->interval = 100_ms;
  process.watchdog->drain = 5_s;
  Scene scene(process);
  scene.web->settings.hosting.start_time = 1_s;
  scene.ask_at({50_ms});
  scene.run(500_ms);
  ASSERT_EQ(scene.web->replicas()[0].state, Lifecycle::draining);
  Component& web = *scene.web;
  web.begin_drain(scene.world, 0, 1);
  web.end_drain(scene.world, 0, 1);
  EXPECT_EQ(scene.web->replicas()[0].state, Lifecycle::draining);
  EXPECT_EQ(scene.metric("watchdog_restarts"), 1);
}

// Every worker is lost with its first request. The one who came then waits, and is lost when the
// watchdog has seen no progress for 3 s.
TEST(Process, IsRestartedWhenNothingGoesOn) {
  ProcessSettings process;
  process.worker_leak = 1;
  process.watchdog.emplace();
  process.watchdog->stuck_for = 3_s;
  process.watchdog->interval = 1_ms;
  Scene scene(process);
  scene.ask_at({0_s, 2_s, 8_s});
  scene.run();
  scene.expect(0, Status::ok, 1_s);
  const Probe::Answer* stuck = scene.probe->answer_to(1);
  ASSERT_NE(stuck, nullptr);
  EXPECT_EQ(stuck->outcome.status, Status::reset);
  EXPECT_NEAR(static_cast<double>((stuck->at - sim::Time{}).ns), 5e9, 2e6);
  scene.expect(2, Status::ok, 9_s);
  EXPECT_EQ(scene.metric("leaked_workers"), 2);
  EXPECT_EQ(scene.metric("watchdog_restarts"), 1);
}

// While the only worker is lost, others come and find no room. Being refused is no progress, and
// leaves nothing behind.
TEST(Process, CountsNoRefusalAsProgress) {
  ProcessSettings process;
  process.worker_leak = 1;
  process.heap = heap(3e9, 1e9, 1e6, 1e9);
  process.watchdog.emplace();
  process.watchdog->stuck_for = 3_s;
  process.watchdog->interval = 1_ms;
  Scene scene(process);
  scene.web->settings.backlog = 1;
  scene.ask_at({0_s, 2_s, 3_s, 4_s, 4900_ms, 8_s});
  scene.run();
  scene.expect(0, Status::ok, 1_s);
  scene.expect(2, Status::rejected, 3_s);
  scene.expect(4, Status::rejected, 4900_ms);
  scene.expect(5, Status::ok, 9_s);
  EXPECT_EQ(scene.metric("watchdog_restarts"), 1);
  EXPECT_EQ(scene.metric("deaths"), 0);
}

// sigma = 0.5: two at once go at 1 / 1.5 of their speed each. The first is alone for half a second;
// then both do 2/3 of a second's work a second: it ends after 0.75 s more. The other has half of
// its own left, and is alone again.
TEST(Process, CrowdsWorkMoreSlowly) {
  ProcessSettings process;
  process.contention = ContentionSettings{.serial = 0.5, .crosstalk = 0};
  Scene scene(process, 4);
  scene.ask_at({0_s, 500_ms});
  scene.run();
  scene.expect(0, Status::ok, 1250_ms);
  scene.expect(1, Status::ok, 1750_ms);
}

// 1 + 0.1 * 4 + 0.01 * 5 * 4 = 1.6.
TEST(Process, ContentionFollowsTheScalabilityLaw) {
  const ContentionSettings contention{.serial = 0.1, .crosstalk = 0.01};
  EXPECT_DOUBLE_EQ(contention.speed(0), 1);
  EXPECT_DOUBLE_EQ(contention.speed(1), 1);
  EXPECT_DOUBLE_EQ(contention.speed(5), 1 / 1.6);
}

}  // namespace
}  // namespace faultline::models::process_test
