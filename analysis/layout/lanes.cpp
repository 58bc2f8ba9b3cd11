#include "analysis/layout/lanes.h"

#include <algorithm>

namespace faultline::analysis::layout {
namespace {

// From the first to the last column of an area's nodes.
struct Extent {
  std::size_t first = 0;
  std::size_t last = 0;

  bool overlaps(const Extent& other) const { return first <= other.last && other.first <= last; }
};

std::vector<std::optional<Extent>> extents_of(const LayoutGraph& graph,
                                              const std::vector<std::size_t>& columns) {
  std::vector<std::optional<Extent>> extents(graph.areas.size());
  for (std::size_t node = 0; node < graph.nodes.size(); ++node) {
    if (!graph.nodes[node].area) continue;
    std::optional<Extent>& extent = extents[*graph.nodes[node].area];
    if (!extent) extent = Extent{columns[node], columns[node]};
    extent->first = std::min(extent->first, columns[node]);
    extent->last = std::max(extent->last, columns[node]);
  }
  return extents;
}

}  // namespace

std::vector<std::optional<std::size_t>> lanes_of(const LayoutGraph& graph,
                                                 const std::vector<std::size_t>& columns) {
  const std::vector<std::optional<Extent>> extents = extents_of(graph, columns);
  std::vector<std::vector<Extent>> taken;  // by lane
  std::vector<std::size_t> lane_of_area(graph.areas.size());
  for (std::size_t area = 0; area < graph.areas.size(); ++area) {
    if (!extents[area]) continue;
    const auto has_room = [&](const std::vector<Extent>& lane) {
      return std::ranges::none_of(lane,
                                  [&](const Extent& e) { return e.overlaps(*extents[area]); });
    };
    auto lane = std::ranges::find_if(taken, has_room);
    if (lane == taken.end()) lane = taken.insert(lane, std::vector<Extent>{});
    lane->push_back(*extents[area]);
    lane_of_area[area] = static_cast<std::size_t>(lane - taken.begin());
  }
  std::vector<std::optional<std::size_t>> lanes;
  for (const LayoutNode& node : graph.nodes) {
    lanes.push_back(node.area ? std::optional(lane_of_area[*node.area]) : std::nullopt);
  }
  return lanes;
}

}  // namespace faultline::analysis::layout
