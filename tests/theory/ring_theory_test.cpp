// Consistent hashing: how many keys move when a node joins, and to whom.
//
// Sources: Karger et al., "Consistent hashing and random trees", STOC 1997. With v random points a
// node, n + 1 nodes cut the ring into (n + 1) v exchangeable arcs, so that the share of the new
// node is distributed as Beta(v, n v): David and Nagaraja, "Order Statistics" (2003).
#include <gtest/gtest.h>

#include <cmath>

#include "models/cache/hash_ring.h"
#include "tests/theory/validation.h"

namespace faultline::theory::ring_theory_test {
namespace {

// Rings grow from n to n + 1 nodes, n = 3 .. 62; the share that moves, times n + 1, is 1 on
// average. With few points a node it varies enough for its variance to be seen.
TEST(RingTheory, ANodeThatJoinsTakesItsShare) {
  constexpr std::uint64_t keys = 30'011;
  constexpr std::uint32_t points = 37;
  std::vector<double> shares;
  std::vector<double> squares;
  std::uint64_t elsewhere = 0;
  for (models::ReplicaIndex n = 3; n < 63; ++n) {
    const models::HashRing before(n, points);
    const models::HashRing after(static_cast<models::ReplicaIndex>(n + 1), points);
    std::uint64_t moved = 0;
    for (std::uint64_t key = 1; key <= keys; ++key) {
      if (before.owner(key) == after.owner(key)) continue;
      ++moved;
      if (after.owner(key) != n) ++elsewhere;
    }
    const double share = static_cast<double>(moved) / keys;
    const double mean = 1.0 / (n + 1);
    // Of the arcs, and of the finite number of keys that fall on them.
    const double arcs = mean * (1 - mean) / ((n + 1.0) * points + 1);
    const double variance = arcs + (mean * (1 - mean) - arcs) / keys;
    shares.push_back(share / mean);
    squares.push_back((share - mean) * (share - mean) / variance);
  }
  EXPECT_EQ(elsewhere, 0U) << "keys that moved between old nodes";
  Validation ring({Topic::caches, "Consistent hashing, a node joins",
                   "n = 3 .. 62 nodes of 37 points each, 30,011 keys",
                   "Karger et al. 1997; David and Nagaraja 2003"});
  ring.holds("keys moved / (K / (n + 1))", "1", 1, estimate(shares), 0.1);
  ring.holds("its variance / that of Beta(v, n v)", "1", 1, estimate(squares), 1);
}

}  // namespace
}  // namespace faultline::theory::ring_theory_test
