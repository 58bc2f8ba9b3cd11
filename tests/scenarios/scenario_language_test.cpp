// Shows that schema, pages and parser speak of one language: what one of them knows, all do.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "models/geography.h"
#include "models/registry.h"
#include "models/workload/client.h"
#include "scenarios/expectation.h"
#include "scenarios/fault_entry.h"
#include "scenarios/generated_pages.h"
#include "scenarios/outline.h"
#include "scenarios/parameter_tables.h"
#include "scenarios/scenario.h"
#include "scenarios/schema.h"
#include "scenarios/schema_values.h"
#include "scenarios/timeline_entry.h"
#include "tests/scenarios/key_walk.h"
#include "tests/scenarios/schema_validator.h"

namespace faultline::scenarios::scenario_language_test {
namespace {

using nlohmann::json;

const std::filesystem::path source = FAULTLINE_SOURCE_DIR;

std::string text_of(const std::filesystem::path& file) {
  std::stringstream text;
  text << std::ifstream(source / file).rdbuf();
  return text.str();
}

// The committed schema, as an editor sees it.
json committed_schema() { return json::parse(text_of("scenarios/schema.json")); }

template <class Settings>
std::vector<std::string> keys_of_fresh() {
  Settings settings;
  KeyWalk walk;
  settings.describe(walk);
  return walk.paths;
}

std::vector<std::string> keys_of_component(const models::ComponentType& type) {
  KeyWalk walk;
  type.make("it")->describe(walk);
  return walk.paths;
}

std::vector<std::string> keys_of_workload() {
  models::Client client("it");
  KeyWalk walk;
  client.describe(walk);
  return walk.paths;
}

// The part of a page between two lines, the first of which is `heading`.
std::string part_of_page(const std::string& page, const std::string& heading,
                         const std::string& next) {
  const std::size_t begin = page.find("\n" + heading + "\n");
  if (begin == std::string::npos) return "";
  return page.substr(begin, page.find(next, begin + heading.size() + 2) - begin);
}

// Where `path` leads in the schema, through references, lists and maps; nullptr: nowhere.
const json* follow(const json& root, const json* schema, std::string path) {
  while (schema != nullptr) {
    if (schema->contains("$ref")) {
      const auto target = (*schema)["$ref"].get<std::string>().substr(1);
      schema = &root.at(json::json_pointer(target));
      continue;
    }
    if (path.empty()) return schema;
    const bool list = path.starts_with("[]");
    const bool named = path.starts_with(".NAME");
    const std::size_t length = list ? 2 : named ? 5 : path.find_first_of(".[", 1);
    const std::string head = path.substr(0, length);
    path = length == std::string::npos ? "" : path.substr(length);
    const std::string key = head.substr(head.starts_with(".") ? 1 : 0);
    const char* in = list ? "items" : named ? "additionalProperties" : "properties";
    if (!schema->contains(in)) return nullptr;
    schema = &(*schema)[in];
    if (list || named) continue;
    if (!schema->contains(key)) return nullptr;
    schema = &(*schema)[key];
  }
  return nullptr;
}

void expect_known(const std::vector<std::string>& paths, const std::string& section,
                  const json& schema, const json& of_section, const std::string& page) {
  EXPECT_FALSE(page.empty()) << "docs/scenario-format.md has no part on " << section;
  for (const std::string& path : paths) {
    EXPECT_NE(follow(schema, &of_section, path), nullptr)
        << "scenarios/schema.json lacks " << path << " of " << section
        << "; `faultline schema > scenarios/schema.json` writes it";
    EXPECT_NE(page.find("| `" + path + "` |"), std::string::npos)
        << "docs/scenario-format.md lacks " << path << " of " << section
        << "; `faultline docs --write` writes it";
  }
}

TEST(ScenarioLanguage, SchemaOnDiskIsTheOneGenerated) {
  EXPECT_EQ(text_of("scenarios/schema.json"), scenario_schema_text())
      << "stale; run `faultline schema > scenarios/schema.json`";
}

TEST(ScenarioLanguage, PagesOnDiskAreTheOnesGenerated) {
  for (const char* page : {"README.md", "docs/scenario-format.md", "docs/metrics.md"}) {
    const std::string text = text_of(page);
    EXPECT_EQ(text, with_generated_tables(text))
        << page << " is stale; run `faultline docs --write`";
  }
}

TEST(ScenarioLanguage, EveryPartThatIsGeneratedStandsOnAPage) {
  const std::string pages =
      text_of("README.md") + text_of("docs/scenario-format.md") + text_of("docs/metrics.md");
  for (const auto& [name, write] : generated_parts()) {
    EXPECT_NE(pages.find("<!-- generated: " + name + " -->"), std::string::npos) << name;
  }
}

TEST(ScenarioLanguage, EveryKeyOfASectionIsInTheSchemaAndOnThePage) {
  const json schema = committed_schema();
  const std::string page = text_of("docs/scenario-format.md");
  const json& sections = schema["$defs"]["scenario"]["properties"];
  const auto expect_section = [&](const std::vector<std::string>& paths, const char* name,
                                  const json& of_section, const char* heading) {
    expect_known(paths, name, schema, of_section, part_of_page(page, heading, "\n## "));
  };
  expect_section(keys_of_fresh<RunSettings>(), "run", sections["run"], "## `run`");
  expect_section(keys_of_fresh<models::GeographySettings>(), "network", sections["network"],
                 "## `network`");
  expect_section(keys_of_workload(), "workloads", sections["workloads"]["additionalProperties"],
                 "## `workloads`");
  std::vector<std::string> timeline = keys_of_fresh<TimelineEntry>();
  timeline.emplace_back(set_value_key);
  expect_section(timeline, "timeline", sections["timeline"]["additionalProperties"],
                 "## `timeline`");
  expect_section(keys_of_fresh<FaultEntry>(), "faults", sections["faults"]["additionalProperties"],
                 "## `faults`");
  expect_section(keys_of_fresh<Alert>(), "alerts", sections["alerts"]["additionalProperties"],
                 "## `alerts`");
  expect_section(keys_of_fresh<Prices>(), "cost", sections["cost"], "## `cost`");
  for (const char* section : {"slos", "expect"}) {
    expect_section(keys_of_fresh<Expectation>(), section, sections[section]["additionalProperties"],
                   "## `slos` and `expect`");
  }
}

TEST(ScenarioLanguage, EveryKeyOfAComponentIsInTheSchemaAndOnThePage) {
  const json schema = committed_schema();
  const std::string page = text_of("docs/scenario-format.md");
  for (const models::ComponentType& type : models::component_types()) {
    const std::string name(type.type);
    ASSERT_TRUE(schema["$defs"].contains("component-" + name)) << name;
    expect_known(keys_of_component(type), name, schema, schema["$defs"]["component-" + name],
                 part_of_page(page, "### `" + name + "`", "\n###"));
  }
}

TEST(ScenarioLanguage, EveryTopLevelKeyIsInTheSchemaAndOnThePage) {
  const json schema = committed_schema();
  const std::string page = text_of("docs/scenario-format.md");
  for (const auto& keys : {top_level_keys(), document_keys()}) {
    for (const TopLevelKey& key : keys) {
      const std::string name(key.name);
      EXPECT_TRUE(schema["$defs"]["patch-scenario"]["properties"].contains(name)) << name;
      EXPECT_EQ(schema["$defs"]["scenario"]["properties"].contains(name), name != "extends");
      EXPECT_NE(page.find("| `" + name + "` |"), std::string::npos) << name;
    }
  }
}

void expect_valid_examples(const std::vector<Parameter>& parameters,
                           const SchemaValidator& validator, const std::string& where) {
  for (const Parameter& parameter : parameters) {
    const json schema = schema_of(parameter, Form::whole);
    const std::string name = where + parameter.name;
    EXPECT_EQ(validator.problems(json::parse(example_of(parameter)), schema),
              std::vector<std::string>{})
        << "the example of " << name;
    if (parameter.default_json) {
      EXPECT_EQ(validator.problems(json::parse(*parameter.default_json), schema),
                std::vector<std::string>{})
          << "the default of " << name;
    }
    EXPECT_FALSE(parameter.meaning.empty()) << name;
    expect_valid_examples(parameter.parameters, validator, name + "/");
  }
}

TEST(ScenarioLanguage, ExamplesAndDefaultsAreValidThemselves) {
  const SchemaValidator validator(committed_schema());
  expect_valid_examples(run_parameters(), validator, "run/");
  expect_valid_examples(network_parameters(), validator, "network/");
  expect_valid_examples(workload_parameters(), validator, "workloads/");
  expect_valid_examples(timeline_parameters(), validator, "timeline/");
  expect_valid_examples(fault_parameters(), validator, "faults/");
  expect_valid_examples(alert_parameters(), validator, "alerts/");
  expect_valid_examples(price_parameters(), validator, "cost/");
  expect_valid_examples(expectation_parameters(), validator, "expect/");
  for (const models::ComponentType& type : models::component_types()) {
    expect_valid_examples(component_parameters(type), validator, std::string(type.type) + "/");
  }
}

TEST(ScenarioLanguage, ThePageRefusesPartsThatDoNotExist) {
  EXPECT_THROW(with_generated_tables("<!-- generated: nonsense -->\n<!-- end -->\n"),
               std::runtime_error);
  EXPECT_THROW(with_generated_tables("<!-- generated: run -->\n"), std::runtime_error);
  EXPECT_EQ(with_generated_tables("By hand.\n"), "By hand.\n");
}

}  // namespace
}  // namespace faultline::scenarios::scenario_language_test
