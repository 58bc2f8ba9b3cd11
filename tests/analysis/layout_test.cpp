// Shows that layouts are sound whatever the graph, and tidy where a reader would expect it.
#include "analysis/layout/layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/layout/crossings.h"
#include "analysis/layout/grid.h"
#include "analysis/layout/settle.h"

namespace faultline::analysis::layout::layout_test {
namespace {

using testing::ElementsAre;
using Route = std::vector<Point>;

// Cards of one size, every one its own group.
LayoutGraph graph_of(std::size_t cards, std::vector<std::pair<std::size_t, std::size_t>> edges) {
  LayoutGraph graph;
  for (std::size_t i = 0; i < cards; ++i) {
    graph.nodes.push_back({"c" + std::to_string(i), 150, 64, i});
  }
  graph.edges = std::move(edges);
  return graph;
}

// users -> dns, and in each of two areas lb -> web -> cache, db, queue and queue -> worker.
struct TwoRegions {
  static constexpr std::size_t per_area = 6;
  LayoutGraph graph = graph_of(2, {{0, 1}});

  TwoRegions() {
    graph.areas = {"east", "west"};
    for (std::size_t area = 0; area < 2; ++area) {
      for (std::size_t i = 0; i < per_area; ++i) {
        graph.nodes.push_back({"r" + std::to_string(i), 150, 64, 2 + i, area});
      }
      graph.edges.emplace_back(1, card(area, 0));
      for (const auto& [caller, callee] : std::vector<std::pair<std::size_t, std::size_t>>{
               {0, 1}, {1, 2}, {1, 3}, {1, 4}, {4, 5}}) {
        graph.edges.emplace_back(card(area, caller), card(area, callee));
      }
    }
  }
  static std::size_t card(std::size_t area, std::size_t i) { return 2 + area * per_area + i; }
};

class Lcg {
 public:
  std::size_t below(std::size_t bound) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::size_t>(state_ >> 33U) % bound;
  }

 private:
  std::uint64_t state_ = 7;
};

// Layers of components without and then with areas; most calls go to the next layer, some further,
// a few back.
LayoutGraph random_architecture(std::size_t cards) {
  constexpr std::size_t layers = 8;
  constexpr std::size_t outside_layers = 2;
  Lcg lcg;
  LayoutGraph graph;
  graph.areas = {"a", "b", "empty", "c", "d"};
  std::array<std::vector<std::size_t>, layers> by_layer;
  for (std::size_t i = 0; i < cards; ++i) {
    const std::size_t layer = i < 2 * layers ? i % layers : lcg.below(layers);
    by_layer[layer].push_back(i);
    graph.nodes.push_back({"n", 100.0 + 10.0 * static_cast<double>(lcg.below(8)),
                           40.0 + 8.0 * static_cast<double>(lcg.below(6)), i});
    const std::size_t area = std::array<std::size_t, 4>{0, 1, 3, 4}[lcg.below(4)];
    if (layer >= outside_layers) graph.nodes.back().area = area;
  }
  const auto any_of = [&](std::size_t layer) {
    return by_layer[layer][lcg.below(by_layer[layer].size())];
  };
  for (std::size_t layer = 0; layer + 1 < layers; ++layer) {
    for (const std::size_t caller : by_layer[layer]) {
      graph.edges.emplace_back(caller, any_of(layer + 1));
      graph.edges.emplace_back(caller, any_of(layer + 1 + lcg.below(layers - layer - 1)));
    }
  }
  for (std::size_t i = 0; i < layers; ++i) {
    graph.edges.emplace_back(any_of(layers - 1 - lcg.below(3)), any_of(lcg.below(4)));
    graph.edges.emplace_back(i, i);
  }
  return graph;
}

// Cards that a polyline meets, by samples 2 apart.
std::vector<std::size_t> cards_on(const Route& route, const std::vector<Box>& cards) {
  std::vector<std::size_t> met;
  for (std::size_t i = 1; i < route.size(); ++i) {
    const Point way = route[i] - route[i - 1];
    const int steps = 1 + static_cast<int>(std::hypot(way.x, way.y) / 2);
    for (int step = 0; step <= steps; ++step) {
      const Point p = route[i - 1] + way * (static_cast<double>(step) / steps);
      for (std::size_t card = 0; card < cards.size(); ++card) {
        if (cards[card].contains(p)) met.push_back(card);
      }
    }
  }
  return met;
}

bool is_around(const Box& outer, const Box& inner) {
  return outer.x <= inner.x && outer.y <= inner.y && outer.right() >= inner.right() &&
         outer.bottom() >= inner.bottom();
}

void expect_cards_apart(const LayoutGraph& graph, const Layout& layout) {
  ASSERT_EQ(layout.nodes.size(), graph.nodes.size());
  for (std::size_t a = 0; a < layout.nodes.size(); ++a) {
    EXPECT_EQ(layout.nodes[a].width, graph.nodes[a].width);
    EXPECT_EQ(layout.nodes[a].height, graph.nodes[a].height);
    EXPECT_TRUE(is_around(layout.bounds.grown(0.001), layout.nodes[a]));
    for (std::size_t b = 0; b < a; ++b) {
      // Half the least distance on every side of both, less what rounding takes.
      constexpr double half = spacing::between_cards / 2 - 0.001;
      EXPECT_FALSE(layout.nodes[a].grown(half).overlaps(layout.nodes[b].grown(half)))
          << a << " and " << b;
    }
  }
}

void expect_areas_around_their_cards(const LayoutGraph& graph, const Layout& layout) {
  ASSERT_EQ(layout.areas.size(), graph.areas.size());
  for (std::size_t a = 0; a < layout.areas.size(); ++a) {
    EXPECT_TRUE(is_around(layout.bounds.grown(0.001), layout.areas[a]));
    for (std::size_t b = 0; b < a; ++b) EXPECT_FALSE(layout.areas[a].overlaps(layout.areas[b]));
    for (std::size_t card = 0; card < graph.nodes.size(); ++card) {
      if (graph.nodes[card].area != a) {
        EXPECT_FALSE(layout.areas[a].overlaps(layout.nodes[card])) << a << " and " << card;
        continue;
      }
      Box wanted = layout.nodes[card].grown(spacing::area_margin);
      wanted.y -= spacing::area_title;
      wanted.height += spacing::area_title;
      EXPECT_TRUE(is_around(layout.areas[a].grown(0.001), wanted)) << a << " and " << card;
    }
  }
}

void expect_edges_between_cards(const LayoutGraph& graph, const Layout& layout) {
  ASSERT_EQ(layout.edges.size(), graph.edges.size());
  for (std::size_t e = 0; e < graph.edges.size(); ++e) {
    const auto& [caller, callee] = graph.edges[e];
    const Box& from = layout.nodes[caller];
    const Box& to = layout.nodes[callee];
    const Route& route = layout.edges[e];
    ASSERT_GE(route.size(), 2U);
    for (const std::size_t card : cards_on(route, layout.nodes)) {
      EXPECT_TRUE(card == caller || card == callee) << "edge " << e << " over card " << card;
    }
    if (to.x >= from.right()) {
      EXPECT_EQ(route.front(), (Point{from.right(), route.front().y}));
      EXPECT_EQ(route.back(), (Point{to.x, route.back().y}));
      EXPECT_TRUE(std::ranges::is_sorted(route, {}, &Point::x)) << "edge " << e << " runs back";
    } else if (from.x >= to.right()) {
      EXPECT_EQ(route.front(), (Point{from.x, route.front().y}));
      EXPECT_EQ(route.back(), (Point{to.right(), route.back().y}));
    }
    EXPECT_TRUE(from.grown(0.001).contains(route.front()));
    EXPECT_TRUE(to.grown(0.001).contains(route.back()));
  }
}

void expect_sound(const LayoutGraph& graph, const Layout& layout) {
  expect_cards_apart(graph, layout);
  expect_areas_around_their_cards(graph, layout);
  expect_edges_between_cards(graph, layout);
}

// Whether two polylines have more in common than an end of theirs.
bool cross(const Route& a, const Route& b) {
  const auto turn = [](Point p, Point q, Point r) {
    return (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
  };
  for (std::size_t i = 1; i < a.size(); ++i) {
    for (std::size_t j = 1; j < b.size(); ++j) {
      if (turn(a[i - 1], a[i], b[j - 1]) * turn(a[i - 1], a[i], b[j]) < 0 &&
          turn(b[j - 1], b[j], a[i - 1]) * turn(b[j - 1], b[j], a[i]) < 0) {
        return true;
      }
    }
  }
  return false;
}

// A chain is one horizontal line, whatever the order of the input.
TEST(Layout, DrawsAChainAsAStraightLine) {
  const LayoutGraph graph = graph_of(4, {{2, 0}, {0, 3}, {3, 1}});
  const Layout layout = lay_out(graph);
  expect_sound(graph, layout);
  const auto& cards = layout.nodes;
  EXPECT_GE(cards[0].x - cards[2].right(), spacing::between_columns);
  EXPECT_GE(cards[3].x - cards[0].right(), spacing::between_columns);
  EXPECT_GE(cards[1].x - cards[3].right(), spacing::between_columns);
  for (const Route& route : layout.edges) {
    EXPECT_EQ(route.size(), 2U);
    for (const Point point : route) EXPECT_EQ(point.y, cards[0].centre().y);
  }
}

// Cards of one component in two areas are in line, the areas one above the other with equal sides,
// and who has no area stands left of them, between the two.
TEST(Layout, AlignsTheSameComponentsInTwoAreas) {
  const TwoRegions regions;
  const Layout layout = lay_out(regions.graph);
  expect_sound(regions.graph, layout);
  const auto& [east, west] = std::pair(layout.areas[0], layout.areas[1]);
  EXPECT_GE(west.y - east.bottom(), spacing::between_areas);
  EXPECT_EQ(east.x, west.x);
  EXPECT_EQ(east.right(), west.right());
  for (std::size_t i = 0; i < TwoRegions::per_area; ++i) {
    EXPECT_EQ(layout.nodes[TwoRegions::card(0, i)].x, layout.nodes[TwoRegions::card(1, i)].x);
  }
  const Box& dns = layout.nodes[1];
  EXPECT_LT(dns.right(), east.x);
  EXPECT_EQ(dns.centre().y, layout.nodes[0].centre().y);
  EXPECT_GT(dns.centre().y, layout.nodes[TwoRegions::card(0, 0)].centre().y);
  EXPECT_LT(dns.centre().y, layout.nodes[TwoRegions::card(1, 0)].centre().y);
}

// users -> dns -> lb -> web, in three areas of their own: those of dns and of lb stand beside each
// other, as does that of web; a second area in the columns of lb gets a lane of its own.
TEST(Layout, StandsAreasBesideEachOtherWhereThereIsRoom) {
  LayoutGraph graph = graph_of(5, {{0, 1}, {1, 2}, {2, 3}, {1, 4}});
  graph.areas = {"names", "front", "back", "other front"};
  for (std::size_t i = 1; i < 5; ++i) graph.nodes[i].area = i - 1;
  const Layout layout = lay_out(graph);
  expect_sound(graph, layout);
  for (const std::size_t beside : {1U, 2U}) {
    EXPECT_LT(layout.areas[beside - 1].right(), layout.areas[beside].x);
    EXPECT_EQ(layout.areas[beside].y, layout.areas[0].y);
  }
  EXPECT_GT(layout.areas[3].y, layout.areas[1].bottom());
  EXPECT_EQ(layout.areas[3].x, layout.areas[1].x);
}

// Cards of one component share a column even where only one of them has a caller that moves it.
TEST(Layout, GivesACardOfOneComponentItsColumnInEveryArea) {
  TwoRegions regions;
  // In the east alone, something stands before the web servers.
  regions.graph.nodes.push_back({"waf", 150, 64, 99, 0});
  const std::size_t waf = regions.graph.nodes.size() - 1;
  regions.graph.edges.emplace_back(TwoRegions::card(0, 0), waf);
  regions.graph.edges.emplace_back(waf, TwoRegions::card(0, 1));
  const Layout layout = lay_out(regions.graph);
  expect_sound(regions.graph, layout);
  EXPECT_EQ(layout.nodes[TwoRegions::card(0, 1)].x, layout.nodes[TwoRegions::card(1, 1)].x);
  EXPECT_GT(layout.nodes[TwoRegions::card(1, 1)].x, layout.nodes[waf].right());
}

// Calls that cross in the order of the input, long ones among them, do not in the layout.
TEST(Layout, AvoidsCrossings) {
  const LayoutGraph graph = graph_of(
      9, {{0, 1}, {0, 2}, {0, 3}, {1, 6}, {2, 5}, {3, 4}, {6, 7}, {4, 8}, {0, 5}, {1, 7}, {3, 8}});
  ASSERT_GT(count_crossings(make_grid(graph)), 0U);
  const Layout layout = lay_out(graph);
  expect_sound(graph, layout);
  for (std::size_t a = 0; a < layout.edges.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      EXPECT_FALSE(cross(layout.edges[a], layout.edges[b])) << a << " and " << b;
    }
  }
}

// The count of crossings is that of pairs of calls in opposite orders: all three of three calls in
// reverse, none of three in order, one where two call the same two.
TEST(Layout, CountsCrossings) {
  EXPECT_EQ(count_crossings(make_grid(graph_of(6, {{0, 5}, {1, 4}, {2, 3}}))), 3U);
  EXPECT_EQ(count_crossings(make_grid(graph_of(6, {{0, 3}, {1, 4}, {2, 5}}))), 0U);
  EXPECT_EQ(count_crossings(make_grid(graph_of(4, {{0, 2}, {0, 3}, {1, 2}, {1, 3}}))), 1U);
}

// Of the crossings of a large random architecture, most of them between areas and not to be
// avoided, a third are; no exchange of two neighbours would save another, and no item leaves its
// area.
TEST(Layout, KeepsCrossingsFew) {
  Grid grid = make_grid(random_architecture(120));
  const std::size_t before = count_crossings(grid);
  reduce_crossings(grid);
  const std::size_t after = count_crossings(grid);
  EXPECT_LT(after, before * 2 / 3);
  const auto area_of = [&](std::size_t item) { return grid.items[item].lane; };
  for (std::vector<std::size_t>& column : grid.columns) {
    EXPECT_TRUE(std::ranges::is_sorted(column, {}, area_of));
    for (std::size_t i = 1; i < column.size(); ++i) {
      if (area_of(column[i - 1]) != area_of(column[i])) continue;
      std::swap(column[i - 1], column[i]);
      EXPECT_GE(count_crossings(grid), after);
      std::swap(column[i - 1], column[i]);
    }
  }
}

// A large random architecture has no cards or areas that overlap and no call over a foreign card.
TEST(Layout, IsSoundForALargeArchitecture) {
  const LayoutGraph graph = random_architecture(120);
  const Layout layout = lay_out(graph);
  expect_sound(graph, layout);
  EXPECT_EQ(layout.areas[2], Box{});
  EXPECT_LT(layout.areas[0].bottom(), layout.areas[1].y);
  EXPECT_LT(layout.areas[3].bottom(), layout.areas[4].y);
}

// A call past a card in line with its ends goes round that card.
TEST(Layout, LeadsLongCallsBetweenCards) {
  const LayoutGraph graph = graph_of(3, {{0, 1}, {1, 2}, {0, 2}});
  const Layout layout = lay_out(graph);
  expect_sound(graph, layout);
  EXPECT_EQ(layout.nodes[0].centre().y, layout.nodes[2].centre().y);
  EXPECT_EQ(layout.nodes[0].centre().y, layout.nodes[1].centre().y);
  const Route& round = layout.edges[2];
  ASSERT_EQ(round.size(), 4U);
  EXPECT_EQ(round[1].y, layout.nodes[1].bottom() + spacing::card_to_edge);
}

// Circles are opened where they close as seen from the users, even if the input names their inner
// cards first; calls to oneself and calls back are drawn.
TEST(Layout, OpensCirclesAsSeenFromTheUsers) {
  const LayoutGraph graph = graph_of(4, {{0, 1}, {1, 0}, {2, 1}, {3, 2}, {1, 1}, {0, 2}, {3, 3}});
  const Layout layout = lay_out(graph);
  expect_sound(graph, layout);
  EXPECT_LT(layout.nodes[3].right(), layout.nodes[2].x);
  EXPECT_LT(layout.nodes[2].right(), layout.nodes[1].x);
  EXPECT_LT(layout.nodes[1].right(), layout.nodes[0].x);
  EXPECT_NE(layout.edges[0].front().y, layout.edges[1].back().y);
}

// Nobody calls a circle, and a call leads from an area to the outside: there is a layout.
TEST(Layout, CopesWithCirclesWithoutEntranceAndCallsToTheOutside) {
  LayoutGraph graph = graph_of(5, {{0, 1}, {1, 2}, {2, 0}, {2, 3}, {3, 4}, {4, 3}});
  graph.areas = {"area"};
  for (std::size_t card = 0; card < 3; ++card) graph.nodes[card].area = 0;
  expect_sound(graph, lay_out(graph));
}

// Calls between cards of one component (replication) swing out beside their column: down on the
// right, up on the left, within the margin of the area.
TEST(Layout, SwingsCallsWithinAColumnOut) {
  TwoRegions regions;
  const std::size_t east = TwoRegions::card(0, 5);
  const std::size_t west = TwoRegions::card(1, 5);
  regions.graph.edges.emplace_back(east, west);
  regions.graph.edges.emplace_back(west, east);
  const Layout layout = lay_out(regions.graph);
  expect_sound(regions.graph, layout);
  const Route& up = layout.edges.back();
  const Route& down = layout.edges[layout.edges.size() - 2];
  EXPECT_EQ(down.front().x, layout.nodes[east].right());
  EXPECT_EQ(down.back().x, layout.nodes[west].right());
  EXPECT_EQ(up.front().x, layout.nodes[west].x);
  EXPECT_EQ(up.back().x, layout.nodes[east].x);
  for (const Point point : down) EXPECT_LT(point.x, layout.areas[0].right());
}

// What nobody calls stands next to what it calls if it is in an area; users stay at the left.
TEST(Layout, PutsTimersNextToWhatTheyCall) {
  LayoutGraph graph = graph_of(6, {{0, 1}, {1, 2}, {2, 3}, {4, 3}, {5, 3}});
  graph.areas = {"area"};
  for (const std::size_t card : {1U, 2U, 3U, 4U}) graph.nodes[card].area = 0;
  const Layout layout = lay_out(graph);
  expect_sound(graph, layout);
  EXPECT_EQ(layout.nodes[4].x, layout.nodes[2].x);
  EXPECT_EQ(layout.nodes[5].x, layout.nodes[0].x);
}

// Columns stand further apart where calls are steep, up to twice the usual.
TEST(Layout, GivesSteepCallsRoom) {
  const auto room = [](std::size_t callees) {
    LayoutGraph graph = graph_of(1 + callees, {});
    for (std::size_t callee = 1; callee <= callees; ++callee) graph.edges.emplace_back(0, callee);
    const Layout layout = lay_out(graph);
    return layout.nodes[1].x - layout.nodes[0].right();
  };
  EXPECT_EQ(room(3), spacing::between_columns);
  EXPECT_GT(room(15), spacing::between_columns);
  EXPECT_LT(room(15), room(50));
  EXPECT_EQ(room(50), 2 * spacing::between_columns);
}

// Parts without a call in common stand close together, with or without an area around them.
TEST(Layout, LeavesNoGapsBetweenUnconnectedParts) {
  LayoutGraph graph = graph_of(6, {{1, 4}, {4, 5}, {0, 3}});
  const Layout bare = lay_out(graph);
  expect_sound(graph, bare);
  EXPECT_DOUBLE_EQ(bare.bounds.height, 3 * 64 + 2 * spacing::between_cards);
  graph.areas = {"area"};
  for (LayoutNode& node : graph.nodes) node.area = 0;
  EXPECT_DOUBLE_EQ(lay_out(graph).bounds.height,
                   bare.bounds.height + 2 * spacing::area_margin + spacing::area_title);
}

// Nothing gives nothing, and areas without cards take no room.
TEST(Layout, AcceptsAnEmptyGraph) {
  EXPECT_EQ(lay_out({}).bounds, Box{});
  LayoutGraph graph;
  graph.areas = {"a", "b"};
  const Layout layout = lay_out(graph);
  EXPECT_THAT(layout.areas, ElementsAre(Box{}, Box{}));
  EXPECT_EQ(layout.bounds, Box{});
}

// The same graph has the same layout, and a repeated call the way of the first.
TEST(Layout, IsAFunctionOfTheGraph) {
  LayoutGraph graph = random_architecture(60);
  const Layout once = lay_out(graph);
  EXPECT_EQ(lay_out(graph).nodes, once.nodes);
  graph.edges.push_back(graph.edges.front());
  const Layout repeated = lay_out(graph);
  EXPECT_EQ(repeated.nodes, once.nodes);
  EXPECT_EQ(repeated.edges.back(), once.edges.front());
}

// Items without conflict go to the weighted median of their wishes; those that conflict share the
// loss, and a later one can push earlier ones up.
TEST(Settle, TakesTheLeastSumOfDistances) {
  EXPECT_THAT(settle({{{5, 1}, {9, 1}, {100, 1}}, {{200, 1}}}, {0, 10}), ElementsAre(9, 200));
  EXPECT_THAT(settle({{{0, 1}, {8, 1}}}, {0}), ElementsAre(4));
  EXPECT_THAT(settle({{{0, 1}, {8, 3}}}, {0}), ElementsAre(8));
  EXPECT_THAT(settle({{{50, 1}}, {{50, 1}}}, {0, 20}), ElementsAre(40, 60));
  EXPECT_THAT(settle({{{50, 1}}, {{50, 1}}, {{30, 9}}}, {0, 20, 40}), ElementsAre(-10, 10, 30));
}

}  // namespace
}  // namespace faultline::analysis::layout::layout_test
