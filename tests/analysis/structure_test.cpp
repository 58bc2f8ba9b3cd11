// Shows that what is said of a scenario's structure is so for small ones that are counted by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "analysis/loading.h"
#include "analysis/structure/queueing.h"
#include "analysis/structure/structure.h"
#include "tests/scenarios/scratch_folder.h"

namespace faultline::analysis::structure_test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

scenarios::Scenario read_scenario(const json& document) {
  const scenarios::ScratchFolder folder;
  const auto file = folder.path() / "small.json";
  std::ofstream(file) << document.dump();
  scenarios::Problems problems;
  auto scenario = load_by_name(file.string(), {}, problems);
  EXPECT_TRUE(scenario) << problems.text();
  return *scenario;
}

// Users ask a balancer before two servers, which read a database past a cache.
json shop() {
  return json::parse(R"json({
    "run": { "duration": "60s", "warmup": "10s" },
    "network": { "regions": { "eu": { "zones": ["a", "b"] } },
                 "clients": { "homes": { "near": "eu", "latency": "10ms" } },
                 "latency": { "same-zone": "0ms", "same-region": "1ms" } },
    "components": {
      "lb":    { "type": "load-balancer", "zones": ["eu/a"], "backends": "web" },
      "web":   { "type": "service", "replicas": 2, "zones": ["eu/a", "eu/b"], "workers": 2,
                 "worker": "released", "endpoints": {
                   "GET /": [ { "compute": "exp(10ms)" },
                              { "read": "db", "cache": "cache" },
                              { "call": "ads", "endpoint": "ad", "optional": true } ] } },
      "cache": { "type": "cache", "zones": ["eu/a"], "capacity": 500 },
      "ads":   { "type": "service", "zones": ["eu/a"],
                 "endpoints": { "ad": [ { "compute": "1ms" } ] } },
      "db":    { "type": "database", "zones": ["eu/b"], "workers": 4, "read-time": "exp(20ms)" }
    },
    "workloads": { "users": { "from": "homes", "to": "lb", "arrivals": "poisson(100/s)",
                              "mix": { "GET /": 1 }, "keys": { "objects": 1000 } } }
  })json");
}

Structure examined(const json& document) { return examine_structure(read_scenario(document), {}); }

const StationLoad& station(const Structure& structure, const std::string& name) {
  const auto& all = structure.traffic.stations;
  return *std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
}

// Half of the reads miss, so the database is needed by half; the cache and the ads are not.
TEST(Structure, TellsWhatAnAnswerNeeds) {
  const Structure structure = examined(shop());
  ASSERT_THAT(structure.dependencies.kinds, SizeIs(1));
  const KindOfRequest& kind = structure.dependencies.kinds[0];
  EXPECT_THAT(kind.single_replicas, ElementsAre(ReplicaKey{"lb", 0}));
  EXPECT_THAT(kind.single_components, ElementsAre("lb", "web"));
  EXPECT_THAT(kind.single_zones, ElementsAre("eu/a"));
  EXPECT_THAT(kind.single_regions, ElementsAre("eu"));
  ASSERT_THAT(kind.needed_by_some, SizeIs(1));
  EXPECT_EQ(kind.needed_by_some[0].first, "db");
  EXPECT_NEAR(kind.needed_by_some[0].second, 0.5, 1e-6);
  EXPECT_THAT(structure.dependencies.not_needed, ElementsAre("ads", "cache"));
}

// What is read without a cache, or with one that must be there, is needed.
TEST(Structure, NeedsACacheThatMayNotFail) {
  json document = shop();
  document["components"]["web"]["endpoints"]["GET /"][1]["cache-down"] = "fail";
  const Structure structure = examined(document);
  EXPECT_THAT(structure.dependencies.kinds[0].single_replicas,
              ElementsAre(ReplicaKey{"cache", 0}, ReplicaKey{"lb", 0}));
}

// Two balancers behind a name; both lead to a database of three nodes, which can lead in turn.
TEST(Structure, CutsTheFewestReplicas) {
  json document = shop();
  auto& components = document["components"];
  components["name"] = {
      {"type", "dns"}, {"replicas", 3}, {"addresses", {"lb", "lb2"}}, {"policy", "round-robin"}};
  components["lb2"] = components["lb"];
  components["lb2"]["zones"] = {"eu/b"};
  components["web"]["replicas"] = 4;
  components["db"]["replicas"] = 3;
  components["db"]["failover"] = json::object();
  document["workloads"]["users"]["to"] = "name";
  const Structure structure = examined(document);
  const KindOfRequest& kind = structure.dependencies.kinds[0];
  EXPECT_THAT(kind.single_replicas, IsEmpty());
  EXPECT_THAT(kind.fewest_replicas, ElementsAre(ReplicaKey{"lb", 0}, ReplicaKey{"lb2", 0}));
  EXPECT_THAT(kind.passes, SizeIs(2));  // the name, and web whichever way leads there
}

// 100/s of 10 ms over four workers; half of 100/s of 20 ms over four.
TEST(Structure, BalancesTheTraffic) {
  const Structure structure = examined(shop());
  EXPECT_NEAR(*station(structure, "web").utilisation(), 0.25, 1e-9);
  EXPECT_NEAR(*station(structure, "db").utilisation(), 0.25, 1e-6);
  EXPECT_NEAR(*station(structure, "ads").utilisation(), 0.1, 1e-9);
  EXPECT_NEAR(structure.hit_ratios.at("cache"), 0.5, 1e-9);
  EXPECT_NEAR(station(structure, "cache").asks_per_s, 150, 1e-4);  // 100 reads, 50 fills
}

// The leader of three has all 50 writes of 8 ms a second, and a third of 50 reads of 20 ms.
TEST(Structure, FillsTheLeaderFirst) {
  json document = shop();
  auto& components = document["components"];
  components["db"]["replicas"] = 3;
  components["db"]["reads"] = "any";
  components["db"]["write-time"] = "8ms";
  components["web"]["endpoints"] = {{"GET /", {{{"read", "db"}}}}, {"POST /", {{{"write", "db"}}}}};
  document["workloads"]["users"]["mix"] = {{"GET /", 1}, {"POST /", 1}};
  EXPECT_NEAR(*station(examined(document), "db").utilisation(), (0.4 + 1.0 / 3) / 4, 1e-9);
}

// Every way between the zones counts by half of 2 ms: one of two servers, or of two callers, is
// there. 20 to the balancer, 1 + 10 at the server, 1 to the cache, half of 1 + 20 at the database,
// 1 + 1 for the ads. Fills go on beside.
TEST(Structure, AddsUpTheCriticalPath) {
  json document = shop();
  document["components"]["web"]["endpoints"]["GET /"][1]["fill"] = "async";
  const CriticalPath path = examined(document).paths.at(0);
  EXPECT_NEAR(path.seconds * 1000, 20 + 11 + 1 + 10.5 + 2, 1e-6);
  double sum = 0;
  for (const PathStep& step : path.steps) sum += step.share * step.seconds;
  EXPECT_NEAR(sum, path.seconds, 1e-9);
}

json failing(const char* what, const char* target) {
  return {{what, target}, {"mtbf", "exp(9m)"}, {"mttr", "exp(1m)"}};
}

// Each is up for nine tenths: one of two in series with one.
TEST(Structure, MultipliesAvailabilities) {
  json document = shop();
  document["faults"] = {{"servers", failing("crash", "web")}, {"balancer", failing("crash", "lb")}};
  const auto kind = examined(document).availability.kinds.at(0);
  EXPECT_NEAR(kind.availability, 0.99 * 0.9, 1e-12);
  EXPECT_FALSE(kind.upper_bound);
}

// 300 requests of 10 ms need two of three servers of two workers: 3 x 0.81 x 0.1 + 0.729.
TEST(Structure, CountsTheReplicasThatTheLoadNeeds) {
  json document = shop();
  document["components"]["web"]["replicas"] = 3;
  document["workloads"]["users"]["arrivals"] = "poisson(300/s)";
  document["faults"] = {{"servers", failing("crash", "web")}};
  const auto kind = examined(document).availability.kinds.at(0);
  EXPECT_NEAR(kind.availability, 0.999, 1e-12);
  EXPECT_NEAR(kind.carrying, 0.972, 1e-12);
}

// Zone a holds the balancer: what else dies with it adds nothing.
TEST(Structure, LosesAllThatStandsInAZone) {
  json document = shop();
  document["faults"] = {{"zone", failing("outage", "eu/a")}, {"servers", failing("crash", "web")}};
  // Up: zone a, and of the two servers at least one.
  EXPECT_NEAR(examined(document).availability.kinds.at(0).availability, 0.9 * 0.99, 1e-12);
}

TEST(Structure, AllowsDowntime) {
  EXPECT_EQ(long_time(allowed_downtime(0.999).year_s), "8 h 45 min 36 s");
  EXPECT_EQ(long_time(allowed_downtime(0.999).month_s), "43 min 48 s");
  EXPECT_EQ(long_time(allowed_downtime(0.99).day_s), "14 min 24 s");
}

TEST(Structure, SaysWhyNoFormulaFits) {
  json document = shop();
  document["components"]["web"]["worker"] = "held";
  const Structure structure = examined(document);
  for (const Prediction& prediction : structure.predictions) {
    if (prediction.station != "web") continue;
    EXPECT_EQ(prediction.model, "");
    EXPECT_THAT(prediction.failing, ElementsAre("its workers are held while they wait for others"));
  }
}

// One server of one worker, half busy: M/M/1 waits for as long as it serves.
TEST(Structure, PredictsTheWaitOfOneServer) {
  json document = shop();
  document["components"]["web"] = {{"type", "service"},
                                   {"endpoints", {{"GET /", {{{"compute", "exp(5ms)"}}}}}}};
  const auto prediction = examined(document).predictions.at(0);
  EXPECT_EQ(prediction.model, "M/M/1");
  EXPECT_TRUE(prediction.exact);
  EXPECT_NEAR(prediction.predicted->mean_s, 0.005, 1e-9);
  // P(W > t) = 0.5 exp(-t / 10 ms).
  EXPECT_NEAR(*prediction.predicted->p99_s, 0.010 * std::log(50), 1e-9);
}

// The loss of the only balancer fails all; that of the cache nothing.
TEST(Structure, RanksFailuresByWhatTheyCost) {
  json document = shop();
  document["run"] = {{"duration", "20s"}, {"warmup", "2s"}};
  document["workloads"]["users"]["call"] = {{"timeout", "1s"}};
  document["components"]["cache"]["workers"] = 4;
  document["faults"] = {{"balancer", failing("crash", "lb")}};
  const auto risk = find_risk(read_scenario(document), {});
  ASSERT_TRUE(risk);
  EXPECT_EQ(risk->failures.front().failure, "crash lb");
  EXPECT_NEAR(risk->failures.front().impact, 1, 0.1);
  EXPECT_NEAR(*risk->failures.front().per_year, 365 * 24 * 6, 1e-6);
  for (const FailureImpact& failure : risk->failures) {
    if (failure.failure == "crash cache") {
      EXPECT_EQ(impact_class(failure.impact), ImpactClass::none);
    }
  }
}

// One of three nodes dies six times an hour; it leads a third of the time.
TEST(Structure, SharesFailuresOfALeaderOut) {
  json document = shop();
  document["run"] = {{"duration", "20s"}, {"warmup", "2s"}};
  document["components"]["db"]["replicas"] = 3;
  document["components"]["db"]["failover"] = json::object();
  document["faults"] = {{"nodes", failing("crash", "db/0")}};
  const auto risk = find_risk(read_scenario(document), {});
  ASSERT_TRUE(risk);
  const auto found = std::find_if(risk->failures.begin(), risk->failures.end(),
                                  [](const auto& one) { return one.failure == "crash db/leader"; });
  ASSERT_NE(found, risk->failures.end());
  EXPECT_NEAR(*found->per_year, 365 * 24 * 6 / 3.0, 1e-6);
}

// Two steps in parallel go through the same balancer to the same servers.
TEST(Structure, NamesWhatParallelStepsPassOnce) {
  json document = shop();
  document["components"]["page"] = json::parse(R"json({
    "type": "service", "zones": ["eu/a"],
    "endpoints": { "*": [{ "parallel": [[{ "call": "lb", "endpoint": "GET /" }],
                                        [{ "call": "lb", "endpoint": "GET /" }]] }] } })json");
  document["workloads"]["users"]["to"] = "page";
  const Structure structure = examined(document);
  std::vector<std::string> passes;
  for (const ReplicaGroup& group : structure.dependencies.kinds[0].passes) {
    passes.push_back(group.component);
  }
  EXPECT_THAT(passes, ElementsAre("page", "lb", "web"));
}

// A worker that stays with its request while the database answers is busy for longer than by any
// equation here; one that only computes is not.
TEST(Structure, KnowsWhoseLoadIsALowerBound) {
  json document = shop();
  document["components"]["web"]["worker"] = "held";
  const Structure structure = examined(document);
  EXPECT_TRUE(station(structure, "web").waits);
  EXPECT_TRUE(station(structure, "ads").holds);
  EXPECT_FALSE(station(structure, "ads").waits);
}

TEST(Structure, SpeaksOfVariousScenariosOfTheLibrary) {
  for (const char* name : {"three-tier", "two-region-shop", "machine-failures", "dns-failover",
                           "queue-backlog", "cdn-cold", "leader-loss", "access-log-replay"}) {
    scenarios::Problems problems;
    const auto scenario = load_by_name(name, {}, problems);
    ASSERT_TRUE(scenario) << name;
    const Structure structure = examine_structure(*scenario, {});
    EXPECT_THAT(structure_text(structure), testing::HasSubstr("Bottleneck")) << name;
    EXPECT_EQ(structure_json(structure)["schema"], "faultline-analysis/1");
    EXPECT_FALSE(structure.dependencies.kinds.empty()) << name;
    EXPECT_NE(structure.traffic.bottleneck(), nullptr) << name;
  }
}

}  // namespace
}  // namespace faultline::analysis::structure_test
