// Network: places joined by one-way links. What becomes of a message, and its way, is settled when
// it departs: what left, arrives, whatever is cut afterwards.
//
// Parameters    local_latency  Duration >= 0, within a place that has no link to itself
//               tcp            see TcpSettings
// Routing       the shortest way by mean latency over links that are up; among equals the one with
//               fewer links, then the one whose last link has the lowest id. A change is known
//               everywhere at once.
// Bandwidth     store and forward: a message is received whole before the next link sends it on
// Luck          draws are keyed by the message's luck and the name of the link, so that a link
//               added elsewhere, or loss switched on, leaves every other draw as it was
// Not modelled  routing protocols and their convergence, buffers that overflow, congestion control
//
// Start reading here; then link.h, network_send.cpp, network_routes.cpp. Copying clones.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/check.h"
#include "sim/delivery.h"
#include "sim/draw.h"
#include "sim/link.h"
#include "sim/time.h"

namespace faultline::sim {

struct Route {
  bool reachable = false;
  std::span<const LinkId> links;  // valid until the network changes
  Duration mean_latency;
  std::optional<Duration> constant_delay;  // where every message takes equally long
};

class Network {
 public:
  // Building. Names are unique, and there is at most one link from a place to another (or itself).
  PlaceId add_place(std::string name);
  // A place through which nothing passes: messages begin and end there, and go nowhere else by it.
  PlaceId add_end_place(std::string name);
  LinkId add_link(PlaceId from, PlaceId to, LinkSettings settings);
  std::pair<LinkId, LinkId> add_links(PlaceId a, PlaceId b, const LinkSettings& both_ways);
  void set_local_latency(Duration latency);
  void set_tcp(const TcpSettings& tcp) { tcp_ = tcp; }
  const TcpSettings& tcp() const { return tcp_; }

  // Looking.
  std::optional<PlaceId> find_place(std::string_view name) const;
  std::optional<LinkId> find_link(PlaceId from, PlaceId to) const;
  std::size_t place_count() const { return place_names_.size(); }
  std::size_t link_count() const { return links_.size(); }
  const std::string& place_name(PlaceId id) const { return place_names_.at(id.index); }
  const Link& link(LinkId id) const { return links_.at(id.index); }
  LinkTraffic traffic(LinkId id) const { return traffic().at(id.index); }
  std::vector<LinkTraffic> traffic() const;  // by link
  Route route(PlaceId from, PlaceId to);

  // Changing. Every impairment is undone by `heal`, once and alone.
  void change(LinkId id, LinkSettings settings);
  ImpairmentId impair(std::vector<LinkId> links, const Impairment& impairment);
  // Cuts every link between the place and any other; within the place messages still arrive.
  ImpairmentId isolate(PlaceId place);
  // Cuts every link from one group to another. The places in no group form one more.
  ImpairmentId partition(const std::vector<std::vector<PlaceId>>& groups);
  void heal(ImpairmentId id);

  // Sends a message over a way on which all take equally long, and says how long; nullptr: it is
  // not such a way, and nothing was sent.
  const Duration* send_constant(PlaceId from, PlaceId to, std::uint64_t bytes) {
    CachedRoute& way = cached_route(from, to);
    if (!way.constant) return nullptr;
    way.messages += 1;
    way.bytes += bytes;
    return &way.delay;
  }
  // Sends a message; `now` never decreases from call to call.
  Delivery send(Time now, PlaceId from, PlaceId to, std::uint64_t bytes, Luck luck,
                Transport transport = Transport::message) {
    if (const Duration* delay = send_constant(from, to, bytes)) {
      return {.arrives = true, .cut = false, .delay = *delay, .duplicate_after = {}};
    }
    return send_link_by_link(now, cached_route(from, to), from, bytes, luck, transport);
  }

 private:
  struct RoutingGraph;
  struct CachedRoute {
    Duration delay;           // of every message if `constant`, otherwise the mean
    std::uint32_t first = 0;  // where its links begin in paths_[from], and how many they are
    std::uint32_t count = 0;
    std::uint32_t version = 0;
    bool reachable = false;
    bool constant = false;
    std::uint64_t messages = 0;  // sent by it at constant delay, and not yet counted at its links
    std::uint64_t bytes = 0;
  };

  CachedRoute& cached_route(PlaceId from, PlaceId to) {
    CHECK(from.index < stride_ && to.index < stride_);
    CachedRoute& way = routes_[from.index * stride_ + to.index];
    if (way.version != version_) [[unlikely]]
      compute_routes(from);
    return way;
  }
  std::span<const LinkId> links_of(const CachedRoute& way, PlaceId from) const {
    return {paths_[from.index].data() + way.first, way.count};
  }
  void count(LinkId id, std::uint64_t bytes) {
    traffic_[id.index].messages += 1;
    traffic_[id.index].bytes += bytes;
  }

  void changed();
  void count_constant_traffic();

  // network_send.cpp
  struct Fork;
  Delivery send_link_by_link(Time now, const CachedRoute& way, PlaceId from, std::uint64_t bytes,
                             Luck luck, Transport transport);
  Delivery send_until_arrived(Time now, std::span<const LinkId> links, Duration mean_latency,
                              std::uint64_t bytes, Luck luck);
  std::optional<Time> cross(Time now, std::span<const LinkId> links, Time departure,
                            std::uint64_t bytes, Luck luck, std::optional<Fork>* fork);

  // network_routes.cpp
  void compute_routes(PlaceId from);
  void store_local_route(PlaceId place);
  void store_route(PlaceId from, PlaceId to, std::span<const LinkId> links);

  std::vector<std::string> place_names_;
  std::vector<bool> ends_here_;  // by place
  std::map<std::string, PlaceId, std::less<>> places_by_name_;
  std::vector<Link> links_;
  std::vector<LinkTraffic> traffic_;  // beside links_, not in it: what sending touches is small
  std::map<std::pair<PlaceId, PlaceId>, LinkId> links_by_ends_;
  std::map<ImpairmentId, std::vector<LinkId>> impaired_;
  std::uint64_t impairments_made_ = 0;
  Duration local_latency_;
  TcpSettings tcp_;

  bool routes_computed_ = false;  // some, of this version
  std::uint32_t version_ = 1;     // a cached route of another version is stale
  std::size_t stride_ = 0;        // routes_[from * stride_ + to]
  std::vector<CachedRoute> routes_;
  std::vector<std::vector<LinkId>> paths_;     // by source
  std::shared_ptr<const RoutingGraph> graph_;  // of `version_`, once needed; shared, never changed
};

}  // namespace faultline::sim
