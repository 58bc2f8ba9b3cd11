// Shows that what is told of a span of time is told of the whole run, too, and the other way round.
#include "analysis/result.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "analysis/run.h"
#include "tests/analysis/pausing_shop.h"

namespace faultline::analysis::result_test {
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

// A run that meets the limit of what may be in memory says whose it is: of a worker that falls
// behind, of a queue that nobody empties, of callers who wait to try again.
TEST(Result, NamesWhatGrewBeyondTheLimit) {
  const auto grew = [](const std::string& components, const std::string& call) {
    const scenarios::Scenario scenario = load_text(fmt::format(
        R"json({{ "name": "flood",
                  "run": {{ "duration": "10m", "max-records": 3000 }},
                  "components": {{ {} }},
                  "workloads": {{ "users": {{ "to": "web", "arrivals": "regular(1000/s)",
                                              "call": {{ {} }} }} }} }})json",
        components, call));
    const analysis::Run flood = run(scenario, {});
    EXPECT_FALSE(flood.result.complete());
    EXPECT_GT(flood.result.json["grew"]["records"].get<int>(), 1500);
    const auto grown = flood.result.json["grew"]["component"].get<std::string>();
    EXPECT_THAT(flood.result.json["ended"].get<std::string>(), testing::HasSubstr(grown));
    return grown;
  };
  const std::string worker = R"("type": "service", "endpoints": { "*": [{ "compute": "1s" }] })";
  EXPECT_EQ(grew(R"("web": {)" + worker + "}", ""), "web");
  EXPECT_EQ(grew(R"("web": { "type": "service", "endpoints": { "*": [{ "publish": "jobs" }] } },
                    "jobs": { "type": "queue", "deliver-to": "later", "concurrency": 1,
                              "call": {"timeout": "2s"} },
                    "later": {)" +
                     worker + "}",
                 ""),
            "jobs");
  EXPECT_EQ(grew(R"("web": { "backlog": 0, )" + worker + "}",
                 R"("retries": { "max": 1, "backoff": { "base": "1h" } })"),
            "users");
}

}  // namespace
}  // namespace faultline::analysis::result_test
