#include "models/cache/hash_ring.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <vector>

namespace faultline::models::hash_ring_test {
namespace {

constexpr std::uint64_t keys = 100'000;

// When a node joins, about one key in n + 1 moves, and every one of them to the new node.
TEST(HashRing, MovesOnlyToTheNodeThatJoins) {
  const HashRing before(7, 160);
  const HashRing after(8, 160);
  std::uint64_t moved = 0;
  for (std::uint64_t key = 1; key <= keys; ++key) {
    if (before.owner(key) == after.owner(key)) continue;
    ++moved;
    ASSERT_EQ(after.owner(key), 7);
  }
  // The new node's share has mean 1/8 and standard deviation 1/8 x 1/sqrt(160): within 3.3 of it.
  const double share = static_cast<double>(moved) / static_cast<double>(keys);
  EXPECT_NEAR(share, 1.0 / 8, 3.3 / 8 / std::sqrt(160.0));
}

// Shares are spread around 1/n by 1/sqrt(virtual nodes), and so the more evenly the more there are.
TEST(HashRing, SpreadsTheLoadByVirtualNodes) {
  for (const std::uint32_t virtual_nodes : {10u, 160u, 1000u}) {
    constexpr ReplicaIndex nodes = 50;
    const HashRing ring(nodes, virtual_nodes);
    std::vector<double> share(nodes);
    for (std::uint64_t key = 1; key <= keys; ++key) share[ring.owner(key)] += 1;
    double squares = 0;
    for (const double s : share) {
      const double relative = s * nodes / static_cast<double>(keys) - 1;
      squares += relative * relative;
    }
    // Keys are 2,000 per node: their own scatter adds 1/2000 to the variance 1/virtual_nodes. The
    // standard deviation of 50 figures is itself known to 10 %; allow for 3.3 times that.
    const double expected = std::sqrt(1.0 / virtual_nodes + nodes / static_cast<double>(keys));
    EXPECT_NEAR(std::sqrt(squares / nodes), expected, 0.33 * expected) << virtual_nodes;
  }
}

// The keys of a dead node go to several others, all other keys stay; when none lives, all stay.
TEST(HashRing, RehashesOnlyTheKeysOfTheDead) {
  const HashRing ring(5, 160);
  std::vector<int> heirs(5);
  for (std::uint64_t key = 1; key <= 10'000; ++key) {
    const ReplicaIndex owner = ring.owner(key);
    const ReplicaIndex now = ring.owner(key, [](ReplicaIndex node) { return node != 2; });
    if (owner == 2) {
      ++heirs[now];
    } else {
      ASSERT_EQ(now, owner);
    }
    ASSERT_EQ(ring.owner(key, [](ReplicaIndex) { return false; }), owner);
  }
  EXPECT_EQ(heirs[2], 0);
  for (const ReplicaIndex heir : {0, 1, 3, 4}) EXPECT_GT(heirs[heir], 200);
}

// The next nodes clockwise: the owner first, each once, and without one of them the rest in order.
TEST(HashRing, NamesTheOwnersOfCopies) {
  const HashRing ring(5, 20);
  for (std::uint64_t key = 0; key < 200; ++key) {
    const std::vector<ReplicaIndex> owners = ring.owners(key, 3);
    ASSERT_EQ(owners.size(), 3U);
    EXPECT_EQ(owners[0], ring.owner(key));
    EXPECT_EQ(owners[1], ring.owner(key, [&](ReplicaIndex i) { return i != owners[0]; }));
    EXPECT_EQ(std::set<ReplicaIndex>(owners.begin(), owners.end()).size(), 3U);
    EXPECT_EQ(ring.owners(key, 9).size(), 5U);
  }
}

}  // namespace
}  // namespace faultline::models::hash_ring_test
