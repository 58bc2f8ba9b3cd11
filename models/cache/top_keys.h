// TopKeys: which keys are asked for most, and how often, in little memory.
//
// Parameters   tracked   counters >= 1
// Cost         O(log tracked) per key seen
// Error        no counter is below the truth; none is above it by more than seen / tracked
//
// Space-Saving: a key without a counter takes over the lowest one (Metwally, Agrawal, El Abbadi,
// "Efficient computation of frequent and top-k elements in data streams", ICDT 2005).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <utility>

namespace faultline::models {

class TopKeys {
 public:
  explicit TopKeys(std::size_t tracked) : tracked_(tracked) {}

  void saw(std::uint64_t key) {
    ++seen_;
    auto found = counts_.find(key);
    if (found == counts_.end()) found = counts_.emplace(key, take_over()).first;
    ranks_.erase({found->second, key});
    ranks_.emplace(++found->second, key);
  }

  std::uint64_t seen() const { return seen_; }
  std::uint64_t highest() const { return ranks_.empty() ? 0 : ranks_.rbegin()->first; }

 private:
  // The count that a new key begins with.
  std::uint64_t take_over() {
    if (counts_.size() < tracked_) return 0;
    const auto [count, key] = *ranks_.begin();
    ranks_.erase(ranks_.begin());
    counts_.erase(key);
    return count;
  }

  std::size_t tracked_;
  std::uint64_t seen_ = 0;
  std::map<std::uint64_t, std::uint64_t> counts_;
  std::set<std::pair<std::uint64_t, std::uint64_t>> ranks_;  // count, key
};

}  // namespace faultline::models
