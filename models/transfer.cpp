#include "models/transfer.h"

#include <string>
#include <vector>

namespace faultline::models {
namespace {

enum class Place { other, zone, home, entry, exit };

std::vector<Place> places_of(const Geography& geography) {
  std::vector<Place> places(geography.network().place_count(), Place::other);
  for (const PlaceId home : geography.homes()) places[home.index] = Place::home;
  for (const PlaceId zone : geography.zones()) {
    places[zone.index] = Place::zone;
    const std::string& name = geography.name_of(zone);
    const std::vector<PlaceId> gates = geography.gates(name.substr(0, name.find('/')));
    places[gates.front().index] = Place::entry;
    places[gates.back().index] = Place::exit;
  }
  return places;
}

}  // namespace

Transfer transferred(const Geography& geography) {
  const sim::Network& network = geography.network();
  const std::vector<Place> places = places_of(geography);
  const std::vector<sim::LinkTraffic> traffic = network.traffic();
  Transfer transfer;
  for (std::uint32_t i = 0; i < traffic.size(); ++i) {
    const sim::Link& link = network.link(sim::LinkId{i});
    if (link.from() == link.to()) continue;
    const Place from = places[link.from().index];
    const Place to = places[link.to().index];
    if (to == Place::home) transfer.to_clients += traffic[i].bytes;
    if (from == Place::exit && to == Place::entry) transfer.between_regions += traffic[i].bytes;
    if (from == Place::zone && to == Place::zone) transfer.between_zones += traffic[i].bytes;
  }
  return transfer;
}

}  // namespace faultline::models
