// Shelf: the values that one cache node holds, and which of them goes when it is full.
//
// Parameters   eviction   lru   the least recently used (lru.h)
//                         lfu   the least frequently used (lfu.h)
//                         fifo  the one that came first; replacing a value does not renew it
//              capacity   values >= 1
// Invariant    size() <= capacity
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "models/cache/lfu.h"
#include "models/cache/lru.h"

namespace faultline::models {

enum class Eviction : std::uint8_t { lru, lfu, fifo };
inline constexpr std::array<std::string_view, 3> eviction_words = {"lru", "lfu", "fifo"};

template <class Value>
class Shelf {
 public:
  Shelf(Eviction eviction, std::uint32_t capacity)
      : in_order_(capacity, eviction == Eviction::fifo ? LruOrder::arrival : LruOrder::use) {
    if (eviction == Eviction::lfu) by_frequency_.emplace(capacity);
  }

  std::uint32_t size() const { return by_frequency_ ? by_frequency_->size() : in_order_.size(); }

  // As those of Lru. A key that is asked for and not there is used, too.
  Value* use(std::uint64_t key) {
    return by_frequency_ ? by_frequency_->use(key) : in_order_.use(key);
  }
  Value* peek(std::uint64_t key) {
    return by_frequency_ ? by_frequency_->peek(key) : in_order_.peek(key);
  }
  const Value* peek(std::uint64_t key) const { return const_cast<Shelf*>(this)->peek(key); }

  // Puts or replaces. True when one had to go for it, of which `gone(key, value)` was told.
  template <class Gone>
  bool put(std::uint64_t key, const Value& value, Gone gone) {
    return by_frequency_ ? by_frequency_->put(key, value, gone) : in_order_.put(key, value, gone);
  }
  bool put(std::uint64_t key, const Value& value) {
    return put(key, value, [](std::uint64_t, const Value&) {});
  }

  bool erase(std::uint64_t key) {
    return by_frequency_ ? by_frequency_->erase(key) : in_order_.erase(key);
  }
  // From the one that would go first on.
  template <class See>
  void for_each(See see) const {
    if (by_frequency_) return by_frequency_->for_each(see);
    in_order_.for_each(see);
  }
  void clear() {
    in_order_.clear();
    if (by_frequency_) by_frequency_->clear();
  }

 private:
  Lru<Value> in_order_;
  std::optional<Lfu<Value>> by_frequency_;  // then the other one stays empty
};

}  // namespace faultline::models
