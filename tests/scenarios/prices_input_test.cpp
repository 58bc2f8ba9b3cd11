// Shows what the author of a scenario is told about prices that cannot be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "scenarios/override.h"
#include "scenarios/scenario.h"
#include "tests/scenarios/scratch_folder.h"

namespace faultline::scenarios::prices_input_test {
namespace {

using testing::HasSubstr;

constexpr const char* shop = R"json({
  "name": "shop",
  "run": { "duration": "10s" },
  "components": { "name": { "type": "dns", "addresses": ["web"] },
                  "web": { "type": "service", "endpoints": { "*": [ { "compute": "1ms" } ] } } },
  "workloads": { "users": { "to": "name", "arrivals": "poisson(70/s)" } },
  "cost": { "currency": "EUR", "components": { "web": { "instance-hour": 0.1 } } }
})json";

// All that is wrong with the shop that has these prices too, one line each; empty: nothing.
std::string told(const std::string& cost) {
  const ScratchFolder folder;
  folder.write("shop.json", shop);
  const auto file = folder.write("it.json", R"({ "extends": "shop.json", "cost": )" + cost + "}");
  Problems problems;
  const auto scenario = load_scenario(file, {}, folder.path() / "library", problems);
  EXPECT_EQ(scenario.has_value(), problems.empty());
  return problems.text();
}

TEST(PricesInput, ArePatchedAndSetAsAllElse) {
  const ScratchFolder folder;
  folder.write("shop.json", shop);
  const auto file = folder.write("it.json", R"({ "extends": "shop.json", "cost": {
      "components": { "web": { "gigabyte-month": 0.5, "stored": "2GB" } },
      "transfer": { "to-clients": 0.09 } } })");
  Problems problems;
  const auto setting = parse_override("cost.components.web.instance-hour=0.2", problems);
  ASSERT_TRUE(setting.has_value());
  const auto scenario =
      load_scenario(file, std::vector{*setting}, folder.path() / "library", problems);
  ASSERT_TRUE(scenario.has_value()) << problems.text();
  ASSERT_TRUE(scenario->prices.has_value());
  EXPECT_EQ(scenario->prices->currency, "EUR");
  EXPECT_EQ(scenario->prices->components.at("web").instance_hour, 0.2);
  EXPECT_EQ(scenario->prices->components.at("web").gigabyte_month, 0.5);
  EXPECT_EQ(scenario->prices->components.at("web").stored_gigabytes(), 2);
  EXPECT_EQ(scenario->prices->transfer.to_clients, 0.09);
  EXPECT_EQ(scenario->prices->transfer.between_zones, 0);
}

TEST(PricesInput, AllMistakesAreToldAtOnce) {
  const std::string all = told(R"({
      "components": { "wep": {}, "users": {}, "name": {}, "web": { "instance-hour": -0.1 } },
      "transfer": { "to-client": 1 } })");
  EXPECT_THAT(all, HasSubstr("/cost/components/wep: expected the name of a component other than a "
                             "DNS name, got \"wep\"; did you mean \"web\"?"));
  EXPECT_THAT(all, HasSubstr("/cost/components/users: expected the name of a component"));
  EXPECT_THAT(all, HasSubstr("/cost/components/name: expected the name of a component"));
  EXPECT_THAT(all, HasSubstr("/cost/components/web/instance-hour: expected a number from 0 to "));
  EXPECT_THAT(all, HasSubstr("/cost/transfer/to-client: unknown key"));
}

TEST(PricesInput, StorageHasASizeAndAPrice) {
  EXPECT_EQ(told(R"({ "components": { "web": { "stored": "5GB" } } })"), "");
  EXPECT_THAT(told(R"({ "components": { "web": { "gigabyte-month": 1 } } })"),
              HasSubstr("/cost/components/web/gigabyte-month: goes with `stored`"));
  EXPECT_THAT(told(R"json({ "components": { "web": { "stored": "exp(5GB)" } } })json"),
              HasSubstr("/cost/components/web/stored: expected one size"));
}

}  // namespace
}  // namespace faultline::scenarios::prices_input_test
