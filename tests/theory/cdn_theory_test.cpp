// An object at one edge of a CDN under Poisson requests, against renewal theory.
//
// A cycle begins with a request that finds nothing. With rate l, lifetime T and a fetch that takes
// D: the object is there T long, counted from the end of the fetch, and the next request comes 1/l
// after that. Sources: Jung, Berger, Balakrishnan, "Modeling TTL-based Internet caches", INFOCOM
// 2003, for D = 0; for D > 0 the same by hand. Without coalescing all who come during the first
// fetch begin their own, and the last of these, on average D - (1 - e^(-l D)) / l after the first,
// counts for the lifetime.
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "models/edge/cdn/cdn.h"
#include "tests/theory/lab.h"

namespace faultline::theory::cdn_theory_test {
namespace {

using models::Cdn;
using namespace sim::literals;

struct Case {
  double rate_per_ms;
  double ttl_ms;
  double fetch_ms;
  bool coalescing;
};

struct Shares {
  std::vector<double> hits;       // of requests
  std::vector<double> fetches;    // per request
  std::vector<double> coalesced;  // per fetch
};

Shares simulate(const Case& c) {
  Lab lab(77);
  auto made = std::make_unique<Cdn>("cdn");
  made->settings.origin = "origin";
  made->settings.capacity = sim::Distribution::constant(1e6);
  made->settings.ttl = sim::Duration::from_ns(c.ttl_ms * ms);
  made->settings.coalescing = c.coalescing;
  const Cdn& cdn = lab.add(std::move(made));
  lab.add(std::make_unique<models::Stub>("origin", sim::Duration::from_ns(c.fetch_ms * ms)));
  auto users = poisson(c.rate_per_ms, "cdn");
  users->settings.keys.objects = 1;
  lab.add(std::move(users));
  lab.start();
  const auto count = [&](const char* metric) {
    return static_cast<double>(models::reading(lab.world(), cdn, metric).part);
  };
  const double batch_ms = 20'000 / c.rate_per_ms;
  lab.world().run_until(sim::Time{} + sim::Duration::from_ns(batch_ms * ms));
  Shares shares;
  for (std::size_t i = 0; i < batch_count; ++i) {
    const double hits = count("hits");
    const double misses = count("misses");
    const double fetches = count("fetches");
    const double coalesced = count("coalesced");
    lab.world().run_until(lab.world().now() + sim::Duration::from_ns(batch_ms * ms));
    const double asked = count("hits") + count("misses") - hits - misses;
    shares.hits.push_back((count("hits") - hits) / asked);
    shares.fetches.push_back((count("fetches") - fetches) / asked);
    shares.coalesced.push_back((count("coalesced") - coalesced) / (count("fetches") - fetches));
  }
  return shares;
}

std::string parameters(const Case& c) {
  const auto shown = [](double value) { return std::to_string(value).substr(0, 4); };
  return "l = " + shown(c.rate_per_ms) + "/ms, T = " + shown(c.ttl_ms) +
         " ms, D = " + shown(c.fetch_ms) + " ms";
}

// With fetches that take no time the share of hits is l T / (1 + l T).
TEST(CdnTheory, HitRatioOfATtlUnderPoissonRequests) {
  for (const Case c : {Case{0.5, 1, 0, true}, Case{2, 3, 0, true}}) {
    const double lt = c.rate_per_ms * c.ttl_ms;
    const std::string ttl_ms = std::to_string(static_cast<int>(c.ttl_ms));
    Validation ttl({Topic::caches, "CDN edge, one object fresh for " + ttl_ms + " ms",
                    parameters(c), "Jung, Berger, Balakrishnan 2003"});
    ttl.holds("hit ratio", "l T / (1 + l T)", lt / (1 + lt), estimate(simulate(c).hits));
  }
}

// Of all who come during a fetch, one fetches; so that l D join each fetch.
TEST(CdnTheory, FetchesOncePerExpiryWhenItCoalesces) {
  const Case c{2, 10, 5, true};
  const double l = c.rate_per_ms;
  const Shares shares = simulate(c);
  Validation edge({Topic::caches, "CDN edge, fetches coalesced", parameters(c), "renewal theory"});
  edge.holds("fetches per request", "1 / (1 + l (D + T))", 1 / (1 + l * (c.fetch_ms + c.ttl_ms)),
             estimate(shares.fetches));
  edge.holds("joined per fetch", "l D", l * c.fetch_ms, estimate(shares.coalesced));
}

// Without it, each of them fetches: 1 + l D fetches for each expiry.
TEST(CdnTheory, FetchesForEveryMissWhenItDoesNot) {
  const Case c{2, 10, 5, false};
  const double l = c.rate_per_ms;
  const double ld = l * c.fetch_ms;
  Validation edge({Topic::caches, "CDN edge, every miss fetches", parameters(c), "renewal theory"});
  edge.holds("fetches per request", "(1 + l D) / (l (2 D + T) + e^(-l D))",
             (1 + ld) / (l * (2 * c.fetch_ms + c.ttl_ms) + std::exp(-ld)),
             estimate(simulate(c).fetches));
}

}  // namespace
}  // namespace faultline::theory::cdn_theory_test
