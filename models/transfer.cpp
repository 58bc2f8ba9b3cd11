#include "models/transfer.h"

#include <string>
#include <vector>

#include "models/world.h"

namespace faultline::models {
namespace {

enum class Place { other, zone, users, entry, exit };

std::vector<Place> places_of(const World& world) {
  const Geography& geography = world.geography();
  std::vector<Place> places(geography.network().place_count(), Place::other);
  for (const PlaceId home : geography.homes()) places[home.index] = Place::users;
  for (const PlaceId zone : geography.zones()) {
    places[zone.index] = Place::zone;
    const std::string& name = geography.name_of(zone);
    const std::vector<PlaceId> gates = geography.gates(name.substr(0, name.find('/')));
    places[gates.front().index] = Place::entry;
    places[gates.back().index] = Place::exit;
  }
  for (ComponentId to = 0; to < world.component_count(); ++to) {
    if (!world.component(to).offers_load()) continue;
    for (ComponentId from = 0; from < world.component_count(); ++from) {
      const Edge& edge = world.edge(from, to);
      if (edge.line) places[edge.line->second.index] = Place::users;
    }
  }
  return places;
}

}  // namespace

Transfer transferred(const World& world) {
  const sim::Network& network = world.geography().network();
  const std::vector<Place> places = places_of(world);
  const std::vector<sim::LinkTraffic> traffic = network.traffic();
  Transfer transfer;
  for (std::uint32_t i = 0; i < traffic.size(); ++i) {
    const sim::Link& link = network.link(sim::LinkId{i});
    if (link.from() == link.to()) continue;
    const Place from = places[link.from().index];
    const Place to = places[link.to().index];
    if (to == Place::users) transfer.to_clients += traffic[i].bytes;
    if (from == Place::exit && to == Place::entry) transfer.between_regions += traffic[i].bytes;
    if (from == Place::zone && to == Place::zone) transfer.between_zones += traffic[i].bytes;
  }
  return transfer;
}

}  // namespace faultline::models
