// What replication costs, and what it saves: the wait for the k-th of n followers, what is lost
// with a leader and how long there is none, how long a copy takes to catch up, and the wait for a
// connection.
//
// Order statistics of exponentials: Renyi, "On the theory of order statistics", Acta Math. Acad.
// Sci. Hungar. 4 (1953). Renewal reward: Ross, "Introduction to Probability Models", 11th ed., 7.4.
// M/M/c and busy periods: Kleinrock, "Queueing Systems", vol. 1, 1975, ch. 3 and 5.
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "models/database/database.h"
#include "models/random_fault.h"
#include "sim/snapshot.h"
#include "tests/theory/formulas.h"
#include "tests/theory/lab.h"
#include "tests/theory/validation.h"

namespace faultline::theory::database_theory_test {
namespace {

using sim::Distribution;
using sim::Duration;

sim::Snapshot::Reading now(models::World& world, std::string_view metric) {
  return models::reading(world, *world.find("db"), metric);
}

double parts(models::World& world, std::string_view metric) {
  return static_cast<double>(now(world, metric).part);
}

// All that a histogram of times has recorded, in milliseconds.
double sum_ms(models::World& world, std::string_view metric) {
  const sim::Snapshot snapshot = world.snapshot(world.find("db")->id());
  for (const auto& one : snapshot.readings()) {
    if (one.metric.name == metric) {
      return static_cast<double>(snapshot.histogram(one).sum()) / ms;
    }
  }
  return 0;
}

Duration millis(double t) { return Duration::from_ns(t * ms); }

// A leader and `n` followers, each in a region of its own: there in an exponential time, back in
// none.
models::Geography star(int n, double mean_ms) {
  models::GeographySettings settings;
  settings.regions["leader"].zones = {"a"};
  settings.clients["users"] = {.near = "leader", .latency = {}};
  settings.latency.between_regions = Distribution::constant(millis(1000));
  for (int i = 0; i < n; ++i) {
    const std::string name = "follower" + std::to_string(i);
    settings.regions[name].zones = {"a"};
    settings.links["leader->" + name].latency = Distribution::exponential(mean_ms * ms);
    settings.links[name + "->leader"].latency = Distribution::constant(Duration{0});
  }
  return models::Geography(settings);
}

models::DatabaseSettings star_settings(int n) {
  models::DatabaseSettings settings;
  settings.hosting.replicas = static_cast<std::uint64_t>(n) + 1;
  settings.hosting.zones = {"leader/a"};
  for (int i = 0; i < n; ++i) {
    settings.hosting.zones.push_back("follower" + std::to_string(i) + "/a");
  }
  settings.read_time = Distribution::constant(Duration{0});
  settings.heartbeat = Duration::from_seconds(3600);
  return settings;
}

// Writes half a second apart, so that no entry waits for the one before it.
TEST(DatabaseTheory, AWriteWaitsForTheKthFollower) {
  constexpr int n = 5;
  constexpr int writes = 20'000;
  const double mean_ms = 10;
  Validation wait({Topic::databases, "Writes that wait for k of 5 followers",
                   "one way exp(10 ms), back in no time, idle channels", "Renyi 1953"});
  for (const int k : {1, 3, 5}) {
    Lab lab(721, false, star(n, mean_ms));
    auto settings = star_settings(n);
    settings.acknowledgements = static_cast<std::uint64_t>(k);
    auto probe = std::make_unique<models::Probe>("users", "db");
    for (int i = 0; i < writes; ++i) {
      probe->ask({.at = millis(500) * i, .operation = models::Operation::write});
    }
    const models::Probe& users = lab.add(std::move(probe));
    lab.add(std::make_unique<models::Database>("db", settings));
    lab.run(writes);
    std::vector<double> waits;
    for (const auto& answer : users.answers()) {
      const auto asked = sim::Time{} + millis(500) * static_cast<std::int64_t>(answer.ask);
      waits.push_back((answer.at - asked).milliseconds());
    }
    double theory = 0;
    for (int i = 0; i < k; ++i) theory += mean_ms / (n - i);
    const std::string how = k == 1 ? "semi-synchronous" : k == 3 ? "a majority" : "synchronous";
    wait.holds("mean latency in ms, k = " + std::to_string(k) + ", " + how,
               "10 (1/5 + ... + 1/(5 - k + 1))", theory, estimate(waits));
  }
}

// The leader is crashed at a given instant of many runs, late enough for the cycles of shipping to
// be out of step. Writes are Poisson; the first after a shipment begins the next, which leaves I
// later: cycles of I + 1 / lambda, in which t after the first write 1 + lambda t wait on average.
// The last heartbeat before the crash is half an interval old on average.
TEST(DatabaseTheory, WhatALostLeaderCosts) {
  const double per_ms = 0.2;
  const double interval_ms = 40;
  std::vector<double> lost;
  std::vector<double> without_ms;
  for (std::uint64_t seed = 10'000; seed < 13'000; ++seed) {
    Lab lab(seed, false, models::tiny_geography({}, millis(1)));
    auto users = poisson(per_ms, "db");
    users->settings.writes = 1;
    lab.add(std::move(users));
    models::DatabaseSettings settings;
    settings.hosting.replicas = 3;
    settings.hosting.zones = {"here/a"};
    settings.ship_interval = millis(interval_ms);
    settings.heartbeat = millis(100);
    settings.failover = models::FailoverSettings{.detection = millis(300),
                                                 .election = Distribution::exponential(50 * ms)};
    auto& db = lab.add(std::make_unique<models::Database>("db", settings));
    lab.start();
    lab.world().run_until(sim::Time{} + millis(1500));
    db.crash(lab.world(), 0);
    lab.world().run_until(sim::Time{} + millis(2700));
    lost.push_back(parts(lab.world(), "acknowledged_writes_lost"));
    without_ms.push_back(sum_ms(lab.world(), "recovery_time_ms"));
  }
  Validation cost({Topic::databases, "A leader lost, asynchronous",
                   "writes 0.2 / ms, shipped 40 ms after the first; heartbeat 100 ms, detection "
                   "300 ms, election exp(50 ms), delay 1 ms",
                   "Ross, 7.4"});
  const double gathered = per_ms * interval_ms;
  cost.holds("acknowledged writes lost", "g (1 + g / 2) / (1 + g), g = lambda I",
             gathered * (1 + gathered / 2) / (1 + gathered), estimate(lost));
  cost.holds("time without a leader in ms", "delay + detection + election - heartbeat / 2",
             1 + 300 + 50 - 50, estimate(without_ms));
}

// Leaders crash at random, each time the one there is; it is back long before the next crash.
TEST(DatabaseTheory, AvailabilityOfALeaderWithFailover) {
  const double up_ms = 9'000;
  const double down_ms = 1'000;
  std::vector<double> shares;
  for (std::uint64_t seed = 741; seed < 771; ++seed) {
    Lab lab(seed);
    models::DatabaseSettings settings;
    settings.hosting.replicas = 3;
    settings.heartbeat = millis(100);
    settings.failover = models::FailoverSettings{.detection = millis(300),
                                                 .election = Distribution::constant(millis(150))};
    lab.add(std::make_unique<models::Database>("db", settings));
    lab.world().add_fault({.label = "crashes",
                           .target = "db/leader",
                           .apart = false,
                           .up = Distribution::exponential(up_ms * ms),
                           .down = Distribution::constant(millis(down_ms)),
                           .make = [](const std::string& target) {
                             return std::make_unique<models::CrashAction>(models::Address{target});
                           }});
    lab.start();
    lab.world().run_until(sim::Time{} + Duration::from_seconds(4000));
    shares.push_back(parts(lab.world(), "time_without_leader_ms") / 4e6);
  }
  Validation share({Topic::databases, "Leaders that crash, with failover",
                    "up exp(9 s), down 1 s; heartbeat 100 ms, detection 300 ms, election 150 ms",
                    "Ross, 7.4"});
  share.holds("share of time without a leader",
              "(detection + election - heartbeat / 2) / (up + down)",
              (300 + 150 - 50) / (up_ms + down_ms), estimate(shares));
}

// While a copy is made for a time T, lambda T writes come in; to catch up is to bring an M/M/1 from
// there to empty, which takes 1 / (mu - lambda) for each.
TEST(DatabaseTheory, AReplacementCatchesUp) {
  const double per_ms = 0.6;
  const double copy_ms = 500;
  std::vector<double> rebuilt_ms;
  for (std::uint64_t seed = 20'000; seed < 20'600; ++seed) {
    Lab lab(seed);
    auto users = poisson(per_ms, "db");
    users->settings.writes = 1;
    lab.add(std::move(users));
    models::DatabaseSettings settings;
    settings.hosting.replicas = 2;
    settings.apply_time = Distribution::exponential(1 * ms);
    settings.data_size = Distribution::constant(1e6);
    settings.copy_bandwidth = 1.6e7;
    auto& db = lab.add(std::make_unique<models::Database>("db", settings));
    lab.start();
    lab.world().run_until(sim::Time{} + millis(100));
    db.crash(lab.world(), 1);
    db.lose_data(lab.world(), 1);
    db.restart(lab.world(), 1);
    lab.world().run_until(sim::Time{} + millis(6000));
    rebuilt_ms.push_back(sum_ms(lab.world(), "rebuild_time_ms"));
  }
  Validation rebuild({Topic::databases, "A follower rebuilt from a snapshot and the log",
                      "writes 0.6 / ms, mu = 1 / ms, the copy takes 500 ms",
                      "Kleinrock 1975, ch. 5"});
  rebuild.holds("time until it has caught up in ms", "T mu / (mu - lambda)", copy_ms / (1 - per_ms),
                estimate(rebuilt_ms));
}

// Connections are the servers of an M/M/c, when workers are plenty.
TEST(DatabaseTheory, TheWaitForAConnection) {
  std::vector<double> means;
  for (std::uint64_t seed = 781; seed < 801; ++seed) {
    Lab lab(seed);
    lab.add(poisson(3.2, "db"));
    models::DatabaseSettings settings;
    settings.workers = 100;
    settings.read_time = Distribution::exponential(1 * ms);
    settings.connections = models::ConnectionSettings{.limit = 4};
    lab.add(std::make_unique<models::Database>("db", settings));
    lab.run(60'000);
    means.push_back(mean_of(lab.latencies_ms()).mean);
  }
  Validation wait({Topic::databases, "Waiting for one of 4 connections",
                   "lambda = 3.2 / ms, mu = 1 / ms, 100 workers", "Kleinrock 1975, ch. 3"});
  wait.holds("mean latency in ms", "1 + C(4, 3.2) / (4 - 3.2)", 1 + erlang_c(4, 3.2) / 0.8,
             estimate(means));
}

}  // namespace
}  // namespace faultline::theory::database_theory_test
