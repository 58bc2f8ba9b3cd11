// Stale reads of a follower that applies the leader's log one entry after the other.
//
// With Poisson writes and exponential times to apply, the follower is an M/M/1: an entry's lag is
// exponential with rate mu - lambda, and the number of entries it is behind geometric (Kleinrock,
// "Queueing Systems", vol. 1, 1975, ch. 3 and 5). That a read t after its write is stale with
// P(lag > t): Bailis et al., "Probabilistically bounded staleness for practical partial quorums",
// VLDB 5 (2012).
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "models/database/database.h"
#include "sim/snapshot.h"
#include "tests/theory/lab.h"
#include "tests/theory/validation.h"

namespace faultline::theory::staleness_theory_test {
namespace {

using sim::Distribution;
using sim::Duration;

std::unique_ptr<models::Database> leader_and_follower() {
  models::DatabaseSettings settings;
  settings.hosting.replicas = 2;
  settings.reads = models::DatabaseSettings::Reads::followers;
  settings.apply_time = Distribution::exponential(1 * ms);
  return std::make_unique<models::Database>("db", settings);
}

// Each key is written once and read at three times after that.
TEST(StalenessTheory, ReadsSomeTimeAfterAWrite) {
  const double rate = 0.63;
  const std::vector<double> delays_ms = {0.71, 2.3, 3.7};
  const std::size_t asks_a_key = 1 + delays_ms.size();
  constexpr std::uint64_t writes = 150'000;
  Lab lab(701);
  auto probe = std::make_unique<models::Probe>("users", "db");
  sim::Draw draw(shifted(701));
  double at = 0;
  for (std::uint64_t key = 1; key <= writes; ++key) {
    at += Distribution::exponential(1 / rate).sample(draw);
    const auto time = [](double t_ms) { return Duration::from_ns(t_ms * ms); };
    probe->ask({.at = time(at), .operation = models::Operation::write, .key = key});
    for (const double delay : delays_ms) {
      probe->ask({.at = time(at + delay), .operation = models::Operation::read, .key = key});
    }
  }
  const models::Probe& users = lab.add(std::move(probe));
  lab.add(leader_and_follower());
  lab.run(writes * asks_a_key);
  std::vector<std::vector<double>> stale(delays_ms.size(), std::vector<double>(writes, 0.0));
  for (const auto& answer : users.answers()) {
    ASSERT_TRUE(answer.outcome.ok());
    const std::size_t which = answer.ask % asks_a_key;
    if (which == 0) continue;
    stale[which - 1][answer.ask / asks_a_key] = answer.outcome.version == 0 ? 1 : 0;
  }
  Validation lag({Topic::databases, "Staleness after a write",
                  "lambda = 0.63 / ms, mu = 1 / ms, asynchronous, one follower",
                  "Kleinrock 1975, ch. 3; Bailis et al. 2012"});
  for (std::size_t i = 0; i < delays_ms.size(); ++i) {
    const std::string t = std::to_string(delays_ms[i]).substr(0, 4);
    lag.holds("P(stale) " + t + " ms after", "e^(-(mu - lambda) t)",
              std::exp(-(1 - rate) * delays_ms[i]), mean_of(after_warmup(stale[i])), 0.1);
  }
}

// Poisson reads and writes of K keys: a read is stale when one of the entries that the follower is
// behind has its key.
TEST(StalenessTheory, PoissonReadsAndWrites) {
  const double total = 1.57;
  const double write_share = 0.47;
  const double load = total * write_share;
  const int keys = 3;
  std::vector<double> shares;
  for (std::uint64_t seed = 711; seed < 731; ++seed) {
    Lab lab(seed);
    auto users = poisson(total, "db");
    users->settings.mix.clear();
    users->settings.writes = write_share;
    users->settings.keys.objects = keys;
    lab.add(std::move(users));
    lab.add(leader_and_follower());
    lab.run(100'000);
    const auto id = lab.world().find("db")->id();
    double stale = 0;
    double reads = 0;
    const sim::Snapshot end = lab.world().snapshot(id);
    for (const auto& reading : end.readings()) {
      if (reading.metric.name == "stale_reads") stale = static_cast<double>(reading.part);
      if (reading.metric.name == "reads") reads = static_cast<double>(reading.part);
    }
    shares.push_back(stale / reads);
  }
  Validation share({Topic::databases, "Staleness of a mix of reads and writes",
                    "writes 0.7379 / ms, mu = 1 / ms, 3 keys, asynchronous, one follower",
                    "Kleinrock 1975, ch. 3"});
  share.holds("P(stale)", "(rho / K) / (1 - rho + rho / K)",
              (load / keys) / (1 - load + load / keys), estimate(shares));
}

}  // namespace
}  // namespace faultline::theory::staleness_theory_test
