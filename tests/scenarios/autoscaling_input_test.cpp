// Shows what the author of a scenario is told about an autoscaler that cannot be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/scenario.h"
#include "tests/scenarios/scratch_folder.h"

namespace faultline::scenarios::autoscaling_input_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr const char* shop = R"json({
  "name": "shop",
  "run": { "duration": "10s" },
  "components": { "web": { "type": "service", "replicas": 4,
                           "endpoints": { "GET /": [ { "compute": "exp(5ms)" } ] } },
                  "jobs": { "type": "queue", "deliver-to": "web", "concurrency": 4 } },
  "workloads": { "users": { "to": "web", "arrivals": "poisson(70/s)", "mix": { "GET /": 1 } } }
})json";

// The one thing that is wrong with the shop whose `web` has this autoscaling; empty: none.
std::string told(const std::string& autoscaling, const std::string& more = "") {
  const ScratchFolder folder;
  folder.write("shop.json", shop);
  const auto file = folder.write(
      "it.json", R"({ "extends": "shop.json", "components": { "web": { "autoscaling": )" +
                     autoscaling + "} }" + more + "}");
  Problems problems;
  const auto scenario = load_scenario(file, {}, folder.path() / "library", problems);
  EXPECT_EQ(scenario.has_value(), problems.empty());
  EXPECT_LE(problems.count(), 1U);
  return problems.empty() ? "" : problems.kept().front().text();
}

// With a few settings that every autoscaler needs, before these.
std::string told_of(const std::string& settings) {
  return told(R"({ "minimum": 2, "maximum": 8, "boot-time": "60s", )" + settings + "}");
}

TEST(AutoscalingInput, WhatIsRightIsRead) {
  EXPECT_EQ(told(R"({ "maximum": 4, "boot-time": "60s" })"), "");
  EXPECT_EQ(told_of(R"("utilisation": { "target": 0.6 }, "backlog": { "target": 2 },
                       "queue": { "name": "jobs", "target": 5 })"),
            "");
  EXPECT_EQ(told_of(R"("schedule": [ { "at": "0s", "replicas": 2 }, { "at": "5s", "replicas": 8 } ],
                       "cool-down": { "out": "1m" }, "largest-step": 2, "tolerance": "5%")"),
            "");
}

TEST(AutoscalingInput, LimitsFitEachOtherAndTheBeginning) {
  EXPECT_THAT(told(R"({ "minimum": 5, "maximum": 4, "boot-time": "60s" })"),
              AllOf(HasSubstr("/components/web/autoscaling/minimum"), HasSubstr("`maximum`")));
  EXPECT_THAT(told(R"({ "minimum": 5, "maximum": 9, "boot-time": "60s" })"),
              AllOf(HasSubstr("/components/web/replicas"), HasSubstr("`minimum`")));
  EXPECT_THAT(told(R"({ "maximum": 3, "boot-time": "60s" })"),
              AllOf(HasSubstr("/components/web/replicas"), HasSubstr("`maximum`")));
  EXPECT_THAT(told(R"({ "boot-time": "60s" })"), HasSubstr("\"maximum\" is missing"));
}

TEST(AutoscalingInput, NoTargetIsNought) {
  EXPECT_THAT(told_of(R"("utilisation": { "target": 0 })"),
              AllOf(HasSubstr("/autoscaling/utilisation/target"), HasSubstr("more than 0")));
  EXPECT_THAT(told_of(R"("backlog": { "target": 0 })"),
              AllOf(HasSubstr("/autoscaling/backlog/target"), HasSubstr("above 0")));
  EXPECT_THAT(told_of(R"("queue": { "name": "jobs", "target": 0 })"),
              AllOf(HasSubstr("/autoscaling/queue/target"), HasSubstr("above 0")));
  EXPECT_THAT(told_of(R"("interval": "0s")"),
              AllOf(HasSubstr("/autoscaling/interval"), HasSubstr("at least 1ms")));
}

TEST(AutoscalingInput, QueuesAreQueues) {
  EXPECT_THAT(told_of(R"("queue": { "name": "web", "target": 5 })"),
              AllOf(HasSubstr("/components/web/autoscaling/queue/name"), HasSubstr("a queue")));
}

TEST(AutoscalingInput, SchedulesGoForwardWithinTheLimits) {
  EXPECT_THAT(told_of(R"("schedule": [ { "at": "5s", "replicas": 3 },
                                       { "at": "5s", "replicas": 4 } ])"),
              AllOf(HasSubstr("/autoscaling/schedule"), HasSubstr("forward")));
  EXPECT_THAT(told_of(R"("schedule": [ { "at": "5s", "replicas": 9 } ])"),
              AllOf(HasSubstr("/autoscaling/schedule"), HasSubstr("`maximum`")));
}

TEST(AutoscalingInput, OnlyAnAutoscalerCanBeOut) {
  const auto outage_of = [](const std::string& name) {
    return told(R"({ "maximum": 4, "boot-time": "60s" })",
                R"(, "timeline": { "x": { "at": "5s", "for": "1s", "autoscaler-outage": ")" + name +
                    R"(" } })");
  };
  EXPECT_EQ(outage_of("web"), "");
  EXPECT_THAT(outage_of("web/0"), HasSubstr("expected the name of a service"));
  EXPECT_THAT(outage_of("jobs"), HasSubstr("does not suffer `autoscaler-outage`"));
}

}  // namespace
}  // namespace faultline::scenarios::autoscaling_input_test
