#include "sim/network.h"

#include <algorithm>
#include <utility>

namespace faultline::sim {

PlaceId Network::add_place(std::string name) {
  const PlaceId id{static_cast<std::uint32_t>(place_names_.size())};
  const bool is_new = places_by_name_.emplace(name, id).second;
  CHECK(is_new);
  place_names_.push_back(std::move(name));
  ends_here_.push_back(false);
  paths_.emplace_back();
  if (place_names_.size() > stride_) {
    stride_ = std::max<std::size_t>(4, stride_ * 2);
    routes_.assign(stride_ * stride_, CachedRoute{});
  }
  changed();
  return id;
}

PlaceId Network::add_end_place(std::string name) {
  const PlaceId id = add_place(std::move(name));
  ends_here_[id.index] = true;
  return id;
}

LinkId Network::add_link(PlaceId from, PlaceId to, LinkSettings settings) {
  const LinkId id{static_cast<std::uint32_t>(links_.size())};
  const bool is_new = links_by_ends_.emplace(std::pair(from, to), id).second;
  CHECK(is_new);
  links_.emplace_back(from, to, place_name(from) + "->" + place_name(to), std::move(settings));
  traffic_.emplace_back();
  changed();
  return id;
}

std::pair<LinkId, LinkId> Network::add_links(PlaceId a, PlaceId b, const LinkSettings& both_ways) {
  const LinkId there = add_link(a, b, both_ways);
  const LinkId back = add_link(b, a, both_ways);
  return {there, back};
}

void Network::set_local_latency(Duration latency) {
  CHECK(latency >= Duration{});
  local_latency_ = latency;
  changed();
}

std::optional<PlaceId> Network::find_place(std::string_view name) const {
  const auto found = places_by_name_.find(name);
  if (found == places_by_name_.end()) return std::nullopt;
  return found->second;
}

std::optional<LinkId> Network::find_link(PlaceId from, PlaceId to) const {
  const auto found = links_by_ends_.find({from, to});
  if (found == links_by_ends_.end()) return std::nullopt;
  return found->second;
}

Route Network::route(PlaceId from, PlaceId to) {
  const CachedRoute& way = cached_route(from, to);
  Route route;
  route.reachable = way.reachable;
  route.links = links_of(way, from);
  route.mean_latency = way.delay;
  if (way.constant) route.constant_delay = way.delay;
  return route;
}

void Network::change(LinkId id, LinkSettings settings) {
  links_.at(id.index).change(std::move(settings));
  changed();
}

ImpairmentId Network::impair(std::vector<LinkId> links, const Impairment& impairment) {
  const ImpairmentId id{impairments_made_++};
  for (const LinkId link : links) links_.at(link.index).impair(id, impairment);
  impaired_.emplace(id, std::move(links));
  changed();
  return id;
}

ImpairmentId Network::isolate(PlaceId place) { return partition({{place}}); }

ImpairmentId Network::partition(const std::vector<std::vector<PlaceId>>& groups) {
  std::vector<std::size_t> group_of(place_count(), groups.size());
  for (std::size_t group = 0; group < groups.size(); ++group) {
    for (const PlaceId place : groups[group]) {
      CHECK(group_of.at(place.index) == groups.size());  // a place is in one group
      group_of[place.index] = group;
    }
  }
  std::vector<LinkId> between;
  for (std::uint32_t i = 0; i < links_.size(); ++i) {
    if (group_of[links_[i].from().index] != group_of[links_[i].to().index]) between.push_back({i});
  }
  return impair(std::move(between), {.cut = true});
}

void Network::heal(ImpairmentId id) {
  const auto found = impaired_.find(id);
  CHECK(found != impaired_.end());
  for (const LinkId link : found->second) links_[link.index].heal(id);
  impaired_.erase(found);
  changed();
}

// What went by constant ways is counted by way, and at the links only when the ways may change.
void Network::count_constant_traffic() {
  for (std::uint32_t from = 0; from < place_count(); ++from) {
    for (std::uint32_t to = 0; to < place_count(); ++to) {
      CachedRoute& way = routes_[from * stride_ + to];
      if (way.messages == 0) continue;
      for (const LinkId id : links_of(way, PlaceId{from})) {
        traffic_[id.index].messages += way.messages;
        traffic_[id.index].bytes += way.bytes;
      }
      way.messages = 0;
      way.bytes = 0;
    }
  }
}

std::vector<LinkTraffic> Network::traffic() const {
  std::vector<LinkTraffic> traffic = traffic_;
  if (!routes_computed_) return traffic;
  for (std::uint32_t from = 0; from < place_count(); ++from) {
    for (std::uint32_t to = 0; to < place_count(); ++to) {
      const CachedRoute& way = routes_[from * stride_ + to];
      if (way.messages == 0) continue;
      for (const LinkId id : links_of(way, PlaceId{from})) {
        traffic[id.index].messages += way.messages;
        traffic[id.index].bytes += way.bytes;
      }
    }
  }
  return traffic;
}

void Network::changed() {
  if (routes_computed_) count_constant_traffic();
  routes_computed_ = false;
  version_ += 1;
  graph_.reset();
}

}  // namespace faultline::sim
