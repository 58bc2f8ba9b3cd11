// Grid of a layout: columns of items, which are cards and the places at which long edges pass.
//
// Invariant    an edge between different columns is a chain of items in consecutive columns
//              the items of a column are ordered by lane first, from top to bottom
//
// Since every link joins neighbouring columns, an edge can only meet cards at its own passages, and
// those keep their distance from the cards of their column like a card does.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "analysis/layout/layout.h"

namespace faultline::analysis::layout {

struct GridItem {
  bool is_card = false;  // otherwise an edge passes here
  std::size_t column = 0;
  std::optional<std::size_t> lane = std::nullopt;  // of areas: lanes.h
  double height = 0;
  std::vector<std::size_t> left = {};   // the items it is linked with in the column to the left
  std::vector<std::size_t> right = {};  // and to the right
};

struct Grid {
  std::vector<GridItem> items;                    // the cards first, numbered as in the graph
  std::vector<std::vector<std::size_t>> columns;  // items from top to bottom
  std::vector<std::vector<std::size_t>> routes;   // by edge: the items from caller to callee
};

// Items stand in the order of the input within their lane.
Grid make_grid(const LayoutGraph& graph);

}  // namespace faultline::analysis::layout
