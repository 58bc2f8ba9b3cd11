// Shows that what is told of a span of time is told of the whole run, too, and the other way round.
#include "analysis/result.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "analysis/run.h"
#include "tests/analysis/pausing_shop.h"

namespace faultline::analysis {
namespace {

TEST(Result, TellsOfTheWholeRunWhatItTellsOfASpan) {
  const scenarios::Scenario scenario = pausing_shop(1);
  const analysis::Run shop = run(scenario, {});
  const auto& whole = shop.result.json;
  const WorldSnapshot now(*shop.world);
  const auto of_a_span = figures_between(*shop.world, now, now);
  for (const auto& item : of_a_span.items()) {
    EXPECT_TRUE(whole.contains(item.key())) << item.key();
  }
}

// 5 requests a second for 58 s; the pause of a second makes five of them wait for longer than the
// users do, or nearly.
TEST(Result, CountsWhatIsGood) {
  const scenarios::Scenario scenario = pausing_shop(0);
  const analysis::Run shop = run(scenario, {});
  const auto& whole = shop.result.json;
  const double decided =
      whole["requests"]["succeeded"].get<double>() + whole["requests"]["failed"].get<double>();
  EXPECT_LT(whole["good_share"].get<double>(), 1);
  EXPECT_NEAR(whole["good_share"].get<double>() * decided,
              whole["goodput_per_s"].get<double>() * 58, 1e-6);
}

}  // namespace
}  // namespace faultline::analysis
