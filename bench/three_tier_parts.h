// What the hand-written three-tier model and its ns-3 twin have in common: the parameters, the
// draws, the cache and the measuring. Both engines run the same model code around different
// schedulers, so that the ratio between them is the ratio of the engines.
#pragma once

#include <sys/resource.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace faultline::bench {

// All times in nanoseconds. The model is that of the library scenario `three-tier`.
namespace three_tier {
inline constexpr std::int64_t millisecond = 1'000'000;
inline constexpr std::int64_t second = 1'000 * millisecond;
inline constexpr double mean_gap = 500e3;
inline constexpr std::int64_t hop_user = millisecond / 2;
inline constexpr std::int64_t hop_cache = millisecond / 5;
inline constexpr std::int64_t hop_database = 3 * millisecond / 10;
inline constexpr std::int64_t cache_service = millisecond / 10;
inline constexpr double web_service = 5e6;
inline constexpr double database_service = 8e6;
inline constexpr std::int64_t timeout = second;
inline constexpr std::int64_t warm_up = second;
inline constexpr std::uint32_t servers = 8;
inline constexpr std::uint32_t workers_per_server = 4;
inline constexpr std::uint32_t database_workers = 32;
inline constexpr std::uint32_t keys = 10'000;
inline constexpr std::uint32_t cache_capacity = 8'000;
}  // namespace three_tier

// xoshiro256++ 1.0 (Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM
// TOMS 47, 2021), seeded by SplitMix64, with an exponential by the ziggurat method of 256 layers
// (Marsaglia and Tsang, "The ziggurat method for generating random variables", JSS 5, 2000).
class Random {
 public:
  explicit Random(std::uint64_t seed) {
    for (auto& word : state_) {
      seed += 0x9e3779b97f4a7c15ULL;
      std::uint64_t z = seed;
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
      z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
      word = z ^ (z >> 31);
    }
    edge_[0] = layer_area / std::exp(-tail);
    edge_[1] = tail;
    for (std::size_t i = 2; i < layers; ++i) {
      edge_[i] = -std::log(std::exp(-edge_[i - 1]) + layer_area / edge_[i - 1]);
    }
    edge_[layers] = 0;
    for (std::size_t i = 0; i <= layers; ++i) height_[i] = std::exp(-edge_[i]);
  }

  std::uint64_t bits() {
    const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  double uniform() { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }

  std::uint32_t below(std::uint32_t n) {
    return static_cast<std::uint32_t>(((bits() >> 32) * n) >> 32);
  }

  // Exponential with mean 1.
  double exponential() {
    for (double beyond = 0;;) {
      const std::uint64_t draw = bits();
      const std::size_t layer = draw & (layers - 1);
      const double x = static_cast<double>(draw >> 11) * 0x1.0p-53 * edge_[layer];
      if (x < edge_[layer + 1]) [[likely]]
        return beyond + x;
      if (layer == 0) {
        beyond += tail;  // The tail of an exponential is the same exponential, further out.
        continue;
      }
      const double rise = height_[layer + 1] - height_[layer];
      if (height_[layer] + rise * uniform() < std::exp(-x)) return beyond + x;
    }
  }

  std::int64_t exponential_ns(double mean_ns) {
    return static_cast<std::int64_t>(exponential() * mean_ns + 0.5);
  }

 private:
  static constexpr std::size_t layers = 256;
  static constexpr double tail = 7.69711747013104972;
  static constexpr double layer_area = 0.0039496598225815571993;

  std::array<std::uint64_t, 4> state_{};
  std::array<double, layers + 1> edge_{};
  std::array<double, layers + 1> height_{};
};

// A least-recently-used cache of keys: open addressing with linear probing and backward-shift
// deletion, and a doubly linked list threaded through the entries. Entry 0 is the list's anchor.
class LruCache {
 public:
  explicit LruCache(std::uint32_t capacity)
      : capacity_(capacity), table_(std::bit_ceil(capacity * 2ULL), 0), entries_(capacity + 1) {
    shift_ = 64 - std::countr_zero(table_.size());
  }

  bool look_up(std::uint32_t key) {
    const std::uint32_t entry = table_[find(key)];
    if (entry == 0) return false;
    unlink(entry);
    link_front(entry);
    return true;
  }

  // Inserts `key`, or refreshes it; the least recently used key makes room.
  void fill(std::uint32_t key) {
    if (look_up(key)) return;
    std::uint32_t entry;
    if (size_ < capacity_) {
      entry = ++size_;
    } else {
      entry = entries_[0].previous;
      erase_slot(find(entries_[entry].key));
      unlink(entry);
    }
    entries_[entry].key = key;
    table_[find(key)] = entry;
    link_front(entry);
  }

 private:
  struct Entry {
    std::uint32_t key = 0;
    std::uint32_t previous = 0;
    std::uint32_t next = 0;
  };

  std::size_t home(std::uint32_t key) const {
    return static_cast<std::size_t>((key * 0x9e3779b97f4a7c15ULL) >> shift_);
  }

  // The slot that holds `key`, or the empty slot where it belongs.
  std::size_t find(std::uint32_t key) const {
    std::size_t slot = home(key);
    while (table_[slot] != 0 && entries_[table_[slot]].key != key) {
      slot = (slot + 1) & (table_.size() - 1);
    }
    return slot;
  }

  void erase_slot(std::size_t hole) {
    const std::size_t mask = table_.size() - 1;
    for (std::size_t slot = (hole + 1) & mask; table_[slot] != 0; slot = (slot + 1) & mask) {
      const std::size_t wanted = home(entries_[table_[slot]].key);
      if (((slot - wanted) & mask) >= ((slot - hole) & mask)) {
        table_[hole] = table_[slot];
        hole = slot;
      }
    }
    table_[hole] = 0;
  }

  void unlink(std::uint32_t entry) {
    entries_[entries_[entry].previous].next = entries_[entry].next;
    entries_[entries_[entry].next].previous = entries_[entry].previous;
  }

  void link_front(std::uint32_t entry) {
    const std::uint32_t first = entries_[0].next;
    entries_[entry].previous = 0;
    entries_[entry].next = first;
    entries_[first].previous = entry;
    entries_[0].next = entry;
  }

  std::uint32_t capacity_;
  std::uint32_t size_ = 0;
  int shift_ = 0;
  std::vector<std::uint32_t> table_;
  std::vector<Entry> entries_;
};

// Latencies in buckets of relative width 1/128, indexed by the leading bits of the integer.
class LatencyHistogram {
 public:
  void record(std::int64_t ns) {
    sum_ += static_cast<double>(ns);
    ++count_;
    ++buckets_[index_of(static_cast<std::uint64_t>(ns))];
  }

  std::uint64_t count() const { return count_; }
  double mean_ms() const { return count_ == 0 ? 0 : sum_ / static_cast<double>(count_) / 1e6; }

  double quantile_ms(double q) const {
    const auto rank = static_cast<std::uint64_t>(q * static_cast<double>(count_));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      seen += buckets_[i];
      if (seen > rank) return middle_of(i) / 1e6;
    }
    return 0;
  }

 private:
  static constexpr int precision = 7;

  static std::size_t index_of(std::uint64_t value) {
    value |= 1ULL << precision;  // Below 128 ns the buckets are not told apart.
    const int exponent = std::bit_width(value) - 1 - precision;
    return (static_cast<std::size_t>(exponent) << precision) + (value >> exponent) -
           (1U << precision);
  }

  static double middle_of(std::size_t index) {
    const double mantissa = static_cast<double>((index & 127U) + 128U) + 0.5;
    return std::ldexp(mantissa, static_cast<int>(index >> precision));
  }

  std::array<std::uint64_t, (64 - precision) << precision> buckets_{};
  std::uint64_t count_ = 0;
  double sum_ = 0;
};

// What one run counted, and its line of JSON.
struct Tally {
  std::uint64_t requests = 0;
  std::uint64_t events = 0;
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
  std::uint64_t timeouts = 0;
  LatencyHistogram latency;

  void print(const char* engine, double simulated_seconds, double wall_seconds) const {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const double looked_up = static_cast<double>(hits + misses);
    std::printf(
        "{\"engine\": \"%s\", \"simulated_seconds\": %g, \"requests\": %llu, \"events\": %llu, "
        "\"wall_seconds\": %.6f, \"requests_per_wall_second\": %.0f, "
        "\"events_per_wall_second\": %.0f, \"mean_ms\": %.4f, \"p50_ms\": %.3f, "
        "\"p99_ms\": %.3f, \"hit_ratio\": %.5f, \"timeouts\": %llu, \"peak_rss_kib\": %ld}\n",
        engine, simulated_seconds, static_cast<unsigned long long>(requests),
        static_cast<unsigned long long>(events), wall_seconds,
        static_cast<double>(requests) / wall_seconds, static_cast<double>(events) / wall_seconds,
        latency.mean_ms(), latency.quantile_ms(0.5), latency.quantile_ms(0.99),
        looked_up > 0 ? static_cast<double>(hits) / looked_up : 0,
        static_cast<unsigned long long>(timeouts), usage.ru_maxrss);
  }
};

}  // namespace faultline::bench
