// Shows that the cures of the library cure: what a variant promises, its base does not keep.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "analysis/run.h"
#include "analysis/step_table.h"
#include "analysis/verdicts.h"
#include "scenarios/find_scenario.h"
#include "scenarios/problems.h"
#include "scenarios/scenario.h"

namespace faultline::analysis::pairs_test {
namespace {

const std::filesystem::path library =
    std::filesystem::path(FAULTLINE_SOURCE_DIR) / "scenarios" / "library";

std::optional<std::string> base_of(const std::string& name) {
  std::ifstream file(library / (name + ".json"));
  const auto json = nlohmann::json::parse(file, nullptr, true, /*ignore_comments=*/true);
  const auto found = json.find("extends");
  if (found == json.end()) return std::nullopt;
  return std::filesystem::path(found->get<std::string>()).stem().string();
}

scenarios::Scenario loaded(const std::string& name) {
  scenarios::Problems problems;
  auto scenario = scenarios::load_scenario(library / (name + ".json"), {}, library, problems);
  if (!scenario) throw std::runtime_error(name + " cannot be read");
  return *std::move(scenario);
}

// Cures of traps; a step of a series extends the one before, and is something else.
std::vector<std::string> variants() {
  std::vector<std::string> found;
  for (const std::string& name : scenarios::scenario_names(library)) {
    if (base_of(name) && !loaded(name).series) found.push_back(name);
  }
  return found;
}

std::vector<std::string> steps() {
  std::vector<std::string> found;
  for (const std::string& name : scenarios::scenario_names(library)) {
    if (loaded(name).series) found.push_back(name);
  }
  return found;
}

const scenarios::SeriesSettings& series_of(const scenarios::Scenario& step) {
  if (!step.series) throw std::runtime_error(step.name + " is no step of a series");
  return *step.series;
}

// The one before it in its series; nullopt: it is the first.
std::optional<scenarios::Scenario> step_before(const scenarios::Scenario& step) {
  std::optional<scenarios::Scenario> last;
  for (const std::string& name : steps()) {
    scenarios::Scenario other = loaded(name);
    const scenarios::SeriesSettings& series = series_of(other);
    const bool before = series.name == series_of(step).name && series.step < series_of(step).step;
    if (before && (!last || series_of(*last).step < series.step)) last = std::move(other);
  }
  return last;
}

// Those of `wanted` whose metric a run of `scenario` has: a metric that is missing fails, but it
// shows nothing.
std::vector<scenarios::Expectation> measurable(const scenarios::Scenario& scenario,
                                               const std::vector<scenarios::Expectation>& wanted) {
  std::vector<scenarios::Expectation> found;
  for (const scenarios::Expectation& expectation : wanted) {
    scenarios::Scenario alone = scenario;
    alone.slos.clear();
    alone.expectations = {expectation};
    scenarios::Problems problems;
    check_metrics(alone, problems);
    if (problems.empty()) found.push_back(expectation);
  }
  return found;
}

std::string printed(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  for (char& c : name) c = c == '-' ? '_' : c;
  return name;
}

class Library : public ::testing::TestWithParam<std::string> {};

// Every file says what it shows and why, expects something, and is called as its file is.
TEST_P(Library, SpeaksForItself) {
  const scenarios::Scenario scenario = loaded(GetParam());
  EXPECT_EQ(scenario.name, GetParam());
  EXPECT_FALSE(scenario.about.empty());
  EXPECT_THAT(scenario.about, ::testing::Not(::testing::HasSubstr("\n")));
  EXPECT_LE(scenario.about.size(), 100U) << "`about` is one line";
  EXPECT_FALSE(scenario.lesson.empty());
  EXPECT_FALSE(scenario.expectations.empty());
}

// What `wanted` expects does not all come out where `scenario` runs, whatever the seed.
void expect_broken(scenarios::Scenario scenario,
                   const std::vector<scenarios::Expectation>& wanted) {
  scenario.expectations = measurable(scenario, wanted);
  ASSERT_FALSE(scenario.expectations.empty());
  for (const std::uint64_t seed : {1, 2}) {
    RunOptions options;
    options.seed = seed;
    const analysis::Run without = analysis::run(scenario, options);
    int broken = 0;
    for (const Verdict& verdict : without.result.expectations) {
      EXPECT_TRUE(verdict.reached) << verdict.text;
      if (verdict.value && !verdict.passed) ++broken;
    }
    EXPECT_GT(broken, 0) << scenario.name << " keeps all that is promised, seed " << seed;
  }
}

class Cure : public ::testing::TestWithParam<std::string> {};

// Without the cure, at least one thing that is expected of it does not come out.
TEST_P(Cure, IsWhatCures) {
  const auto base = base_of(GetParam());
  ASSERT_TRUE(base.has_value());
  if (base) expect_broken(loaded(*base), loaded(GetParam()).expectations);
}

class Step : public ::testing::TestWithParam<std::string> {};

// A step is needed: the one before it cannot do with its load what it does.
TEST_P(Step, IsNeeded) {
  const scenarios::Scenario step = loaded(GetParam());
  const auto before = step_before(step);
  if (!before) return;
  EXPECT_LT(series_of(*before).users, series_of(step).users);
  expect_broken(under_load_of(*before, step), step.expectations);
}

// The traps that have no cure are those that are no traps: a benchmark, a shop to plan with, and
// steps of series.
TEST(LibraryOfPairs, EveryTrapHasItsCure) {
  std::vector<std::string> uncured = scenarios::scenario_names(library);
  for (const std::string& variant : variants()) {
    std::erase(uncured, variant);
    if (const auto base = base_of(variant)) std::erase(uncured, *base);
  }
  for (const std::string& step : steps()) std::erase(uncured, step);
  EXPECT_THAT(uncured, ::testing::ElementsAre("shop-priced", "three-tier"));
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Library,
                         ::testing::ValuesIn(scenarios::scenario_names(library)), printed);
INSTANTIATE_TEST_SUITE_P(Scenarios, Cure, ::testing::ValuesIn(variants()), printed);
INSTANTIATE_TEST_SUITE_P(Scenarios, Step, ::testing::ValuesIn(steps()), printed);

}  // namespace
}  // namespace faultline::analysis::pairs_test
