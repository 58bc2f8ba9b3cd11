#include "models/geography.h"

#include <gtest/gtest.h>

#include <string>

namespace faultline::models::geography_test {
namespace {

using namespace sim::literals;

sim::Distribution constant(sim::Duration time) { return sim::Distribution::constant(time); }

// Zones of a region 1 ms apart, within a zone 0.25 ms; east - west 30 ms, west - south 40 ms, east
// - south 100 ms; users near east at 10 ms, travellers near west at 20 ms.
GeographySettings three_regions() {
  GeographySettings settings;
  settings.regions["east"].zones = {"a", "b"};
  settings.regions["south"].zones = {"a"};
  settings.regions["west"].zones = {"a"};
  settings.clients["travellers"] = {.near = "west", .latency = constant(20_ms)};
  settings.clients["users"] = {.near = "east", .latency = constant(10_ms)};
  settings.latency.same_zone = constant(250_us);
  settings.latency.same_region = constant(1_ms);
  settings.latency.between_regions = constant(100_ms);
  settings.links["east<->west"].latency = constant(30_ms);
  settings.links["west->south"].latency = constant(40_ms);
  return settings;
}

struct Map {
  Geography geography;

  explicit Map(const GeographySettings& settings) : geography(settings) {}
  PlaceId place(const std::string& name) const {
    const auto zone = geography.zone(name);
    return zone ? *zone : geography.home(name).value();
  }
  // Nothing if there is no way.
  std::optional<sim::Duration> distance(const std::string& from, const std::string& to) {
    const auto route = geography.network().route(place(from), place(to));
    if (!route.reachable) return std::nullopt;
    return route.mean_latency;
  }
};

// Every distance is the one link that the scenario states, added up along the way.
TEST(Geography, LaysOutTheDistancesTheScenarioStates) {
  Map map(three_regions());
  EXPECT_EQ(map.distance("east/a", "east/a"), 250_us);
  EXPECT_EQ(map.distance("east/a", "east/b"), 1_ms);
  EXPECT_EQ(map.distance("users", "east/b"), 10_ms);
  EXPECT_EQ(map.distance("east/b", "users"), 10_ms);
  EXPECT_EQ(map.distance("east/a", "west/a"), 30_ms);
  EXPECT_EQ(map.distance("users", "west/a"), 40_ms);
  EXPECT_EQ(map.distance("west/a", "users"), 40_ms);
  EXPECT_EQ(map.distance("travellers", "users"), 60_ms);
}

// `west->south` holds one way: there it is part of the shortest way from east, 30 + 40 ms, and back
// every pair of regions has its usual 100 ms.
TEST(Geography, KnowsLinksThatDifferByDirection) {
  Map map(three_regions());
  EXPECT_EQ(map.distance("west/a", "south/a"), 40_ms);
  EXPECT_EQ(map.distance("south/a", "west/a"), 100_ms);
  EXPECT_EQ(map.distance("east/a", "south/a"), 70_ms);
  EXPECT_EQ(map.distance("south/a", "east/a"), 100_ms);
}

// With the direct link cut, east reaches west through south: 100 + 100 ms. With south cut off as
// well there is no way, and within the region nothing has changed.
TEST(Geography, GoesRoundWhatIsCut) {
  Map map(three_regions());
  sim::Network& network = map.geography.network();
  const auto links = map.geography.links_between("east", "west");
  ASSERT_EQ(links.size(), 1U);
  const auto cut = network.impair(links, {.cut = true});
  EXPECT_EQ(map.distance("east/a", "west/a"), 200_ms);
  EXPECT_EQ(map.distance("west/a", "east/a"), 30_ms);
  for (const PlaceId gate : map.geography.gates("south")) network.isolate(gate);
  EXPECT_EQ(map.distance("east/a", "west/a"), std::nullopt);
  EXPECT_EQ(map.distance("users", "east/b"), 10_ms);
  network.heal(cut);
  EXPECT_EQ(map.distance("east/a", "west/a"), 30_ms);
}

// A home may have links to more regions than the one it is near, and then takes the shorter way.
TEST(Geography, GivesHomesLinksOfTheirOwn) {
  GeographySettings settings = three_regions();
  settings.links["users->west"].latency = constant(15_ms);
  Map map(settings);
  EXPECT_EQ(map.distance("users", "west/a"), 15_ms);
  EXPECT_EQ(map.distance("west/a", "users"), 40_ms);
  EXPECT_EQ(map.geography.links_between("users", "west").size(), 1U);
  EXPECT_TRUE(map.geography.links_between("west", "users").empty());
}

// A line between components joins nothing but its two ends; "<->" makes two of them.
TEST(Geography, GivesComponentsLinesOfTheirOwn) {
  GeographySettings settings = three_regions();
  settings.links["web<->cache"].latency = constant(5_ms);
  settings.links["web->db"].latency = constant(6_ms);
  Map map(settings);
  const auto there = map.geography.line("web", "cache");
  const auto back = map.geography.line("cache", "web");
  ASSERT_TRUE(there && back);
  sim::Network& network = map.geography.network();
  EXPECT_EQ(network.route(there->first, there->second).mean_latency, 5_ms);
  EXPECT_EQ(network.route(back->first, back->second).mean_latency, 5_ms);
  EXPECT_FALSE(network.route(there->second, there->first).reachable);
  EXPECT_FALSE(network.route(there->first, map.place("east/a")).reachable);
  EXPECT_TRUE(map.geography.line("web", "db"));
  EXPECT_FALSE(map.geography.line("db", "web"));
  EXPECT_FALSE(map.geography.line("east", "west"));
}

// A region's zones, one zone, and nothing for what is neither.
TEST(Geography, FindsPlacesByName) {
  const Geography geography(three_regions());
  EXPECT_EQ(geography.zones_within("east").size(), 2U);
  EXPECT_EQ(geography.zones_within("east/b"), std::vector{*geography.zone("east/b")});
  EXPECT_TRUE(geography.zones_within("eas").empty());
  EXPECT_TRUE(geography.zones_within("users").empty());
  EXPECT_EQ(geography.zones().size(), 4U);
  EXPECT_FALSE(geography.zone("east/c"));
  EXPECT_FALSE(geography.home("east"));
}

}  // namespace
}  // namespace faultline::models::geography_test
