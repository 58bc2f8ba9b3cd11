// What a cache node keeps under independent requests, by the rule of who has to go.
//
// Sources: Che, Tung, Wang, "Hierarchical web caching systems: modeling, design and experimental
// results", IEEE JSAC 20 (2002), whose error shrinks with the size of the cache: Fricker, Robert,
// Roberts, "A versatile and accurate approximation for LRU cache performance", ITC 24 (2012).
// King, "Analysis of demand paging algorithms", IFIP Congress 1971, and Gelenbe, "A unified
// approach to the evaluation of a class of replacement algorithms", IEEE Trans. Computers 22
// (1973): first in first out holds a set of objects with probability in proportion to the product
// of their popularities, as random replacement does.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "models/cache/shelf.h"
#include "sim/draw.h"
#include "sim/zipf.h"
#include "tests/theory/validation.h"

namespace faultline::theory::eviction_theory_test {
namespace {

using models::Eviction;

constexpr int reads_per_batch = 60'000;

struct Case {
  std::uint64_t objects;
  double alpha;
  std::uint32_t capacity;

  std::vector<double> popularities() const {
    std::vector<double> popularity;
    for (std::uint64_t k = 1; k <= objects; ++k) {
      popularity.push_back(std::pow(static_cast<double>(k), -alpha));
    }
    const double total = std::accumulate(popularity.begin(), popularity.end(), 0.0);
    for (double& p : popularity) p /= total;
    return popularity;
  }
  Validation row(const std::string& rule, const std::string& source) const {
    return Validation(
        {Topic::caches, rule + ", Zipf exponent " + std::to_string(alpha).substr(0, 4),
         std::to_string(objects) + " objects, capacity " + std::to_string(capacity), source});
  }
};

// Read, and put after a miss; `warmup` in batches.
Estimate hit_ratio(Eviction eviction, const Case& c, int warmup = 4) {
  const sim::Zipf zipf(c.objects, c.alpha);
  models::Shelf<int> shelf(eviction, c.capacity);
  sim::Draw draw(shifted(c.objects));
  const auto hits_among = [&](int reads) {
    int hits = 0;
    for (int i = 0; i < reads; ++i) {
      const std::uint64_t key = zipf.sample(draw);
      if (shelf.use(key) != nullptr) {
        ++hits;
      } else {
        shelf.put(key, 0);
      }
    }
    return static_cast<double>(hits) / reads;
  };
  hits_among(warmup * reads_per_batch);
  std::vector<double> ratios;
  for (std::size_t i = 0; i < batch_count; ++i) ratios.push_back(hits_among(reads_per_batch));
  return estimate(ratios);
}

// The characteristic time T, in requests, solves sum(1 - exp(-p T)) = capacity; a read of an object
// of popularity p hits with probability 1 - exp(-p T).
double hit_ratio_by_che(const std::vector<double>& popularity, double capacity) {
  const auto sum = [&](double t, bool weighted) {
    double total = 0;
    for (const double p : popularity) total += (weighted ? p : 1.0) * -std::expm1(-p * t);
    return total;
  };
  double low = 0;
  double high = 1e12;
  for (int i = 0; i < 200; ++i) {
    const double middle = (low + high) / 2;
    (sum(middle, false) < capacity ? low : high) = middle;
  }
  return sum(low, true);
}

// The mean over batches is within 99.9 % confidence of the formula.
TEST(EvictionTheory, LruHitsAsChesApproximationSays) {
  for (const Case c :
       {Case{20'011, 0.83, 1'713}, Case{9'973, 1.17, 419}, Case{7'001, 0.0, 2'903}}) {
    c.row("LRU", "Che, Tung, Wang 2002")
        .holds("hit ratio", "sum of p (1 - e^(-p T)), T from sum of (1 - e^(-p T)) = capacity",
               hit_ratio_by_che(c.popularities(), c.capacity), hit_ratio(Eviction::lru, c), 0.005);
  }
}

// e_0 .. e_count of all p, where e_k is the sum over all sets of k objects of the product of their
// popularities (times a scale that cancels).
std::vector<double> elementary(const std::vector<double>& p, std::size_t count) {
  std::vector<double> e(count + 1, 0);
  e[0] = 1;
  for (const double one : p) {
    for (std::size_t k = count; k > 0; --k) e[k] += one * e[k - 1];
  }
  return e;
}

// A miss is an object asked for outside a set of C: sets of C + 1, each counted C + 1 times.
double hit_ratio_by_gelenbe(std::vector<double> popularity, std::size_t capacity) {
  const double scale = static_cast<double>(popularity.size());  // keeps products near 1
  for (double& p : popularity) p *= scale;
  const std::vector<double> e = elementary(popularity, capacity + 1);
  return 1 - static_cast<double>(capacity + 1) * e[capacity + 1] / e[capacity] / scale;
}

TEST(EvictionTheory, FifoHitsAsGelenbesProductFormSays) {
  for (const Case c : {Case{211, 0.83, 37}, Case{97, 1.31, 11}}) {
    c.row("FIFO", "King 1971; Gelenbe 1973")
        .holds("hit ratio", "1 - (C + 1) e_(C+1)(p) / e_C(p), e_k the elementary symmetric sums",
               hit_ratio_by_gelenbe(c.popularities(), c.capacity), hit_ratio(Eviction::fifo, c),
               0.005);
  }
}

// Once it has counted for long, it holds the most popular ones. It remembers all keys here: nine
// times the capacity are more than there are.
TEST(EvictionTheory, LfuHoldsTheMostPopular) {
  for (const Case c : {Case{2'003, 0.91, 307}, Case{499, 1.23, 61}}) {
    const std::vector<double> p = c.popularities();
    c.row("LFU", "Coffman, Denning 1973")
        .holds("hit ratio", "sum of the C highest p",
               std::accumulate(p.begin(), p.begin() + c.capacity, 0.0),
               hit_ratio(Eviction::lfu, c, 20), 0.005);
  }
}

}  // namespace
}  // namespace faultline::theory::eviction_theory_test
