// Shows what the author of a scenario is told about a database that cannot be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/scenario.h"
#include "tests/scenarios/scratch_folder.h"

namespace faultline::scenarios::database_input_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr const char* shop = R"json({
  "name": "shop",
  "run": { "duration": "10s" },
  "network": { "regions": { "east": { "zones": ["a", "b"] } },
               "clients": { "homes": { "near": "east", "latency": "20ms" } } },
  "components": { "db": { "type": "database", "replicas": 3, "read-time": "2ms" } },
  "workloads": { "users": { "to": "db", "arrivals": "poisson(70/s)", "mix": { "GET /": 1 } } }
})json";

// The one thing that is wrong with the shop once `patch` is applied to its database; empty: none.
std::string told(const std::string& patch, const std::string& more = "") {
  const ScratchFolder folder;
  folder.write("shop.json", shop);
  const auto file = folder.write(
      "it.json", R"({ "extends": "shop.json", "components": { "db": )" + patch + "}" + more + "}");
  Problems problems;
  const auto scenario = load_scenario(file, {}, folder.path() / "library", problems);
  EXPECT_EQ(scenario.has_value(), problems.empty());
  EXPECT_LE(problems.count(), 1U);
  return problems.empty() ? "" : problems.kept().front().text();
}

TEST(DatabaseInput, WhatIsRightIsRead) {
  EXPECT_EQ(told(R"({ "connections": { "limit": 8, "queue": 0, "timeout": "1s" } })"), "");
  EXPECT_EQ(told(R"({ "kind": "relational", "read-time": null })"), "");
  EXPECT_EQ(told(R"({ "acknowledgements": 2 })"), "");
}

TEST(DatabaseInput, TimesAreStatedOrThoseOfAKind) {
  EXPECT_THAT(told(R"({ "read-time": null })"),
              AllOf(HasSubstr("/components/db"), HasSubstr("\"read-time\" is missing")));
  EXPECT_THAT(told(R"({ "kind": "relational-ish" })"),
              AllOf(HasSubstr("/components/db/kind"), HasSubstr("relational")));
}

TEST(DatabaseInput, ConnectionsAreSome) {
  EXPECT_THAT(told(R"({ "connections": { "limit": 0 } })"),
              AllOf(HasSubstr("/components/db/connections/limit"), HasSubstr("0")));
  EXPECT_THAT(told(R"({ "connections": { "queue": 5 } })"),
              AllOf(HasSubstr("/components/db/connections"), HasSubstr("\"limit\" is missing")));
  EXPECT_THAT(told(R"({ "connections": { "limit": 5, "timeout": "0s" } })"),
              HasSubstr("/components/db/connections/timeout"));
}

TEST(DatabaseInput, NoMoreFollowersCanAgreeThanThereAre) {
  EXPECT_THAT(told(R"({ "acknowledgements": 3 })"),
              AllOf(HasSubstr("/components/db/acknowledgements"), HasSubstr("less than")));
}

TEST(DatabaseInput, FollowersStandInZonesThatExist) {
  EXPECT_THAT(told(R"({ "zones": ["east/a", "west/a"] })"),
              AllOf(HasSubstr("/components/db/zones/1"), HasSubstr("west/a")));
}

TEST(DatabaseInput, LossIsNoticedLaterThanAHeartbeat) {
  EXPECT_THAT(told(R"({ "heartbeat": "5s", "failover": { "detection": "3s" } })"),
              AllOf(HasSubstr("/components/db/failover"), HasSubstr("longer than `heartbeat`")));
  EXPECT_THAT(told(R"({ "heartbeat": "0s" })"), HasSubstr("/components/db/heartbeat"));
}

TEST(DatabaseInput, FencingIsOneOfTwo) {
  EXPECT_THAT(told(R"({ "failover": { "fencing": "tokens" } })"),
              AllOf(HasSubstr("/components/db/failover/fencing"), HasSubstr("token")));
}

TEST(DatabaseInput, AStandbyIsNoLargerThanALeader) {
  EXPECT_THAT(told(R"({ "workers": 4, "standby": { "workers": 5 } })"),
              AllOf(HasSubstr("/components/db/standby"), HasSubstr("not be more")));
  EXPECT_THAT(told(R"({ "standby": { "workers": 0 } })"),
              HasSubstr("/components/db/standby/workers"));
  EXPECT_THAT(told(R"({ "standby": { "grow-time": "1m" } })"),
              AllOf(HasSubstr("/components/db/standby"), HasSubstr("\"workers\" is missing")));
}

TEST(DatabaseInput, BackupsAreFinishedBeforeTheNextBegins) {
  EXPECT_EQ(told(R"({ "data-size": "1GB", "copy-bandwidth": "1Gbps",
                      "backups": { "interval": "9s", "restore-bandwidth": "1Gbps" } })"),
            "");
  EXPECT_THAT(told(R"({ "data-size": "1GB", "copy-bandwidth": "1Gbps",
                        "backups": { "interval": "8s" } })"),
              AllOf(HasSubstr("/components/db/backups"), HasSubstr("longer than the copying")));
  EXPECT_THAT(told(R"({ "backups": { "interval": "0s" } })"),
              HasSubstr("/components/db/backups/interval"));
  EXPECT_THAT(told(R"({ "backups": {} })"), HasSubstr("\"interval\" is missing"));
}

TEST(DatabaseInput, DataHasOneSize) {
  EXPECT_THAT(told(R"-({ "data-size": "exp(1GB)" })-"),
              AllOf(HasSubstr("/components/db/data-size"), HasSubstr("one size")));
  EXPECT_THAT(told(R"({ "copy-bandwidth": "0bps" })"), HasSubstr("/components/db/copy-bandwidth"));
}

TEST(DatabaseInput, OnlyWhatStoresDataCanLoseIt) {
  EXPECT_EQ(told("{}", R"(, "timeline": { "x": { "at": "1s", "for": "1s", "destroy": "db/1" } })"),
            "");
  EXPECT_THAT(told("{}", R"(, "timeline": { "x": { "at": "1s", "destroy": "db/7" } })"),
              HasSubstr("/timeline/x/destroy"));
  EXPECT_THAT(
      told(R"({}, "web": { "type": "service", "endpoints": { "*": [{ "compute": "1ms" }] } })",
           R"(, "timeline": { "x": { "at": "1s", "destroy": "web" } })"),
      AllOf(HasSubstr("/timeline/x/destroy"), HasSubstr("does not suffer `destroy`")));
}

}  // namespace
}  // namespace faultline::scenarios::database_input_test
