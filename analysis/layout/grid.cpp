#include "analysis/layout/grid.h"

#include <algorithm>
#include <map>
#include <utility>

#include "analysis/layout/columns.h"
#include "analysis/layout/lanes.h"

namespace faultline::analysis::layout {
namespace {

Grid grid_of_cards(const LayoutGraph& graph) {
  Grid grid;
  const std::vector<std::size_t> columns = columns_of(graph);
  const std::vector<std::optional<std::size_t>> lanes = lanes_of(graph, columns);
  for (std::size_t node = 0; node < graph.nodes.size(); ++node) {
    grid.items.push_back({true, columns[node], lanes[node], graph.nodes[node].height});
    grid.columns.resize(std::max(grid.columns.size(), columns[node] + 1));
  }
  return grid;
}

// The columns up to the last in which a card without area stands.
std::size_t count_outside_columns(const Grid& grid) {
  std::size_t count = 0;
  for (const GridItem& item : grid.items) {
    if (!item.lane) count = std::max(count, item.column + 1);
  }
  return count;
}

void link(Grid& grid, std::size_t a, std::size_t b) {
  if (grid.items[a].column > grid.items[b].column) std::swap(a, b);
  grid.items[a].right.push_back(b);
  grid.items[b].left.push_back(a);
}

// Between its ends an edge passes the columns in the callee's lane, if there are areas.
std::vector<std::size_t> add_route(Grid& grid, std::size_t caller, std::size_t callee,
                                   std::size_t outside_columns) {
  const std::size_t to = grid.items[callee].column;
  std::size_t column = grid.items[caller].column;
  if (column == to) return {caller, callee};
  const auto callee_lane = grid.items[callee].lane;
  const auto lane = callee_lane ? callee_lane : grid.items[caller].lane;

  std::vector<std::size_t> route = {caller};
  for (column < to ? ++column : --column; column != to; column < to ? ++column : --column) {
    const std::size_t passage = grid.items.size();
    grid.items.push_back({false, column, column < outside_columns ? std::nullopt : lane});
    link(grid, route.back(), passage);
    route.push_back(passage);
  }
  link(grid, route.back(), callee);
  route.push_back(callee);
  return route;
}

}  // namespace

Grid make_grid(const LayoutGraph& graph) {
  Grid grid = grid_of_cards(graph);
  const std::size_t outside_columns = count_outside_columns(grid);
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> first_of_its_kind;
  for (std::size_t edge = 0; edge < graph.edges.size(); ++edge) {
    const auto [caller, callee] = graph.edges[edge];
    const auto [first, is_new] = first_of_its_kind.try_emplace({caller, callee}, edge);
    grid.routes.push_back(is_new ? add_route(grid, caller, callee, outside_columns)
                                 : grid.routes[first->second]);
  }
  for (std::size_t item = 0; item < grid.items.size(); ++item) {
    grid.columns[grid.items[item].column].push_back(item);
  }
  for (std::vector<std::size_t>& column : grid.columns) {
    std::ranges::stable_sort(column, {}, [&](std::size_t item) { return grid.items[item].lane; });
  }
  return grid;
}

}  // namespace faultline::analysis::layout
