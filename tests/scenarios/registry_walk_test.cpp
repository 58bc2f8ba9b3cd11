// Shows that every component type is whole: tested, documented, used by a scenario that ships, and
// with a unit and a definition for each of its metrics.
#include <gtest/gtest.h>

#include <cctype>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "models/registry.h"
#include "scenarios/metric_tables.h"

namespace faultline::scenarios::registry_walk_test {
namespace {

namespace fs = std::filesystem;

const fs::path source = FAULTLINE_SOURCE_DIR;

std::string text_of(const fs::path& file) {
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

class EveryComponentType : public testing::TestWithParam<std::string> {
 protected:
  const std::string& type() const { return GetParam(); }
};

// "load-balancer" is `LoadBalancer` in C++.
std::string class_name(const std::string& type) {
  std::string name;
  bool capital = true;
  for (const char c : type) {
    if (c != '-') name += static_cast<char>(capital ? std::toupper(c) : c);
    capital = c == '-';
  }
  return name;
}

bool uses(const nlohmann::json& scenario, const std::string& type) {
  for (const auto& component : scenario.value("components", nlohmann::json::object())) {
    if (component.is_object() && component.value("type", "") == type) return true;
  }
  return false;
}

TEST_P(EveryComponentType, IsTested) {
  const std::string name = class_name(type());
  for (const auto& entry : fs::directory_iterator(source / "tests/models")) {
    const std::string text = text_of(entry.path());
    const bool is_test = entry.path().string().ends_with("_test.cpp");
    if (is_test && (text.find(name) != text.npos || text.find('"' + type() + '"') != text.npos)) {
      return;
    }
  }
  FAIL() << "no tests/models/*_test.cpp speaks of " << name;
}

TEST_P(EveryComponentType, HasAPage) {
  const fs::path page = source / "docs/models" / (type() + ".md");
  ASSERT_TRUE(fs::exists(page)) << "docs/models/" << type() << ".md is missing";
  const std::string text = text_of(page);
  EXPECT_TRUE(text.starts_with("# ")) << page << " begins with no heading";
  const bool says_what_it_leaves_out = text.find("\n## Not modelled") != text.npos ||
                                       text.find("\n## What it does not model") != text.npos;
  EXPECT_TRUE(says_what_it_leaves_out) << page << " does not say what it leaves out";
}

TEST_P(EveryComponentType, IsUsedByAScenarioThatShips) {
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(source / "scenarios/library", none)) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path());
    if (uses(nlohmann::json::parse(file, nullptr, true, true), type())) return;
  }
  FAIL() << "no scenarios/library/*.json has a component of type " << type();
}

TEST_P(EveryComponentType, DefinesItsMetrics) {
  std::set<std::string> names;
  for (const MetricLine& metric : metrics_of_component(type())) {
    EXPECT_TRUE(names.insert(metric.name).second) << metric.name << " is listed twice";
    EXPECT_FALSE(metric.unit.empty()) << metric.name << " has no unit";
    EXPECT_TRUE(metric.meaning.ends_with(".")) << metric.name << " has no sentence that defines it";
    for (const char c : metric.name) {
      EXPECT_TRUE(std::islower(c) || std::isdigit(c) || c == '_') << metric.name;
    }
  }
  EXPECT_FALSE(names.empty());
}

std::vector<std::string> all_types() {
  std::vector<std::string> names;
  for (const auto& type : models::component_types()) names.emplace_back(type.type);
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, EveryComponentType, testing::ValuesIn(all_types()),
                         [](const auto& instance) { return class_name(instance.param); });

TEST(Registry, IsSortedAndSaysWhatEachTypeIs) {
  std::string before;
  for (const auto& type : models::component_types()) {
    EXPECT_LT(before, type.type);
    EXPECT_TRUE(type.about.ends_with(".")) << type.type;
    EXPECT_EQ(type.make("it")->type(), type.type);
    before = type.type;
  }
}

}  // namespace
}  // namespace faultline::scenarios::registry_walk_test
