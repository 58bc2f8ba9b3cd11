// Shows what `faultline plan` and `faultline capacity` print, and what they answer to bad input.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/commands.h"
#include "tests/cli/said.h"
#include "tests/scenarios/scratch_folder.h"

namespace faultline::cli::planning_command_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

// 40/s of exponential 50 ms: two workers are busy in the mean.
constexpr const char* shop = R"json({
  "name": "shop", "run": { "duration": "12s", "warmup": "2s", "window": "12s" },
  "components": {
    "lb": { "type": "load-balancer", "backends": "web",
            "health-check": { "interval": "1s", "timeout": "500ms", "down-after": 2 } },
    "web": { "type": "service", "replicas": 2, "workers": 2,
             "endpoints": { "*": [{ "compute": "exp(50ms)" }] } } },
  "workloads": { "users": { "to": "lb", "arrivals": "poisson(40/s)",
                            "call": { "timeout": "2s" } } },
  "slos": { "fast": { "metric": "latency_ms.mean", "below": 80 } },
  "cost": { "currency": "EUR", "components": { "web": { "instance-hour": 0.1 } } } })json";

class PlanningCommand : public testing::Test {
 protected:
  PlanningArguments of_shop() const {
    PlanningArguments arguments;
    arguments.what.scenario = folder_.write("shop.json", shop).string();
    return arguments;
  }
  PlanArguments plan_of_shop() const {
    PlanArguments arguments;
    arguments.planning = of_shop();
    arguments.vary = {"components.web.replicas=1..8:1"};
    return arguments;
  }

  scenarios::ScratchFolder folder_;
};

TEST_F(PlanningCommand, PlansTheCheapest) {
  PlanArguments arguments = plan_of_shop();
  const Said said = say(plan, arguments);
  EXPECT_EQ(said.status, exit_done) << said.err;
  EXPECT_THAT(said.out, StartsWith("shop   the least cost.per_month of 8 configurations"));
  for (const char* part :
       {"latency_ms.mean < 80\n", "\nweb/replicas ", " EUR\n", "what binds: one step less",
        "misses latency_ms.mean < 80", "runners-up: ", "headroom of the choice", "holds up to",
        "what fills up", "--exhaustive"}) {
    EXPECT_THAT(said.out, HasSubstr(part));
  }

  // As many machines are found when everything is tried, in another order of threads.
  arguments.planning.json = true;
  const auto searched = nlohmann::json::parse(say(plan, arguments).out);
  arguments.exhaustive = true;
  arguments.planning.jobs = "3";
  const auto tried = nlohmann::json::parse(say(plan, arguments).out);
  EXPECT_EQ(searched["schema"], "faultline-plan/1");
  EXPECT_EQ(searched["choice"], tried["choice"]);
  EXPECT_EQ(tried["tried"].size(), 8);
  EXPECT_LT(searched["tried"].size(), 8);
  const double replicas = tried["choice"]["values"]["/components/web/replicas"];
  EXPECT_NEAR(tried["choice"]["cost"].get<double>(), replicas * 73, 1e-6);  // 730 h of 0.1
}

TEST_F(PlanningCommand, WritesAPage) {
  PlanArguments arguments = plan_of_shop();
  arguments.vary = {"components.web.replicas=2..3:1"};
  arguments.planning.survive = {"web/0"};
  arguments.planning.settle = "2s";
  arguments.command = "faultline plan <shop>";
  const auto file = folder_.path() / "plan.html";
  arguments.report = file.string();
  EXPECT_EQ(say(plan, arguments).status, exit_done);
  std::stringstream page;
  page << std::ifstream(file).rdbuf();
  for (const char* part : {"Cost a month", "<h2", "What it bears", "crash web/0, or any of 3",
                           "web/replicas", "faultline plan &lt;shop&gt;",
                           "--set /components/web/replicas=", "Content-Security-Policy"}) {
    EXPECT_THAT(page.str(), HasSubstr(part));
  }

  arguments.report = (folder_.path() / "shop.json").string();
  EXPECT_THAT(say(plan, arguments).err, HasSubstr("is the scenario; it would be replaced"));
  arguments.report = "";
  EXPECT_THAT(say(plan, arguments).err, HasSubstr("--report: expected a file, got \"\""));
  arguments.report = (folder_.path() / "nowhere" / "plan.html").string();
  const Said said = say(plan, arguments);
  EXPECT_EQ(said.status, exit_wrong);
  EXPECT_THAT(said.out, IsEmpty());  // before anything runs
  EXPECT_THAT(said.err, HasSubstr("plan.html"));
}

TEST_F(PlanningCommand, SaysThatNothingHolds) {
  PlanArguments arguments = plan_of_shop();
  arguments.planning.slos = {"latency_ms.mean < 40ms"};
  arguments.vary = {"components.web.replicas=1..2:1"};
  const Said said = say(plan, arguments);
  EXPECT_EQ(said.status, exit_not_so);
  EXPECT_THAT(said.out, AllOf(HasSubstr("No configuration keeps them. The nearest, "
                                        "web/replicas=2:\n"),
                              HasSubstr("misses latency_ms.mean < 40ms")));
}

TEST_F(PlanningCommand, FindsTheCapacity) {
  CapacityArguments arguments{.planning = of_shop(), .precision = "10%"};
  arguments.planning.survive = {"any node"};
  arguments.planning.settle = "5s";
  arguments.planning.slos = {"latency_ms.mean < 150", "availability >= 99%"};
  const Said said = say(capacity, arguments);
  EXPECT_EQ(said.status, exit_not_so);  // the balancer is a single point of failure
  EXPECT_THAT(said.out, HasSubstr("at none of the loads from 0.015625 to 1 times"));
  EXPECT_THAT(said.out, HasSubstr("first to go      crash lb"));

  arguments.planning.survive = {"web/0"};
  const Said borne = say(capacity, arguments);
  EXPECT_EQ(borne.status, exit_done);
  EXPECT_THAT(borne.out, AllOf(StartsWith("shop   capacity   "), HasSubstr("\nholds up to "),
                               HasSubstr("crash web/0, or any of 2"), HasSubstr("/s offered)")));

  arguments.planning.json = true;
  const auto json = nlohmann::json::parse(say(capacity, arguments).out);
  EXPECT_EQ(json["schema"], "faultline-capacity/1");
  EXPECT_EQ(json["survive"], nlohmann::json({"web/0"}));
  EXPECT_LT(json["holds"]["load"], json["misses"]["load"]);
}

TEST_F(PlanningCommand, TellsAllThatIsWrongAtOnce) {
  PlanArguments arguments = plan_of_shop();
  arguments.vary = {"components.wbe.replicas=1..2:1", "load=1,2", "web/workers=1,2",
                    "components.web.workers=4..2:1"};
  arguments.planning.slos = {"latency_ms.p98 < 100", "availability"};
  arguments.planning.survive = {"any zoen", "cache tier"};
  arguments.planning.max_runs = "1";
  arguments.planning.settle = "soon";
  arguments.precision = "0%";
  arguments.minimise = "cots";
  const Said said = say(plan, arguments);
  EXPECT_EQ(said.status, exit_wrong);
  EXPECT_THAT(said.out, IsEmpty());
  for (const char* line :
       {"--slo: expected a metric of the result", "--slo: expected METRIC < VALUE",
        "--survive: expected \"any node\"", "this scenario has none of these, got \"cache tier\"",
        "--max-runs: expected a whole number from 4 to 10000, got \"1\"\n",
        "--settle: expected a duration", "--precision: expected a share above 0",
        "--minimise: expected a metric", "there is no \"wbe\" here; did you mean \"web\"?",
        "got \"web/workers\"; did you mean \"/components/web/workers\"?",
        "--vary: expected what you may choose", "--vary: expected a range that rises"}) {
    EXPECT_THAT(said.err, HasSubstr(line));
  }
}

TEST_F(PlanningCommand, AsksForAnSlo) {
  CapacityArguments arguments{.planning = of_shop(), .precision = {}};
  arguments.planning.what.set = {"/slos=null"};
  const Said said = say(capacity, arguments);
  EXPECT_EQ(said.status, exit_wrong);
  EXPECT_THAT(said.err, HasSubstr("--slo: expected at least one, such as --slo "
                                  "'latency_ms.p99 < 250', as the scenario has none"));
}

}  // namespace
}  // namespace faultline::cli::planning_command_test
