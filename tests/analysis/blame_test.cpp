// Shows by hand, where all times are constant, what the time of requests is said to have gone to.
#include "analysis/blame/blame.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "analysis/report.h"
#include "analysis/run.h"
#include "tests/analysis/pausing_shop.h"

namespace faultline::analysis::blame_test {
namespace {

using testing::DoubleNear;
using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;
using Parts = std::map<std::string, double>;

// What a scenario has beside one request a second for ten seconds, each for an object of its own,
// to `web`, which is 1 ms away from its users.
struct Scene {
  std::string components;  // JSON, of an object without its braces
  std::string call{};
  std::string timeline{};
  std::string links{};
};

scenarios::Scenario scenario_of(const Scene& scene) {
  return load_text(fmt::format(
      R"json({{ "name": "blamed", "run": {{ "duration": "10500ms" }},
                "network": {{ "links": {{ "users<->web": {{ "latency": "1ms" }} {} }} }},
                "components": {{ {} }},
                "workloads": {{ "users": {{ "to": "web", "arrivals": "regular(1/s)",
                                            "keys": {{ "objects": 1000000000 }},
                                            "call": {{ {} }} }} }},
                "timeline": {{ {} }} }})json",
      scene.links, scene.components, scene.call, scene.timeline));
}

Run blamed(const Scene& scene) {
  RunOptions options;
  options.blame = true;
  return run(scenario_of(scene), options);
}

// Of group `name`: milliseconds per request by "component kind".
Parts parts_of(const Run& run, const std::string& name = "all") {
  Parts parts;
  for (const auto& [component, kinds] : run.result.json["blame"][name]["components"].items()) {
    for (const auto& [kind, ms] : kinds.items()) {
      parts[component + " " + kind.substr(0, kind.size() - 3)] = ms.get<double>();
    }
  }
  return parts;
}

auto part(const char* name, double ms) { return Pair(name, DoubleNear(ms, 1e-9)); }

std::string service(const std::string& name, const std::string& steps,
                    const std::string& more = "") {
  return fmt::format(R"("{}": {{ "type": "service", {} "endpoints": {{ "*": [{}] }} }})", name,
                     more, steps);
}

TEST(Blame, OneHopIsServiceAndTheWayThereAndBack) {
  const Scene scene{.components = service("web", R"({ "compute": "10ms" })")};
  const auto hop = blamed(scene);
  EXPECT_THAT(parts_of(hop), UnorderedElementsAre(part("web service", 10), part("web network", 2)));
  const auto& slowest = hop.result.json["blame"]["p99"];
  EXPECT_EQ(slowest["requests"], hop.result.json["requests"]["succeeded"]);
  EXPECT_NEAR(slowest["mean_ms"].get<double>(), 12, 1e-9);
  const std::string report = text_report(scenario_of(scene), hop);
  EXPECT_THAT(report, HasSubstr("Where the time of a request went"));
  EXPECT_THAT(report, HasSubstr("web        service"));
}

// Of requests that come two at a time one waits for the worker.
TEST(Blame, WaitingIsApart) {
  const auto line = blamed({.components = service("web", R"({ "parallel": [
      [{ "call": "db" }], [{ "call": "db" }]] })") +
                                          "," + service("db", R"({ "compute": "10ms" })")});
  EXPECT_THAT(parts_of(line), UnorderedElementsAre(part("db waiting", 10), part("db service", 10),
                                                   part("web network", 2)));
}

// The request sent at 5 s finds the process paused until 5.06 s. It is given up after 50 ms, tried
// again 20 ms later, and takes 12 ms then: 82 ms, of which all before the second try is lost.
TEST(Blame, TriesThatBroughtNothingAndPausesAreRetries) {
  const auto retried =
      blamed({.components = service("web", R"({ "compute": "10ms" })", R"("workers": 2,)"),
              .call = R"("timeout": "50ms", "retries": { "max": 1, "backoff": { "kind": "fixed",
                                                                         "base": "20ms" } })",
              .timeline = R"("trigger": { "at": "4990ms", "for": "70ms", "pause": "web" })"});
  EXPECT_EQ(retried.result.json["blame"]["p99"]["requests"], 1);
  EXPECT_THAT(parts_of(retried, "p99"),
              UnorderedElementsAre(part("web retries", 70), part("web service", 10),
                                   part("web network", 2)));
}

// Of two branches the one that ends last is waited for: `slow` after its first step, and not
// `quick`. What comes before and after the fork counts as well.
TEST(Blame, OfParallelCallsTheLastToEndCounts) {
  const auto forked = blamed({.components = service("web", R"({ "call": "front" }, { "parallel": [
                  [{ "call": "quick" }], [{ "call": "step" }, { "call": "slow" }]] })") +
                                            "," + service("front", R"({ "compute": "1ms" })") +
                                            "," + service("quick", R"({ "compute": "20ms" })") +
                                            "," + service("step", R"({ "compute": "4ms" })") + "," +
                                            service("slow", R"({ "compute": "30ms" })"),
                              .links = R"(, "web<->slow": { "latency": "2ms" })"});
  EXPECT_THAT(parts_of(forked),
              UnorderedElementsAre(part("front service", 1), part("step service", 4),
                                   part("slow service", 30), part("slow network", 4),
                                   part("web network", 2)));
}

// A miss costs the cache and the store. The cache is filled while nobody waits.
TEST(Blame, OfACacheAsideReadTheFillIsNotWaitedFor) {
  const auto read = blamed(
      {.components = service("web", R"({ "read": "db", "cache": "cache", "fill": "async" })") +
                     R"(, "cache": { "type": "cache", "capacity": 10, "service-time": "1ms" },
                          "db": { "type": "database", "workers": 4, "read-time": "5ms" })"});
  EXPECT_THAT(parts_of(read), UnorderedElementsAre(part("cache service", 1), part("db service", 5),
                                                   part("web network", 2)));
}

// `extra` is asked for in vain for 40 ms, and the answer goes without it.
TEST(Blame, CallsThatFailAreTimeThatBroughtNothing) {
  const auto without =
      blamed({.components = service("web", R"({ "call": "extra", "optional": true,
                                         "policy": { "timeout": "40ms" } })") +
                            "," + service("extra", R"({ "compute": "1s" })", R"("workers": 9,)")});
  EXPECT_THAT(parts_of(without),
              UnorderedElementsAre(part("extra retries", 40), part("web network", 2)));
}

// Blame listens and changes nothing; without it the result says nothing of it.
TEST(Blame, ChangesNothingElse) {
  const scenarios::Scenario shop = pausing_shop(3);
  RunOptions options;
  auto without = run(shop, options).result.json;
  options.blame = true;
  auto with = run(shop, options).result.json;
  EXPECT_FALSE(without.contains("blame"));
  EXPECT_EQ(with["blame"]["all"]["requests"], without["requests"]["succeeded"]);
  EXPECT_NEAR(with["blame"]["all"]["mean_ms"].get<double>(),
              without["latency_ms"]["mean"].get<double>(), 1e-6);
  EXPECT_EQ(with["blame"]["p99"]["from_ms"], without["latency_ms"]["p99"]);
  with.erase("blame");
  EXPECT_EQ(with, without);
}

}  // namespace
}  // namespace faultline::analysis::blame_test
