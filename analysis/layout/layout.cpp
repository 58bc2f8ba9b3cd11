#include "analysis/layout/layout.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "analysis/layout/crossings.h"
#include "analysis/layout/grid.h"
#include "analysis/layout/middles.h"
#include "sim/check.h"

namespace faultline::analysis::layout {
namespace {

struct Range {
  double from = 0;
  double to = 0;
};

// The steepest link between a column and the next.
double rise_after(const Grid& grid, const std::vector<double>& middles, std::size_t column) {
  double rise = 0;
  for (const std::size_t item : grid.columns[column]) {
    for (const std::size_t neighbour : grid.items[item].right) {
      rise = std::max(rise, std::abs(middles[neighbour] - middles[item]));
    }
  }
  return rise;
}

// From left to right, every column as wide as its widest card. Steep calls get more room, up to a
// bound: what is steeper than that is so because the picture is high.
std::vector<Range> ranges_of(const LayoutGraph& graph, const Grid& grid,
                             const std::vector<double>& middles) {
  constexpr double room_per_rise = 0.25;
  constexpr double most_room = 2 * spacing::between_columns;
  std::vector<Range> ranges;
  double left = 0;
  for (std::size_t column = 0; column < grid.columns.size(); ++column) {
    double width = 0;
    for (const std::size_t item : grid.columns[column]) {
      if (grid.items[item].is_card) width = std::max(width, graph.nodes[item].width);
    }
    ranges.push_back({left, left + width});
    left += width + std::clamp(room_per_rise * rise_after(grid, middles, column),
                               spacing::between_columns, most_room);
  }
  return ranges;
}

// Draws the edges once the cards have their boxes.
class Router {
 public:
  Router(const Grid& grid, const std::vector<double>& middles, const std::vector<Range>& ranges,
         const std::vector<Box>& cards)
      : grid_(grid), middles_(middles), ranges_(ranges), cards_(cards) {}

  std::vector<Point> waypoints(const std::vector<std::size_t>& route) const {
    const std::size_t from = grid_.items[route.front()].column;
    const std::size_t to = grid_.items[route.back()].column;
    return from == to ? swing(route.front(), route.back()) : passage(route, from < to);
  }

 private:
  // Every column is crossed horizontally, as are the sides of those that are wider than a card.
  std::vector<Point> passage(const std::vector<std::size_t>& route, bool rightwards) const {
    std::vector<Point> points;
    for (const std::size_t item : route) {
      const Range& range = ranges_[grid_.items[item].column];
      double y = middles_[item];
      double entry = rightwards ? range.from : range.to;
      double exit = rightwards ? range.to : range.from;
      if (grid_.items[item].is_card) {
        const Box& card = cards_[item];
        if (!rightwards) y += card.height / 4;
        if (item == route.front()) entry = rightwards ? card.right() : card.x;
        if (item == route.back()) exit = rightwards ? card.x : card.right();
      }
      append(points, {entry, y});
      append(points, {exit, y});
    }
    return points;
  }

  // Leaves out what a straight line passes anyway.
  static void append(std::vector<Point>& points, Point point) {
    if (!points.empty() && points.back() == point) return;
    const std::size_t count = points.size();
    if (count >= 2 && points[count - 2].y == point.y && points[count - 1].y == point.y) {
      points.back() = point;
    } else {
      points.push_back(point);
    }
  }

  std::vector<Point> swing(std::size_t caller, std::size_t callee) const {
    constexpr double reach = 20;  // within the margin of an area
    const Range& range = ranges_[grid_.items[caller].column];
    const Box& from = cards_[caller];
    const Box& to = cards_[callee];
    if (middles_[callee] < middles_[caller]) {
      const double start = from.y + from.height / 4;
      const double end = to.y + to.height * 3 / 4;
      const double turn = range.from - reach;
      return {{from.x, start}, {turn, start}, {turn, end}, {to.x, end}};
    }
    const bool is_loop = caller == callee;
    const double start = from.y + from.height * (is_loop ? 1 : 3) / 4;
    const double end = to.y + to.height * (is_loop ? 3 : 1) / 4;
    const double turn = range.to + reach;
    return {{from.right(), start}, {turn, start}, {turn, end}, {to.right(), end}};
  }

  const Grid& grid_;
  const std::vector<double>& middles_;
  const std::vector<Range>& ranges_;
  const std::vector<Box>& cards_;
};

std::vector<Box> cards_of(const LayoutGraph& graph, const Grid& grid,
                          const std::vector<double>& middles, const std::vector<Range>& ranges) {
  std::vector<Box> cards;
  for (std::size_t node = 0; node < graph.nodes.size(); ++node) {
    const auto& [from, to] = ranges[grid.items[node].column];
    const double width = graph.nodes[node].width;
    const double height = graph.nodes[node].height;
    cards.push_back({(from + to - width) / 2, middles[node] - height / 2, width, height});
  }
  return cards;
}

// Grows a box, if there is one, to reach around another.
void enclose(std::optional<Box>& box, const Box& other) {
  if (!box) box = other;
  const double x = std::min(box->x, other.x);
  const double y = std::min(box->y, other.y);
  *box = {x, y, std::max(box->right(), other.right()) - x,
          std::max(box->bottom(), other.bottom()) - y};
}

// As wide as the columns of its cards, so that areas with the same columns are in line, and high
// enough for the edges that pass its cards too.
std::vector<Box> areas_of(const LayoutGraph& graph, const Grid& grid,
                          const std::vector<double>& middles, const std::vector<Range>& ranges) {
  std::vector<std::optional<Box>> contents(graph.areas.size());
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> area_in;  // by lane and column
  for (std::size_t id = 0; id < grid.items.size(); ++id) {
    const GridItem& item = grid.items[id];
    if (!item.lane) continue;
    const double top = middles[id] - item.height / 2;
    if (item.is_card) {  // these come first
      const std::size_t area = *graph.nodes[id].area;
      area_in[{*item.lane, item.column}] = area;
      const auto& [from, to] = ranges[item.column];
      enclose(contents[area], {from, top, to - from, item.height});
    } else if (const auto area = area_in.find({*item.lane, item.column}); area != area_in.end()) {
      std::optional<Box>& content = contents[area->second];
      enclose(content, {content->x, top, 0, 0});
    }
  }
  std::vector<Box> areas;
  for (const std::optional<Box>& content : contents) {
    areas.push_back(content ? content->grown(spacing::area_margin) : Box{});
    if (!content) continue;
    areas.back().y -= spacing::area_title;
    areas.back().height += spacing::area_title;
  }
  return areas;
}

void move_to_origin(Layout& layout) {
  std::optional<Box> bounds;
  for (const Box& card : layout.nodes) enclose(bounds, card);
  for (const Box& area : layout.areas) {
    if (area != Box{}) enclose(bounds, area);
  }
  for (const std::vector<Point>& edge : layout.edges) {
    for (const Point point : edge) enclose(bounds, {point.x, point.y, 0, 0});
  }
  if (!bounds) return;
  const Point origin{bounds->x, bounds->y};
  const auto move = [&](auto& place) {
    place.x -= origin.x;
    place.y -= origin.y;
  };
  std::ranges::for_each(layout.nodes, move);
  for (Box& area : layout.areas) {
    if (area != Box{}) move(area);
  }
  for (std::vector<Point>& edge : layout.edges) std::ranges::for_each(edge, move);
  layout.bounds = {0, 0, bounds->width, bounds->height};
}

void check(const LayoutGraph& graph) {
  for (const LayoutNode& node : graph.nodes) {
    CHECK(!node.area || *node.area < graph.areas.size());
    CHECK(node.width >= 0 && node.height >= 0);
  }
  for (const auto& [caller, callee] : graph.edges) {
    CHECK(caller < graph.nodes.size());
    CHECK(callee < graph.nodes.size());
  }
}

}  // namespace

Layout lay_out(const LayoutGraph& graph) {
  check(graph);
  Grid grid = make_grid(graph);
  reduce_crossings(grid);
  const std::vector<double> middles = middles_of(grid);
  const std::vector<Range> ranges = ranges_of(graph, grid, middles);

  Layout layout;
  layout.nodes = cards_of(graph, grid, middles, ranges);
  layout.areas = areas_of(graph, grid, middles, ranges);
  const Router router(grid, middles, ranges, layout.nodes);
  for (const auto& route : grid.routes) layout.edges.push_back(router.waypoints(route));
  move_to_origin(layout);
  return layout;
}

}  // namespace faultline::analysis::layout
