// Shows how the replicas of a service get another version, what that costs, and how they get back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/service/service.h"
#include "models/timeline.h"
#include "tests/models/probe.h"

namespace faultline::models::deploying_test {
namespace {

using namespace sim::literals;
using testing::ElementsAre;
using News = DeploymentNews::Kind;

class Heard final : public Observer {
 public:
  bool wants_messages() const override { return false; }
  void deployed(ComponentId, const DeploymentNews& news, sim::Time) override {
    kinds.push_back(news.kind);
    on.push_back(news.replicas);
  }
  std::vector<News> kinds;
  std::vector<std::uint32_t> on;
};

// Four replicas that start in 5 s and answer in 100 ms.
struct Scene {
  World world{1, tiny_geography()};
  Probe* probe;
  Service* web;
  Heard heard;
  Deployment v2;

  Scene() {
    v2.version.name = "v2";
    auto owned_probe = std::make_unique<Probe>("probe", "web");
    auto owned_web = std::make_unique<Service>("web");
    probe = owned_probe.get();
    web = owned_web.get();
    web->settings.hosting.replicas = 4;
    web->settings.hosting.start_time = 5_s;
    StepSettings step;
    step.compute = sim::Distribution::constant(100_ms);
    web->settings.endpoints["GET /"] = {step};
    web->settings.workers = 100;
    world.add(std::move(owned_probe));
    world.add(std::move(owned_web));
    world.observe(&heard);
  }
  void deploy(sim::Duration at, const Deployment& deployment) {
    act<DeployAction>(at, std::nullopt, Address{"web"},
                      std::make_shared<const Deployment>(deployment));
  }
  template <class Kind, class... Arguments>
  void act(sim::Duration begin, std::optional<sim::Duration> lasts, Arguments&&... arguments) {
    auto action = std::make_shared<Kind>(std::forward<Arguments>(arguments)...);
    action->at = sim::Time{} + begin;
    action->lasts = lasts;
    world.add_action(std::move(action));
  }
  void ask_all_the_time(sim::Duration until) {
    for (sim::Duration at = 1_ms; at < until; at += 50_ms) probe->ask({.at = at});
  }
  void until(sim::Duration end) { world.run_until(sim::Time{} + end); }
  std::vector<std::string_view> states() const {
    std::vector<std::string_view> all;
    for (const Replica& replica : web->replicas()) {
      all.push_back(lifecycle_names[static_cast<std::size_t>(replica.state)]);
    }
    return all;
  }
  std::int64_t count(std::string_view metric) const {
    return static_cast<std::int64_t>(reading(world, *web, metric).part);
  }
  std::size_t failures() const {
    std::size_t bad = 0;
    for (const auto& answer : probe->answers()) bad += answer.outcome.ok() ? 0 : 1;
    return bad;
  }
  sim::Duration took(std::size_t ask, sim::Duration asked) const {
    return probe->answer_to(ask)->at - (sim::Time{} + asked);
  }
};

// One after the other drains for an interval, boots for five seconds and is seen to be up at the
// next: seven intervals each... and no request is lost on the way.
TEST(Deploying, OneAfterTheOtherAndNobodyNotices) {
  Scene scene;
  scene.deploy(10_s, scene.v2);
  scene.ask_all_the_time(50_s);
  scene.world.start();
  scene.until(10500_ms);
  EXPECT_THAT(scene.states(), ElementsAre("draining", "up", "up", "up"));
  scene.until(12_s);
  EXPECT_THAT(scene.states(), ElementsAre("starting", "up", "up", "up"));
  scene.until(60_s);
  EXPECT_THAT(scene.states(), ElementsAre("up", "up", "up", "up"));
  EXPECT_EQ(scene.failures(), 0U);
  EXPECT_THAT(scene.heard.kinds, ElementsAre(News::begins, News::ended));
  EXPECT_THAT(scene.heard.on, ElementsAre(0, 4));
  EXPECT_EQ(scene.count("deployments_ended"), 1);
}

// Two at a time are missing, never more.
TEST(Deploying, ReplacesSoManyAtOnce) {
  Scene scene;
  scene.v2.roll_out.at_once = 2;
  scene.deploy(10_s, scene.v2);
  scene.world.start();
  int least_up = 4;
  for (int i = 100; i < 400; ++i) {
    scene.until(100_ms * i);
    int up = 0;
    for (const Replica& replica : scene.web->replicas()) up += replica.state == Lifecycle::up;
    least_up = std::min(least_up, up);
  }
  EXPECT_EQ(least_up, 2);
  EXPECT_EQ(scene.count("deployments_ended"), 1);
}

// A request longer than the time to drain is lost with the old process.
TEST(Deploying, DrainsForSoLong) {
  Scene scene;
  StepSettings slow;
  slow.compute = sim::Distribution::constant(20_s);
  scene.web->settings.endpoints["GET /slow"] = {slow};
  scene.v2.roll_out.drain = 3_s;
  scene.deploy(10_s, scene.v2);
  scene.probe->ask({.at = 9_s, .endpoint = "GET /slow", .to = 0});
  scene.world.start();
  scene.until(12900_ms);
  EXPECT_THAT(scene.states(), ElementsAre("draining", "up", "up", "up"));
  scene.until(13100_ms);
  EXPECT_THAT(scene.states(), ElementsAre("starting", "up", "up", "up"));
  ASSERT_EQ(scene.probe->answers().size(), 1U);
  EXPECT_EQ(scene.probe->answers()[0].outcome.status, Status::reset);
}

// Half the speed: the same request takes twice as long, also after a crash of the process.
TEST(Deploying, AVersionHasItsSpeedAndKeepsItThroughCrashes) {
  Scene scene;
  scene.v2.version.speed = 0.5;
  scene.v2.roll_out.in_place = true;
  scene.v2.roll_out.at_once = 4;
  scene.deploy(10_s, scene.v2);
  scene.act<CrashAction>(20_s, 1_s, Address{"web/1"});
  scene.probe->ask({.at = 5_s, .to = 1});
  scene.probe->ask({.at = 15_s, .to = 1});
  scene.probe->ask({.at = 40_s, .to = 1});
  scene.world.start();
  scene.until(12_s);
  EXPECT_THAT(scene.states(), ElementsAre("up", "up", "up", "up")) << "a process that runs on";
  scene.until(60_s);
  EXPECT_EQ(scene.took(0, 5_s), 100_ms);
  EXPECT_EQ(scene.took(1, 15_s), 200_ms);
  EXPECT_EQ(scene.took(2, 40_s), 200_ms);
}

// Half of what one in four does fails: it is found out in its first stage, and taken back.
TEST(Deploying, ABadVersionIsTakenBack) {
  Scene scene;
  scene.v2.version.errors = 0.5;
  scene.v2.roll_out.stages = {{.share = 0.25, .bake = 30_s}};
  scene.v2.roll_back = RollBackSettings{.errors_above = 0.1, .latency_above = {}, .at_least = 20};
  scene.deploy(10_s, scene.v2);
  scene.ask_all_the_time(100_s);
  scene.world.start();
  scene.until(110_s);
  EXPECT_THAT(scene.heard.kinds,
              ElementsAre(News::begins, News::stage, News::turns_back, News::back));
  EXPECT_THAT(scene.heard.on, ElementsAre(0, 1, 1, 0));
  EXPECT_EQ(scene.count("deployments_rolled_back"), 1);
  EXPECT_EQ(scene.count("deployments_ended"), 0);
  EXPECT_GE(scene.failures(), 5U);
  EXPECT_LE(scene.failures(), 25U);
  EXPECT_GT(scene.probe->answers().back().at, sim::Time{} + 90_s);
  EXPECT_THAT(scene.states(), ElementsAre("up", "up", "up", "up"));
}

// A version that dies under its requests fails them, though it answers none. Dying idle says
// nothing, and neither does the death of others.
TEST(Deploying, AVersionThatDiesIsTakenBack) {
  Scene scene;
  scene.v2.roll_out.stages = {{.share = 0.25, .bake = 1000_s}};
  scene.v2.roll_back = RollBackSettings{.errors_above = 0.5, .latency_above = {}, .at_least = 1};
  scene.deploy(10_s, scene.v2);
  scene.probe->ask({.at = 40_s, .to = 1});
  scene.probe->ask({.at = 60_s, .to = 0});
  scene.world.start();
  scene.until(30_s);
  scene.web->restart(scene.world, 0);
  scene.until(40050_ms);
  scene.web->restart(scene.world, 1);
  scene.until(60050_ms);
  EXPECT_THAT(scene.heard.kinds, ElementsAre(News::begins, News::stage));
  scene.web->restart(scene.world, 0);
  scene.until(90_s);
  EXPECT_THAT(scene.heard.kinds,
              ElementsAre(News::begins, News::stage, News::turns_back, News::back));
}

// What the old process still had when its time to drain was over is not the new version's failure.
TEST(Deploying, WhatTheOldOneLosesIsNotHeldAgainstTheNew) {
  Scene scene;
  scene.v2.roll_out.drain = 2_s;
  scene.v2.roll_back = RollBackSettings{.errors_above = 0.5, .latency_above = {}, .at_least = 1};
  StepSettings slow;
  slow.compute = sim::Distribution::constant(50_s);
  scene.web->settings.endpoints["GET /slow"] = {slow};
  scene.deploy(10_s, scene.v2);
  scene.probe->ask({.at = 5_s, .endpoint = "GET /slow", .to = 0});
  scene.world.start();
  scene.until(100_s);
  EXPECT_EQ(scene.failures(), 1U);
  EXPECT_THAT(scene.heard.kinds, ElementsAre(News::begins, News::ended));
  EXPECT_EQ(scene.count("new_version_errors"), 0);
}

// All four are being replaced when the autoscaler wants one: there is nobody to part with until
// they are back.
TEST(Deploying, ScalingInWaitsForWhoIsReplaced) {
  Scene scene;
  scene.v2.roll_out.at_once = 4;
  scene.v2.roll_out.drain = 20_s;
  AutoscalingSettings& scaling = scene.web->settings.autoscaling.emplace();
  scaling.minimum = 1;
  scaling.maximum = 4;
  scaling.schedule = {{0_s, 4}, {12_s, 1}};
  scaling.interval = 1_s;
  scaling.boot_time = sim::Distribution::constant(5_s);
  StepSettings slow;
  slow.compute = sim::Distribution::constant(30_s);
  scene.web->settings.endpoints["GET /slow"] = {slow};
  for (ReplicaIndex i = 0; i < 4; ++i) {
    scene.probe->ask({.at = 5_s, .endpoint = "GET /slow", .to = i});
  }
  scene.deploy(10_s, scene.v2);
  scene.world.start();
  scene.until(100_s);
  EXPECT_EQ(scene.web->provisioned(), 1U);
}

// Who drains to be replaced when the deployment turns back is there again at once.
TEST(Deploying, WhoHasNotBeenReplacedYetStays) {
  Scene scene;
  scene.v2.version.errors = 1;
  scene.v2.roll_back = RollBackSettings{.errors_above = 0.1, .latency_above = {}, .at_least = 1};
  StepSettings slow;
  slow.compute = sim::Distribution::constant(20_s);
  scene.web->settings.endpoints["GET /slow"] = {slow};
  scene.deploy(10_s, scene.v2);
  scene.probe->ask({.at = 15_s, .endpoint = "GET /slow", .to = 1});
  scene.probe->ask({.at = 18500_ms, .to = 0});
  scene.world.start();
  scene.until(18_s);
  EXPECT_THAT(scene.states(), ElementsAre("up", "draining", "up", "up"));
  scene.until(50_s);
  EXPECT_THAT(scene.states(), ElementsAre("up", "up", "up", "up"));
  EXPECT_EQ(scene.web->replicas()[1].boots, 0U);
  EXPECT_EQ(scene.web->replicas()[0].boots, 2U);
  EXPECT_TRUE(scene.web->replicas()[1].member);
  EXPECT_EQ(scene.probe->answer_to(0)->outcome.status, Status::ok);
}

// Without a limit it goes through to the end; the bake lies between.
TEST(Deploying, WithoutLimitsItGoesOn) {
  Scene scene;
  scene.v2.version.errors = 0.5;
  scene.v2.roll_out.stages = {{.share = 0.25, .bake = 30_s}};
  scene.deploy(10_s, scene.v2);
  scene.ask_all_the_time(100_s);
  scene.world.start();
  scene.until(45_s);
  EXPECT_THAT(scene.heard.on, ElementsAre(0, 1));
  scene.until(110_s);
  EXPECT_THAT(scene.heard.kinds, ElementsAre(News::begins, News::stage, News::ended));
  EXPECT_NEAR(static_cast<double>(scene.count("new_version_errors")),
              static_cast<double>(reading(scene.world, *scene.web, "new_version_errors").whole) / 2,
              80);
}

// A second one takes over from the first where that stands.
TEST(Deploying, AnotherTakesOver) {
  Scene scene;
  Deployment v3 = scene.v2;
  v3.version.name = "v3";
  scene.deploy(10_s, scene.v2);
  scene.deploy(20_s, v3);
  scene.world.start();
  scene.until(100_s);
  EXPECT_THAT(scene.heard.kinds,
              ElementsAre(News::begins, News::overtaken, News::begins, News::ended));
  EXPECT_EQ(scene.heard.on.back(), 4U);
  EXPECT_EQ(scene.count("deployments"), 2);
}

// The dead get the new version where they lie, and no machine waits for them.
TEST(Deploying, TheDeadAreNotWaitedFor) {
  Scene scene;
  scene.act<CrashAction>(5_s, 80_s, Address{"web/0"});
  scene.deploy(10_s, scene.v2);
  scene.world.start();
  scene.until(70_s);
  EXPECT_THAT(scene.heard.kinds, ElementsAre(News::begins, News::ended));
  EXPECT_THAT(scene.states(), ElementsAre("down", "up", "up", "up"));
}

// One that dies while it drains comes back on the new version when its crash is over, once.
TEST(Deploying, ADeathWhileDraining) {
  Scene scene;
  StepSettings slow;
  slow.compute = sim::Distribution::constant(20_s);
  scene.web->settings.endpoints["GET /slow"] = {slow};
  scene.probe->ask({.at = 9_s, .endpoint = "GET /slow", .to = 0});
  scene.act<CrashAction>(11500_ms, 100_ms, Address{"web/0"});
  scene.deploy(10_s, scene.v2);
  scene.world.start();
  scene.until(11400_ms);
  EXPECT_THAT(scene.states(), ElementsAre("draining", "up", "up", "up"));
  scene.until(80_s);
  EXPECT_THAT(scene.states(), ElementsAre("up", "up", "up", "up"));
  EXPECT_THAT(scene.heard.kinds, ElementsAre(News::begins, News::ended));
  EXPECT_EQ(scene.web->replicas()[0].boots, 1U);
}

// An autoscaler takes those under replacement for being there, and has no machine for them. What
// it has come up in the middle of a stage gets the old version, and the new one after the end.
TEST(Deploying, AnAutoscalerLooksOn) {
  Scene scene;
  AutoscalingSettings& scaling = scene.web->settings.autoscaling.emplace();
  scaling.maximum = 10;
  scaling.interval = 1_s;
  scaling.boot_time = sim::Distribution::constant(1_s);
  scaling.schedule = {{0_s, 4}, {30_s, 6}, {100_s, 7}};
  scene.v2.roll_out.stages = {{.share = 0.3, .bake = 30_s}};
  scene.deploy(10_s, scene.v2);
  scene.world.start();
  std::uint64_t most = 0;
  for (int i = 0; i < 29; ++i) {
    scene.until(1_s * i);
    most = std::max(most, scene.web->provisioned());
  }
  EXPECT_EQ(most, 4U);
  scene.until(40_s);
  EXPECT_EQ(scene.web->provisioned(), 6U);
  EXPECT_THAT(scene.heard.on, ElementsAre(0, 2)) << "0.3 of 4, rounded up";
  const auto on_new_for_a_second = [&] {
    const std::int64_t before = scene.count("replicas_on_new");
    scene.until(scene.world.now() - sim::Time{} + 1_s);
    return (scene.count("replicas_on_new") - before) / 1'000'000'000;
  };
  EXPECT_EQ(on_new_for_a_second(), 2);
  scene.until(99_s);
  EXPECT_THAT(scene.heard.kinds, ElementsAre(News::begins, News::stage, News::ended));
  EXPECT_EQ(on_new_for_a_second(), 6);
  scene.until(105_s);
  EXPECT_EQ(scene.web->provisioned(), 7U);
}

// It has not ended while one that was just starting has yet to get the version.
TEST(Deploying, WhoStartsIsWaitedFor) {
  Scene scene;
  scene.v2.roll_out.in_place = true;
  scene.v2.roll_out.at_once = 4;
  scene.act<RestartAction>(9_s, std::nullopt, Address{"web/3"});
  scene.deploy(10_s, scene.v2);
  scene.world.start();
  scene.until(13_s);
  EXPECT_THAT(scene.heard.kinds, ElementsAre(News::begins));
  scene.until(20_s);
  EXPECT_THAT(scene.heard.kinds, ElementsAre(News::begins, News::ended));
  EXPECT_THAT(scene.heard.on, ElementsAre(0, 4));
}

// A copy of a world in the middle of a deployment goes on as the original does.
TEST(Deploying, AWorldIsClonedInTheMiddle) {
  Scene scene;
  scene.v2.version.errors = 0.5;
  scene.deploy(10_s, scene.v2);
  scene.ask_all_the_time(60_s);
  scene.world.start();
  scene.until(20_s);
  World copy(scene.world);
  copy.run_until(sim::Time{} + 60_s);
  scene.until(60_s);
  EXPECT_EQ(copy.digest(), scene.world.digest());
  EXPECT_EQ(static_cast<std::int64_t>(reading(copy, *copy.find("web"), "deployments_ended").part),
            1);
}

}  // namespace
}  // namespace faultline::models::deploying_test
