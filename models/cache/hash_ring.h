// HashRing: consistent hashing of keys to nodes, with virtual nodes.
//
// Parameters   nodes          count >= 1
//              virtual_nodes  points per node on the ring >= 1
// Cost         a look-up is one binary search among nodes x virtual_nodes points
//
// A key belongs to the node of the first point at or after the key's own place, clockwise. A node
// that joins or leaves moves only the keys of its own arcs: K / n of K keys on average (Karger et
// al., "Consistent hashing and random trees", STOC 1997). A node's share of the keys is spread
// around 1 / n with a relative standard deviation of about 1 / sqrt(virtual_nodes).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/ids.h"
#include "sim/check.h"
#include "sim/draw.h"

namespace faultline::models {

class HashRing {
 public:
  HashRing() = default;
  HashRing(ReplicaIndex nodes, std::uint32_t virtual_nodes) {
    CHECK(nodes >= 1 && virtual_nodes >= 1);
    points_.reserve(std::size_t{nodes} * virtual_nodes);
    for (ReplicaIndex node = 0; node < nodes; ++node) {
      for (std::uint32_t i = 0; i < virtual_nodes; ++i) {
        const std::uint64_t name = (std::uint64_t{node} << 32) | i;
        points_.push_back({sim::mix64(sim::mix64(node_salt ^ node) + name), node});
      }
    }
    std::sort(points_.begin(), points_.end(), [](const Point& a, const Point& b) {
      return a.at != b.at ? a.at < b.at : a.node < b.node;
    });
  }

  ReplicaIndex owner(std::uint64_t key) const { return points_[first_point(key)].node; }

  // The first `count` different nodes clockwise, fewer where there are fewer.
  std::vector<ReplicaIndex> owners(std::uint64_t key, std::size_t count) const {
    std::vector<ReplicaIndex> found;
    const std::size_t first = first_point(key);
    for (std::size_t i = 0; i < points_.size() && found.size() < count; ++i) {
      const ReplicaIndex node = points_[(first + i) % points_.size()].node;
      if (std::find(found.begin(), found.end(), node) == found.end()) found.push_back(node);
    }
    return found;
  }

  // The first node clockwise that `lives`; the owner where none does.
  template <class Lives>
  ReplicaIndex owner(std::uint64_t key, Lives lives) const {
    const std::size_t first = first_point(key);
    std::size_t point = first;
    do {
      if (lives(points_[point].node)) return points_[point].node;
      point = point + 1 == points_.size() ? 0 : point + 1;
    } while (point != first);
    return points_[first].node;
  }

 private:
  static constexpr std::uint64_t node_salt = 0x6e6f64652d73616cULL;
  static constexpr std::uint64_t key_salt = 0x6b65792d73616c74ULL;

  struct Point {
    std::uint64_t at;
    ReplicaIndex node;
  };

  std::size_t first_point(std::uint64_t key) const {
    const std::uint64_t at = sim::mix64(key ^ key_salt);
    const auto found = std::lower_bound(points_.begin(), points_.end(), at,
                                        [](const Point& p, std::uint64_t v) { return p.at < v; });
    return found == points_.end() ? 0 : static_cast<std::size_t>(found - points_.begin());
  }

  std::vector<Point> points_;  // clockwise
};

}  // namespace faultline::models
