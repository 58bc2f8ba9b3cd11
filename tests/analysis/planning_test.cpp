// Shows that SLOs are read and judged, that conditions are those meant, that the search along a
// frontier finds the cheapest with few trials, and that small architectures are planned rightly.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "analysis/planning/conditions.h"
#include "analysis/planning/frontier.h"
#include "analysis/planning/plan.h"
#include "analysis/planning/slo.h"
#include "analysis/planning/trial_text.h"
#include "tests/analysis/pausing_shop.h"

namespace faultline::analysis::planning_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::vector<std::string> known_metrics = {"availability", "latency_ms.p99",
                                                "components.web.backlog"};

Slo slo(std::string_view text) {
  scenarios::Problems problems;
  auto read = parse_slo(text, known_metrics, "--slo", problems);
  EXPECT_TRUE(read) << problems.text();
  return *read;
}

std::string wrong_slo(std::string_view text) {
  scenarios::Problems problems;
  EXPECT_FALSE(parse_slo(text, known_metrics, "--slo", problems));
  return problems.text();
}

TEST(SloText, IsReadInTheUnitOfItsMetric) {
  EXPECT_EQ(slo("latency_ms.p99 < 250").objective.below, 250);
  EXPECT_EQ(slo("latency_ms.p99<0.25s").objective.below, 250);
  EXPECT_EQ(slo("availability >= 99.9%").objective.at_least, 99.9 / 100);
  EXPECT_EQ(slo("availability >= 99.9 %").objective.at_least, 99.9 / 100);
  EXPECT_EQ(slo("/latency_ms/p99 <= 1e3").objective.at_most, 1000);
  EXPECT_EQ(slo("  components.web.backlog > 3 ").objective.above, 3);
  EXPECT_EQ(slo("latency_ms.p99<0.25s").text, "latency_ms.p99 < 0.25s");
}

TEST(SloText, IsRefusedWithWhatWasExpected) {
  EXPECT_EQ(wrong_slo("latency_ms.p9 < 250"),
            "--slo: expected a metric of the result, such as latency_ms.p99, got "
            "\"latency_ms.p9\"; did you mean \"latency_ms.p99\"?\n");
  EXPECT_THAT(wrong_slo("latency_ms.p99 = 250"), HasSubstr("expected METRIC < VALUE"));
  EXPECT_THAT(wrong_slo("latency_ms.p99 <"), HasSubstr("expected a number, a percentage"));
  EXPECT_THAT(wrong_slo("availability > 3s"), HasSubstr("after the >, got \"3s\""));
  EXPECT_THAT(wrong_slo("latency_ms.p99 < 5%"), HasSubstr("something that is not a time"));
  EXPECT_THAT(wrong_slo("availability >= 99.9"), HasSubstr("a share from 0 to 1"));
  EXPECT_THAT(wrong_slo(""), HasSubstr("expected METRIC < VALUE"));
}

Standing standing(std::string_view text, std::vector<std::optional<double>> values) {
  return standing_of(slo(text).objective, values, 0.95).standing;
}

TEST(SloStanding, IsToldByTheInterval) {
  EXPECT_EQ(standing("latency_ms.p99 < 250", {199, 200, 201}), Standing::holds);
  EXPECT_EQ(standing("latency_ms.p99 < 250", {299, 300, 301}), Standing::misses);
  EXPECT_EQ(standing("latency_ms.p99 < 250", {200, 240, 280}), Standing::unclear);
  EXPECT_EQ(standing("availability >= 99%", {1, 1, 1}), Standing::holds);
  EXPECT_EQ(standing("availability >= 99%", {0.9, 0.91, 0.9}), Standing::misses);
}

TEST(SloStanding, NothingToReportMissesAndOneRunTellsNothing) {
  EXPECT_EQ(standing("latency_ms.p99 < 250", {10, std::nullopt}), Standing::misses);
  EXPECT_EQ(standing("latency_ms.p99 < 250", {10}), Standing::unclear);
}

TEST(SloStanding, TwoBoundsMissOnEitherSide) {
  Slo between = slo("latency_ms.p99 < 250");
  between.objective.above = 100;
  const auto of = [&](std::vector<std::optional<double>> values) {
    return standing_of(between.objective, values, 0.95).standing;
  };
  EXPECT_EQ(of({199, 200, 201}), Standing::holds);
  EXPECT_EQ(of({49, 50, 51}), Standing::misses);
  EXPECT_EQ(of({299, 300, 301}), Standing::misses);
  EXPECT_EQ(of({90, 110, 100}), Standing::unclear);
}

// Random lattices, on which what holds and what it costs rise with every ordered axis.
struct Terrain {
  Lattice lattice;
  std::vector<double> strengths;  // a point holds when its sum is enough
  std::vector<double> prices;
  double enough = 0;

  double sum(std::size_t point, const std::vector<double>& weights) const {
    const auto at = lattice.coordinates(point);
    double sum = 0;
    for (std::size_t i = 0; i < at.size(); ++i) {
      // Unordered values are scattered.
      const std::size_t step = lattice.axes[i].ordered ? at[i] : at[i] * 7 % 5;
      sum += weights[i] * static_cast<double>(step);
    }
    return sum;
  }
  bool holds(std::size_t point) const { return sum(point, strengths) >= enough; }
  Probe probe(std::size_t point) const { return {holds(point), sum(point, prices)}; }
};

Terrain random_terrain() {
  Terrain terrain;
  const auto count = *rc::gen::inRange<std::size_t>(1, 4);
  for (std::size_t i = 0; i < count; ++i) {
    terrain.lattice.axes.push_back(
        {.size = *rc::gen::inRange<std::size_t>(1, 9), .ordered = *rc::gen::inRange(0, 4) > 0});
    terrain.strengths.push_back(*rc::gen::inRange(0, 6));
    terrain.prices.push_back(*rc::gen::inRange(0, 6));
  }
  terrain.enough = *rc::gen::inRange(0, 60);
  return terrain;
}

RC_GTEST_PROP(Frontier, FindsTheCheapest, ()) {
  const Terrain terrain = random_terrain();
  std::size_t tries = 0;
  const Probes probes = search_frontier(terrain.lattice, [&](std::size_t point) {
    ++tries;
    return std::optional(terrain.probe(point));
  });
  std::optional<double> least;
  for (std::size_t point = 0; point < terrain.lattice.size(); ++point) {
    const Probe probe = terrain.probe(point);
    if (probe.holds && (!least || *probe.cost < *least)) least = probe.cost;
  }
  const auto found = cheapest(probes);
  RC_ASSERT(found.has_value() == least.has_value());
  if (found) RC_ASSERT(*probes.at(*found).cost == *least);
  RC_ASSERT(tries == probes.size());
  RC_ASSERT(!contradiction(terrain.lattice, probes, 0));
}

TEST(Frontier, TakesFewTrials) {
  const Lattice lattice{{{.size = 64}, {.size = 16}}};
  std::size_t tries = 0;
  search_frontier(lattice, [&](std::size_t point) {
    ++tries;
    const auto at = lattice.coordinates(point);
    return std::optional(Probe{at[0] + 4 * at[1] >= 60, static_cast<double>(at[0] + 4 * at[1])});
  });
  // Of 1,024: 7 in the middle line, 6 in each half that it bounds, and so on.
  EXPECT_LE(tries, 7 + 2 * 6 + 4 * 5 + 8 * 4);
}

TEST(Frontier, StopsWhenInterrupted) {
  std::size_t tries = 0;
  const Probes probes =
      search_frontier({{{.size = 100}}}, [&](std::size_t) -> std::optional<Probe> {
        if (++tries > 2) return std::nullopt;
        return Probe{false, std::nullopt};
      });
  EXPECT_EQ(tries, 3);
  EXPECT_THAT(probes, SizeIs(2));
}

TEST(Frontier, TellsWhatContradictsTheOrder) {
  const Lattice lattice{{{.size = 3}}};
  EXPECT_FALSE(contradiction(lattice, {{0, {false, 1}}, {1, {true, 2}}, {2, {true, 3}}}, 0.01));
  const auto weaker_holds =
      contradiction(lattice, {{0, {true, 1}}, {1, {true, 2}}, {2, {false, 3}}}, 0.01);
  ASSERT_TRUE(weaker_holds);
  EXPECT_EQ(weaker_holds->stronger, 2);
  EXPECT_FALSE(weaker_holds->of_cost);
  EXPECT_TRUE(contradiction(lattice, {{0, {true, 2}}, {2, {true, 1}}}, 0.01)->of_cost);
}

constexpr const char* zones_and_cache = R"json({
  "name": "small", "run": { "duration": "30s", "warmup": "10s" },
  "network": { "regions": { "eu": { "zones": ["a", "b", "c"] } },
               "clients": { "homes": { "near": "eu", "latency": "1ms" } } },
  "components": {
    "lb": { "type": "load-balancer", "zones": ["eu/a"], "backends": "web",
            "health-check": { "interval": "1s", "timeout": "500ms", "down-after": 2,
                              "up-after": 2 } },
    "web": { "type": "service", "replicas": 3, "zones": ["eu/a", "eu/b", "eu/c"], "workers": 4,
             "endpoints": { "*": [{ "compute": "exp(20ms)" },
                                  { "read": "db", "cache": "cache" }] } },
    "cache": { "type": "cache", "capacity": 100, "zones": ["eu/a"] },
    "db": { "type": "database", "replicas": 2, "zones": ["eu/a", "eu/b"], "workers": 8,
            "read-time": "1ms" } },
  "workloads": { "users": { "from": "homes", "to": "lb", "arrivals": "poisson(250/s)",
                            "keys": { "objects": 50 }, "call": { "timeout": "1s" } } },
  "timeline": { "slow disk": { "at": "15s", "for": "5s", "slow": "db", "factor": 0.1 } } })json";

std::vector<std::string> names_of_conditions(std::vector<std::string> survive) {
  scenarios::Problems problems;
  std::vector<std::string> names;
  for (const Condition& condition : conditions_of(
           load_text(zones_and_cache), {.what = std::move(survive)}, "--survive", problems)) {
    names.push_back(condition.name);
  }
  EXPECT_EQ(problems.text(), "");
  return names;
}

Slo mean_below(double bound) {
  Slo slo{.objective = {}, .text = "latency_ms.mean < " + std::to_string(bound)};
  slo.objective.metric = "latency_ms.mean";
  slo.objective.below = bound;
  return slo;
}

TEST(Conditions, AreThoseMeant) {
  EXPECT_THAT(names_of_conditions({}), ElementsAre("as it stands"));
  EXPECT_THAT(names_of_conditions({"any zone", "eu/b"}),
              ElementsAre("as it stands", "outage eu/a", "outage eu/b", "outage eu/c"));
  EXPECT_THAT(names_of_conditions({"any node"}),
              ElementsAre("as it stands", "crash cache", "crash db/leader", "crash lb",
                          "crash web/0, or any of 3"));
  EXPECT_THAT(names_of_conditions({"cache tier", "web"}),
              ElementsAre("as it stands", "crash cache", "crash all web"));
  EXPECT_THAT(names_of_conditions({"web/1", "db/0", "eu"}),
              ElementsAre("as it stands", "crash web/1", "crash db/0", "outage eu"));
  EXPECT_THAT(names_of_conditions({"lb/0"}), ElementsAre("as it stands", "crash lb"));
  EXPECT_THAT(names_of_conditions({"slow disk"}),
              ElementsAre("as it stands", HasSubstr("slow disk (")));
}

TEST(Conditions, RefuseWhatMeansNothingHere) {
  scenarios::Problems problems;
  conditions_of(load_text(zones_and_cache), {.what = {"any zoen", "web/7"}}, "--survive", problems);
  EXPECT_THAT(problems.text(), HasSubstr("--survive: expected \"any node\""));
  EXPECT_THAT(problems.text(), HasSubstr("got \"any zoen\"; did you mean \"any zone\"?"));
  EXPECT_THAT(problems.text(), HasSubstr("got \"web/7\""));
}

// What stands in one zone does not outlive it, and the only replica has no other.
TEST(Conditions, TakeTheOnlyOneToo) {
  const auto scenario = load_text(R"json({
    "run": { "duration": "12s", "warmup": "2s" },
    "network": { "regions": { "eu": { "zones": ["a", "b"] } } },
    "components": { "web": { "type": "service", "zones": ["eu/a"],
                             "endpoints": { "*": [{ "compute": "1ms" }] } } },
    "workloads": { "users": { "to": "web", "arrivals": "poisson(10/s)",
                              "call": { "timeout": "1s" } } } })json");
  for (const char* what : {"any zone", "any region", "web/0", "eu/a"}) {
    Ordeals ordeals({.slos = {mean_below(100)}}, {.what = {what}, .settle = {}});
    EXPECT_EQ(ordeals.undergo(scenario)->standing, Standing::misses) << what;
  }
}

TEST(Conditions, AFailureBeginsWarmAndIsMeasuredAfterItHasSettled) {
  const auto scenario = load_text(zones_and_cache);
  const Survival survival{.what = {"eu/b", "slow disk"}};
  scenarios::Problems problems;
  const auto conditions = conditions_of(scenario, survival, "", problems);
  const auto changed = under(scenario, conditions[1], survival);
  EXPECT_EQ(changed.run.warmup, sim::Duration::from_seconds(40));
  EXPECT_EQ(changed.run.duration, sim::Duration::from_seconds(60));
  // The slow disk has become a condition of its own.
  ASSERT_THAT(changed.timeline, SizeIs(1));
  EXPECT_EQ(changed.timeline[0]->at, sim::Time{} + sim::Duration::from_seconds(10));
  EXPECT_THAT(under(scenario, conditions[0], survival).timeline, IsEmpty());
  const auto slow = under(scenario, conditions[2], survival).timeline;
  ASSERT_THAT(slow, SizeIs(1));
  EXPECT_EQ(slow[0]->at, sim::Time{} + sim::Duration::from_seconds(10));
  EXPECT_EQ(slow[0]->lasts, std::nullopt);
}

// 250/s of 20 ms are 5 busy workers: three servers of 4 bear them, and two when a zone is out. With
// the zone of the only balancer nobody is answered.
TEST(Ordeal, FindsTheConditionThatIsTooMuch) {
  const auto scenario = load_text(zones_and_cache);
  Ordeals one({.slos = {mean_below(100)}}, {.what = {"eu/c", "eu/b"}});
  const auto borne = one.undergo(scenario);
  ASSERT_TRUE(borne);
  EXPECT_EQ(borne->standing, Standing::holds);
  EXPECT_THAT(borne->trials, SizeIs(3));
  EXPECT_EQ(borne->runs(), one.runs());

  Ordeals all({.slos = {mean_below(100)}}, {.what = {"eu/c", "eu/a"}});
  const auto failed = all.undergo(scenario);
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->standing, Standing::misses);
  EXPECT_EQ(failed->worst(all.plan().slos).condition, "outage eu/a");
  EXPECT_THAT(failing_text(*failed, all.plan().slos), HasSubstr("outage eu/a: nothing to report"));
  // What failed last is asked first next time.
  EXPECT_EQ(all.undergo(scenario)->trials[1].condition, "outage eu/a");
}

// A surge that comes after the warm-up stays in what is measured, and so does an SLO's span.
TEST(Conditions, WhatComesLaterIsPutOffByTheTimeToSettle) {
  const auto scenario = load_text(zones_and_cache);
  const Survival survival{.what = {"eu/b"}, .settle = sim::Duration::from_seconds(100)};
  scenarios::Problems problems;
  const auto conditions = conditions_of(scenario, survival, "", problems);
  const auto changed = under(scenario, conditions[1], survival);
  ASSERT_THAT(changed.timeline, SizeIs(2));
  EXPECT_EQ(changed.timeline[1]->label, "slow disk");
  EXPECT_EQ(changed.timeline[1]->at, sim::Time{} + sim::Duration::from_seconds(115));
  EXPECT_EQ(changed.timeline[1]->lasts, sim::Duration::from_seconds(5));
  Slo slo = mean_below(100);
  slo.objective.during = scenarios::parse_span("15s..20s").value();
  EXPECT_EQ(under(slo, conditions[1], survival).objective.during->begin,
            sim::Time{} + sim::Duration::from_seconds(115));
  EXPECT_EQ(under(slo, conditions[0], survival).objective.during->begin,
            sim::Time{} + sim::Duration::from_seconds(15));
  // Longer than all that is measured.
  Ordeals ordeals({.slos = {mean_below(1000)}}, survival);
  EXPECT_EQ(ordeals.undergo(scenario)->standing, Standing::holds);
}

TEST(Capacity, EndsWhereNoLoadLiesBetween) {
  Ordeals ordeals({.slos = {mean_below(100)}, .max_runs = 4}, {});
  const auto capacity = find_capacity(load_text(R"json({
    "run": { "duration": "12s", "warmup": "2s", "window": "12s" },
    "components": { "web": { "type": "service",
                             "endpoints": { "*": [{ "compute": "exp(50ms)" }] } } },
    "workloads": { "users": { "to": "web", "arrivals": "poisson(5/s)" } } })json"),
                                      1e-6, ordeals);
  ASSERT_TRUE(capacity && capacity->first_not_held() != nullptr);
  EXPECT_NEAR(capacity->first_not_held()->load, capacity->holds()->load, 0.0011);
}

TEST(Trial, AsksLongerWhereItIsClose) {
  const auto scenario = load_text(zones_and_cache);
  const auto runs = [&](double bound) { return try_slos(scenario, {.slos = {mean_below(bound)}}); };
  EXPECT_EQ(runs(1000)->runs, 4);
  EXPECT_EQ(runs(1)->runs, 4);
  const double mean = runs(1000)->mean("latency_ms.mean").value();
  EXPECT_EQ(runs(mean)->runs, 32);
  EXPECT_EQ(runs(mean)->standing, Standing::unclear);
  EXPECT_THAT(trial_rounds(32), ElementsAre(4, 8, 16, 32));
  EXPECT_THAT(trial_rounds(3), ElementsAre(3));
}

}  // namespace
}  // namespace faultline::analysis::planning_test
