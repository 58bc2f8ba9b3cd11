// Shows that the JSON Schema accepts every scenario that ships and the examples of the page, and
// refuses documents with a mistake in them.
#include "scenarios/schema.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/scenarios/schema_validator.h"

namespace faultline::scenarios::schema_test {
namespace {

using nlohmann::json;

const std::filesystem::path source = FAULTLINE_SOURCE_DIR;

json parsed(const std::string& text) { return json::parse(text, nullptr, true, true); }

const SchemaValidator& validator() {
  static const SchemaValidator schema(parsed(scenario_schema_text()));
  return schema;
}

const char* shop = R"json({
  "$schema": "../schema.json",
  "name": "shop", "about": "A shop.", "lesson": "Look.",
  "run": { "duration": "1m", "warmup": "5s", "seed": 7, "max-events": "10M" },
  "network": {
    "regions": { "us-east": { "zones": ["a", "b"] } },
    "clients": { "homes": { "near": "us-east", "latency": "lognormal(mean=20ms, cv=0.3)" } },
    "links": { "homes<->us-east": { "loss": "1%", "bandwidth": "10Gbps" } }
  },
  "components": {
    "lb": { "type": "load-balancer", "backends": "web", "health-check": { "interval": "1s" } },
    "cache": { "type": "cache", "capacity": 100, "workers": 2 },
    "web": { "type": "service", "replicas": 2, "zones": ["us-east/a"], "workers": 4,
             "endpoints": { "GET /": [
               { "compute": "exp(5ms)" },
               { "parallel": [ [ { "call": "cart", "policy": { "timeout": "1s" } } ],
                               [ { "compute": "1ms" }, { "parallel": [ [], [] ] } ] ] },
               { "respond": "64KiB" } ] } }
  },
  "workloads": {
    "users": { "from": "homes", "to": "lb", "arrivals": "poisson(70/s)", "mix": { "GET /": 1 },
               "session": { "requests": 3 },
               "call": { "timeout": "1s", "retries": { "max": 3, "budget": { "ratio": 0.1 } } } }
  },
  "timeline": { "storm": { "at": "20s", "for": "5s", "crash": "web/0" },
                "more": { "at": "30s", "set": "/components/web/workers", "to": 8 } },
  "slos": { "fast": { "metric": "latency_ms.p99", "at-most": 250 } },
  "expect": { "well": { "metric": "availability", "during": "10s..", "above": "99%" } }
})json";

TEST(Schema, AcceptsEveryScenarioThatShips) {
  std::error_code none;
  for (const auto& entry :
       std::filesystem::directory_iterator(source / "scenarios/library", none)) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path());
    EXPECT_EQ(validator().problems(json::parse(file, nullptr, true, true)),
              std::vector<std::string>{})
        << entry.path();
  }
}

TEST(Schema, AcceptsAScenarioAndAVariantOfIt) {
  EXPECT_EQ(validator().problems(parsed(shop)), std::vector<std::string>{});
  const json variant = parsed(R"({
    "extends": "shop.json",
    "components": { "web": { "replicas": 3, "zones": null }, "cache": null,
                    "dns": { "type": "dns", "answers": "lb" } },
    "workloads": { "users": { "call": { "retries": { "budget": null } } } },
    "timeline": { "storm": { "at": "30s" }, "more": null },
    "expect": { "better": { "metric": "availability", "above": "99.9%" } }
  })");
  EXPECT_EQ(validator().problems(variant), std::vector<std::string>{});
}

// The fenced examples of the page: whole scenarios, variants, or single sections of one.
std::vector<json> examples_on_page() {
  std::stringstream page;
  page << std::ifstream(source / "docs/scenario-format.md").rdbuf();
  std::vector<json> examples;
  std::string line;
  while (std::getline(page, line)) {
    if (!line.starts_with("```json")) continue;
    std::string block;
    while (std::getline(page, line) && line != "```") block += line + "\n";
    examples.push_back(parsed(block.starts_with("{") ? block : "{" + block + "}"));
  }
  return examples;
}

TEST(Schema, AcceptsTheExamplesOnThePage) {
  const std::vector<json> examples = examples_on_page();
  EXPECT_GE(examples.size(), 8U);
  EXPECT_EQ(validator().problems(examples.front()), std::vector<std::string>{});
  json schema = parsed(scenario_schema_text());
  schema["$defs"]["scenario"].erase("required");  // most examples are sections alone
  const SchemaValidator of_sections(schema);
  for (const json& example : examples) {
    EXPECT_EQ(of_sections.problems(example), std::vector<std::string>{}) << example.dump(2);
  }
}

struct Mistake {
  const char* pointer;
  const char* value;
};

class SchemaMistakes : public testing::TestWithParam<Mistake> {};

// The shop with one value put at a pointer is refused, and the shop itself is not (above).
TEST_P(SchemaMistakes, AreRefused) {
  json broken = parsed(shop);
  broken[json::json_pointer(GetParam().pointer)] = parsed(GetParam().value);
  EXPECT_FALSE(validator().problems(broken).empty()) << GetParam().pointer;
}

INSTANTIATE_TEST_SUITE_P(
    All, SchemaMistakes,
    testing::Values(
        Mistake{"/bill", "{}"}, Mistake{"/components", "{}"}, Mistake{"/run", "{}"},
        Mistake{"/run/duration", "60"}, Mistake{"/run/duration", R"("60 s")"},
        Mistake{"/run/window", "null"}, Mistake{"/run/seed", "-1"}, Mistake{"/run/seed", "1.5"},
        Mistake{"/run/seed", R"("many")"}, Mistake{"/run/max-events", "0"},
        Mistake{"/network/transport", R"("udp")"}, Mistake{"/network/regions/us-east/zones", "[]"},
        Mistake{"/network/regions/us-east/zones", R"(["a", "a"])"},
        Mistake{"/network/links/homes<->us-east/loss", "1.1"},
        Mistake{"/network/links/homes<->us-east/bandwidth", R"("10GB")"},
        Mistake{"/components/web/workrs", "2"}, Mistake{"/components/web/type", R"("servise")"},
        Mistake{"/components/web/type", R"("cache")"}, Mistake{"/components/web/replicas", "0"},
        Mistake{"/components/web/replicas", "10001"},
        Mistake{"/components/web/endpoints/GET ~1/0/compute", R"-("normal(5ms)")-"},
        Mistake{"/components/web/endpoints/GET ~1/1/parallel/0/0/cal", R"("cart")"},
        Mistake{"/components/web/endpoints/GET ~1/1/parallel/1/1", R"({ "parallel": [1] })"},
        Mistake{"/components/cache", R"({ "type": "cache" })"},
        Mistake{"/components/cache", R"({ "capacity": 1 })"},
        Mistake{"/workloads/users/mix/GET ~1", "-1"}, Mistake{"/workloads/users/mix", "{}"},
        Mistake{"/workloads/users/call/retries/max", "101"},
        Mistake{"/workloads/users/session/requests", "-3"},
        Mistake{"/timeline/storm/crahs", R"("web/0")"}, Mistake{"/timeline/storm", "{}"},
        Mistake{"/slos/fast", R"({ "metric": "availability" })"},
        Mistake{"/expect/well/above", R"("99 percent")"}));

TEST(Schema, RefusesMistakesInVariants) {
  for (const char* variant : {
           R"({ "extends": "shop.json", "bill": {} })",
           R"({ "extends": 1 })",
           R"({ "extends": "shop.json", "run": { "duration": 60 } })",
           R"({ "extends": "shop.json", "components": { "web": { "workrs": 2 } } })",
           R"({ "extends": "shop.json", "components": { "w": { "type": "cache", "worker": 2 } } })",
           R"({ "extends": "shop.json", "workloads": { "users": { "call": { "retrys": {} } } } })",
           R"({ "extends": "shop.json", "expect": { "well": null } })",
       }) {
    EXPECT_FALSE(validator().problems(parsed(variant)).empty()) << variant;
  }
}

TEST(Schema, HoldsDefaultsAsAnAuthorWouldWriteThem) {
  const json schema = parsed(scenario_schema_text());
  const json& definitions = schema["$defs"];
  const json& call = definitions["call"]["properties"];
  EXPECT_EQ(call["connect-timeout"]["default"], "30s");
  EXPECT_EQ(definitions["retry-budget"]["properties"]["ratio"]["default"], 0.1);
  EXPECT_FALSE(call["timeout"].contains("default"));
  EXPECT_EQ(definitions["component-service"]["properties"]["discipline"]["default"], "fifo");
  EXPECT_EQ(definitions["component-service"]["required"], json::array({"endpoints"}));
  EXPECT_NE(definitions["component-service"]["properties"]["workers"]["description"]
                .get<std::string>()
                .find("May be changed while running."),
            std::string::npos);
}

TEST(Schema, DescribesOnceWhatOccursSeveralTimes) {
  const json schema = parsed(scenario_schema_text());
  const json& definitions = schema["$defs"];
  EXPECT_EQ(definitions["scenario"]["properties"]["workloads"]["additionalProperties"]["properties"]
                       ["call"]["$ref"],
            "#/$defs/call");
  EXPECT_EQ(definitions["step"]["properties"]["parallel"]["items"]["items"]["$ref"],
            "#/$defs/step");
  // Of one name, but each component's own.
  EXPECT_FALSE(definitions.contains("connections"));
}

}  // namespace
}  // namespace faultline::scenarios::schema_test
