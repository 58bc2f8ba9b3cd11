// Shows that a stage has all of an architecture, each thing in its place, and keeps together what
// belongs together when something is moved.
#include "viz/view/stage/stage.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/find_scenario.h"
#include "tests/viz/shown.h"

namespace faultline::viz::stage_test {
namespace {

using nlohmann::ordered_json;
using testing::ElementsAre;
using testing::IsSupersetOf;
using testing::UnorderedElementsAre;

// Places and cards of a scenario at time 0.
struct Scene {
  std::unique_ptr<models::World> world;
  Regions regions;
  Stage stage;

  explicit Scene(const scenarios::Scenario& scenario, const Positions& put = {})
      : world(scenario.make_world(1)), regions(world->geography()), stage(*world, regions, put) {}
  std::size_t card(std::string_view name) const {
    const auto found = stage.find_card(name);
    EXPECT_TRUE(found) << name;
    return found.value_or(0);
  }
  const Box& box(std::string_view name) const { return stage.cards()[card(name)].box; }
  std::set<std::pair<std::string, std::string>> wires() const {
    std::set<std::pair<std::string, std::string>> wires;
    for (const Wire& wire : stage.wires()) {
      wires.emplace(stage.cards()[wire.from].place, stage.cards()[wire.to].place);
    }
    return wires;
  }
};

Scene scene(const std::string& library_name) { return Scene(*scenario_from(library_name)); }

// `db` has five nodes: 0 and 1 in us/a and us/b, 2 to 4 in eu/a, eu/b, eu/a. `web` stands in us
// only.
ordered_json two_regions() {
  return {{"run", {{"duration", "10s"}}},
          {"network",
           {{"regions", {{"us", {{"zones", {"a", "b"}}}}, {"eu", {{"zones", {"a", "b"}}}}}},
            {"clients", {{"homes", {{"near", "us"}}}}}}},
          {"components",
           {{"shop", {{"type", "dns"}, {"answers", "web"}, {"zones", {"us/a"}}}},
            {"web",
             {{"type", "service"},
              {"zones", {"us/b"}},
              {"endpoints", {{"*", ordered_json::array({{{"read", "db"}}})}}}}},
            {"db",
             {{"type", "database"},
              {"replicas", 5},
              {"read-time", "1ms"},
              {"zones", {"us/a", "us/b", "eu/a", "eu/b", "eu/a"}}}}}},
          {"workloads", {{"users", {{"to", "shop"}, {"arrivals", "regular(1/s)"}}}}}};
}

std::vector<models::ReplicaIndex> replicas_of(const Card& card) {
  std::vector<models::ReplicaIndex> replicas;
  for (const Cell& cell : card.cells) replicas.push_back(cell.replica);
  return replicas;
}

void expect_nothing_overlaps(const Stage& stage, const std::string& whose) {
  for (std::size_t a = 0; a < stage.cards().size(); ++a) {
    const Card& card = stage.cards()[a];
    EXPECT_GT(card.box.width * card.box.height, 0);
    for (std::size_t b = 0; b < a; ++b) {
      EXPECT_FALSE(card.box.overlaps(stage.cards()[b].box))
          << whose << ": " << card.place << " and " << stage.cards()[b].place;
    }
    for (const Cell& cell : card.cells) {
      EXPECT_GE(cell.box.x, 0);
      EXPECT_LE(cell.box.right(), card.box.width) << whose << ": " << card.place;
      EXPECT_LE(cell.box.bottom(), card.box.height) << whose << ": " << card.place;
    }
    for (std::size_t i = 0; i < stage.areas().size(); ++i) {
      const Box& area = stage.areas()[i].box;
      if (area.width == 0) continue;
      EXPECT_EQ(area.overlaps(card.box), card.region == i + 1) << whose << ": " << card.place;
    }
  }
}

// A wire begins and ends at the side of a card, half way up but for what keeps wires apart.
void expect_wires_attached(const Stage& stage) {
  const auto on_side = [](Point point, const Box& box) {
    const bool at_side = std::abs(point.x - box.x) < 1e-6 || std::abs(point.x - box.right()) < 1e-6;
    return at_side && point.y > box.y && point.y < box.bottom();
  };
  for (const Wire& wire : stage.wires()) {
    const Card& from = stage.cards()[wire.from];
    const Card& to = stage.cards()[wire.to];
    EXPECT_TRUE(on_side(wire.curve.points().front(), from.box)) << from.place << to.place;
    EXPECT_TRUE(on_side(wire.curve.points().back(), to.box)) << from.place << to.place;
  }
}

TEST(Stage, HasACardForEveryRegionOfAComponent) {
  const Scene two(*scenario_of(two_regions()));
  std::vector<std::string> places;
  for (const Card& card : two.stage.cards()) places.push_back(card.place);
  EXPECT_THAT(places, UnorderedElementsAre("db@us", "db@eu", "shop", "users", "web"));
  const Card& us = two.stage.cards()[two.card("db@us")];
  const Card& eu = two.stage.cards()[two.card("db@eu")];
  EXPECT_EQ(us.name, "db");
  EXPECT_EQ(us.type, "database");
  EXPECT_EQ(us.component, eu.component);
  EXPECT_NE(us.region, eu.region);
  EXPECT_EQ(two.stage.cards()[two.card("users")].region, Regions::nowhere);
  EXPECT_TRUE(two.stage.cards()[two.card("users")].cells.empty());
  expect_nothing_overlaps(two.stage, "two regions");
  expect_wires_attached(two.stage);
}

// A row for every zone, from top to bottom by name; nodes 2 and 4 stand side by side in eu/a.
TEST(Stage, HasARowOfCellsForEveryZone) {
  const Scene two(*scenario_of(two_regions()));
  const Card& eu = two.stage.cards()[two.card("db@eu")];
  EXPECT_THAT(replicas_of(two.stage.cards()[two.card("db@us")]), ElementsAre(0, 1));
  EXPECT_THAT(replicas_of(eu), ElementsAre(2, 4, 3));
  EXPECT_EQ(eu.cells[0].box.y, eu.cells[1].box.y);
  EXPECT_GE(eu.cells[1].box.x, eu.cells[0].box.right());
  EXPECT_GE(eu.cells[2].box.y, eu.cells[0].box.bottom());
  EXPECT_EQ(eu.cells[2].box.x, eu.cells[0].box.x);
  ASSERT_EQ(eu.rows.size(), 2U);
  EXPECT_EQ(eu.rows[0].zone, "a");
  EXPECT_EQ(eu.rows[1].zone, "b");
  EXPECT_NEAR(eu.rows[0].y, eu.cells[0].box.centre().y, 1e-9);
  EXPECT_NEAR(eu.rows[1].y, eu.cells[2].box.centre().y, 1e-9);
  EXPECT_TRUE(two.stage.cards()[two.card("web")].rows.empty()) << "one zone needs no name";
}

// Where there is one region only, or none but for what stands outside of them.
TEST(Stage, IsBoundedByWhatItShows) {
  ordered_json json = small_shop();
  json["workloads"] = {{"a", json["workloads"]["users"]}, {"b", json["workloads"]["users"]}};
  Scene small(*scenario_of(json));
  small.stage.move(small.card("a"), {-3000, -2000});
  small.stage.move(small.card("b"), {5000, 4000});
  const Box bounds = small.stage.bounds();
  EXPECT_EQ(bounds.x, -3000);
  EXPECT_EQ(bounds.y, -2000);
  EXPECT_EQ(bounds.right(), 5000 + small.box("b").width);
  EXPECT_EQ(bounds.bottom(), 4000 + small.box("b").height);
}

// The cards of a component stand one above the other, in the same column, and so its callers can
// all be on one side.
TEST(Stage, KeepsTheCardsOfAComponentInOneColumn) {
  const Scene two(*scenario_of(two_regions()));
  EXPECT_NEAR(two.box("db@us").centre().x, two.box("db@eu").centre().x, 1e-6);
  EXPECT_GT(two.box("db@eu").x, two.box("web").right());
}

// Users call the name; the requests themselves go to what it stands for, in every region.
TEST(Stage, HasWiresToWhatANameStandsFor) {
  const Scene two(*scenario_of(two_regions()));
  EXPECT_THAT(two.wires(),
              UnorderedElementsAre(std::pair("users", "shop"), std::pair("users", "web"),
                                   std::pair("web", "db@us"), std::pair("web", "db@eu")));
  EXPECT_THAT(scene("two-region-shop").wires(),
              IsSupersetOf({std::pair("us-shoppers", "us-lb"), std::pair("us-shoppers", "eu-lb"),
                            std::pair("us-web", "db@eu"), std::pair("cdn@us-net", "us-lb")}));
}

TEST(Stage, FindsCardsByPlaceAndByName) {
  const Scene two(*scenario_of(two_regions()));
  EXPECT_EQ(two.stage.cards()[two.card("db@eu")].place, "db@eu");
  EXPECT_EQ(two.stage.cards()[two.card("db")].name, "db");
  EXPECT_EQ(two.stage.cards()[two.card("web")].place, "web");
  EXPECT_FALSE(two.stage.find_card("web@us"));
  EXPECT_FALSE(two.stage.find_card("nobody"));
}

TEST(Stage, FindsWhatIsAtAPoint) {
  const Scene two(*scenario_of(two_regions()));
  const std::size_t db = two.card("db@eu");
  const Card& card = two.stage.cards()[db];
  EXPECT_EQ(two.stage.card_at(card.box.centre()), db);
  EXPECT_FALSE(two.stage.card_at({-1000, -1000}));
  for (const Cell& cell : card.cells) {
    const Point middle = Point{card.box.x, card.box.y} + cell.box.centre();
    EXPECT_EQ(two.stage.replica_at(db, middle), cell.replica);
  }
  EXPECT_FALSE(two.stage.replica_at(db, {card.box.x + 1, card.box.y + 1}));
  for (std::size_t i = 0; i < two.stage.wires().size(); ++i) {
    const Wire& wire = two.stage.wires()[i];
    EXPECT_EQ(two.stage.find_wire(wire.way), &wire);
    const Point on_it = wire.curve.at(0.5);
    const auto found = two.stage.wire_at(on_it, 1);
    ASSERT_TRUE(found);
    EXPECT_LE(two.stage.wires()[*found].curve.distance_from(on_it), 1e-6);
    // A hair's breadth beside it, with others within reach: the nearest is meant.
    const auto nearest = two.stage.wire_at(wire.curve.beside(0.02, 0.5), 400);
    ASSERT_TRUE(nearest);
    EXPECT_LE(two.stage.wires()[*nearest].curve.distance_from(wire.curve.beside(0.02, 0.5)), 0.51);
  }
  EXPECT_FALSE(two.stage.wire_at({-1000, -1000}, 50));
  EXPECT_EQ(two.stage.find_wire({.from = card.component, .to = card.component}), nullptr);
}

// `web` goes a thousand to the right of `db`, which it calls: the wires to it and from it come
// along, the others stay as they are; the area of us goes around it, and that of eu does not care.
TEST(Stage, KeepsWiresAndAreasWithACardThatIsMoved) {
  Scene two(*scenario_of(two_regions()));
  const std::vector<Box> areas = {two.stage.areas()[0].box, two.stage.areas()[1].box};
  const auto points_of = [&](std::string_view from, std::string_view to) {
    for (const Wire& wire : two.stage.wires()) {
      if (wire.from == two.card(from) && wire.to == two.card(to)) return wire.curve.points();
    }
    return std::vector<Point>{};
  };
  const std::vector<Point> to_shop = points_of("users", "shop");
  const Point corner{two.box("db@us").right() + 1000, two.box("db@us").bottom() + 300};
  two.stage.move(two.card("web"), corner);

  EXPECT_EQ(two.box("web").x, corner.x);
  EXPECT_EQ(two.box("web").y, corner.y);
  expect_wires_attached(two.stage);
  EXPECT_EQ(points_of("users", "shop"), to_shop);
  EXPECT_EQ(points_of("users", "web").back().x, two.box("web").x) << "from the left";
  EXPECT_EQ(points_of("web", "db@us").front().x, two.box("web").x) << "to the left";
  EXPECT_EQ(points_of("web", "db@us").back().x, two.box("db@us").right());

  const std::size_t us = two.stage.areas()[0].name == "us" ? 0 : 1;
  EXPECT_EQ(two.stage.areas()[us].name, "us");
  const Box& around = two.stage.areas()[us].box;
  EXPECT_EQ(around.right(), two.box("web").right() + 22);
  EXPECT_EQ(around.bottom(), two.box("web").bottom() + 22);
  EXPECT_EQ(around.x, std::min(two.box("shop").x, two.box("db@us").x) - 22);
  EXPECT_EQ(around.y, std::min(two.box("shop").y, two.box("db@us").y) - 22 - 30);
  EXPECT_EQ(two.stage.areas()[1 - us].box, areas[1 - us]);
  EXPECT_GE(two.stage.bounds().right(), around.right());
  EXPECT_GE(two.stage.bounds().bottom(), around.bottom());
  EXPECT_THAT(two.stage.put_by_hand(), ElementsAre(std::pair(std::string("web"), corner)));
}

// In a stage full of wires that bend around cards, all but those of the moved card stay as they
// are.
TEST(Stage, LeavesOtherWiresAlone) {
  Scene shop = scene("two-region-shop");
  const std::size_t moved = shop.card("us-cache");
  const std::vector<Wire> before = shop.stage.wires();
  shop.stage.move(moved, {-500, -500});
  for (std::size_t i = 0; i < before.size(); ++i) {
    const bool touches = before[i].from == moved || before[i].to == moved;
    EXPECT_EQ(shop.stage.wires()[i].curve.points() != before[i].curve.points(), touches) << i;
  }
}

// Where the file says so; what is not there is not looked for.
TEST(Stage, PutsCardsWhereTheyAreToStand) {
  const auto scenario = scenario_of(two_regions());
  const Scene free(*scenario);
  const Scene put(*scenario, {{"db@eu", {-700, 450}}, {"web@mars", {1, 1}}});
  EXPECT_EQ(put.box("db@eu").x, -700);
  EXPECT_EQ(put.box("db@eu").y, 450);
  EXPECT_EQ(put.box("db@eu").width, free.box("db@eu").width);
  EXPECT_EQ(put.box("web"), free.box("web"));
  EXPECT_EQ(put.stage.bounds().x, -700 - 22);
  expect_wires_attached(put.stage);
}

// Cells shrink where there are many, and stand in lines: all are to be seen.
TEST(Stage, ShapesCardsToWhatTheyShow) {
  ordered_json json = small_shop();
  const auto shaped = [&](int replicas) {
    json["components"]["web"]["replicas"] = replicas;
    const Scene some(*scenario_of(json));
    expect_nothing_overlaps(some.stage, "many");
    const Card card = some.stage.cards()[some.card("web")];
    EXPECT_EQ(card.cells.size(), static_cast<std::size_t>(replicas));
    for (std::size_t a = 0; a < card.cells.size(); ++a) {
      for (std::size_t b = 0; b < a; ++b) {
        EXPECT_FALSE(card.cells[a].box.overlaps(card.cells[b].box)) << a << ' ' << b;
      }
    }
    return card;
  };
  const auto width = [](const Card& card) { return card.cells[0].box.width; };
  EXPECT_EQ(width(shaped(8)), width(shaped(1)));
  EXPECT_LT(width(shaped(9)), width(shaped(8)));
  EXPECT_EQ(width(shaped(40)), width(shaped(9)));
  EXPECT_LT(width(shaped(41)), width(shaped(40)));
  EXPECT_EQ(shaped(100).cells[25].box.x, shaped(100).cells[0].box.x);
  EXPECT_LT(shaped(100).box.width, 400);
  EXPECT_GT(shaped(100).box.height, shaped(41).box.height);
}

// A card has room for its name, as far as it is known how wide letters are.
TEST(Stage, MakesCardsAsWideAsTheirNames) {
  ordered_json json = small_shop();
  const std::string name = "a-component-with-a-long-name";
  json["components"][name] = json["components"]["cache"];
  const Scene wide(*scenario_of(json));
  EXPECT_GT(wide.box(name).width, 10.0 * static_cast<double>(name.size()));
  EXPECT_LT(wide.box("cache").width, wide.box(name).width);
}

// 120 services in eight layers, in three regions and some in two of them; each calls three below.
TEST(Stage, HoldsManyComponents) {
  constexpr int layers = 8;
  constexpr int in_a_layer = 15;
  const auto name = [](int layer, int i) { return fmt::format("service-{}-{}", layer, i); };
  const std::vector<ordered_json> zones = {{"us/a", "us/b"}, {"eu/a"}, {"ap/a"}, {"us/a", "eu/a"}};
  ordered_json json = two_regions();
  json["network"]["regions"] = {
      {"us", {{"zones", {"a", "b"}}}}, {"eu", {{"zones", {"a"}}}}, {"ap", {{"zones", {"a"}}}}};
  json["components"] = ordered_json::object();
  for (int layer = 0; layer < layers; ++layer) {
    for (int i = 0; i < in_a_layer; ++i) {
      ordered_json steps = ordered_json::array({{{"compute", "1ms"}}});
      for (int call = 0; call < 3 && layer + 1 < layers; ++call) {
        const int below = std::min(layers - 1, layer + 1 + call / 2);
        steps.push_back({{"call", name(below, (i * 7 + call * 4) % in_a_layer)}});
      }
      json["components"][name(layer, i)] = {{"type", "service"},
                                            {"replicas", 1 + (layer * i) % 30},
                                            {"zones", zones[static_cast<std::size_t>(i % 4)]},
                                            {"endpoints", {{"*", steps}}}};
    }
  }
  json["workloads"]["users"]["to"] = name(0, 0);
  const Scene many(*scenario_of(json));
  EXPECT_GT(many.stage.cards().size(), 121U);
  EXPECT_GT(many.stage.wires().size(), 300U);
  expect_nothing_overlaps(many.stage, "120 services");
  expect_wires_attached(many.stage);
}

TEST(Stage, HoldsEveryScenarioOfTheLibrary) {
  const std::vector<std::string> names = scenarios::scenario_names(library());
  EXPECT_GT(names.size(), 50U);
  for (const std::string& name : names) {
    const Scene one = scene(name);
    EXPECT_GT(one.stage.wires().size(), 0U) << name;
    for (const Wire& wire : one.stage.wires()) EXPECT_NE(wire.from, wire.to) << name;
    expect_nothing_overlaps(one.stage, name);
  }
}

// Regions are numbered by name, and users' homes lie in none.
TEST(Stage, KnowsRegionsOfPlaces) {
  const Scene two(*scenario_of(two_regions()));
  EXPECT_THAT(two.regions.names(), ElementsAre("", "eu", "us"));
  const models::Geography& geography = two.world->geography();
  EXPECT_EQ(two.regions.of(*geography.zone("eu/b")), 1);
  EXPECT_EQ(two.regions.of(*geography.zone("us/a")), 2);
  EXPECT_EQ(two.regions.of(*geography.home("homes")), Regions::nowhere);
  EXPECT_EQ(zone_name(geography, *geography.zone("eu/b")), "b");
}

}  // namespace
}  // namespace faultline::viz::stage_test
