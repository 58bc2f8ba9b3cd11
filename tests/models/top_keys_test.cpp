#include "models/cache/top_keys.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "sim/draw.h"
#include "sim/zipf.h"

namespace faultline::models::top_keys_test {
namespace {

// With a counter for every key the count is exact; with few, a new key takes over the lowest one.
TEST(TopKeys, CountsTheHighest) {
  TopKeys exact(10);
  for (const std::uint64_t key : {5, 3, 5, 9, 5, 3}) exact.saw(key);
  EXPECT_EQ(exact.highest(), 3U);
  EXPECT_EQ(exact.seen(), 6U);
  TopKeys one(1);
  for (const std::uint64_t key : {5, 3, 9}) one.saw(key);
  EXPECT_EQ(one.highest(), 3U);
  EXPECT_EQ(TopKeys(3).highest(), 0U);
}

// Of 10,000 keys, twenty counters keep the most popular one to within a twentieth of all seen.
TEST(TopKeys, ErrsByNoMoreThanItsShare) {
  const sim::Zipf zipf(10'000, 1.1);
  sim::Draw draw(3);
  TopKeys few(20);
  std::map<std::uint64_t, std::uint64_t> counts;
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t key = zipf.sample(draw);
    few.saw(key);
    ++counts[key];
  }
  std::uint64_t truth = 0;
  for (const auto& [key, count] : counts) truth = std::max(truth, count);
  EXPECT_GE(few.highest(), truth);
  EXPECT_LE(few.highest(), truth + 20'000 / 20);
}

}  // namespace
}  // namespace faultline::models::top_keys_test
