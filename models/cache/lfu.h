// Lfu: a map of bounded size from 64-bit keys to values, which forgets the least frequently used.
//
// Parameters   capacity   entries >= 1
// Cost         O(log n) per operation
// Memory       grows with the entries held, and with the keys whose uses are remembered
// Invariant    every entry has one rank; size() <= capacity()
//
// A key is used whenever it is asked for, whether it is there or not. How often is remembered of
// the entries and of eight times as many keys that are not there, those asked for last: without
// that, what came late could never catch up with what has been there for long. Uses never age.
// Among equally frequent ones the one longest unused goes first; that may be the one just put.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <limits>
#include <set>

#include "models/cache/lru.h"

namespace faultline::models {

template <class Value>
class Lfu {
 public:
  explicit Lfu(std::uint32_t capacity) : capacity_(capacity), past_(remembered(capacity)) {}

  std::uint32_t size() const { return entries_.size(); }

  Value* use(std::uint64_t key) {
    ++now_;
    if (Entry* entry = entries_.use(key)) {
      rank(key, *entry, entry->uses + 1);
      return &entry->value;
    }
    const std::uint64_t* uses = past_.peek(key);
    past_.put(key, uses == nullptr ? 1 : *uses + 1);
    return nullptr;
  }

  Value* peek(std::uint64_t key) {
    Entry* entry = entries_.peek(key);
    return entry == nullptr ? nullptr : &entry->value;
  }
  const Value* peek(std::uint64_t key) const { return const_cast<Lfu*>(this)->peek(key); }

  // Puts or replaces; tells `gone` the key and value that had to go for it.
  template <class Gone>
  bool put(std::uint64_t key, const Value& value, Gone gone) {
    ++now_;
    if (Entry* entry = entries_.use(key)) {
      entry->value = value;
      return false;
    }
    const std::uint64_t* uses = past_.peek(key);
    Entry entry{.value = value, .uses = uses == nullptr ? 0 : *uses, .used = now_};
    past_.erase(key);
    ranks_.insert({entry.uses, entry.used, key});
    entries_.put(key, entry);
    if (entries_.size() <= capacity_) return false;
    const std::uint64_t last = ranks_.begin()->key;
    gone(last, entries_.peek(last)->value);
    erase(last);
    return true;
  }

  bool erase(std::uint64_t key) {
    const Entry* entry = entries_.peek(key);
    if (entry == nullptr) return false;
    past_.put(key, entry->uses);
    ranks_.erase({entry->uses, entry->used, key});
    return entries_.erase(key);
  }

  // From the least frequently used on.
  template <class See>
  void for_each(See see) const {
    for (const Rank& rank : ranks_) see(rank.key, entries_.peek(rank.key)->value);
  }

  void clear() {
    entries_.clear();
    past_.clear();
    ranks_.clear();
  }

 private:
  struct Entry {
    Value value{};
    std::uint64_t uses = 0;
    std::uint64_t used = 0;  // when, by `now_`
  };
  struct Rank {
    std::uint64_t uses = 0;
    std::uint64_t used = 0;
    std::uint64_t key = 0;
    auto operator<=>(const Rank&) const = default;
  };

  static constexpr std::uint32_t no_limit = std::numeric_limits<std::uint32_t>::max();
  static std::uint32_t remembered(std::uint32_t capacity) {
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(std::uint64_t{8} * capacity, no_limit));
  }

  void rank(std::uint64_t key, Entry& entry, std::uint64_t uses) {
    ranks_.erase({entry.uses, entry.used, key});
    entry.uses = uses;
    entry.used = now_;
    ranks_.insert({entry.uses, entry.used, key});
  }

  std::uint32_t capacity_;
  std::uint64_t now_ = 0;  // counts operations
  Lru<Entry> entries_{no_limit};
  Lru<std::uint64_t> past_;  // uses of keys that are not there
  std::set<Rank> ranks_;
};

}  // namespace faultline::models
