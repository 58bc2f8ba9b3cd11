// ByteLru: an Lru bounded by the bytes of its values, not by their number.
//
// Parameters   capacity   bytes >= 1
//              Value      has a member `bytes`, which does not change while it is held
// Invariant    bytes() is the sum over all values and <= capacity()
#pragma once

#include <cstdint>
#include <limits>

#include "models/cache/lru.h"
#include "sim/check.h"

namespace faultline::models {

template <class Value>
class ByteLru {
 public:
  explicit ByteLru(std::uint64_t capacity) : capacity_(capacity) { CHECK(capacity >= 1); }

  std::uint64_t capacity() const { return capacity_; }
  std::uint64_t bytes() const { return bytes_; }
  std::uint32_t size() const { return values_.size(); }

  // As those of Lru.
  const Value* use(std::uint64_t key) { return values_.use(key); }
  const Value* peek(std::uint64_t key) const { return values_.peek(key); }

  // Puts or replaces, and uses; returns how many others had to go for it. What is larger than the
  // capacity is not kept, and what it would have replaced is gone.
  std::uint64_t put(std::uint64_t key, const Value& value) {
    erase(key);
    if (value.bytes > capacity_) return 0;
    std::uint64_t gone = 0;
    for (; bytes_ + value.bytes > capacity_; ++gone) {
      bytes_ -= values_.last()->bytes;
      values_.drop_last();
    }
    values_.put(key, value);
    bytes_ += value.bytes;
    return gone;
  }

  bool erase(std::uint64_t key) {
    const Value* value = values_.peek(key);
    if (value == nullptr) return false;
    bytes_ -= value->bytes;
    return values_.erase(key);
  }

  void clear() {
    values_.clear();
    bytes_ = 0;
  }

 private:
  std::uint64_t capacity_;
  std::uint64_t bytes_ = 0;
  Lru<Value> values_{std::numeric_limits<std::uint32_t>::max()};
};

}  // namespace faultline::models
