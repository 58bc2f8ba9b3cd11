// Rate limits against what is known of them under Poisson arrivals.
//
// Of a bucket of K tokens those that are missing are the work left in a queue that serves one at a
// time, each for 1 / rate, and has room for K: who finds less than one token finds K in the system.
// So it refuses what M/D/1/K does (embedded at departures: Kleinrock 1975, ch. 5; its loss: Tijms,
// "A First Course in Stochastic Models", 2003, ch. 9).
#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <vector>

#include "models/service/limiting.h"
#include "tests/theory/lab.h"
#include "tests/theory/validation.h"

namespace faultline::theory::limit_theory_test {
namespace {

using models::RateLimitSettings;
using Algorithm = RateLimitSettings::Algorithm;

// 1 for every request that was refused, 0 for every other. Rates are per second.
std::vector<double> refused(std::uint64_t seed, double arrivals, const RateLimitSettings& limit) {
  Lab lab(seed);
  lab.add(poisson(arrivals / 1000, "web"));
  auto& web = lab.add(service("web", 1, sim::Distribution::constant(0)));
  web.settings.rate_limit.emplace().limit = limit;
  lab.run(600'000);
  return lab.ended(models::Status::throttled);
}

double poisson_probability(double mean, unsigned n) {
  double p = std::exp(-mean);
  for (unsigned i = 1; i <= n; ++i) p *= mean / i;
  return p;
}

// The share that M/D/1/K loses at load `load`.
double lost_in_md1k(double load, unsigned k) {
  // Found by those who depart, up to a factor: what it takes to go down from n is known from those
  // below.
  std::vector<double> left(k, 0);
  left[0] = 1;
  double sum = 1;
  for (unsigned n = 0; n + 1 < k; ++n) {
    double above = left[n] - left[0] * poisson_probability(load, n);
    for (unsigned i = 1; i <= n; ++i) above -= left[i] * poisson_probability(load, n + 1 - i);
    left[n + 1] = above / poisson_probability(load, 0);
    sum += left[n + 1];
  }
  return 1 - 1 / (left[0] / sum + load);
}

TEST(LimitTheory, TokenBucket) {
  for (const auto& [arrivals, tokens] : {std::pair{9.0, 3U}, std::pair{12.0, 5U}}) {
    RateLimitSettings limit;
    limit.rate = 10;
    limit.burst = tokens;
    Validation bucket(
        {Topic::services, "Token bucket of " + std::to_string(tokens),
         "lambda = " + std::to_string(static_cast<int>(arrivals)) + " / s, rate = 10 / s",
         "Kleinrock 1975, ch. 5; Tijms 2003, ch. 9"});
    bucket.holds("share refused", "loss of M/D/1/K, load lambda / rate",
                 lost_in_md1k(arrivals / 10, tokens),
                 mean_of(refused(720 + tokens, arrivals, limit)));
  }
}

// Every window begins anew: of N that come, min(N, L) are let through.
TEST(LimitTheory, FixedWindow) {
  RateLimitSettings limit;
  limit.algorithm = Algorithm::fixed_window;
  limit.rate = 10;
  double through = 10;
  for (unsigned n = 0; n < 10; ++n) through -= (10 - n) * poisson_probability(9, n);
  Validation window({Topic::services, "Fixed window", "lambda = 9 / s, 10 / s in windows of 1 s",
                     "Poisson arrivals, counted"});
  window.holds("share refused", "1 - E[min(N, L)] / E[N]", 1 - through / 9,
               mean_of(refused(731, 9, limit)));
}

// How many are let through in a window, given the window before: `most` is how many there may be
// at each moment of it, which rises by one at set times; between them they come as they come.
std::vector<double> let_through(unsigned before, unsigned allowed, double mean) {
  std::vector<double> odds(allowed + 1, 0);
  odds[0] = 1;
  double at = 0;
  for (unsigned most = allowed - before; most <= allowed; ++most) {
    const double until =
        before == 0 ? 1 : 1 - static_cast<double>(std::max(allowed - most, 1U) - 1) / before;
    const double next = most == allowed ? 1 : until;
    std::vector<double> after(allowed + 1, 0);
    for (unsigned n = 0; n <= most; ++n) {
      double rest = odds[n];
      for (unsigned more = 0; n + more < most; ++more) {
        const double p = odds[n] * poisson_probability(mean * (next - at), more);
        after[n + more] += p;
        rest -= p;
      }
      after[most] += rest;
    }
    odds = after;
    at = next;
  }
  return odds;
}

// Those let through in one window after the other are a chain. Its stationary law, by iteration.
double mean_let_through(unsigned allowed, double mean) {
  std::vector<double> law(allowed + 1, 1.0 / (allowed + 1));
  for (int i = 0; i < 500; ++i) {
    std::vector<double> next(allowed + 1, 0);
    for (unsigned before = 0; before <= allowed; ++before) {
      const std::vector<double> odds = let_through(before, allowed, mean);
      for (unsigned n = 0; n <= allowed; ++n) next[n] += law[before] * odds[n];
    }
    law = next;
  }
  double through = 0;
  for (unsigned n = 0; n <= allowed; ++n) through += n * law[n];
  return through;
}

TEST(LimitTheory, SlidingWindow) {
  RateLimitSettings limit;
  limit.algorithm = Algorithm::sliding_window;
  limit.rate = 10;
  Validation window({Topic::services, "Sliding-window counter",
                     "lambda = 9 / s, 10 / s in windows of 1 s", "Poisson arrivals, as a chain"});
  window.holds("share refused", "1 - E[admitted] / E[N], admitted: chain of windows",
               1 - mean_let_through(10, 9) / 9, mean_of(refused(741, 9, limit)));
}

// The same arrivals and limit, with every request of the last second counted exactly: the counter
// takes those of the window before to be spread evenly. What that changes is small.
TEST(LimitTheory, SlidingWindowIsNearAnExactCount) {
  constexpr double arrivals = 9;
  constexpr int allowed = 10;
  std::vector<double> refused_by_log;
  std::vector<double> through;  // when, in seconds
  std::size_t oldest = 0;       // that still counts
  double now = 0;
  for (std::uint64_t i = 0; i < 600'000; ++i) {
    sim::Draw draw = sim::Luck{shifted(751)}.draw(i);
    now -= std::log(draw.uniform()) / arrivals;
    while (oldest < through.size() && through[oldest] <= now - 1) ++oldest;
    const bool has_room = through.size() - oldest < allowed;
    if (has_room) through.push_back(now);
    refused_by_log.push_back(has_room ? 0 : 1);
  }
  const double exact = mean_of(refused_by_log).mean;
  EXPECT_NEAR(1 - mean_let_through(allowed, arrivals) / arrivals, exact, 0.01);
}

}  // namespace
}  // namespace faultline::theory::limit_theory_test
