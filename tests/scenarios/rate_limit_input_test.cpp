// Shows what the author of a scenario is told about a rate limit that cannot be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "scenarios/scenario.h"
#include "tests/scenarios/scratch_folder.h"

namespace faultline::scenarios::rate_limit_input_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr const char* shop = R"json({
  "name": "shop",
  "run": { "duration": "10s" },
  "components": { "web": { "type": "service", "replicas": 4,
                           "endpoints": { "GET /": [ { "compute": "exp(5ms)" } ] } },
                  "other": { "type": "service",
                             "endpoints": { "GET /": [ { "compute": "1ms" } ] } },
                  "counter": { "type": "service", "endpoints": { "*": [ { "compute": "1ms" } ] } },
                  "counts": { "type": "cache", "capacity": 10 },
                  "jobs": { "type": "queue", "deliver-to": "web", "concurrency": 4 } },
  "workloads": { "users": { "to": "web", "arrivals": "poisson(70/s)", "mix": { "GET /": 1 } } }
})json";

// All that is wrong with the shop whose `web` has this limit, one line each; empty: nothing.
std::string told(const std::string& limit, const std::string& more = "") {
  const ScratchFolder folder;
  folder.write("shop.json", shop);
  const auto file = folder.write(
      "it.json", R"({ "extends": "shop.json", "components": { "web": { "rate-limit": )" + limit +
                     "} }" + more + "}");
  Problems problems;
  const auto scenario = load_scenario(file, {}, folder.path() / "library", problems);
  EXPECT_EQ(scenario.has_value(), problems.empty());
  std::string all;
  for (const Problem& problem : problems.kept()) all += problem.text() + "\n";
  return all;
}

TEST(RateLimitInput, WhatIsRightIsRead) {
  EXPECT_EQ(told(R"({ "rate": "50/s" })"), "");
  EXPECT_EQ(told(R"({ "rate": "50/s", "burst": 10, "per": "user", "retry-after": false })"), "");
  EXPECT_EQ(told(R"({ "algorithm": "fixed-window", "rate": "0.5/s", "window": "2s" })"), "");
  EXPECT_EQ(told(R"({ "algorithm": "sliding-window", "rate": "50/s",
                      "store": { "name": "counts", "sync": "1s", "call": { "timeout": "1s" } } })"),
            "");
  EXPECT_EQ(told(R"({ "rate": "50/s", "store": { "name": "counter" } })"), "");
}

TEST(RateLimitInput, SomethingMustBeAllowed) {
  EXPECT_THAT(told("{}"), HasSubstr("\"rate\" is missing"));
  EXPECT_THAT(told(R"({ "rate": "0/s" })"),
              AllOf(HasSubstr("/components/web/rate-limit/rate"), HasSubstr("above 0")));
  EXPECT_THAT(told(R"({ "rate": "50/s", "burst": 0 })"),
              AllOf(HasSubstr("/components/web/rate-limit/burst"), HasSubstr("from 1 to")));
  EXPECT_THAT(told(R"({ "algorithm": "fixed-window", "rate": "0.4/s", "window": "2s" })"),
              AllOf(HasSubstr("/components/web/rate-limit/window"), HasSubstr("rate x window")));
  EXPECT_THAT(told(R"({ "algorithm": "fixed-window", "rate": "0.4/s" })"),
              AllOf(HasSubstr("/components/web/rate-limit/rate"), HasSubstr("rate x window")));
}

TEST(RateLimitInput, EachAlgorithmHasItsOwnParameters) {
  EXPECT_THAT(told(R"({ "algorithm": "sliding-window", "rate": "50/s", "burst": 10 })"),
              AllOf(HasSubstr("/components/web/rate-limit/burst"), HasSubstr("`token-bucket`")));
  EXPECT_THAT(told(R"({ "rate": "50/s", "window": "2s" })"),
              AllOf(HasSubstr("/components/web/rate-limit/window"), HasSubstr("`fixed-window`")));
  EXPECT_THAT(told(R"({ "algorithm": "leaky-bucket", "rate": "50/s" })"),
              AllOf(HasSubstr("/components/web/rate-limit/algorithm"), HasSubstr("token-bucket")));
}

TEST(RateLimitInput, StoresCanKeepCounts) {
  const auto kept_by = [](const std::string& name, const std::string& more = "") {
    return told(R"({ "rate": "50/s", "store": { "name": ")" + name + '"' + more + "} }");
  };
  EXPECT_THAT(kept_by("cuonts"),
              AllOf(HasSubstr("/components/web/rate-limit/store/name"), HasSubstr("counts")));
  EXPECT_THAT(kept_by("web"), AllOf(HasSubstr("/components/web/rate-limit/store/name"),
                                    HasSubstr("cannot be its own store")));
  EXPECT_THAT(kept_by("other"), AllOf(HasSubstr("/components/web/rate-limit/store/name"),
                                      HasSubstr("an endpoint `*`")));
  EXPECT_THAT(kept_by("jobs"), HasSubstr("a queue takes messages"));
  EXPECT_THAT(kept_by("counts", R"(, "sync": "0s")"),
              AllOf(HasSubstr("/rate-limit/store/sync"), HasSubstr("at least 1ms")));
}

TEST(RateLimitInput, AllThatIsWrongIsSaidAtOnce) {
  EXPECT_THAT(told(R"({ "rate": "0/s", "window": "2s",
                        "store": { "name": "nobody", "sync": "0s" } })"),
              AllOf(HasSubstr("/rate-limit/store/name"), HasSubstr("/rate-limit/store/sync")));
  EXPECT_THAT(told(R"({ "rate": "0/s", "window": "2s" })"),
              AllOf(HasSubstr("/rate-limit/rate"), HasSubstr("/rate-limit/window")));
}

TEST(RateLimitInput, RateAndBurstCanBeSetWhileItRuns) {
  const auto set = [](const std::string& parameter, const std::string& to) {
    return told(R"({ "rate": "50/s" })", R"(, "timeline": { "x": { "at": "5s", "set":
                "/components/web/rate-limit/)" +
                                             parameter + R"(", "to": )" + to + "} }");
  };
  EXPECT_EQ(set("rate", R"("20/s")"), "");
  EXPECT_EQ(set("burst", "20"), "");
  EXPECT_THAT(set("rate", R"("0/s")"), HasSubstr("above 0"));
  EXPECT_THAT(set("per", R"("user")"), HasSubstr("while"));
}

}  // namespace
}  // namespace faultline::scenarios::rate_limit_input_test
