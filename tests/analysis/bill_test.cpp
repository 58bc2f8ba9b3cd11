// Shows what a run is billed for, by examples whose bill can be worked out by hand.
#include "analysis/cost/bill.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "analysis/cost/bill_text.h"
#include "analysis/ensemble/batch_means.h"
#include "analysis/ensemble/metric_names.h"
#include "analysis/run.h"
#include "analysis/verdicts.h"
#include "tests/analysis/pausing_shop.h"

namespace faultline::analysis::bill_test {
namespace {

// Ten requests a second for 80 s after the warm-up, at web in zone a. Each makes it read from db in
// zone b and from archive in the other region, and is answered with 1 MB.
scenarios::Scenario spread_out(const std::string& cost, const std::string& more = "") {
  return load_text(fmt::format(
      R"json({{
    "name": "spread out",
    "run": {{ "duration": "100s", "warmup": "20s" }},
    "network": {{ "regions": {{ "eu": {{ "zones": ["a", "b"] }}, "us": {{ "zones": ["a"] }} }},
                  "clients": {{ "homes": {{ "near": "eu" }} }} }},
    "components": {{
      "web": {{ "type": "service", "replicas": 2, "zones": ["eu/a"],
                "endpoints": {{ "*": [{{ "read": "db" }}, {{ "read": "archive" }},
                                      {{ "respond": "1MB" }}] }} }},
      "db": {{ "type": "database", "read-time": "0ms", "zones": ["eu/b"], "bytes": "300KB" }},
      "archive": {{ "type": "database", "read-time": "0ms", "zones": ["us/a"],
                   "bytes": "200KB" }} }},
    "workloads": {{ "users": {{ "from": "homes", "to": "web", "arrivals": "regular(10/s)",
                                "bytes": "50KB" }} }} {} {} }})json",
      cost.empty() ? "" : ", \"cost\": " + cost, more));
}

const BillItem& item_of(const Bill& bill, std::string_view component, std::string_view what) {
  const auto found = std::find_if(bill.items.begin(), bill.items.end(), [&](const BillItem& item) {
    return item.component == component && item.what == what;
  });
  if (found == bill.items.end()) throw std::runtime_error("not billed");
  return *found;
}

Bill bill_of(const scenarios::Scenario& scenario) { return run(scenario, {}).result.bill.value(); }

// 2 x 730 h x 0.1, and 500 GB x 0.12; what has no price is not on the bill.
TEST(Bill, OfInstancesAndStorageIsForAMonth) {
  const Bill bill = bill_of(spread_out(R"({ "currency": "EUR", "components": {
      "web": { "instance-hour": 0.1 },
      "db": { "gigabyte-month": 0.12, "stored": "500GB" } } })"));
  EXPECT_EQ(bill.items.size(), 2U);
  EXPECT_EQ(bill.currency, "EUR");
  EXPECT_NEAR(item_of(bill, "web", "instances").quantity.value(), 1460, 1e-9);
  EXPECT_NEAR(bill.per_month("web").value(), 146, 1e-9);
  EXPECT_NEAR(item_of(bill, "db", "storage").quantity.value(), 500, 1e-9);
  EXPECT_NEAR(bill.per_month("db").value(), 60, 1e-9);
  EXPECT_NEAR(bill.per_month().value(), 206, 1e-9);
}

// Ten a second are 26.28 million in 730 hours.
TEST(Bill, OfRequestsGoesByTheRateAfterTheWarmUp) {
  const Bill bill =
      bill_of(spread_out(R"({ "components": { "web": { "million-requests": 2 } } })"));
  EXPECT_NEAR(item_of(bill, "web", "requests").quantity.value(), 26.28, 0.05);
  EXPECT_NEAR(bill.succeeded_per_month.value(), 26.28e6, 0.05e6);
  EXPECT_NEAR(bill.per_million_requests().value(), 2, 0.01);
}

// Of each request 1 MB goes to its user, 0.2 MB from us to eu and 0.3 MB from zone b to a; what
// users send is free.
TEST(Bill, OfTransferIsByTheBordersThatAnswersCross) {
  const std::string prices =
      R"({ "transfer": { "to-clients": 1, "between-regions": 1, "between-zones": 1 } })";
  const Bill bill = bill_of(spread_out(prices));
  const auto megabytes_each = [&](std::string_view what) {
    return item_of(bill, "", what).quantity.value() * 1e3 / bill.succeeded_per_month.value();
  };
  EXPECT_NEAR(megabytes_each("to-clients"), 1, 1e-9);
  EXPECT_NEAR(megabytes_each("between-regions"), 0.2, 1e-9);
  EXPECT_NEAR(megabytes_each("between-zones"), 0.3, 1e-9);
}

// A line of its own to users leads to users; one between components leads through no zone.
TEST(Bill, KnowsOfLinesOnlyWhetherTheyLeadToUsers) {
  const scenarios::Scenario scenario = load_text(R"json({
    "run": { "duration": "10s" },
    "network": { "regions": { "eu": { "zones": ["a", "b"] } },
                 "links": { "users<->web": { "latency": "1ms" },
                           "web<->db": { "latency": "1ms" } } },
    "components": {
      "web": { "type": "service", "zones": ["eu/a"],
               "endpoints": { "*": [{ "read": "db" }, { "respond": "1MB" }] } },
      "db": { "type": "database", "read-time": "0ms", "zones": ["eu/b"], "bytes": "300KB" } },
    "workloads": { "users": { "to": "web", "arrivals": "regular(10/s)" } },
    "cost": { "transfer": { "to-clients": 1, "between-zones": 1 } } })json");
  const Bill bill = bill_of(scenario);
  EXPECT_NEAR(item_of(bill, "", "to-clients").quantity.value() / 26280, 1, 0.02);
  EXPECT_EQ(item_of(bill, "", "between-zones").quantity, 0);
}

// Two more are asked for, and paid for, 20 s before they serve.
TEST(Bill, ChargesForBooting) {
  const scenarios::Scenario scenario = load_text(R"json({
    "run": { "duration": "60s" },
    "components": { "web": { "type": "service", "endpoints": { "*": [] },
      "autoscaling": { "maximum": 3, "interval": "5s", "boot-time": "20s",
                       "schedule": [{ "at": "10s", "replicas": 3 }] } } },
    "workloads": { "users": { "to": "web", "arrivals": "regular(1/s)" } },
    "cost": { "components": { "web": { "instance-hour": 1 } } } })json");
  const analysis::Run fleet = run(scenario, {});
  const double instances = fleet.result.json["instances"].get<double>();
  const double up = fleet.result.json["components"]["web"]["replicas_up"].get<double>();
  EXPECT_NEAR(instances - up, 2 * 20.0 / 60, 1e-9);
  EXPECT_LE(instances, 1 + 2 * 50.0 / 60);
  EXPECT_GE(instances, 1 + 2 * 45.0 / 60);
  EXPECT_NEAR(fleet.result.bill->per_month().value(), instances * 730, 1e-9);
}

TEST(Bill, ChargesForMachinesWhoseProcessIsDead) {
  const std::string cost = R"({ "components": { "web": { "instance-hour": 1 } } })";
  const scenarios::Scenario dead =
      spread_out(cost, R"(, "timeline": { "it dies": { "at": "0s", "crash": "web" } })");
  const analysis::Run shop = run(dead, {});
  EXPECT_EQ(shop.result.json["components"]["web"]["replicas_up"], 0);
  EXPECT_EQ(shop.result.json["instances"], 4);
  EXPECT_NEAR(shop.result.bill->per_month().value(), 1460, 1e-9);
  EXPECT_TRUE(shop.result.json["cost"]["per_million_requests"].is_null()) << "nothing succeeded";
}

// A DNS name is no machine.
TEST(Bill, CountsInstancesWithoutNames) {
  const scenarios::Scenario scenario = load_text(R"json({
    "run": { "duration": "10s" },
    "components": { "shop": { "type": "dns", "replicas": 4, "addresses": ["web"] },
                    "web": { "type": "service", "replicas": 3, "endpoints": { "*": [] } } },
    "workloads": { "users": { "to": "shop", "arrivals": "regular(1/s)" } } })json");
  EXPECT_EQ(run(scenario, {}).result.json["instances"], 3);
}

TEST(Bill, ChangesNothingInTheRun) {
  const auto without = run(spread_out(""), {}).result.json;
  const auto with = run(spread_out(R"({ "transfer": { "to-clients": 1 } })"), {}).result.json;
  EXPECT_FALSE(without.contains("cost"));
  EXPECT_EQ(without["digest"], with["digest"]);
  EXPECT_EQ(without["instances"], with["instances"]);
}

// It is a metric like others: listed, expected over the run and over a span, known by batches.
TEST(Bill, CanBeAskedForByName) {
  const std::string cost = R"({ "components": { "web": { "instance-hour": 0.1 } } })";
  const scenarios::Scenario scenario = spread_out(cost, R"(, "expect": {
      "all": { "metric": "cost.per_month", "equals": 146 },
      "some": { "metric": "cost.components.web.per_month", "during": "30s..50s", "equals": 146 },
      "so many": { "metric": "instances", "during": "30s..50s", "equals": 4 } })");
  const std::vector<std::string> names = metric_names(scenario);
  for (const char* name : {"instances", "cost.per_month", "cost.per_million_requests",
                           "cost.components.web.per_month"}) {
    EXPECT_THAT(names, testing::Contains(name));
  }
  EXPECT_THAT(metric_names(spread_out("")), testing::Not(testing::Contains("cost.per_month")));
  for (const Verdict& verdict : run(scenario, {}).result.expectations) {
    EXPECT_TRUE(verdict.passed) << verdict.label;
  }
  const BatchMeans batches = run_in_batches(scenario, 4, {});
  ASSERT_EQ(batches.batches.size(), 4U);
  EXPECT_THAT(batches.batches[0].metrics,
              testing::Contains(testing::Pair("cost.per_month", testing::Optional(146.0))));
}

TEST(Bill, TellsWhatItIsMadeOf) {
  const Bill bill = bill_of(spread_out(R"({ "currency": "EUR", "components": {
      "web": { "instance-hour": 1.5 }, "db": { "instance-hour": 1 } } })"));
  const std::string text = bill_text(bill);
  EXPECT_THAT(text,
              testing::HasSubstr("web  instances  1,460 instance-hours    1.5   2,190  75.0 %"));
  EXPECT_THAT(text, testing::HasSubstr("2,920 EUR a month of 730 hours like these"));
}

}  // namespace
}  // namespace faultline::analysis::bill_test
