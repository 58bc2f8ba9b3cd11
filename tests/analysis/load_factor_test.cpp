// Shows which workloads a load factor multiplies, and what is said where there is none.
#include "analysis/load_factor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/analysis/pausing_shop.h"

namespace faultline::analysis::load_factor_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(LoadFactor, KnowsWhatItMultiplies) {
  const auto shop = load_text(R"json({
    "run": { "duration": "1s" },
    "components": { "web": { "type": "service", "endpoints": { "*": [{ "compute": "1ms" }] } } },
    "workloads": {
      "open": { "to": "web", "arrivals": "regular(5/s)" },
      "loop": { "to": "web", "users": { "count": 2, "think": "1s" } },
      "night": { "to": "web", "job": { "calls": 3 } } } })json");
  EXPECT_THAT(workloads_of(shop).multiplied, ElementsAre("open"));
  EXPECT_THAT(workloads_of(shop).others, ElementsAre("loop", "night"));
  scenarios::Problems problems;
  check_load(shop, problems);
  EXPECT_TRUE(problems.empty());
}

TEST(LoadFactor, WantsSomethingToMultiply) {
  const auto shop = load_text(R"json({
    "run": { "duration": "1s" },
    "components": { "web": { "type": "service", "endpoints": { "*": [{ "compute": "1ms" }] } } },
    "workloads": { "loop": { "to": "web", "users": { "count": 2, "think": "1s" } } } })json");
  scenarios::Problems problems;
  check_load(shop, problems);
  EXPECT_THAT(problems.text(), HasSubstr("/workloads: expected a workload with `arrivals`, whose "
                                         "rate a load can multiply; there is only loop"));
}

}  // namespace
}  // namespace faultline::analysis::load_factor_test
