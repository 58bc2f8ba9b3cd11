// Shows what the author of a scenario is told about a deployment or a health check that cannot be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "scenarios/scenario.h"
#include "tests/scenarios/scratch_folder.h"

namespace faultline::scenarios::deployment_input_test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* shop = R"json({
  "name": "shop",
  "run": { "duration": "10s" },
  "components": { "web": { "type": "service", "replicas": 4,
                           "endpoints": { "GET /": [ { "compute": "exp(5ms)" } ] } },
                  "db": { "type": "database", "read-time": "2ms", "write-time": "2ms" } },
  "workloads": { "users": { "to": "web", "arrivals": "poisson(70/s)", "mix": { "GET /": 1 } } }
})json";

// Everything that is wrong with the shop after this patch.
std::vector<std::string> told(const std::string& patch) {
  const ScratchFolder folder;
  folder.write("shop.json", shop);
  const auto file = folder.write("it.json", R"({ "extends": "shop.json", )" + patch + "}");
  Problems problems;
  load_scenario(file, {}, folder.path() / "library", problems);
  std::vector<std::string> texts;
  for (const Problem& problem : problems.kept()) texts.push_back(problem.text());
  return texts;
}

std::vector<std::string> told_of(const std::string& entry) {
  return told(R"("timeline": { "d": { "at": "1s", )" + entry + "} }");
}

TEST(DeploymentInput, WhatIsRightIsRead) {
  EXPECT_THAT(told_of(R"("deploy": "web", "version": { "name": "v2" })"), IsEmpty());
  EXPECT_THAT(told_of(R"("deploy": "web", "version": { "name": "v2", "speed": 0.5, "errors": "2%" },
      "roll-out": { "stages": [ { "share": "5%", "bake": "30s" }, { "share": 1 } ], "at-once": 2 },
      "roll-back": { "errors-above": "5%", "latency-above": "500ms" })"),
              IsEmpty());
  EXPECT_THAT(told_of(R"("expire-certificate": "web", "for": "3s")"), IsEmpty());
}

TEST(DeploymentInput, AllThatIsWrongIsTold) {
  EXPECT_THAT(told_of(R"("deploy": "web", "version": { "name": "v2", "errors": 1.5 },
      "roll-out": { "stages": [ { "share": 1.2 } ], "at-once": 0 }, "roll-back": {})"),
              ElementsAre(HasSubstr("/timeline/d/version/errors"),
                          HasSubstr("/timeline/d/roll-out/stages/0/share"),
                          HasSubstr("/timeline/d/roll-out/at-once"),
                          AllOf(HasSubstr("/timeline/d/roll-back"), HasSubstr("errors-above"))));
  EXPECT_THAT(told_of(R"("deploy": "web", "version": { "name": "v2" },
      "roll-out": { "stages": [ { "share": 0.5 }, { "share": 0.5 } ] })"),
              ElementsAre(AllOf(HasSubstr("/timeline/d/roll-out/stages"), HasSubstr("rise"))));
  EXPECT_THAT(
      told_of(R"("deploy": "web", "version": { "name": "v2" }, "roll-out": { "stages": [] })"),
      ElementsAre(AllOf(HasSubstr("/timeline/d/roll-out/stages"), HasSubstr("at least one"))));
}

TEST(DeploymentInput, WhatBelongsTogetherIsTold) {
  EXPECT_THAT(told_of(R"("deploy": "web")"), ElementsAre(HasSubstr("version")));
  EXPECT_THAT(told_of(R"("crash": "web", "version": { "name": "v2" })"),
              ElementsAre(AllOf(HasSubstr("/timeline/d/version"), HasSubstr("deploy"))));
  EXPECT_THAT(told_of(R"("deploy": "web", "for": "2s", "version": { "name": "v2" })"),
              ElementsAre(AllOf(HasSubstr("/timeline/d/for"), HasSubstr("not undone"))));
}

TEST(DeploymentInput, OnlyServicesAreDeployed) {
  EXPECT_THAT(told_of(R"("deploy": "db", "version": { "name": "v2" })"),
              ElementsAre(AllOf(HasSubstr("/timeline/d/deploy"), HasSubstr("database"))));
  EXPECT_THAT(told_of(R"("deploy": "wep", "version": { "name": "v2" })"),
              ElementsAre(AllOf(HasSubstr("/timeline/d/deploy"), HasSubstr("web"))));
  EXPECT_THAT(told_of(R"("deploy": "web/0", "version": { "name": "v2" })"),
              ElementsAre(AllOf(HasSubstr("/timeline/d/deploy"), HasSubstr("service"))));
}

TEST(DeploymentInput, OneAtATime) {
  EXPECT_THAT(told(R"("timeline": {
      "a": { "at": "1s", "deploy": "web", "version": { "name": "v2" },
             "roll-out": { "stages": [ { "share": 0.5, "bake": "5s" } ] } },
      "b": { "at": "3s", "deploy": "web", "version": { "name": "v3" } } })"),
              ElementsAre(AllOf(HasSubstr("/timeline/b/at"), HasSubstr("`a`"))));
}

TEST(DeploymentInput, CertificatesOfWhoIsConnectedTo) {
  EXPECT_THAT(told_of(R"("expire-certificate": "web/1")"),
              ElementsAre(AllOf(HasSubstr("/timeline/d/expire-certificate"),
                                HasSubstr("others connect to"))));
  EXPECT_THAT(told_of(R"("expire-certificate": "dp")"), ElementsAre(HasSubstr("db")));
}

TEST(HealthInput, NeedsAreCallsThatCanBe) {
  const auto of = [](const std::string& need) {
    return told(R"("components": { "web": { "health": { "needs": [)" + need + "] } } }");
  };
  EXPECT_THAT(of(R"({ "read": "db" })"), IsEmpty());
  EXPECT_THAT(
      of(R"({ "read": "dp" })"),
      ElementsAre(AllOf(HasSubstr("/components/web/health/needs/0/read"), HasSubstr("db"))));
  EXPECT_THAT(of(R"({ "timeout": "1s" })"), ElementsAre(HasSubstr("exactly one of")));
  EXPECT_THAT(of(R"({ "read": "db", "endpoint": "GET /" })"),
              ElementsAre(AllOf(HasSubstr("needs/0/endpoint"), HasSubstr("goes with `call`"))));
}

}  // namespace
}  // namespace faultline::scenarios::deployment_input_test
