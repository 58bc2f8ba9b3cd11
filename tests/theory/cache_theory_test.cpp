// A cache in front of a store that takes no time: how long a value lives, and what a crash loses.
//
// Sources: Jung, Berger, Balakrishnan, "Modeling TTL-based Internet caches", INFOCOM 2003: a key
// read by a Poisson stream of rate l misses once in each cycle of its life and the wait for the
// next read, T + 1 / l, and of T only the mean matters. The loss by hand: a node that flushes every
// I, and dies at a moment that has nothing to do with that, has on average waited I / 2 since.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "models/cache/cache.h"
#include "sim/draw.h"
#include "tests/theory/lab.h"

namespace faultline::theory::cache_theory_test {
namespace {

using models::Cache;
using models::CacheSettings;

std::string shown(double value) { return std::to_string(value).substr(0, 4); }

// A cache before a store, read or written by Poisson users.
struct Front {
  Lab lab;
  Cache* cache = nullptr;

  Front(const CacheSettings& settings, std::unique_ptr<models::Client> users) : lab(811) {
    auto made = std::make_unique<Cache>("cache");
    made->settings = settings;
    made->settings.origin = "db";
    cache = &lab.add(std::move(made));
    lab.add(std::make_unique<models::Stub>("db"));
    lab.add(std::move(users));
    lab.start();
  }
  void run(double for_ms) {
    lab.world().run_until(lab.world().now() + sim::Duration::from_ns(for_ms * ms));
  }
  double count(const char* metric) {
    return static_cast<double>(models::reading(lab.world(), *cache, metric).part);
  }
};

TEST(CacheTheory, HitRatioOfATtlWithJitter) {
  struct Case {
    double rate_per_ms, ttl_ms, jitter;
  };
  for (const Case c : {Case{0.7, 2, 0}, Case{1.3, 4, 0.3}, Case{0.4, 3, 1}}) {
    CacheSettings settings;
    settings.capacity = 10;
    settings.ttl = sim::Duration::from_ns(c.ttl_ms * ms);
    settings.ttl_jitter = c.jitter;
    auto users = poisson(c.rate_per_ms, "cache");
    users->settings.keys.objects = 1;
    Front front(settings, std::move(users));
    std::vector<double> shares;
    for (std::size_t i = 0; i <= batch_count; ++i) {
      const double hits = front.count("hits");
      const double asked = hits + front.count("misses");
      front.run(20'000 / c.rate_per_ms);
      const double now_asked = front.count("hits") + front.count("misses");
      if (i > 0) shares.push_back((front.count("hits") - hits) / (now_asked - asked));
    }
    const double lt = c.rate_per_ms * c.ttl_ms;
    Validation({Topic::caches, "Cache, one key, TTL jitter " + shown(c.jitter),
                "l = " + shown(c.rate_per_ms) + "/ms, mean T = " + shown(c.ttl_ms) + " ms",
                "Jung, Berger, Balakrishnan 2003"})
        .holds("hit ratio", "l T / (1 + l T)", lt / (1 + lt), estimate(shares));
  }
}

TEST(CacheTheory, WritesThatACrashLoses) {
  constexpr double rate_per_ms = 3.1;
  constexpr double interval_ms = 7;
  CacheSettings settings;
  settings.capacity = 10'000;
  settings.writes = CacheSettings::Writes::back;
  settings.flush_interval = sim::Duration::from_ns(interval_ms * ms);
  auto users = poisson(rate_per_ms, "cache");
  users->settings.keys.objects = 900;
  users->settings.writes = 1;
  Front front(settings, std::move(users));
  sim::Draw draw(shifted(5));
  std::vector<double> losses;
  for (int crashes = 0; crashes < 4000; ++crashes) {
    front.run(interval_ms * (3 + 2 * draw.uniform()));
    const double before = front.count("writes_lost");
    front.cache->restart(front.lab.world(), 0);
    losses.push_back(front.count("writes_lost") - before);
  }
  Validation(
      {Topic::caches, "Written back, a crash at a random moment",
       "w = " + shown(rate_per_ms) + " writes/ms, flushed every I = " + shown(interval_ms) + " ms",
       "by hand"})
      .holds("acknowledged writes lost", "w I / 2", rate_per_ms * interval_ms / 2,
             estimate(losses));
}

}  // namespace
}  // namespace faultline::theory::cache_theory_test
