#include "models/cache/shelf.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "sim/draw.h"
#include "tests/draws.h"

namespace faultline::models::shelf_test {
namespace {

// Which of the keys 1 to 9 are there.
std::set<std::uint64_t> held(const Shelf<int>& shelf) {
  std::set<std::uint64_t> keys;
  for (std::uint64_t key = 1; key <= 9; ++key) {
    if (shelf.peek(key) != nullptr) keys.insert(key);
  }
  return keys;
}

using Keys = std::set<std::uint64_t>;

// Room for three: 1, 2, 3 come in this order, 1 is read three times, 2 twice, 3 once and last, then
// 2 is replaced. Who has to go for 4 depends on the rule.
TEST(Shelf, ForgetsByItsRule) {
  const auto after = [](Eviction eviction) {
    Shelf<int> shelf(eviction, 3);
    for (const std::uint64_t key : {1, 2, 3}) shelf.put(key, 10);
    for (const std::uint64_t key : {1, 2, 1, 2, 1, 3}) EXPECT_NE(shelf.use(key), nullptr);
    EXPECT_FALSE(shelf.put(2, 20));
    EXPECT_EQ(*shelf.peek(2), 20);
    std::optional<std::uint64_t> gone;
    EXPECT_EQ(shelf.use(4), nullptr);
    EXPECT_TRUE(shelf.put(4, 40, [&](std::uint64_t key, int value) {
      gone = key;
      EXPECT_EQ(value, 10);
    }));
    EXPECT_EQ(shelf.size(), 3U);
    EXPECT_FALSE(held(shelf).contains(*gone));
    return *gone;
  };
  EXPECT_EQ(after(Eviction::lru), 1U);
  EXPECT_EQ(after(Eviction::lfu), 3U);
  EXPECT_EQ(after(Eviction::fifo), 1U);
}

// Neither a read nor a new value makes what came first younger.
TEST(Shelf, FifoRenewsNothing) {
  Shelf<int> shelf(Eviction::fifo, 2);
  shelf.put(1, 10);
  shelf.put(2, 20);
  shelf.use(1);
  shelf.put(1, 11);
  EXPECT_TRUE(shelf.put(3, 30));
  EXPECT_EQ(held(shelf), (Keys{2, 3}));
}

// A key asked for twice while it was away is worth more than one used once; one never asked for
// before goes at once. What a removal takes away is the value, not the count; emptying takes both.
TEST(Shelf, LfuRemembersWhatWasAskedFor) {
  Shelf<int> shelf(Eviction::lfu, 2);
  for (const std::uint64_t key : {1, 1, 2, 2}) shelf.use(key);
  shelf.put(1, 10);
  shelf.put(2, 20);
  EXPECT_TRUE(shelf.put(3, 30));
  EXPECT_EQ(held(shelf), (Keys{1, 2}));
  for (int i = 0; i < 3; ++i) shelf.use(4);
  EXPECT_TRUE(shelf.put(4, 40));
  EXPECT_EQ(held(shelf), (Keys{2, 4})) << "of equals the one longest unused goes";
  EXPECT_TRUE(shelf.erase(4));
  EXPECT_FALSE(shelf.erase(4));
  shelf.put(5, 50);
  EXPECT_TRUE(shelf.put(4, 41));
  EXPECT_EQ(held(shelf), (Keys{2, 4}));
  shelf.clear();
  EXPECT_EQ(shelf.size(), 0U);
  shelf.put(4, 42);
  shelf.use(6);
  shelf.put(6, 60);
  shelf.use(7);
  EXPECT_TRUE(shelf.put(7, 70));
  EXPECT_EQ(held(shelf), (Keys{6, 7}));
}

// Under random operations the LFU does as a plain list of all keys and their counts would.
TEST(Shelf, LfuAgreesWithAPlainCount) {
  struct Known {
    std::uint64_t uses = 0;
    int used = 0;
    bool there = false;
  };
  sim::Draw draw(17);
  for (int round = 0; round < draws(8); ++round) {
    const auto capacity = static_cast<std::uint32_t>(2 + draw.below(20));
    const std::uint64_t keys = 8 * capacity;  // all remembered
    Shelf<int> shelf(Eviction::lfu, capacity);
    std::map<std::uint64_t, Known> naive;
    for (int i = 1; i < 2000; ++i) {
      const std::uint64_t key = draw.below(keys);
      const std::uint64_t what = draw.below(100);
      Known& known = naive[key];
      if (what < 60) {
        ASSERT_EQ(shelf.use(key) != nullptr, known.there);
        ++known.uses;
        if (known.there) known.used = i;
      } else if (what < 95) {
        shelf.put(key, i);
        if (!known.there) known.used = i;
        known.there = true;
        const auto held = std::count_if(naive.begin(), naive.end(),
                                        [](const auto& one) { return one.second.there; });
        if (held > capacity) {
          const auto rank = [](const Known& one) {
            return std::tuple(!one.there, one.uses, one.used);
          };
          std::min_element(naive.begin(), naive.end(), [&](const auto& a, const auto& b) {
            return rank(a.second) < rank(b.second);
          })->second.there = false;
        }
      } else {
        ASSERT_EQ(shelf.erase(key), known.there);
        known.there = false;
      }
      for (const auto& [k, one] : naive) ASSERT_EQ(shelf.peek(k) != nullptr, one.there);
    }
  }
}

// A copy goes its own way.
TEST(Shelf, IsCopiedByValue) {
  for (const Eviction eviction : {Eviction::lru, Eviction::lfu, Eviction::fifo}) {
    Shelf<int> shelf(eviction, 2);
    shelf.put(1, 10);
    Shelf<int> copy = shelf;
    shelf.clear();
    copy.put(2, 20);
    EXPECT_EQ(held(shelf), Keys{});
    EXPECT_EQ(held(copy), (Keys{1, 2}));
  }
}

}  // namespace
}  // namespace faultline::models::shelf_test
