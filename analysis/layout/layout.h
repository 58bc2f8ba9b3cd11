// Layout: where the cards of an architecture stand, and how the calls run between them.
//
// Columns   from left to right, from users to data: every card right of all its callers, as near
//           as that allows. The cards of one group (a component that stands in several areas)
//           share a column. Calls that close a circle do not count here. A card in an area that
//           nobody calls stands next to the nearest that it calls.
// Areas     boxes around their cards, with room for a title; stacked in the order given, in lanes
//           that those share which stand beside each other. Cards without an area stand left of all
//           areas.
// Rows      the order within a column keeps crossings few; then cards move so that calls run
//           straight where they can.
// Edges     waypoints. A call to the right leaves the caller's right side and enters the callee's
//           left side in the middle, and never runs back: a curve that is horizontal at every
//           waypoint stays clear of foreign cards. A call to the left runs alike from left side to
//           right side, somewhat below the middle. Within a column a call downwards, or to itself,
//           swings out to the right, and one upwards to the left.
//
// The same graph gives the same layout; where nothing else decides, the order of the input does.
// Method: K. Sugiyama, S. Tagawa, M. Toda, "Methods for visual understanding of hierarchical system
// structures", IEEE Trans. SMC 11(2), 1981.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/layout/geometry.h"

namespace faultline::analysis::layout {

struct LayoutNode {
  std::string name;
  double width = 0;
  double height = 0;
  std::size_t group = 0;
  std::optional<std::size_t> area = std::nullopt;  // index into LayoutGraph::areas
};

struct LayoutGraph {
  std::vector<LayoutNode> nodes;
  // Caller and callee; repeats, circles and calls to oneself are welcome.
  std::vector<std::pair<std::size_t, std::size_t>> edges;
  std::vector<std::string> areas;
};

// Every vector is parallel to that of the graph. The bounds begin at the origin.
struct Layout {
  std::vector<Box> nodes;
  std::vector<std::vector<Point>> edges;
  std::vector<Box> areas;  // an area without cards has an empty box
  Box bounds;
};

namespace spacing {

inline constexpr double between_cards = 28;    // in a column, at least
inline constexpr double between_columns = 90;  // at least: more where calls are steep
inline constexpr double card_to_edge = 22;     // that passes above or below it
inline constexpr double between_edges = 14;    // that pass the same column
inline constexpr double area_margin = 22;      // around an area's cards
inline constexpr double area_title = 30;       // in addition, at the top
inline constexpr double between_areas = 28;

}  // namespace spacing

Layout lay_out(const LayoutGraph& graph);

}  // namespace faultline::analysis::layout
