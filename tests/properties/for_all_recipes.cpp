#include "tests/properties/for_all_recipes.h"

#include <gtest/gtest.h>
#include <rapidcheck/detail/TestListenerAdapter.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>
#include <sstream>
#include <unordered_map>
#include <vector>

#include "sim/check.h"
#include "tests/draws.h"

namespace faultline::properties {
namespace {

std::string test_name() {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  return std::string(test->test_suite_name()) + "." + test->name();
}

std::string how_to_replay(const Recipe& recipe) {
  std::ostringstream text;
  text << "replay with: FAULTLINE_RECIPE=" << recipe
       << " properties_tests --gtest_filter=" << test_name();
  return text.str();
}

// What the property says, with the way back to it; also when one of our own checks fails.
std::string judge(const Property& property, const Recipe& recipe) {
  const sim::CheckContext context(
      [](const void* subject) { return how_to_replay(*static_cast<const Recipe*>(subject)); },
      &recipe);
  const std::string wrong = property(recipe);
  return wrong.empty() ? wrong : wrong + "\n" + how_to_replay(recipe);
}

std::vector<Recipe> smaller(const Recipe& recipe) {
  std::vector<Recipe> recipes;
  const auto add = [&](std::uint32_t parts, std::uint32_t faults) {
    recipes.push_back({recipe.seed, parts, faults});
  };
  if (recipe.faults > 1) add(recipe.parts, 0);
  if (recipe.faults > 0) add(recipe.parts, recipe.faults - 1);
  for (std::uint32_t bit = 1; bit <= all_parts; bit <<= 1) {
    if ((recipe.parts & bit) != 0) add(recipe.parts & ~bit, recipe.faults);
  }
  return recipes;
}

rc::Gen<Recipe> recipes(const Trial& trial) {
  constexpr int full_size = 100;  // RapidCheck's; ranges are narrower at smaller sizes
  const auto below = [](std::uint64_t end) {
    return rc::gen::resize(full_size, rc::gen::inRange<std::uint64_t>(0, end));
  };
  const auto any =
      rc::gen::tuple(below(1'000'000'000), below(all_parts + 1ULL), below(trial.faults_max + 1ULL));
  const auto made = rc::gen::map(
      any, [parts = trial.parts](const std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>& t) {
        return Recipe{std::get<0>(t), static_cast<std::uint32_t>(std::get<1>(t)) & parts,
                      static_cast<std::uint32_t>(std::get<2>(t))};
      });
  return rc::gen::shrink(rc::gen::noShrink(made), [](const Recipe& recipe) {
    return rc::seq::fromContainer(smaller(recipe));
  });
}

}  // namespace

void for_all_recipes(const Trial& trial, const Property& property) {
  if (const char* text = std::getenv("FAULTLINE_RECIPE")) {
    Recipe recipe;
    char colon = 0;
    std::istringstream(text) >> recipe.seed >> colon >> recipe.parts >> colon >> recipe.faults;
    EXPECT_EQ(judge(property, recipe), "");
    return;
  }
  rc::detail::TestParams params;
  params.seed = trial.seed;
  params.maxSuccess = draws(trial.draws);
  rc::detail::TestMetadata metadata;
  metadata.id = test_name();
  metadata.description = metadata.id;
  rc::detail::TestListenerAdapter silent;
  const rc::Gen<Recipe> any = recipes(trial);
  const auto result = rc::detail::checkTestable(
      [&] {
        const Recipe recipe = *any;
        const std::string wrong = judge(property, recipe);
        if (!wrong.empty()) RC_FAIL(wrong);
      },
      metadata, params, silent, std::unordered_map<std::string, rc::detail::Reproduce>{});
  if (result.is<rc::detail::SuccessResult>()) return;
  std::ostringstream told;
  rc::detail::printResultMessage(result, told);
  ADD_FAILURE() << told.str();
}

}  // namespace faultline::properties
