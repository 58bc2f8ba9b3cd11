// Shows what a scenario's author is told about mistakes: every one of them, where it stands, what
// was expected there, and the name that was probably meant.
#include "scenarios/scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/scenarios/scratch_folder.h"

namespace faultline::scenarios::scenario_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* shop = R"json({
  "name": "shop",
  "run": { "duration": "10s", "warmup": "1s" },
  "network": {
    "regions": { "us-east": { "zones": ["a", "b"] }, "eu-west": { "zones": ["a"] } },
    "clients": { "homes": { "near": "us-east", "latency": "20ms" } }
  },
  "components": {
    "lb": { "type": "load-balancer", "backends": "web" },
    "web": { "type": "service", "replicas": 2, "workers": 4,
             "endpoints": { "GET /": [{ "compute": "exp(5ms)" }, { "call": "stock" }] } },
    "stock": { "type": "service", "endpoints": { "*": [{ "compute": "1ms" }] } }
  },
  "workloads": {
    "users": { "to": "lb", "arrivals": "poisson(70/s)", "mix": { "GET /": 1 },
               "call": { "timeout": "1s" } }
  },
  "timeline": { "trigger": { "at": "2s", "for": "1s", "crash": "web/0" } },
  "expect": { "works": { "metric": "availability", "above": 0.5 } }
})json";

struct Loaded {
  std::optional<Scenario> scenario;
  std::vector<std::string> problems;  // their texts, without the folder
};

Loaded load(std::string_view text, const std::vector<Override>& overrides = {}) {
  const ScratchFolder folder;
  folder.write("shop.json", shop);
  const auto file = folder.write("it.json", text);
  Problems problems;
  Loaded loaded;
  loaded.scenario = load_scenario(file, overrides, folder.path() / "library", problems);
  for (const Problem& problem : problems.kept()) {
    std::string line = problem.text();
    const std::string prefix = folder.path().string() + "/";
    for (auto at = line.find(prefix); at != line.npos; at = line.find(prefix)) {
      line.erase(at, prefix.size());
    }
    loaded.problems.push_back(std::move(line));
  }
  EXPECT_EQ(loaded.scenario.has_value(), loaded.problems.empty());
  return loaded;
}

// The one thing that is wrong with the shop once `patch` is applied to it.
std::string told(const std::string& patch) {
  const Loaded loaded = load("{ \"extends\": \"shop.json\",\n" + patch + "}");
  EXPECT_EQ(loaded.problems.size(), 1U) << testing::PrintToString(loaded.problems);
  return loaded.problems.empty() ? "" : loaded.problems.front();
}

TEST(Scenario, WithoutMistakesIsRead) {
  const Loaded loaded = load(shop);
  ASSERT_TRUE(loaded.scenario) << testing::PrintToString(loaded.problems);
  EXPECT_EQ(loaded.scenario->name, "shop");
  EXPECT_EQ(loaded.scenario->run.duration, sim::Duration::from_seconds(10));
  EXPECT_EQ(loaded.scenario->components.size(), 4U);
  EXPECT_EQ(loaded.scenario->timeline.size(), 1U);
  EXPECT_EQ(loaded.scenario->timeline.front()->what, "crash web/0");
  EXPECT_EQ(loaded.scenario->expectations.size(), 1U);
  loaded.scenario->make_world(1)->run_until(sim::Time{} + sim::Duration::from_seconds(3));
}

// The first example of docs/scenario-format.md, which a reader will copy.
TEST(Scenario, TheFirstExampleOfThePageIsRead) {
  std::stringstream page;
  page << std::ifstream(std::string(FAULTLINE_SOURCE_DIR) + "/docs/scenario-format.md").rdbuf();
  const std::string text = page.str();
  const std::string fence = "```jsonc\n";
  const std::size_t begin = text.find(fence) + fence.size();
  const Loaded loaded = load(text.substr(begin, text.find("```", begin) - begin));
  ASSERT_TRUE(loaded.scenario) << testing::PrintToString(loaded.problems);
  EXPECT_EQ(loaded.scenario->name, "first");
}

TEST(Scenario, NamesAKeyThatDoesNotExistAndTheNearest) {
  EXPECT_THAT(told(R"("components": { "web": { "workrs": 8 } })"),
              AllOf(StartsWith("it.json:2:"), HasSubstr("/components/web/workrs"),
                    HasSubstr("unknown key \"workrs\""), HasSubstr("did you mean \"workers\"?")));
  EXPECT_THAT(told(R"("time-line": {})"),
              AllOf(HasSubstr("/time-line"), HasSubstr("did you mean \"timeline\"?")));
  EXPECT_THAT(told(R"("workloads": { "users": { "call": { "timeuot": "1s" } } })"),
              AllOf(HasSubstr("/workloads/users/call/timeuot"), HasSubstr("\"timeout\"?")));
}

TEST(Scenario, NamesATypeThatDoesNotExistAndTheNearest) {
  EXPECT_THAT(told(R"("components": { "x": { "type": "servise" } })"),
              AllOf(HasSubstr("/components/x/type"), HasSubstr("did you mean \"service\"?")));
  EXPECT_THAT(told(R"("components": { "x": { "workers": 1 } })"),
              AllOf(HasSubstr("/components/x"), HasSubstr("\"type\" is missing")));
}

TEST(Scenario, SaysHowAQuantityIsWritten) {
  EXPECT_THAT(told(R"("run": { "duration": 10 })"),
              AllOf(HasSubstr("/run/duration"), HasSubstr("with its unit"), HasSubstr("\"25ms\"")));
  EXPECT_THAT(told(R"("run": { "duration": "10 parsec" })"),
              AllOf(HasSubstr("/run/duration"), HasSubstr("a unit of time")));
  EXPECT_THAT(told(R"("workloads": { "users": { "bytes": "10ms" } })"),
              AllOf(HasSubstr("/workloads/users/bytes"), HasSubstr("a unit of size")));
}

TEST(Scenario, RefusesValuesOutOfRange) {
  EXPECT_THAT(told(R"-("workloads": { "users": { "arrivals": "poisson(-70/s)" } })-"),
              AllOf(HasSubstr("/workloads/users/arrivals"), HasSubstr("-70/s")));
  EXPECT_THAT(
      told(R"("workloads": { "users": { "writes": 1.5 } })"),
      AllOf(HasSubstr("/workloads/users/writes"), HasSubstr("from 0 to 1"), HasSubstr("1.5")));
  EXPECT_THAT(told(R"("network": { "links": { "homes->us-east": { "loss": "101%" } } })"),
              AllOf(HasSubstr("loss"), HasSubstr("101%")));
  EXPECT_THAT(told(R"("components": { "web": { "replicas": 0 } })"),
              AllOf(HasSubstr("/components/web/replicas"), HasSubstr("from 1 to 10000")));
  EXPECT_THAT(told(R"("run": { "warmup": "10s" })"),
              AllOf(HasSubstr("/run/warmup"), HasSubstr("shorter than `duration`")));
  EXPECT_THAT(told(R"("components": { "web": { "workers": 1e18 } })"),
              HasSubstr("/components/web/workers"));
}

TEST(Scenario, NamesAReferenceThatLeadsNowhereAndTheNearest) {
  EXPECT_THAT(told(R"("components": { "lb": { "backends": "wbe" } })"),
              AllOf(HasSubstr("/components/lb/backends"), HasSubstr("\"wbe\""),
                    HasSubstr("did you mean \"web\"?")));
  EXPECT_THAT(told(R"("workloads": { "users": { "from": "home" } })"),
              AllOf(HasSubstr("/workloads/users/from"), HasSubstr("did you mean \"homes\"?")));
  EXPECT_THAT(told(R"("components": { "web": { "zones": ["us-east/c"] } })"),
              AllOf(HasSubstr("/components/web/zones/0"), HasSubstr("\"us-east/c\"")));
  EXPECT_THAT(told(R"("network": { "clients": { "homes": { "near": "us-eats" } } })"),
              AllOf(HasSubstr("/network/clients/homes/near"), HasSubstr("\"us-east\"?")));
  EXPECT_THAT(told(R"("network": { "links": { "us-east->eu-wets": {} } })"),
              AllOf(HasSubstr("eu-wets"), HasSubstr("did you mean \"eu-west\"?")));
}

TEST(Scenario, FindsCallsThatNeverEnd) {
  EXPECT_THAT(told(R"("components": { "stock": { "endpoints": { "*": [{ "call": "web" }] } } })"),
              AllOf(HasSubstr("calls that never end"), HasSubstr("web (GET /)"),
                    HasSubstr("stock (GET /)")));
  EXPECT_THAT(told(R"("components": { "lb": { "backends": "lb" } })"),
              AllOf(HasSubstr("calls that never end"), HasSubstr("lb -> lb")));
}

// A gateway that serves "*" passes on what it is asked for itself.
TEST(Scenario, LetsWhatServesAnythingPassItOn) {
  const Loaded loaded = load(R"json({
    "extends": "shop.json",
    "components": {
      "gate": { "type": "service", "endpoints": { "*": [{ "call": "web" }] } },
      "lb": { "backends": "gate" }
    }
  })json");
  EXPECT_TRUE(loaded.scenario) << testing::PrintToString(loaded.problems);
}

TEST(Scenario, FindsEndpointsNobodyServes) {
  EXPECT_THAT(told(R"("workloads": { "users": { "mix": { "GET /": null, "GET /basket": 1 } } })"),
              AllOf(HasSubstr("/workloads/users"), HasSubstr("\"GET /basket\"")));
  EXPECT_THAT(told(R"("components": { "stock": { "endpoints": { "*": null, "reserve": [] } },
                "web": { "endpoints": {
                  "GET /": [{ "call": "stock", "endpoint": "resreve" }] } } })"),
              AllOf(HasSubstr("/components/web"), HasSubstr("did you mean \"reserve\"?")));
}

TEST(Scenario, FindsEntriesOfTheTimelineThatNameNothing) {
  EXPECT_THAT(told(R"("timeline": { "trigger": { "crash": "wep/0" } })"),
              AllOf(HasSubstr("/timeline/trigger/crash"), HasSubstr("did you mean \"web/0\"?")));
  EXPECT_THAT(told(R"("timeline": { "trigger": { "crash": "web/2" } })"),
              AllOf(HasSubstr("/timeline/trigger/crash"), HasSubstr("2 replicas")));
  EXPECT_THAT(told(R"("timeline": { "trigger": { "crash": "web/leader" } })"),
              HasSubstr("neither a replica's number nor a role"));
  EXPECT_THAT(told(R"("timeline": { "x": { "at": "1s", "cut": "us-east->mars" } })"),
              AllOf(HasSubstr("/timeline/x/cut"), HasSubstr("\"mars\"")));
  EXPECT_THAT(told(R"("timeline": { "x": { "at": "1s", "cut": "us-east" } })"),
              AllOf(HasSubstr("/timeline/x/cut"), HasSubstr("a->b")));
  EXPECT_THAT(told(R"("timeline": { "x": { "at": "1s", "load": "user", "factor": 2 } })"),
              AllOf(HasSubstr("/timeline/x/load"), HasSubstr("did you mean \"users\"?")));
}

TEST(Scenario, RefusesFaultsAComponentCannotHave) {
  EXPECT_THAT(
      told(R"("timeline": { "x": { "at": "1s", "flush": "web" } })"),
      AllOf(HasSubstr("/timeline/x/flush"), HasSubstr("type service does not suffer `flush`")));
  EXPECT_THAT(told(R"("timeline": { "x": { "at": "1s", "crash": "users" } })"),
              AllOf(HasSubstr("/timeline/x/crash"), HasSubstr("no replicas")));
}

TEST(Scenario, RefusesRandomFaultsThatCannotBe) {
  EXPECT_THAT(told(R"("faults": { "x": { "crash": "wep", "mtbf": "1m", "mttr": "1s" } })"),
              AllOf(HasSubstr("/faults/x/crash"), HasSubstr("did you mean \"web\"?")));
  EXPECT_THAT(told(R"("faults": { "x": { "crash": "web", "mtbf": "1m", "mttr": "0s" } })"),
              AllOf(HasSubstr("/faults/x/mttr"), HasSubstr("mean above 0")));
  EXPECT_THAT(told(R"("faults": { "x": { "crash": "web", "mtbf": "1m" } })"),
              AllOf(HasSubstr("/faults/x"), HasSubstr("\"mttr\" is missing")));
  EXPECT_THAT(
      told(R"("faults": { "x": { "mtbf": "1m", "mttr": "1s" } })"),
      AllOf(HasSubstr("/faults/x"), HasSubstr("exactly one of crash, destroy, slow, pause")));
}

TEST(Scenario, RefusesEntriesThatDoNothingOrTwoThings) {
  EXPECT_THAT(told(R"("timeline": { "x": { "at": "1s" } })"),
              AllOf(HasSubstr("/timeline/x"), HasSubstr("exactly one of crash")));
  EXPECT_THAT(told(R"("timeline": { "x": { "at": "1s", "crash": "web", "slow": "web" } })"),
              HasSubstr("exactly one of crash"));
  EXPECT_THAT(told(R"("timeline": { "x": { "crash": "web" } })"),
              AllOf(HasSubstr("/timeline/x"), HasSubstr("\"at\" is missing")));
}

TEST(Scenario, RefusesDetailsWithoutTheirVerbAndVerbsWithoutTheirDetails) {
  const auto entry = [](const std::string& text) {
    return told(R"("timeline": { "x": { "at": "1s", )" + text + " } }");
  };
  EXPECT_THAT(entry(R"("slow": "web")"),
              AllOf(HasSubstr("/timeline/x/factor"), HasSubstr("other than 1")));
  EXPECT_THAT(entry(R"("crash": "web", "factor": 2)"),
              HasSubstr("goes with `slow` and `load` only"));
  EXPECT_THAT(entry(R"("slow": "web", "factor": 101)"), HasSubstr("at most 100"));
  EXPECT_THAT(entry(R"("delay": "lb->web")"), AllOf(HasSubstr("/by"), HasSubstr("above 0")));
  EXPECT_THAT(entry(R"("cut": "lb->web", "by": "1s")"), HasSubstr("goes with `delay` only"));
  EXPECT_THAT(entry(R"("cut": "lb->web", "share": 0.5)"), HasSubstr("goes with `lose` only"));
  EXPECT_THAT(entry(R"("crash": "web", "to": 8)"),
              AllOf(HasSubstr("/timeline/x/to"), HasSubstr("goes with `set` only")));
  EXPECT_THAT(entry(R"("restart": "web", "for": "1s")"), HasSubstr("are not undone"));
}

TEST(Scenario, RefusesSettingWhatCannotBeSet) {
  const auto set = [](const std::string& pointer, const std::string& to) {
    return told(R"("timeline": { "x": { "at": "1s", "set": ")" + pointer + R"(", "to": )" + to +
                " } }");
  };
  EXPECT_THAT(set("/components/web/workrs", "8"), HasSubstr("did you mean \"workers\"?"));
  EXPECT_THAT(set("/components/web/replicas", "8"),
              HasSubstr("cannot be changed while the simulation runs"));
  EXPECT_THAT(set("/components/web/workers", "\"many\""), HasSubstr("a whole number"));
  EXPECT_THAT(set("/components/wep/workers", "8"),
              AllOf(HasSubstr("/timeline/x/set"), HasSubstr("/components/wep/workers"),
                    HasSubstr("a component that exists")));
  EXPECT_THAT(set("web.workers", "8"), HasSubstr("/components/web/workers"));
}

TEST(Scenario, RefusesExpectationsThatExpectNothing) {
  EXPECT_THAT(told(R"("expect": { "x": { "metric": "availability" } })"),
              AllOf(HasSubstr("/expect/x"), HasSubstr("at least one of above")));
  EXPECT_THAT(told(R"("expect": { "x": { "metric": "availability", "above": 1,
                                         "during": "3s..2s" } })"),
              AllOf(HasSubstr("/expect/x/during"), HasSubstr("an end after the beginning")));
  EXPECT_THAT(told(R"("expect": { "x": { "above": 1 } })"), HasSubstr("\"metric\" is missing"));
}

TEST(Scenario, RefusesStepsWithoutOrWithTwoVerbs) {
  const auto step = [](const std::string& text) {
    return told(R"("components": { "stock": { "endpoints": { "*": [)" + text + "] } } }");
  };
  EXPECT_THAT(step("{}"), AllOf(HasSubstr("/components/stock/endpoints/*/0"),
                                HasSubstr("a step needs a verb")));
  EXPECT_THAT(step(R"({ "compute": "1ms", "respond": "1KiB" })"), HasSubstr("one verb only"));
  EXPECT_THAT(step("7"), AllOf(HasSubstr("expected an object"), HasSubstr("7")));
}

TEST(Scenario, RefusesANameForTwoThings) {
  EXPECT_THAT(told(R"("components": { "us-east": { "type": "dns", "answers": "web" } })"),
              AllOf(HasSubstr("/components/us-east"), HasSubstr("region or home already")));
  EXPECT_THAT(told(R"("components": { "users": { "type": "dns", "answers": "web" } })"),
              AllOf(HasSubstr("/workloads/users"), HasSubstr("component already")));
  EXPECT_THAT(told(R"("components": { "a/b": { "type": "dns", "answers": "web" } })"),
              HasSubstr("without blanks and without /"));
}

// A name without addresses, with one that cannot be one, or with more than its policy is for.
TEST(Scenario, RefusesNamesThatStandForNothing) {
  const auto name = [](const std::string& settings) {
    return told(R"("components": { "shop": { "type": "dns", )" + settings + " } }");
  };
  const auto policy = [&](const std::string& settings) {
    return name(R"("addresses": ["lb", "stock"], )" + settings);
  };
  EXPECT_THAT(name(R"("ttl": "1s")"), AllOf(HasSubstr("/components/shop"),
                                            HasSubstr("one of answers, addresses and refers")));
  EXPECT_THAT(name(R"("addresses": [])"),
              AllOf(HasSubstr("/components/shop/addresses"), HasSubstr("not empty")));
  EXPECT_THAT(name(R"("addresses": ["lb", "stok"], "policy": "geo")"),
              AllOf(HasSubstr("/components/shop/addresses/1"), HasSubstr("\"stok\""),
                    HasSubstr("expected the name of a component"), HasSubstr("stock")));
  EXPECT_THAT(name(R"("addresses": ["lb", "lb"], "policy": "geo")"), HasSubstr("only once"));
  EXPECT_THAT(name(R"("answers": "users")"), HasSubstr("/components/shop/answers"));
  EXPECT_THAT(name(R"("answers": "shop")"), HasSubstr("other than a DNS name"));
  EXPECT_THAT(name(R"("answers": "lb", "ttl": "-1s")"),
              AllOf(HasSubstr("/components/shop/ttl"), HasSubstr("-1s")));
  EXPECT_THAT(name(R"("answers": "lb", "each-replica": true)"), HasSubstr("need a `policy`"));
  EXPECT_THAT(name(R"("answers": "lb", "resolvers": 0)"), HasSubstr("/components/shop/resolvers"));
  EXPECT_THAT(name(R"("answers": "lb", "stub": { "hold": "1h" })"),
              HasSubstr("/components/shop/stub/hold"));
  EXPECT_THAT(name(R"("answers": "lb", "under": "web")"),
              AllOf(HasSubstr("/components/shop/under"), HasSubstr("of type dns")));
  EXPECT_THAT(policy(R"("ttl": "1s")"), HasSubstr("need a `policy`"));
  EXPECT_THAT(policy(R"("policy": "failover")"),
              AllOf(HasSubstr("/components/shop/policy"), HasSubstr("health-check")));
  EXPECT_THAT(policy(R"("policy": "failover", "health-check": { "interval": "0s" })"),
              HasSubstr("/components/shop/health-check/interval"));
  EXPECT_THAT(policy(R"("policy": "geo", "weights": { "lb": 1, "stock": 1 })"),
              AllOf(HasSubstr("/components/shop/weights"), HasSubstr("policy weighted")));
  EXPECT_THAT(policy(R"("policy": "weighted", "weights": { "lb": 0, "stock": 0 })"),
              AllOf(HasSubstr("/components/shop/weights"), HasSubstr("weight above 0")));
  EXPECT_THAT(policy(R"("policy": "weighted", "weights": { "lb": 1, "web": 1 })"),
              HasSubstr("web is none of the addresses"));
  EXPECT_THAT(policy(R"("policy": "weighted", "weights": { "lb": 1 })"), HasSubstr("or 0"));
}

// What a balancer cannot do with what it is told.
TEST(Scenario, RefusesBalancersThatCannotBe) {
  const auto lb = [](const std::string& settings) {
    return told(R"("components": { "lb": { )" + settings + " } }");
  };
  const std::string weighted = R"("policy": "weighted", )";
  EXPECT_THAT(lb(weighted + R"("weights": { "web/0": 0, "web/1": 0 })"),
              AllOf(HasSubstr("/components/lb/weights"), HasSubstr("weight above 0")));
  EXPECT_THAT(lb(weighted + R"("weights": { "web/0": 1, "web/1": -1 })"),
              AllOf(HasSubstr("/components/lb/weights/web~11"), HasSubstr("-1")));
  EXPECT_THAT(lb(weighted + R"("weights": { "web/0": 1 })"),
              AllOf(HasSubstr("/components/lb/weights"), HasSubstr("web has 2 replicas")));
  EXPECT_THAT(lb(weighted + R"("weights": { "web/0": 1, "web/1": 1, "web/2": 1 })"),
              AllOf(HasSubstr("/components/lb/weights"), HasSubstr("no replica web/2")));
  EXPECT_THAT(lb(weighted + R"("weights": { "web": 1 })"),
              AllOf(HasSubstr("/components/lb/weights"), HasSubstr("such as web/0")));
  EXPECT_THAT(lb(R"("policy": "weighted")"),
              AllOf(HasSubstr("/components/lb/policy"), HasSubstr("goes with `weights`")));
  EXPECT_THAT(lb(R"("weights": { "web/0": 1, "web/1": 1 })"),
              AllOf(HasSubstr("/components/lb/weights"), HasSubstr("other than round-robin")));
  EXPECT_THAT(lb(R"("policy": "consistent-hash", "virtual-nodes": 0)"),
              AllOf(HasSubstr("/components/lb/virtual-nodes"), HasSubstr("from 1 to 10000")));
  EXPECT_THAT(lb(R"("load-figures-every": "1s")"),
              AllOf(HasSubstr("/components/lb/load-figures-every"), HasSubstr("power-of-two")));
  EXPECT_THAT(lb(R"("policy": "power-of-two", "load-figures-every": "0s")"),
              AllOf(HasSubstr("/components/lb/load-figures-every"), HasSubstr("0s")));
  EXPECT_THAT(lb(R"("response-time-memory": "0s")"),
              HasSubstr("/components/lb/response-time-memory"));
  EXPECT_THAT(lb(R"("panic-below": "101%")"),
              AllOf(HasSubstr("/components/lb/panic-below"), HasSubstr("101%")));
  EXPECT_THAT(lb(R"("retry-elsewhere": true)"),
              AllOf(HasSubstr("/components/lb/retry-elsewhere"), HasSubstr("retries of `call`")));
  EXPECT_THAT(lb(R"("backends": "users")"), HasSubstr("/components/lb/backends"));
}

// Nor with the parts that it may have or not.
TEST(Scenario, RefusesPartsOfBalancersThatCannotBe) {
  const auto lb = [](const std::string& settings) {
    return told(R"("components": { "lb": { )" + settings + " } }");
  };
  EXPECT_THAT(lb(R"("ejection": { "errors": 0 })"),
              AllOf(HasSubstr("/components/lb/ejection/errors"), HasSubstr("from 1 to 1000")));
  EXPECT_THAT(lb(R"("ejection": { "base": "0s" })"), HasSubstr("/components/lb/ejection/base"));
  EXPECT_THAT(lb(R"("ejection": { "base": "10m" })"),
              AllOf(HasSubstr("/components/lb/ejection/max"), HasSubstr("at least `base`")));
  EXPECT_THAT(lb(R"("ejection": { "max-share": "0%" })"),
              AllOf(HasSubstr("/components/lb/ejection/max-share"), HasSubstr("above 0")));
  EXPECT_THAT(lb(R"("ejection": { "forgive-after": "0s" })"),
              HasSubstr("/components/lb/ejection/forgive-after"));
  EXPECT_THAT(lb(R"("registry": {}, "slow-start": { "window": "-1s" })"),
              AllOf(HasSubstr("/components/lb/slow-start/window"), HasSubstr("-1s")));
  EXPECT_THAT(lb(R"("registry": {}, "slow-start": { "from": 0 })"),
              AllOf(HasSubstr("/components/lb/slow-start/from"), HasSubstr("above 0")));
  EXPECT_THAT(lb(R"("slow-start": {})"),
              AllOf(HasSubstr("/components/lb/slow-start"), HasSubstr("who is new")));
  EXPECT_THAT(lb(R"("registry": {}, "slow-start": {}, "policy": "consistent-hash")"),
              AllOf(HasSubstr("/components/lb/slow-start"), HasSubstr("other than consistent")));
  EXPECT_THAT(lb(R"("registry": { "delay": "-5s" })"),
              AllOf(HasSubstr("/components/lb/registry/delay"), HasSubstr("-5s")));
  EXPECT_THAT(lb(R"("sessions": { "sticky": false, "idle": "0s" })"),
              HasSubstr("/components/lb/sessions/idle"));
  EXPECT_THAT(lb(R"("connections": { "idle": "0s" })"),
              HasSubstr("/components/lb/connections/idle"));
  EXPECT_THAT(lb(R"("connections": {}, "call": { "timeout": "1s" })"),
              AllOf(HasSubstr("/components/lb/call"), HasSubstr("neither times out nor retries")));
  EXPECT_THAT(lb(R"("connections": {}, "sessions": {})"),
              AllOf(HasSubstr("/components/lb/sessions"), HasSubstr("sees no cookies")));
  EXPECT_THAT(lb(R"("connections": {}, "policy": "least-response-time")"),
              AllOf(HasSubstr("/components/lb/policy"), HasSubstr("not connections")));
  EXPECT_THAT(lb(R"("capacity": {})"),
              AllOf(HasSubstr("/components/lb/capacity"), HasSubstr("rate, above 0, and compute")));
  EXPECT_THAT(lb(R"("capacity": { "rate": "0/s" })"), HasSubstr("rate, above 0, and compute"));
  EXPECT_THAT(lb(R"("capacity": { "rate": "10/s", "compute": "1ms" })"),
              HasSubstr("exactly one of"));
  EXPECT_THAT(lb(R"("capacity": { "compute": "1ms", "workers": 0 })"),
              HasSubstr("/components/lb/capacity/workers"));
}

// Names that refer to each other in a circle, and one that has no address but is called.
TEST(Scenario, RefusesNamesThatLeadNowhere) {
  EXPECT_THAT(told(R"("components": {
                        "com": { "type": "dns", "refers": true, "under": "root" },
                        "root": { "type": "dns", "refers": true, "under": "com" } })"),
              HasSubstr("never end"));
  EXPECT_THAT(told(R"("components": { "com": { "type": "dns", "refers": true } },
                      "workloads": { "users": { "to": "com" } })"),
              AllOf(HasSubstr("/workloads/users"), HasSubstr("does not serve")));
}

TEST(Scenario, SetsTheWeightsOfANameWhileRunning) {
  const auto entry = [](const std::string& weights, const std::string& pointer = "weights") {
    return R"("components": { "shop": {
                "type": "dns", "addresses": ["lb", "stock"],
                "policy": "weighted", "weights": { "lb": 1, "stock": 0 } } },
              "timeline": { "trigger": null, "move": { "at": "2s", "for": "1s",
                  "set": "/components/shop/)" +
           pointer + R"(", "to": )" + weights + " } }";
  };
  const Loaded moved =
      load("{ \"extends\": \"shop.json\"," + entry(R"({ "lb": 0, "stock": 1 })") + "}");
  EXPECT_TRUE(moved.scenario) << testing::PrintToString(moved.problems);
  EXPECT_THAT(told(entry(R"({ "lb": 0, "stock": 0 })")), HasSubstr("weight above 0"));
  EXPECT_THAT(told(entry(R"({ "web": 1 })")), HasSubstr("none of the addresses"));
  EXPECT_THAT(told(entry(R"("geo")", "policy")), HasSubstr("cannot be changed"));
}

TEST(Scenario, IsAStepOfASeriesOnlyIfItSaysSo) {
  const std::string step = R"("series": { "name": "growth", "step": 2, "users": "50k" })";
  const Loaded loaded = load(R"({ "extends": "shop.json", )" + step + " }");
  ASSERT_TRUE(loaded.scenario) << testing::PrintToString(loaded.problems);
  ASSERT_TRUE(loaded.scenario->series);
  EXPECT_EQ(loaded.scenario->series->name, "growth");
  EXPECT_EQ(loaded.scenario->series->step, 2U);
  EXPECT_EQ(loaded.scenario->series->users, 50'000U);
  EXPECT_FALSE(load(shop).scenario->series);
  EXPECT_THAT(told(R"("series": { "name": "growth", "step": 0, "users": 1 })"),
              HasSubstr("/series/step"));
  EXPECT_THAT(told(R"("series": { "name": "growth", "step": 1 })"),
              HasSubstr("/series: the key \"users\" is missing"));
}

// A CDN beside the shop, with one thing wrong.
TEST(Scenario, RefusesACdnThatCannotBe) {
  const auto with = [](const std::string& settings) {
    return told(R"("components": { "cdn": { "type": "cdn", )" + settings + " } }");
  };
  const std::string whole = R"("origin": "web", "capacity": "1GiB")";
  EXPECT_THAT(with(R"("capacity": "1GiB")"), HasSubstr("/components/cdn: the key \"origin\""));
  EXPECT_THAT(with(R"("origin": "web", "capacity": "0B")"),
              HasSubstr("/components/cdn/capacity: expected one size of at least 1B"));
  EXPECT_THAT(with(R"r("origin": "web", "capacity": "exp(1GiB)")r"),
              HasSubstr("/components/cdn/capacity"));
  for (const std::string name : {"ttl", "stale-while-revalidate", "stale-if-error"}) {
    EXPECT_THAT(with(whole + ", \"" + name + R"(": "-1s")"),
                AllOf(HasSubstr("/components/cdn/" + name), HasSubstr("expected a duration")));
  }
  EXPECT_THAT(with(whole + R"(, "zones": ["us-east/a", "us-east/b"], "shield": "us-east/b")"),
              HasSubstr("/components/cdn/shield: expected one of the `zones`"));
  EXPECT_THAT(with(whole + R"(, "shield": "us-east/a")"), HasSubstr("/components/cdn/shield"));
  EXPECT_THAT(with(whole + R"(, "cacheable": ["GET /typo"])"),
              HasSubstr(R"(/components/cdn/cacheable: web does not serve "GET /typo")"));
  EXPECT_THAT(with(whole + R"(, "fallback": "origni")"),
              AllOf(HasSubstr("/components/cdn/fallback"), HasSubstr("did you mean \"origin\"?")));
  EXPECT_THAT(with(whole + R"(, "cacheable": ["GET /", "GET /"])"),
              HasSubstr("/components/cdn/cacheable/1: expected every name only once"));
}

// Where no zones are named edges stand in all of them in turn, and any of them may be the shield.
TEST(Scenario, TakesAnyEdgeForAShield) {
  const Loaded shielded = load(R"({ "extends": "shop.json", "components": { "cdn": {
    "type": "cdn", "origin": "web", "capacity": "1GiB", "replicas": 3,
    "shield": "us-east/a" } } })");
  EXPECT_TRUE(shielded.scenario) << testing::PrintToString(shielded.problems);
}

// There is nothing to read in a queue, and nobody else takes messages.
TEST(Scenario, RefusesCallsForWhatACalleeDoesNotDo) {
  const std::string queue = R"("q": { "type": "queue", "deliver-to": "stock", "concurrency": 1 })";
  EXPECT_THAT(told(R"("components": { )" + queue + R"(, "cache": { "type": "cache", "capacity": 10,
                      "origin": "q" } })"),
              AllOf(HasSubstr("/components/cache: asks q"), HasSubstr("nothing to read")));
  EXPECT_THAT(told(
                  R"("components": { "db": { "type": "database", "kind": "relational" },
                      "stock": { "type": "service",
                      "endpoints": { "*": [{ "publish": "db" }] } } })"),
              AllOf(HasSubstr("/components/stock: asks db"), HasSubstr("only a queue")));
}

// The slash that names a path separates a zone from its region.
TEST(Scenario, TakesSlashesInEndpointsAndNotInZones) {
  const Loaded cached = load(R"({ "extends": "shop.json", "components": { "cdn": {
    "type": "cdn", "origin": "web", "capacity": "1GiB", "cacheable": ["GET /"] } } })");
  EXPECT_TRUE(cached.scenario) << testing::PrintToString(cached.problems);
  EXPECT_THAT(told(R"("network": { "regions": { "us-east": { "zones": ["a", "b/c"] } } })"),
              AllOf(HasSubstr("/network/regions/us-east/zones"), HasSubstr("without a slash")));
}

// A service beside the shop, with one thing wrong.
TEST(Scenario, RefusesAServiceThatCannotBe) {
  const auto with = [](const std::string& settings) {
    return told(R"("components": { "more": { "type": "service", )" + settings + " } }");
  };
  const std::string whole = R"("endpoints": { "*": [{ "compute": "1ms" }] })";
  EXPECT_THAT(with(whole + R"(, "speed": 0)"), HasSubstr("/components/more/speed"));
  EXPECT_THAT(with(whole + R"(, "memory": { "capacity": 0 })"),
              HasSubstr("/components/more/memory/capacity"));
  EXPECT_THAT(with(whole + R"(, "memory": { "capacity": 1, "ttl": "-1s" })"),
              HasSubstr("/components/more/memory/ttl"));
  EXPECT_THAT(with(whole + R"(, "cold-start": { "lasts": "1s", "speed": 2 })"),
              HasSubstr("/components/more/cold-start/speed"));
  EXPECT_THAT(with(whole + R"(, "cold-start": { "lasts": "0s", "speed": 0.5 })"),
              HasSubstr("/components/more/cold-start/lasts"));
  EXPECT_THAT(with(R"("endpoints": { "*": [{ "call": "stock", "memory": true }] })"),
              HasSubstr("belongs to `read` or `write`"));
  EXPECT_THAT(with(R"("endpoints": { "*": [{ "read": "stock", "memory": true }] })"),
              HasSubstr("the service has none"));
  EXPECT_THAT(with(R"("endpoints": { "*": [{ "read": "stock", "cache-down": "fail" }] })"),
              HasSubstr("belongs to `read` with a `cache`"));
}

// A cache beside the shop, with one thing wrong.
TEST(Scenario, RefusesACacheThatCannotBe) {
  const auto with = [](const std::string& settings) {
    return told(R"("components": { "more": { "type": "cache", )" + settings + " } }");
  };
  const std::string whole = R"("capacity": 100)";
  EXPECT_THAT(with(R"("capacity": 0)"), HasSubstr("/components/more/capacity"));
  EXPECT_THAT(with(whole + R"(, "virtual-nodes": 0)"), HasSubstr("/components/more/virtual-nodes"));
  EXPECT_THAT(with(whole + R"(, "ttl": "-1s")"),
              AllOf(HasSubstr("/components/more/ttl"), HasSubstr("expected a duration")));
  EXPECT_THAT(with(whole + R"(, "ttl": "1s", "ttl-jitter": "101%")"),
              HasSubstr("/components/more/ttl-jitter"));
  EXPECT_THAT(with(whole + R"(, "ttl-jitter": "10%")"), HasSubstr("needs a `ttl`"));
  EXPECT_THAT(with(whole + R"(, "eviction": "mru")"), HasSubstr("/components/more/eviction"));
  EXPECT_THAT(with(whole + R"(, "writes": "back")"),
              AllOf(HasSubstr("/components/more/writes"), HasSubstr("needs an `origin`")));
  EXPECT_THAT(with(whole + R"(, "ttl": "1s", "stale-if-error": "1s")"),
              AllOf(HasSubstr("stale-if-error"), HasSubstr("needs an `origin`")));
  const std::string store = whole + R"(, "origin": "stock")";
  EXPECT_THAT(with(store + R"(, "stale-if-error": "1s")"), HasSubstr("needs a `ttl`"));
  EXPECT_THAT(with(store + R"(, "writes": "back", "flush-interval": "0s")"),
              HasSubstr("/components/more/flush-interval"));
  EXPECT_THAT(with(whole + R"(, "replicas": 2, "copies": 3)"),
              AllOf(HasSubstr("/components/more/copies"), HasSubstr("`replicas`")));
  EXPECT_THAT(with(whole + R"(, "replicas": 3, "copies": 2, "write-quorum": 3)"),
              AllOf(HasSubstr("/components/more/write-quorum"), HasSubstr("`copies`")));
  EXPECT_THAT(with(whole + R"(, "write-quorum": 0)"), HasSubstr("/components/more/write-quorum"));
  EXPECT_THAT(with(whole + R"(, "replicas": 2, "copies": 2, "on-node-down": "rehash")"),
              AllOf(HasSubstr("/components/more/on-node-down"), HasSubstr("\"stay\"")));
}

// A queue beside the shop, with one thing wrong.
TEST(Scenario, RefusesAQueueThatCannotBe) {
  const auto with = [](const std::string& settings) {
    return told(R"("components": { "q": { "type": "queue", )" + settings + " } }");
  };
  const std::string whole = R"("deliver-to": "stock", "concurrency": 4)";
  EXPECT_THAT(with(R"("concurrency": 4)"), HasSubstr("/components/q: the key \"deliver-to\""));
  EXPECT_THAT(with(R"("deliver-to": "stock", "concurrency": 0)"),
              AllOf(HasSubstr("/components/q/concurrency"), HasSubstr("from 1")));
  for (const std::string key : {"capacity", "partitions", "max-receives"}) {
    EXPECT_THAT(with(whole + ", \"" + key + "\": 0"),
                AllOf(HasSubstr("/components/q/" + key), HasSubstr("from 1")));
  }
  EXPECT_THAT(with(whole + R"(, "visibility-timeout": "0s")"),
              HasSubstr("/components/q/visibility-timeout"));
  EXPECT_THAT(with(whole + R"(, "capacity-bytes": "0B")"),
              HasSubstr("/components/q/capacity-bytes: expected one size of at least 1B"));
  EXPECT_THAT(with(whole + R"(, "on-full": "wait")"),
              HasSubstr("/components/q/on-full: goes with `capacity` or `capacity-bytes`"));
  EXPECT_THAT(with(whole + R"(, "on-full": "drop", "capacity": 5)"),
              AllOf(HasSubstr("/components/q/on-full"), HasSubstr("drop-newest")));
  const std::string one = R"("subscribers": { "a": { "deliver-to": "stock", "concurrency": 1 } })";
  EXPECT_THAT(with(one + R"(, "concurrency": 4)"),
              HasSubstr("/components/q: with `subscribers`, deliveries are described in each"));
  EXPECT_THAT(with(R"("subscribers": { "a": { "concurrency": 1 } })"),
              HasSubstr("/components/q/subscribers/a: the key \"deliver-to\" is missing"));
  EXPECT_THAT(with(R"("subscribers": { "a": { "deliver-to": "stok", "concurrency": 1 } })"),
              AllOf(HasSubstr("/components/q/subscribers/a/deliver-to"), HasSubstr("\"stock\"?")));
}

// One subscriber's parameter is set while it runs; and only a queue has dead letters.
TEST(Scenario, ChangesAQueueWhileItRuns) {
  const std::string queue =
      R"("components": { "q": { "type": "queue", "subscribers": {
           "a": { "deliver-to": "stock", "concurrency": 1 } } } })";
  const std::string set = R"("timeline": { "x": { "at": "1s", "for": "1s", "to": 3,
                               "set": "/components/q/subscribers/a/concurrency" } })";
  const Loaded loaded = load("{ \"extends\": \"shop.json\"," + queue + "," + set + "}");
  ASSERT_TRUE(loaded.scenario) << testing::PrintToString(loaded.problems);
  loaded.scenario->make_world(1)->run_until(sim::Time{} + sim::Duration::from_seconds(3));
  EXPECT_THAT(told(R"("timeline": { "x": { "at": "1s", "redrive": "web" } })"),
              AllOf(HasSubstr("/timeline/x/redrive"), HasSubstr("does not suffer `redrive`")));
  EXPECT_THAT(told(queue + R"(, "timeline": { "x": { "at": "1s", "for": "1s", "redrive": "q" } })"),
              AllOf(HasSubstr("/timeline/x/for"), HasSubstr("`redrive`")));
}

// An object store beside the shop, with one thing wrong; and users who are sent to it.
TEST(Scenario, RefusesAnObjectStoreThatCannotBe) {
  const auto with = [](const std::string& settings) {
    return told(R"("components": { "files": { "type": "object-store", )" + settings + " } }");
  };
  EXPECT_THAT(
      with(R"("replicas": 2, "copies": 3)"),
      HasSubstr("/components/files/copies: expected at most as many as there are replicas"));
  EXPECT_THAT(with(R"("copies": 0)"), HasSubstr("/components/files/copies"));
  EXPECT_THAT(
      with(R"("replicas": 3, "copies": 2, "acknowledgements": 3)"),
      HasSubstr(
          "/components/files/acknowledgements: expected at most as many as there are copies"));
  EXPECT_THAT(with(R"("bandwidth": "0bps")"), HasSubstr("/components/files/bandwidth"));
  EXPECT_THAT(with(R"("capacity": "0B")"),
              HasSubstr("/components/files/capacity: expected one size of at least 1B"));
  EXPECT_THAT(told(R"("workloads": { "users": { "then": { "to": "webb" } } })"),
              AllOf(HasSubstr("/workloads/users/then/to"), HasSubstr("\"web\"?")));
  EXPECT_THAT(told(R"("workloads": { "users": { "then": { "to": "web", "do": "fetch" } } })"),
              AllOf(HasSubstr("/workloads/users/then/do"), HasSubstr("read")));
}

TEST(Scenario, RefusesAJobThatDoesNothing) {
  const auto job = [](const std::string& settings) {
    return told(R"("workloads": { "export": { "to": "web", "mix": { "GET /": 1 }, "job": )" +
                settings + " } }");
  };
  EXPECT_THAT(job(R"({ "calls": 0 })"), HasSubstr("/workloads/export/job/calls"));
  EXPECT_THAT(job("{}"), HasSubstr("the key \"calls\" is missing"));
  EXPECT_THAT(job(R"({ "calls": 5, "concurrency": 0 })"),
              HasSubstr("/workloads/export/job/concurrency"));
  EXPECT_THAT(job(R"({ "calls": 5, "every": "0s" })"), HasSubstr("/workloads/export/job/every"));
  EXPECT_THAT(told(R"("workloads": { "users": { "job": { "calls": 5 } } })"),
              HasSubstr("exactly one of arrivals, users, job and replay"));
  EXPECT_THAT(told(R"("components": { "web": { "endpoints": { "GET /": [
                        { "compute": "1ms", "sampling": 1.5 } ] } } })"),
              HasSubstr("/components/web/endpoints/GET ~1/0/sampling"));
}

TEST(Scenario, SaysWhatIsMissing) {
  const Loaded loaded = load("{}");
  ASSERT_EQ(loaded.problems.size(), 3U) << testing::PrintToString(loaded.problems);
  EXPECT_THAT(loaded.problems[0], HasSubstr("\"run\" is missing"));
  EXPECT_THAT(loaded.problems[1], HasSubstr("\"components\" is missing"));
  EXPECT_THAT(loaded.problems[2], HasSubstr("\"workloads\" is missing"));
}

TEST(Scenario, ReportsAllMistakesAtOnceWhereTheyStand) {
  const Loaded loaded = load(R"({
  "extends": "shop.json",
  "run": { "duration": 10 },
  "components": {
    "web": { "workrs": 8 },
    "lb": { "backends": "wbe" }
  },
  "workloads": { "users": { "writes": 2 } },
  "timeline": { "x": { "at": "soon", "crash": "web" } },
  "expect": { "y": { "metrik": "availability", "above": 1 } }
})");
  const std::vector<std::string> expected = {
      "it.json:3:12: /run/duration",
      "it.json:5:14: /components/web/workrs",
      "it.json:6:13: /components/lb/backends",
      "it.json:8:29: /workloads/users/writes",
      "it.json:9:24: /timeline/x/at",
      "it.json:10:22: /expect/y/metrik",
      "it.json:10:15: /expect/y: the key \"metric\" is missing"};
  for (const std::string& start : expected) {
    EXPECT_THAT(loaded.problems, testing::Contains(StartsWith(start)));
  }
  EXPECT_EQ(loaded.problems.size(), expected.size()) << testing::PrintToString(loaded.problems);
}

TEST(Scenario, SaysThatAMistakeCameFromTheCommandLine) {
  const Loaded loaded = load(shop, {{"/components/web/replicas", "many"}});
  ASSERT_EQ(loaded.problems.size(), 1U);
  EXPECT_THAT(loaded.problems[0],
              AllOf(StartsWith("--set"), HasSubstr("/components/web/replicas"), HasSubstr("many")));
}

TEST(Scenario, SectionsOfTheWrongShapeAreReportedAndNothingElse) {
  for (const char* section :
       {"run", "network", "components", "workloads", "timeline", "expect", "slos"}) {
    const Loaded loaded = load(R"({ "extends": "shop.json", ")" + std::string(section) + "\": 7 }");
    ASSERT_FALSE(loaded.problems.empty()) << section;
    EXPECT_THAT(loaded.problems.front(), AllOf(HasSubstr("/" + std::string(section)),
                                               HasSubstr("expected an object"), HasSubstr("7")));
  }
}

}  // namespace
}  // namespace faultline::scenarios::scenario_test
