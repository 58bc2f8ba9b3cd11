// Shows what a service refuses although there is room to wait, and what callers tell it of how long
// they will.
#include "models/service/shedding.h"

#include <gtest/gtest.h>

#include "models/service/service.h"
#include "tests/models/probe.h"
#include "tests/models/web_scene.h"

namespace faultline::models::shedding_test {
namespace {

using namespace sim::literals;

StepSettings computing(sim::Duration duration) {
  StepSettings step;
  step.compute = sim::Distribution::constant(duration);
  return step;
}

StepSettings calling(const std::string& callee, const CallPolicy& policy) {
  StepSettings step;
  step.call = callee;
  step.policy = policy;
  return step;
}

struct Scene : WebScene {
  explicit Scene(const SheddingSettings& shedding, const CallPolicy& policy = {})
      : WebScene(policy) {
    web->settings.shedding = shedding;
  }
  std::uint64_t shed() const { return static_cast<std::uint64_t>(metric("shed")); }
};

// Two may be there, one of them waiting: the third of three is refused at once; when one has left,
// another may come.
TEST(Shedding, BoundsHowManyAreThere) {
  SheddingSettings shedding;
  shedding.in_system = 2;
  Scene scene(shedding);
  scene.ask_at({1_s, 1_s, 1_s, 2_s + 1_ms});
  scene.run();
  scene.expect(0, Status::ok, 2_s);
  scene.expect(1, Status::ok, 3_s);
  scene.expect(2, Status::rejected, 1_s);
  scene.expect(3, Status::ok, 4_s);
  EXPECT_EQ(scene.shed(), 1U);
}

// Who has waited for 1.5 s is refused then: of three at once the second waits for one second, the
// third in vain. Nobody is refused who is being worked on, however long it takes.
TEST(Shedding, BoundsHowLongOneWaits) {
  SheddingSettings shedding;
  shedding.max_wait = sim::Distribution::constant(1500_ms);
  Scene scene(shedding);
  scene.ask_at({1_s, 1_s, 1_s});
  scene.run();
  scene.expect(0, Status::ok, 2_s);
  scene.expect(1, Status::ok, 3_s);
  scene.expect(2, Status::rejected, 2500_ms);
  EXPECT_EQ(scene.shed(), 1U);
}

// The line is empty at 1 s. Within the interval of 3 s after that one may wait for 3 s; later, with
// the line never empty since, for the target of 100 ms.
TEST(Shedding, ControlsTheDelay) {
  SheddingSettings shedding;
  shedding.controlled_delay = ControlledDelay{.target = 100_ms, .interval = 3_s};
  Scene scene(shedding);
  scene.ask_at({1_s, 1_s, 1500_ms, 2500_ms, 4500_ms, 4950_ms});
  scene.run();
  scene.expect(1, Status::ok, 3_s);
  scene.expect(2, Status::ok, 4_s);
  scene.expect(3, Status::ok, 5_s);
  scene.expect(4, Status::rejected, 4600_ms);
  scene.expect(5, Status::ok, 6_s);
}

// The caller says that it waits for 1.5 s in all: the third of three is refused when that is over,
// and the caller hears of its own patience first. Without being told, the service would go on.
TEST(Shedding, HeedsDeadlines) {
  for (const bool heeds : {true, false}) {
    SheddingSettings shedding;
    shedding.past_deadline = heeds;
    CallPolicy policy;
    policy.deadline = 1500_ms;
    Scene scene(shedding, policy);
    scene.ask_at({1_s, 1_s, 1_s});
    scene.run();
    scene.expect(2, Status::timed_out, 2500_ms);
    EXPECT_EQ(scene.shed(), heeds ? 1U : 0U);
    EXPECT_EQ(reading(scene.world, *scene.web, "completed").part, heeds ? 2 : 3);
  }
}

// A crash empties the service: who comes after it finds room.
TEST(Shedding, ForgetsInACrash) {
  SheddingSettings shedding;
  shedding.in_system = 1;
  Scene scene(shedding);
  scene.ask_at({1_s, 3_s});
  scene.world.start();
  scene.world.run_until(sim::Time{} + 1500_ms);
  scene.web->crash(scene.world, 0);
  scene.web->restart(scene.world, 0);
  scene.world.run_until(sim::Time{} + 10_s);
  scene.expect(0, Status::reset, 1500_ms);
  scene.expect(1, Status::ok, 4_s);
}

// A deadline of 2.5 s holds for all tries together: with a timeout of a second each, the third is
// cut short, and there is no fourth.
TEST(Deadline, BoundsAllTriesTogether) {
  CallPolicy policy;
  policy.timeout = 1_s;
  policy.deadline = 2500_ms;
  policy.retries.emplace();
  policy.retries->max = 9;
  World world(1, tiny_geography());
  auto owned_probe = std::make_unique<Probe>("probe", "stub", policy);
  auto owned_stub = std::make_unique<Stub>("stub", 100_s);
  Probe* probe = owned_probe.get();
  Stub* stub = owned_stub.get();
  probe->ask({.at = 1_s});
  world.add(std::move(owned_probe));
  world.add(std::move(owned_stub));
  world.start();
  world.run_until(sim::Time{} + 50_s);
  ASSERT_EQ(probe->answers().size(), 1U);
  EXPECT_EQ(probe->answers()[0].outcome.status, Status::timed_out);
  EXPECT_EQ(probe->answers()[0].at, sim::Time{} + 3500_ms);
  EXPECT_EQ(stub->heard().size(), 3U);
}

// No retry begins that the backoff would put past the deadline: one fails at 1 s, the next would
// come at 3 s, after the end.
TEST(Deadline, SparesARetryThatWouldComeTooLate) {
  CallPolicy policy;
  policy.deadline = 1500_ms;
  policy.retries.emplace();
  policy.retries->max = 9;
  policy.retries->backoff.base = 2_s;
  World world(1, tiny_geography());
  auto owned_probe = std::make_unique<Probe>("probe", "stub", policy);
  auto owned_stub = std::make_unique<Stub>(
      "stub", 0_s, [](const Attempt&) { return Outcome{.status = Status::failed}; });
  Probe* probe = owned_probe.get();
  probe->ask({.at = 1_s});
  world.add(std::move(owned_probe));
  world.add(std::move(owned_stub));
  world.start();
  world.run_until(sim::Time{} + 50_s);
  ASSERT_EQ(probe->answers().size(), 1U);
  EXPECT_EQ(probe->answers()[0].at, sim::Time{} + 1_s);
  EXPECT_EQ(probe->answers()[0].outcome.status, Status::failed);
}

// What is called in the course of a call has its deadline: the user waits for two seconds, the
// service spends one and asks the store, which takes longer than is left: at two seconds the
// service gives up, too, though its own policy has no timeout.
TEST(Deadline, IsPassedOn) {
  CallPolicy policy;
  policy.deadline = 2_s;
  World world(1, tiny_geography());
  auto owned_probe = std::make_unique<Probe>("probe", "web", policy);
  auto owned_web = std::make_unique<Service>("web");
  auto owned_store = std::make_unique<Stub>("store", 10_s);
  owned_web->settings.endpoints["*"] = {computing(1_s), calling("store", {})};
  Probe* probe = owned_probe.get();
  Service* web = owned_web.get();
  probe->ask({.at = 1_s});
  world.add(std::move(owned_probe));
  world.add(std::move(owned_store));
  world.add(std::move(owned_web));
  world.start();
  world.run_until(sim::Time{} + 2999_ms);
  EXPECT_EQ(reading(world, *web, "in_system").value, 1.0);
  world.run_until(sim::Time{} + 3001_ms);
  EXPECT_EQ(reading(world, *web, "in_system").value, 0.0);
  EXPECT_EQ(probe->answers()[0].outcome.status, Status::timed_out);
}

// Of a limit of four those of priority 0 may use half, those of 1 three quarters, others all.
TEST(Shedding, KeepsRoomForHighPriority) {
  SheddingSettings shedding;
  shedding.in_system = 4;
  shedding.priorities = {{.up_to = 0, .share = 0.5}, {.up_to = 1, .share = 0.75}};
  const auto taken = [&](int priority) {
    std::uint64_t present = 0;
    while (shedding.takes(present, std::nullopt, priority)) ++present;
    return present;
  };
  EXPECT_EQ(taken(0), 2U);
  EXPECT_EQ(taken(1), 3U);
  EXPECT_EQ(taken(2), 4U);
  EXPECT_EQ(taken(255), 4U);
}

// The lower of two limits holds.
TEST(Shedding, TakesNoMoreThanEitherLimitSays) {
  SheddingSettings shedding;
  EXPECT_TRUE(shedding.takes(1000, std::nullopt, 0));
  EXPECT_FALSE(shedding.takes(3, 3, 0));
  shedding.in_system = 2;
  EXPECT_FALSE(shedding.takes(2, 3, 0));
  EXPECT_TRUE(shedding.takes(1, 3, 0));
}

// With a limit of one at first and every answer in time, another is let in after the first.
TEST(Shedding, LetsInAsManyAsItFindsOut) {
  SheddingSettings shedding;
  shedding.adaptive.emplace();
  shedding.adaptive->initial = 1;
  shedding.adaptive->late = 10_s;
  Scene scene(shedding);
  scene.ask_at({0_s, 500_ms, 2_s, 2500_ms, 2600_ms});
  scene.run();
  scene.expect(0, Status::ok, 1_s);
  scene.expect(1, Status::rejected, 500_ms);
  scene.expect(2, Status::ok, 3_s);
  scene.expect(3, Status::ok, 4_s);
  scene.expect(4, Status::rejected, 2600_ms);
}

// A refusal costs 100 ms: with the only worker at work, two of them come on top of what it does,
// and the next is done as usual.
TEST(Shedding, RefusalsTakeWork) {
  SheddingSettings shedding;
  shedding.in_system = 1;
  Scene scene(shedding);
  scene.web->settings.refusal = 100_ms;
  scene.ask_at({0_s, 400_ms, 500_ms, 1300_ms, 4_s});
  scene.run();
  scene.expect(0, Status::ok, 1200_ms);
  scene.expect(1, Status::rejected, 400_ms);
  scene.expect(3, Status::ok, 2300_ms);
  scene.expect(4, Status::ok, 5_s);
  EXPECT_EQ(reading(scene.world, *scene.web, "refusal_work").part, (200_ms).ns);
  EXPECT_EQ(reading(scene.world, *scene.web, "refusal_work").whole, (3200_ms).ns);
}

// An idle worker does what one refusal costs until the next comes; what it cannot do falls on the
// other one: of three at 900 ms 100 ms are done by 1 s, and 200 are left.
TEST(Shedding, IdleWorkersDoRefusals) {
  for (const bool many : {false, true}) {
    SheddingSettings shedding;
    shedding.in_system = 1;
    Scene scene(shedding);
    scene.web->settings.workers = 2;
    scene.web->settings.refusal = 100_ms;
    scene.ask_at({0_s, 400_ms, 500_ms, 900_ms});
    if (many) scene.ask_at({900_ms, 900_ms});
    scene.run();
    scene.expect(0, Status::ok, many ? 1200_ms : 1_s);
  }
}

// Asynchronous code takes a worker for each piece of work. What was refused for want of one is not
// forgotten with whoever found none: 5 ms for each of three.
TEST(Shedding, RefusalsOfAFullBacklogTakeWork) {
  Scene scene({});
  scene.web->settings.worker = WorkerUse::released;
  scene.web->settings.backlog = 0;
  scene.web->settings.refusal = 5_ms;
  scene.ask_at({0_s, 100_ms, 200_ms, 300_ms});
  scene.run();
  scene.expect(1, Status::rejected, 100_ms);
  scene.expect(0, Status::ok, 1015_ms);
}

}  // namespace
}  // namespace faultline::models::shedding_test
