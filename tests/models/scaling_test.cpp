// Shows how replicas of a service come and go as its autoscaler decides, and who hears of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/edge/balancer/load_balancer.h"
#include "models/edge/dns/dns.h"
#include "models/queue/queue.h"
#include "models/service/service.h"
#include "models/timeline.h"
#include "tests/models/probe.h"

namespace faultline::models::scaling_test {
namespace {

using namespace sim::literals;
using testing::ElementsAre;

StepSettings computing(sim::Duration duration) {
  StepSettings step;
  step.compute = sim::Distribution::constant(duration);
  return step;
}

std::int64_t part_of(const World& world, const Component& component, std::string_view metric) {
  return static_cast<std::int64_t>(reading(world, component, metric).part);
}

// Asks `web`, whose requests take as long as their endpoint says; it is evaluated every second.
struct Scene {
  std::vector<std::unique_ptr<Component>> parts;  // until the world has them
  World world;
  Probe* probe;
  Service* web;

  explicit Scene(std::uint64_t replicas, std::vector<ScheduledReplicas> schedule,
                 const std::string& callee = "web", sim::Duration users_to_here = {})
      : world(1, tiny_geography(users_to_here)),
        probe(add<Probe>("probe", callee)),
        web(add<Service>("web")) {
    web->settings.hosting.replicas = replicas;
    web->settings.endpoints["short"] = {computing(10_ms)};
    web->settings.endpoints["long"] = {computing(5_s)};
    AutoscalingSettings& scaling = web->settings.autoscaling.emplace();
    scaling.maximum = 4;
    scaling.schedule = std::move(schedule);
    scaling.interval = 1_s;
    scaling.cool_down.in = {};
    scaling.boot_time = sim::Distribution::constant(10_s);
  }

  template <class Type, class... Arguments>
  Type* add(const std::string& called, Arguments&&... arguments) {
    auto made = std::make_unique<Type>(called, std::forward<Arguments>(arguments)...);
    Type* type = made.get();
    parts.push_back(std::move(made));
    return type;
  }
  template <class Kind, class... Arguments>
  void act(sim::Duration begin, std::optional<sim::Duration> lasts, Arguments&&... arguments) {
    auto action = std::make_shared<Kind>(std::forward<Arguments>(arguments)...);
    action->at = sim::Time{} + begin;
    action->lasts = lasts;
    world.add_action(std::move(action));
  }
  void ask(sim::Duration at, const std::string& endpoint = "short",
           std::optional<ReplicaIndex> to = {}) {
    probe->ask({.at = at, .endpoint = endpoint, .to = to});
  }
  void start() {
    std::sort(parts.begin(), parts.end(),
              [](const auto& a, const auto& b) { return a->name() < b->name(); });
    for (auto& part : parts) world.add(std::move(part));
    world.start();
  }
  void until(sim::Duration end) { world.run_until(sim::Time{} + end); }
  std::vector<std::string_view> states() const {
    std::vector<std::string_view> all;
    for (const Replica& replica : web->replicas()) {
      all.push_back(lifecycle_names[static_cast<std::size_t>(replica.state)]);
    }
    return all;
  }
  std::vector<Status> statuses() const {
    std::vector<Status> all;
    for (const Probe::Answer& answer : probe->answers()) all.push_back(answer.outcome.status);
    return all;
  }
};

// Wanted within a second of 20 s, they serve ten seconds later, and nobody is sent there before.
TEST(Scaling, ReplicasServeOnceTheyHaveBooted) {
  Scene scene(1, {{0_s, 1}, {20_s, 3}});
  for (int i = 0; i < 600; ++i) scene.ask(100_ms * i + 1_ms);
  scene.start();
  scene.until(19900_ms);
  EXPECT_THAT(scene.states(), ElementsAre("up", "absent", "absent", "absent"));
  scene.until(29900_ms);
  EXPECT_THAT(scene.states(), ElementsAre("up", "starting", "starting", "absent"));
  EXPECT_EQ(part_of(scene.world, *scene.web, "scale_outs"), 1);
  scene.until(31_s);
  EXPECT_THAT(scene.states(), ElementsAre("up", "up", "up", "absent"));
  scene.until(61_s);
  std::vector<int> served(4);
  for (const auto& answer : scene.probe->answers()) {
    ASSERT_TRUE(answer.outcome.ok());
    ++served[answer.outcome.replica];
  }
  EXPECT_GT(served[0], 300);
  EXPECT_GT(served[1], 90);
  EXPECT_GT(served[2], 90);
  EXPECT_EQ(served[3], 0);
}

// The last replica goes: it is given nothing new, but finishes what it has, and is then absent.
TEST(Scaling, WhoGoesFinishesFirst) {
  Scene scene(2, {{0_s, 2}, {10_s, 1}});
  scene.ask(9500_ms, "long", 1);
  for (int i = 0; i < 20; ++i) scene.ask(11500_ms + 100_ms * i);
  scene.start();
  scene.until(11_s);
  EXPECT_THAT(scene.states(), ElementsAre("up", "draining", "absent", "absent"));
  scene.until(14499_ms);
  EXPECT_THAT(scene.states(), ElementsAre("up", "draining", "absent", "absent"));
  scene.until(14501_ms);
  EXPECT_THAT(scene.states(), ElementsAre("up", "absent", "absent", "absent"));
  scene.until(20_s);
  ASSERT_EQ(scene.probe->answers().size(), 21U);
  for (const auto& answer : scene.probe->answers()) {
    EXPECT_TRUE(answer.outcome.ok());
    EXPECT_EQ(answer.outcome.replica, answer.ask == 0 ? 1 : 0);
  }
  scene.until(45_s);
  EXPECT_EQ(scene.world.live_records(), 1U) << "only the next evaluation";
}

// Whoever has not finished when the time is over has failed. Without any work it goes at once.
TEST(Scaling, WhoGoesHasSoMuchTime) {
  Scene scene(3, {{0_s, 3}, {10_s, 1}});
  scene.web->settings.autoscaling->drain = 2_s;
  scene.ask(9900_ms, "long", 1);
  scene.start();
  scene.until(11_s);
  EXPECT_THAT(scene.states(), ElementsAre("up", "draining", "absent", "absent"));
  scene.until(13_s);
  EXPECT_THAT(scene.states(), ElementsAre("up", "absent", "absent", "absent"));
  EXPECT_THAT(scene.statuses(), ElementsAre(Status::reset));
}

// One that dies while it goes does not come back when what killed it is over.
TEST(Scaling, WhoGoesDoesNotComeBack) {
  Scene scene(2, {{0_s, 2}, {10_s, 1}});
  scene.act<CrashAction>(11500_ms, 1_ms, Address{"web/1"});
  scene.ask(9500_ms, "long", 1);
  scene.start();
  scene.until(11400_ms);
  EXPECT_THAT(scene.states(), ElementsAre("up", "draining", "absent", "absent"));
  scene.until(11502_ms);
  EXPECT_THAT(scene.states(), ElementsAre("up", "down", "absent", "absent"));
  scene.until(13_s);
  EXPECT_THAT(scene.states(), ElementsAre("up", "absent", "absent", "absent"));
  EXPECT_EQ(part_of(scene.world, *scene.web, "replaced"), 0);
}

// What is on its way to a replica when that is wanted no more is still served.
TEST(Scaling, WhoGoesWaitsForWhatIsOnItsWay) {
  Scene scene(2, {{0_s, 2}, {10_s, 1}}, "web", 3_s);
  scene.ask(9_s, "short", 1);
  scene.start();
  scene.until(20_s);
  EXPECT_THAT(scene.statuses(), ElementsAre(Status::ok));
  EXPECT_THAT(scene.states(), ElementsAre("up", "absent", "absent", "absent"));
}

// Who is still booting when fewer are wanted goes at once, and takes no work with it.
TEST(Scaling, WhoBootsGoesFirst) {
  Scene scene(2, {{0_s, 2}, {10_s, 3}, {15_s, 2}});
  scene.start();
  scene.until(12_s);
  EXPECT_THAT(scene.states(), ElementsAre("up", "up", "starting", "absent"));
  scene.until(30_s);
  EXPECT_THAT(scene.states(), ElementsAre("up", "up", "absent", "absent"));
}

// Two replicas for an hour would be two hours of machines; one of them booting counts as well.
TEST(Scaling, CountsWhatIsProvisioned) {
  Scene scene(1, {{0_s, 1}, {20_s, 2}});
  scene.start();
  scene.until(3600_s);
  const auto hours = reading(scene.world, *scene.web, "provisioned_hours").value;
  EXPECT_NEAR(hours.value(), (3600 + 3580) / 3600.0, 1.1 / 3600);
  const auto up = reading(scene.world, *scene.web, "time_up");
  EXPECT_NEAR(static_cast<double>(up.part) / static_cast<double>(up.whole), 7170 / 7180.0, 1e-3);
}

// A dead replica is replaced at the next evaluation; when its crash is over nothing comes back, as
// its machine is long gone. What befalls all replicas does not befall those that are yet to come.
TEST(Scaling, TheDeadAreReplaced) {
  Scene scene(2, {});
  scene.web->settings.autoscaling->minimum = 2;
  scene.act<CrashAction>(10_s, 30_s, Address{"web"});
  scene.start();
  scene.until(11_s);
  EXPECT_THAT(scene.states(), ElementsAre("starting", "starting", "absent", "absent"));
  scene.until(22_s);
  EXPECT_THAT(scene.states(), ElementsAre("up", "up", "absent", "absent"));
  EXPECT_EQ(part_of(scene.world, *scene.web, "replaced"), 2);
  EXPECT_EQ(part_of(scene.world, *scene.web, "scale_outs"), 0);
  scene.until(60_s);
  EXPECT_THAT(scene.states(), ElementsAre("up", "up", "absent", "absent"));
}

// What slows all replicas slows those there are: a machine had later is as fast as it should be,
// and so is the one that replaces a slow one under its number.
TEST(Scaling, NewMachinesAreWell) {
  Scene scene(2, {{0_s, 2}, {20_s, 1}, {30_s, 3}});
  scene.act<SlowAction>(10_s, std::nullopt, Address{"web"}, 0.5);
  scene.ask(50_s, "long", 0);
  scene.ask(50_s, "long", 1);
  scene.ask(50_s, "long", 2);
  scene.start();
  scene.until(70_s);
  ASSERT_EQ(scene.probe->answers().size(), 3U);
  EXPECT_EQ(scene.probe->answer_to(0)->at, sim::Time{} + 60_s);
  EXPECT_EQ(scene.probe->answer_to(1)->at, sim::Time{} + 55_s);
  EXPECT_EQ(scene.probe->answer_to(2)->at, sim::Time{} + 55_s);
}

// Zone b is dead: what stood there is replaced in zone a, and no machine is to be had in b.
TEST(Scaling, MachinesAreHadWhereTheZoneLives) {
  Scene scene(3, {{0_s, 3}});
  scene.web->settings.hosting.zones = {"here/a", "here/b", "here/a", "here/b"};
  scene.web->settings.autoscaling->maximum = 5;
  scene.act<OutageAction>(10_s, 60_s, Address{"here/b"});
  scene.start();
  scene.until(30_s);
  EXPECT_THAT(scene.states(), ElementsAre("up", "absent", "up", "absent", "up"));
  scene.until(90_s);
  EXPECT_THAT(scene.states(), ElementsAre("up", "absent", "up", "absent", "up"));
}

// While the autoscaler is out the dead stay dead and nobody comes or goes; what there is serves on.
TEST(Scaling, WithoutAutoscalerAllStaysAsItIs) {
  Scene scene(3, {{0_s, 3}, {20_s, 4}});
  scene.act<AutoscalerOutageAction>(5_s, 30_s, Address{"web"});
  scene.act<CrashAction>(10_s, std::nullopt, Address{"web/0"});
  scene.ask(34_s);
  scene.start();
  scene.until(34900_ms);
  EXPECT_THAT(scene.states(), ElementsAre("down", "up", "up", "absent"));
  EXPECT_THAT(scene.statuses(), ElementsAre(Status::ok));
  scene.until(37_s);
  EXPECT_THAT(scene.states(), ElementsAre("starting", "up", "up", "starting"));
}

// A replacement knows nothing of what its predecessor under the same number had in memory.
TEST(Scaling, NewReplicasAreCold) {
  Scene scene(2, {{0_s, 2}, {10_s, 1}, {20_s, 2}});
  Stub* db = scene.add<Stub>("db");
  StepSettings read;
  read.read = "db";
  read.memory = true;
  scene.web->settings.endpoints["read"] = {read};
  scene.web->settings.memory = MemorySettings{.capacity = 10, .ttl = {}};
  scene.ask(5_s, "read", 1);
  scene.ask(6_s, "read", 1);
  scene.ask(40_s, "read", 1);
  scene.start();
  scene.until(7_s);
  EXPECT_EQ(db->heard().size(), 1U);
  scene.until(50_s);
  EXPECT_EQ(db->heard().size(), 2U);
  EXPECT_THAT(scene.statuses(), ElementsAre(Status::ok, Status::ok, Status::ok));
}

// Ten messages of five seconds each for one worker: twice as many per worker as are aimed at, be
// they delivered or not, as long as they are not done.
TEST(Scaling, GoesByAQueue) {
  Scene scene(1, {}, "jobs");
  Queue* jobs = scene.add<Queue>("jobs");
  jobs->settings.deliver_to = "web";
  jobs->settings.endpoint = "long";
  jobs->settings.concurrency = 6;
  scene.web->settings.autoscaling->queue = QueueTarget{.name = "jobs", .target = 5};
  for (int i = 0; i < 10; ++i) scene.ask(0_s);
  scene.start();
  scene.until(3_s);
  EXPECT_THAT(scene.states(), ElementsAre("up", "starting", "absent", "absent"));
  scene.until(200_s);
  EXPECT_THAT(scene.states(), ElementsAre("up", "absent", "absent", "absent"));
}

// A balancer without health checks or registry counts and sends to those that serve, and no others.
TEST(Scaling, BalancersLearnOfIt) {
  Scene scene(1, {{0_s, 1}, {20_s, 3}, {40_s, 2}}, "lb");
  auto* lb = scene.add<LoadBalancer>("lb");
  lb->settings.backends = "web";
  for (int i = 0; i < 600; ++i) scene.ask(100_ms * i + 1_ms);
  scene.start();
  const auto healthy_for_a_second = [&] {
    const std::int64_t before = part_of(scene.world, *lb, "healthy");
    scene.until(scene.world.now() - sim::Time{} + 1_s);
    return (part_of(scene.world, *lb, "healthy") - before) / 1'000'000'000;
  };
  scene.until(25_s);
  EXPECT_EQ(healthy_for_a_second(), 1);
  scene.until(35_s);
  EXPECT_EQ(healthy_for_a_second(), 3);
  scene.until(45_s);
  EXPECT_EQ(healthy_for_a_second(), 2);
  scene.until(61_s);
  ASSERT_EQ(scene.probe->answers().size(), 600U);
  for (const auto& answer : scene.probe->answers()) EXPECT_TRUE(answer.outcome.ok());
}

class CheckCounter final : public Observer {
 public:
  void departed(const Attempt& attempt, ComponentId, sim::Time, std::optional<sim::Time>) override {
    if (attempt.operation == Operation::health_check) ++of_replica[attempt.to];
  }
  std::array<int, 4> of_replica{};
};

// Health checks ask members only; who comes back under a number that was believed dead is believed
// well.
TEST(Scaling, BalancersCheckMembersOnly) {
  Scene scene(2, {{0_s, 2}}, "lb");
  auto* lb = scene.add<LoadBalancer>("lb");
  lb->settings.backends = "web";
  lb->settings.health_check = HealthCheckSettings{.interval = 100_ms, .timeout = 50_ms};
  CheckCounter checks;
  scene.world.observe(&checks);
  scene.act<AutoscalerOutageAction>(5_s, 10_s, Address{"web"});
  scene.act<CrashAction>(10_s, std::nullopt, Address{"web/1"});
  scene.start();
  scene.until(9_s);
  EXPECT_EQ(part_of(scene.world, *lb, "health_checks_failed"), 0);
  scene.until(14_s);
  EXPECT_GT(part_of(scene.world, *lb, "health_checks_failed"), 30);
  scene.until(17_s);
  const std::int64_t failed = part_of(scene.world, *lb, "health_checks_failed");
  scene.until(40_s);
  EXPECT_THAT(scene.states(), ElementsAre("up", "up", "absent", "absent"));
  EXPECT_EQ(part_of(scene.world, *lb, "health_checks_failed"), failed);
  const std::int64_t before = part_of(scene.world, *lb, "unhealthy");
  scene.until(41_s);
  EXPECT_EQ(part_of(scene.world, *lb, "unhealthy"), before);
  EXPECT_GT(checks.of_replica[0], 400);
  EXPECT_NEAR(checks.of_replica[1], checks.of_replica[0] - 100, 15) << "while it boots, none";
  EXPECT_EQ(checks.of_replica[2], 0);
}

// A name that gives the address of each replica gives those of members only.
TEST(Scaling, NamesGiveMembersOnly) {
  Scene scene(2, {{0_s, 2}, {20_s, 3}, {60_s, 1}}, "name");
  auto* name = scene.add<Dns>("name");
  name->settings.answers = "web";
  name->settings.each_replica = true;
  name->settings.policy = DnsPolicy::round_robin;
  name->settings.ttl = 1_s;
  name->settings.health_check = HealthCheckSettings{.interval = 500_ms, .timeout = 200_ms};
  for (int i = 0; i < 90; ++i) scene.ask(1_s * i + 500_ms);
  scene.start();
  scene.until(91_s);
  std::vector<int> served(4);
  ASSERT_EQ(scene.probe->answers().size(), 90U);
  for (const auto& answer : scene.probe->answers()) {
    const sim::Duration asked = 1_s * static_cast<int>(answer.ask);
    if (asked > 62_s || asked < 59_s) {
      EXPECT_TRUE(answer.outcome.ok()) << answer.ask;
    }
    ++served[answer.outcome.replica];
  }
  EXPECT_EQ(part_of(scene.world, *name, "health_checks_failed"), 0);
  EXPECT_GT(served[2], 5);
  EXPECT_EQ(served[3], 0);
}

// A clone taken while replicas come and go ends as the original does.
TEST(Scaling, ClonesGoOnAlike) {
  Scene scene(1, {{0_s, 1}, {20_s, 4}, {25_s, 2}, {50_s, 1}});
  for (int i = 0; i < 80; ++i) scene.ask(1_s * i, "long");
  scene.start();
  scene.until(24_s);
  World clone(scene.world);
  scene.until(100_s);
  clone.run_until(sim::Time{} + 100_s);
  EXPECT_EQ(clone.digest(), scene.world.digest());
}

}  // namespace
}  // namespace faultline::models::scaling_test
