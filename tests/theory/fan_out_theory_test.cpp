// Fan-out: an answer made of n parts is as slow as the slowest of them. And shards: how much of
// theirs two users share.
//
// Sources: Dean and Barroso, "The Tail at Scale", 2013; Renyi 1953 (order statistics of exponential
// variables); MacCarthaigh 2019 with the hypergeometric distribution.
#include <gtest/gtest.h>

#include <cmath>

#include "models/edge/balancer/sharding.h"
#include "tests/theory/lab.h"
#include "tests/theory/validation.h"

namespace faultline::theory::fan_out_theory_test {
namespace {

using sim::Distribution;

// A page of `n` parts, each of which takes a worker of its own as long as `law` says.
void run_pages(Lab& lab, unsigned n, const Distribution& law) {
  const std::uint64_t pages = 1'500'000 / n;
  lab.add(poisson(0.5, "page"));
  auto page = std::make_unique<models::Service>("page");
  page->settings.workers = 10'000;
  page->settings.worker = models::WorkerUse::released;
  models::StepSettings part;
  part.call = "part";
  models::StepSettings all;
  all.parallel.assign(n, models::Steps{part});
  page->settings.endpoints["GET /"] = {all};
  lab.add(std::move(page));
  lab.add(service("part", 100'000, law));
  lab.run(pages);
}

TEST(FanOutTheory, OneSlowPartMakesAPageSlow) {
  const double p = 0.01;
  for (const unsigned n : {8U, 70U}) {
    Lab lab(840 + n);
    run_pages(lab, n,
              Distribution::mixture({{1 - p, Distribution::constant(1 * ms)},
                                     {p, Distribution::constant(100 * ms)}}));
    const auto latencies = lab.latencies_ms();
    std::vector<double> slow;
    for (const double latency : latencies) slow.push_back(latency > 50 ? 1 : 0);
    Validation pages({Topic::calls, "A page of " + std::to_string(n) + " parts",
                      "each is slow with p = 0.01", "Dean and Barroso 2013"});
    pages.holds("P(the page is slow)", "1 - (1 - p)^n", 1 - std::pow(1 - p, n), mean_of(slow));
  }
}

TEST(FanOutTheory, ThePercentileOfAPageIsAHigherOneOfItsParts) {
  const unsigned n = 20;
  Lab lab(845);
  run_pages(lab, n, Distribution::exponential(10 * ms));
  double harmonic = 0;
  for (unsigned k = 1; k <= n; ++k) harmonic += 1.0 / k;
  const auto latencies = lab.latencies_ms();
  Validation pages(
      {Topic::calls, "A page of 20 exponential parts", "mean 10 ms each", "Renyi 1953"});
  pages.holds("mean latency, ms", "10 (1 + 1/2 + .. + 1/n)", 10 * harmonic, mean_of(latencies));
  pages.holds("median latency, ms", "-10 ln(1 - 0.5^(1/n))",
              -10 * std::log(1 - std::pow(0.5, 1.0 / n)), quantile_of(latencies, 0.5));
  pages.holds("p99 of latency, ms", "-10 ln(1 - 0.99^(1/n))",
              -10 * std::log(1 - std::pow(0.99, 1.0 / n)), quantile_of(latencies, 0.99));
}

TEST(ShardingTheory, WhatTwoUsersShare) {
  const std::uint64_t n = 12;
  const std::uint64_t k = 3;
  const models::ShardingSettings shuffle{.kind = models::ShardingSettings::Kind::shuffle,
                                         .size = k};
  std::vector<double> shared;
  double none = 0;
  double all = 0;
  constexpr int pairs = 400'000;
  const std::vector<bool> members(n, true);
  std::vector<bool> one;
  std::vector<bool> other;
  for (int i = 0; i < pairs; ++i) {
    find_shard(shuffle, shifted(850), 2 * i, members, one);
    find_shard(shuffle, shifted(850), 2 * i + 1, members, other);
    int both = 0;
    for (std::size_t b = 0; b < n; ++b) both += one[b] && other[b] ? 1 : 0;
    shared.push_back(both);
    none += both == 0 ? 1 : 0;
    all += both == static_cast<int>(k) ? 1 : 0;
  }
  Validation overlap({Topic::balancing, "Shuffle shards of two users", "3 of 12 backends each",
                      "hypergeometric; MacCarthaigh 2019"});
  overlap.holds("backends in common", "k^2 / n", 0.75, estimate(shared));
  overlap.holds("P(none)", "C(n-k, k) / C(n, k)", 84.0 / 220, share_of(none, pairs, 84.0 / 220));
  overlap.holds("P(all)", "1 / C(n, k)", 1.0 / 220, share_of(all, pairs, 1.0 / 220), 0.1);
}

}  // namespace
}  // namespace faultline::theory::fan_out_theory_test
