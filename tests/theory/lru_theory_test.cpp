// The LRU under independent requests with Zipf popularities against Che's approximation.
//
// Sources: Che, Tung, Wang, "Hierarchical web caching systems: modeling, design and experimental
// results", IEEE JSAC 20 (2002); its error shrinks with the size of the cache: Fricker, Robert,
// Roberts, "A versatile and accurate approximation for LRU cache performance", ITC 24 (2012).
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "models/cache/lru.h"
#include "sim/draw.h"
#include "sim/zipf.h"
#include "tests/theory/validation.h"

namespace faultline::theory {
namespace {

constexpr int reads_per_batch = 60'000;

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

struct Case {
  std::uint64_t objects;
  double alpha;
  std::uint32_t capacity;
};

// Read, and put after a miss; the mean over batches is within 99.9 % confidence of the formula.
TEST(LruTheory, HitsAsChesApproximationSays) {
  for (const Case c :
       {Case{20'011, 0.83, 1'713}, Case{9'973, 1.17, 419}, Case{7'001, 0.0, 2'903}}) {
    const sim::Zipf zipf(c.objects, c.alpha);
    std::vector<double> popularity;
    double total = 0;
    for (std::uint64_t k = 1; k <= c.objects; ++k) {
      popularity.push_back(std::pow(static_cast<double>(k), -c.alpha));
      total += popularity.back();
    }
    for (double& p : popularity) p /= total;

    models::Lru<int> lru(c.capacity);
    sim::Draw draw(shifted(c.objects));
    const auto hits_among = [&](int reads) {
      int hits = 0;
      for (int i = 0; i < reads; ++i) {
        const std::uint64_t key = zipf.sample(draw);
        if (lru.use(key) != nullptr) {
          ++hits;
        } else {
          lru.put(key, 0);
        }
      }
      return static_cast<double>(hits) / reads;
    };
    hits_among(4 * reads_per_batch);  // warm-up
    std::vector<double> ratios;
    for (std::size_t i = 0; i < batch_count; ++i) ratios.push_back(hits_among(reads_per_batch));
    const std::string alpha = std::to_string(c.alpha).substr(0, 4);
    Validation che({Topic::caches, "LRU, Zipf exponent " + alpha,
                    std::to_string(c.objects) + " objects, capacity " + std::to_string(c.capacity),
                    "Che, Tung, Wang 2002"});
    che.holds("hit ratio", "sum of p (1 - e^(-p T)), T from sum of (1 - e^(-p T)) = capacity",
              hit_ratio_by_che(popularity, c.capacity), estimate(ratios), 0.005);
  }
}

}  // namespace
}  // namespace faultline::theory
