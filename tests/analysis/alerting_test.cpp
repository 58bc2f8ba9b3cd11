// Shows when alerts fire and clear, by hand-made windows of a second.
#include "analysis/alerts/alerting.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "analysis/window_figures.h"
#include "models/timeline.h"

namespace faultline::analysis::alerting_test {
namespace {

using namespace sim::literals;

sim::Time at(double seconds) { return sim::Time{} + sim::Duration::from_seconds(seconds); }

struct Scene {
  scenarios::Scenario scenario;

  scenarios::Alert& alert(const std::string& metric) {
    scenarios::Alert& alert = scenario.alerts.emplace_back();
    alert.label = "called";
    alert.metric = metric;
    return alert;
  }
  // Its value in each second.
  AlertOutcome after(const std::vector<std::optional<double>>& values, double weight = 1000) {
    Alerting alerting(scenario);
    double second = 0;
    for (const auto& value : values) {
      alerting.see(all_users, "goodput_per_s", 1e9, 1);
      alerting.see(all_users, "availability", value, weight);
      alerting.close(at(second), at(second + 1));
      ++second;
    }
    return alerting.outcomes().front();
  }
};

std::vector<double> fired_at(const AlertOutcome& outcome) {
  std::vector<double> all;
  for (const Firing& firing : outcome.firings) all.push_back(firing.fired.seconds());
  return all;
}

TEST(Alerting, AThresholdFiresAtTheEndOfTheWindow) {
  Scene scene;
  scene.alert("availability").below = 0.9;
  const AlertOutcome outcome = scene.after({1, 0.8, 0.8, 1, 0.5});
  EXPECT_EQ(fired_at(outcome), (std::vector{2.0, 5.0}));
  EXPECT_EQ(outcome.firings[0].cleared, at(4));
  EXPECT_EQ(outcome.firings[1].cleared, std::nullopt);
}

TEST(Alerting, AThresholdMustLast) {
  Scene scene;
  scene.alert("/availability").above = 0.5;
  scene.scenario.alerts[0].lasts = 3_s;
  EXPECT_EQ(fired_at(scene.after({1, 1, 0.5, 1, 1, 1, 1})), std::vector{6.0});
}

TEST(Alerting, NothingMeasuredIsNotBeyondTheBound) {
  Scene scene;
  scene.alert("availability").below = 0.9;
  scene.scenario.alerts[0].lasts = 2_s;
  EXPECT_EQ(fired_at(scene.after({0.5, std::nullopt, 0.5, 1})), std::vector<double>{});
}

TEST(Alerting, TheWarmUpIsNotLookedAt) {
  Scene scene;
  scene.scenario.run.warmup = 2_s;
  scene.alert("availability").below = 0.9;
  EXPECT_EQ(fired_at(scene.after({0.5, 0.5, 0.5})), std::vector{3.0});
}

// An outage burns at 100 times what 99 % allows: over 10 s it is 50 after 5 s. It clears when the
// short window has been without for long enough.
TEST(Alerting, ABurnRateNeedsBothWindows) {
  Scene scene;
  scenarios::Alert& alert = scene.alert("availability");
  alert.objective = 0.99;
  alert.burn_rate = 50;
  alert.long_window = 10_s;
  alert.short_window = 2_s;
  const AlertOutcome outcome = scene.after({1, 0, 0, 0, 0, 0, 0, 1, 1, 1});
  EXPECT_EQ(fired_at(outcome), std::vector{6.0});
  EXPECT_EQ(outcome.firings[0].cleared, at(9));
  // Half of it is over before it has mattered for long enough.
  EXPECT_EQ(fired_at(scene.after({1, 0, 0, 0, 0, 1, 1, 1})), std::vector<double>{});
}

// An hour of a month is ten seconds of two hours; 14.4 of 100 are reached after 1.44 s, 6 over a
// minute after 3.6 s, 1 over twelve minutes after 7.2 s, each at the next end of a window.
TEST(Alerting, APeriodStandsForTheUsualRules) {
  Scene scene;
  scenarios::Alert& alert = scene.alert("availability");
  alert.objective = 0.99;
  alert.period = sim::Duration::from_seconds(7200);
  const AlertOutcome outcome = scene.after(std::vector<std::optional<double>>(12, 0.0));
  EXPECT_EQ(fired_at(outcome), (std::vector{2.0, 4.0, 8.0}));
}

TEST(Alerting, FewRequestsWeighLittle) {
  Scene scene;
  scenarios::Alert& alert = scene.alert("availability");
  alert.objective = 0.9;
  alert.burn_rate = 2;
  alert.long_window = alert.short_window = 2_s;
  Alerting alerting(scene.scenario);
  alerting.see(all_users, "availability", 1.0, 99);
  alerting.close(at(0), at(1));
  alerting.see(all_users, "availability", 0.0, 1);
  alerting.close(at(1), at(2));
  EXPECT_TRUE(alerting.outcomes().front().firings.empty());
}

TEST(Alerting, DetectionCountsFromWhatCameLast) {
  Scene scene;
  scene.alert("availability").below = 0.9;
  for (const double second : {1.0, 4.5, 9.0}) {
    auto action = std::make_shared<models::LoadAction>(std::nullopt, 2.0);
    action->at = at(second);
    action->what = "load at " + std::to_string(second);
    scene.scenario.timeline.push_back(action);
  }
  const AlertOutcome outcome = scene.after({1, 1, 1, 1, 0, 0, 0, 0, 0, 0});
  EXPECT_EQ(outcome.detection, sim::Duration::from_seconds(0.5));
  EXPECT_EQ(outcome.detected, scene.scenario.timeline[1]->what);
}

TEST(Alerting, TellsNothingOfWhatDidNotFire) {
  Scene scene;
  scene.alert("availability").below = 0.9;
  const auto json = alert_json({scene.after({1, 1})})["called"];
  EXPECT_EQ(json["fired"], 0);
  EXPECT_TRUE(json["first_fired_s"].is_null());
  EXPECT_TRUE(json["detection_s"].is_null());
}

}  // namespace
}  // namespace faultline::analysis::alerting_test
