#include "models/cache/lru.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <list>
#include <utility>

#include "models/cache/byte_lru.h"
#include "sim/draw.h"
#include "tests/draws.h"

namespace faultline::models::lru_test {
namespace {

// The same by a plain list, most recently used first.
class NaiveLru {
 public:
  explicit NaiveLru(std::size_t capacity) : capacity_(capacity) {}

  const int* use(std::uint64_t key) {
    const auto found = find(key);
    if (found == items_.end()) return nullptr;
    items_.splice(items_.begin(), items_, found);
    return &items_.front().second;
  }
  bool put(std::uint64_t key, int value) {
    const auto found = find(key);
    const bool present = found != items_.end();
    if (present) items_.erase(found);
    items_.emplace_front(key, value);
    if (present || items_.size() <= capacity_) return false;
    items_.pop_back();
    return true;
  }
  bool erase(std::uint64_t key) {
    const auto found = find(key);
    if (found == items_.end()) return false;
    items_.erase(found);
    return true;
  }
  std::size_t size() const { return items_.size(); }

 private:
  using Items = std::list<std::pair<std::uint64_t, int>>;
  Items::iterator find(std::uint64_t key) {
    return std::find_if(items_.begin(), items_.end(),
                        [&](const auto& i) { return i.first == key; });
  }
  std::size_t capacity_;
  Items items_;
};

// Any sequence of operations does the same to the table and list as to a plain list.
TEST(Lru, AgreesWithAPlainListUnderRandomOperations) {
  for (int round = 0; round < draws(60); ++round) {
    sim::Draw draw(static_cast<std::uint64_t>(round) * 7919 + 5);
    const auto capacity = static_cast<std::uint32_t>(1 + draw.below(70));
    const std::uint64_t keys = 1 + draw.below(120);
    Lru<int> lru(capacity);
    NaiveLru naive(capacity);
    for (int i = 0; i < 3000; ++i) {
      const std::uint64_t key = draw.below(keys);
      const std::uint64_t what = draw.below(100);
      if (what < 45) {
        const int* expected = naive.use(key);
        const int* found = lru.use(key);
        ASSERT_EQ(found != nullptr, expected != nullptr);
        if (expected != nullptr) {
          ASSERT_EQ(*found, *expected);
        }
      } else if (what < 85) {
        ASSERT_EQ(lru.put(key, i), naive.put(key, i));
      } else {
        ASSERT_EQ(lru.erase(key), naive.erase(key));
      }
      ASSERT_EQ(lru.size(), naive.size());
    }
  }
}

// With room for two, the one not used since goes; looking without using saves nobody.
TEST(Lru, ForgetsTheLeastRecentlyUsed) {
  Lru<int> lru(2);
  EXPECT_FALSE(lru.put(1, 10));
  EXPECT_FALSE(lru.put(2, 20));
  EXPECT_NE(lru.use(1), nullptr);
  EXPECT_NE(lru.peek(2), nullptr);
  EXPECT_TRUE(lru.put(3, 30));
  EXPECT_EQ(lru.peek(2), nullptr);
  ASSERT_NE(lru.peek(1), nullptr);
  EXPECT_EQ(*lru.peek(1), 10);
}

// A copy goes its own way: what happens to one leaves the other as it was.
TEST(Lru, IsCopiedByValue) {
  Lru<int> lru(100);
  for (int i = 0; i < 150; ++i) lru.put(static_cast<std::uint64_t>(i), i);
  Lru<int> copy = lru;
  lru.clear();
  EXPECT_EQ(lru.size(), 0u);
  EXPECT_EQ(copy.size(), 100u);
  for (std::uint64_t key = 50; key < 150; ++key) EXPECT_NE(copy.use(key), nullptr);
  EXPECT_EQ(copy.use(49), nullptr);
}

struct Sized {
  std::uint32_t bytes = 0;
};

// Under random operations it holds what it was given last, never more bytes than fit, and evicts no
// more than it must, the least recently used first.
TEST(ByteLru, HoldsAsManyBytesAsFit) {
  ByteLru<Sized> lru(1000);
  std::list<std::pair<std::uint64_t, std::uint32_t>> naive;  // most recently used first
  sim::Draw draw(7);
  for (int i = 0; i < draws(20'000); ++i) {
    const std::uint64_t key = draw.below(30);
    const auto bytes = static_cast<std::uint32_t>(draw.below(i % 50 == 0 ? 2000 : 200));
    std::erase_if(naive, [&](const auto& one) { return one.first == key; });
    std::uint64_t held = 0;
    std::uint64_t gone = 0;
    for (const auto& one : naive) held += one.second;
    if (bytes <= 1000) {
      for (; held + bytes > 1000; ++gone) {
        held -= naive.back().second;
        naive.pop_back();
      }
      naive.emplace_front(key, bytes);
      held += bytes;
    }
    ASSERT_EQ(lru.put(key, {bytes}), gone);
    ASSERT_EQ(lru.bytes(), held);
    ASSERT_EQ(lru.size(), naive.size());
    for (const auto& [present, size] : naive) ASSERT_EQ(lru.peek(present)->bytes, size);
  }
}

}  // namespace
}  // namespace faultline::models::lru_test
