// Shows which backends serve which user.
#include "models/edge/balancer/sharding.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace faultline::models::sharding_test {
namespace {

std::vector<bool> shard_of(ShardingSettings::Kind kind, std::uint64_t size, std::size_t backends,
                           std::uint64_t user) {
  std::vector<bool> serves;
  find_shard({.kind = kind, .size = size}, 7, user, std::vector<bool>(backends, true), serves);
  return serves;
}

// Twelve backends in cells of four are three cells, each of neighbours, none without users; of
// fourteen the last two belong to the last.
TEST(Sharding, CellsPartTheBackends) {
  for (const std::size_t backends : {12, 14}) {
    std::set<std::vector<bool>> cells;
    for (std::uint64_t user = 0; user < 200; ++user) {
      cells.insert(shard_of(ShardingSettings::Kind::cells, 4, backends, user));
    }
    EXPECT_EQ(cells.size(), 3U);
    for (std::size_t i = 0; i < backends; ++i) {
      EXPECT_EQ(std::count_if(cells.begin(), cells.end(), [&](const auto& c) { return c[i]; }), 1);
    }
  }
}

// Everybody has as many as `size` says, the same ones at any time, and 8 choose 2 = 28 shards all
// have somebody.
TEST(Sharding, ShufflesUsersOverAllShards) {
  std::map<std::vector<bool>, int> shards;
  for (std::uint64_t user = 0; user < 1000; ++user) {
    const auto serves = shard_of(ShardingSettings::Kind::shuffle, 2, 8, user);
    EXPECT_EQ(std::count(serves.begin(), serves.end(), true), 2);
    EXPECT_EQ(serves, shard_of(ShardingSettings::Kind::shuffle, 2, 8, user));
    ++shards[serves];
  }
  EXPECT_EQ(shards.size(), 28U);
}

// One backend more: a user either keeps all they had, or gives up one of them for the new one.
TEST(Sharding, FewMoveWhenABackendIsAdded) {
  int moved = 0;
  for (std::uint64_t user = 0; user < 1000; ++user) {
    const auto before = shard_of(ShardingSettings::Kind::shuffle, 2, 8, user);
    const auto after = shard_of(ShardingSettings::Kind::shuffle, 2, 9, user);
    int lost = 0;
    for (std::size_t i = 0; i < 8; ++i) lost += before[i] && !after[i] ? 1 : 0;
    EXPECT_EQ(lost, after[8] ? 1 : 0);
    moved += lost;
  }
  EXPECT_NEAR(moved, 1000 * 2 / 9, 50);
}

// Of ten that there may be, six are there: nobody is sent to the others.
TEST(Sharding, IsOverThoseWhoAreThere) {
  std::vector<bool> members(10);
  for (const std::size_t i : {0, 2, 3, 5, 8, 9}) members[i] = true;
  for (const auto kind : {ShardingSettings::Kind::cells, ShardingSettings::Kind::shuffle}) {
    std::vector<int> users(10);
    for (std::uint64_t user = 0; user < 300; ++user) {
      std::vector<bool> serves;
      find_shard({.kind = kind, .size = 2}, 7, user, members, serves);
      EXPECT_EQ(std::count(serves.begin(), serves.end(), true), 2);
      for (std::size_t i = 0; i < 10; ++i) users[i] += serves[i] ? 1 : 0;
    }
    for (std::size_t i = 0; i < 10; ++i) EXPECT_EQ(users[i] > 50, members[i]) << i;
  }
}

TEST(Sharding, AShardOfAllIsAll) {
  EXPECT_EQ(shard_of(ShardingSettings::Kind::shuffle, 5, 5, 3), std::vector<bool>(5, true));
  EXPECT_EQ(shard_of(ShardingSettings::Kind::cells, 5, 5, 3), std::vector<bool>(5, true));
}

}  // namespace
}  // namespace faultline::models::sharding_test
