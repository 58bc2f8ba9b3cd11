// Geography: regions with zones, the homes of users, and what lies between them.
//
// It lays regions out on the network so that every distance a scenario names is one link:
//   zone - zone of one region     one link each way (`same-region`)
//   region - region               one link each way, shared by all its zones: a region's zones send
//                                 through its exit and receive through its entry
//   home - region                 one link each way
// A message within one zone takes `same-zone`. Who passes through a third region does so when that
// is the shortest path left. A line between two components (`web->cache`) is a link of its own that
// carries only their messages.
//
// Not modelled  switches and hosts within a zone; congestion between flows but for bandwidth
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/fields.h"
#include "models/ids.h"
#include "sim/distribution.h"
#include "sim/network.h"

namespace faultline::models {

struct GeographySettings {
  struct Link {
    std::optional<sim::Distribution> latency;
    std::optional<double> bandwidth;  // bits per second
    double loss = 0;
    double duplication = 0;
    void describe(Fields& fields);
  };
  struct Region {
    std::vector<std::string> zones;
    void describe(Fields& fields);
  };
  struct Home {
    std::string near;  // region
    sim::Distribution latency;
    void describe(Fields& fields);
  };
  struct Latency {
    sim::Distribution same_zone;
    sim::Distribution same_region;
    sim::Distribution between_regions = sim::Distribution::constant(sim::Duration{50'000'000});
    void describe(Fields& fields);
  };

  std::map<std::string, Region> regions;
  std::map<std::string, Home> clients;
  std::map<std::string, Link> links;  // "us-east<->eu-west", "web->cache"
  Latency latency;
  std::size_t transport = 0;  // 0: message, 1: tcp

  void describe(Fields& fields);
};

class Geography {
 public:
  explicit Geography(const GeographySettings& settings);

  sim::Network& network() { return network_; }
  const sim::Network& network() const { return network_; }
  sim::Transport transport() const { return transport_; }

  // Zones as "region/zone"; homes by name. nullopt: no such place.
  std::optional<PlaceId> zone(std::string_view name) const;
  std::optional<PlaceId> home(std::string_view name) const;
  // All zones of a region, or the one zone named.
  std::vector<PlaceId> zones_within(std::string_view region_or_zone) const;
  const std::string& name_of(PlaceId place) const;
  // Where a component stands that names no zone: all zones, in order of their names.
  const std::vector<PlaceId>& zones() const { return zones_; }
  const std::vector<PlaceId>& homes() const { return homes_; }

  // The links (one way) that a message from region or home `a` to region or home `b` enters.
  std::vector<sim::LinkId> links_between(std::string_view a, std::string_view b) const;
  // Where messages enter and leave a region.
  std::vector<PlaceId> gates(std::string_view region) const;
  // The ends of the line declared between two components, if one is.
  std::optional<std::pair<PlaceId, PlaceId>> line(std::string_view from, std::string_view to) const;

 private:
  struct Gates {
    PlaceId entry;
    PlaceId exit;
  };

  void add_region(const std::string& name, const GeographySettings& settings);
  void add_home(const std::string& name, const GeographySettings& settings);
  void join_regions(const GeographySettings& settings);
  void add_lines(const GeographySettings& settings);

  sim::Network network_;
  sim::Transport transport_ = sim::Transport::message;
  std::map<std::string, Gates, std::less<>> regions_;
  std::map<std::string, PlaceId, std::less<>> zone_places_;
  std::map<std::string, PlaceId, std::less<>> home_places_;
  std::map<std::pair<std::string, std::string>, std::pair<PlaceId, PlaceId>> lines_;
  std::vector<PlaceId> zones_;
  std::vector<PlaceId> homes_;
};

}  // namespace faultline::models
