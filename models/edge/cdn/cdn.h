// Cdn: edges near the users that keep what they fetched from an origin.
//
// States       starting, up, draining, down; an edge comes back from a crash or outage empty
// Parameters   origin        component that has all objects
//              cacheable     endpoints whose answers may be kept; all else is passed on
//              capacity      bytes per edge >= 1; least recently used out
//              ttl           > 0, from the fetch on; absent: no expiry
//              stale-while-revalidate, stale-if-error   >= 0, counted from the end of the ttl
//              coalescing    those who miss one object at one edge wait for one fetch
//              shield        zone whose edges fetch for the others
//              invalidation-delay   >= 0, until an invalidation has reached every edge
//              release, changes     versioned URLs: which version of its URLs users ask for
//              detection     >= 0, how long users are sent to an edge that is down
//              fallback      edge, origin, edge-then-origin: where they turn then
//              service-time, workers   of an edge
//              call          timeout and retries of fetches
// Metrics      hit_ratio, byte_hit_ratio, hits, misses, coalesced, passed, stale_served,
//              stale_on_error, fetches, fetches_failed, shield_hit_ratio, bytes_served,
//              bytes_fetched, fallbacks, evictions, invalidations, entries, stored_bytes,
//              utilisation, backlog
// Not modelled see docs/models/cdn.md
// Invariant    look-ups == hits + misses; bytes held by an edge <= capacity
//
// A request is looked up when its service ends. A fetch is made in the course of the request that
// began it, with its luck; a revalidation in the background is made on nobody's behalf.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/cache/byte_lru.h"
#include "models/component.h"
#include "models/edge/cdn/settings.h"
#include "sim/pool.h"
#include "sim/station.h"

namespace faultline::models {

class Cdn final : public Component {
 public:
  explicit Cdn(std::string name) : Component(std::move(name)) {}

  CdnSettings settings;  // to be filled before `bind`

  std::unique_ptr<Component> clone() const override { return std::make_unique<Cdn>(*this); }
  std::string_view type() const override { return "cdn"; }
  void describe(Fields& fields) override { settings.describe(fields); }
  std::vector<StaticCall> static_calls() const override;
  std::vector<Misfit> misfits(const World& world) const override;
  void bind(World& world) override;
  void start(World& world) override;
  std::optional<ReplicaIndex> route(World& world, const Attempt& attempt) override;
  std::optional<ComponentId> instead(const World& world) const override;
  void receive(World& world, Attempt& attempt) override;
  void on_event(World& world, const sim::Event& event) override;
  void answered(World& world, const Attempt& attempt) override;

  bool suffers(Fault fault) const override {
    return fault == Fault::crash || fault == Fault::slow || fault == Fault::flush;
  }
  void lost_work(World& world, ReplicaIndex replica) override;
  void came_up(World& world, ReplicaIndex replica) override;
  void speed_changed(World& world, ReplicaIndex replica) override;
  void flush(World& world, ReplicaIndex replica) override;
  void measure(const World& world, sim::Metrics& metrics) const override;
  const sim::Station* station_of(ReplicaIndex replica) const override {
    return &edges_[replica].station;
  }

 private:
  struct Object {
    std::uint64_t version = 0;
    sim::Time expires = sim::Time::max();
    std::uint32_t bytes = 0;
  };
  struct EdgeServer {
    ByteLru<Object> objects;
    sim::Station station;
    std::map<std::uint64_t, sim::Handle> fetching;  // by object: the fetch that others may join
  };
  // A request in service at an edge.
  struct Visit {
    sim::Handle attempt;
    sim::Time arrived;
    sim::Duration work;
    ReplicaIndex edge = 0;
  };
  struct Fetch {
    std::vector<sim::Handle> waiting;     // attempts to be answered
    std::optional<std::uint64_t> object;  // nullopt: passed on, nothing is kept
    ReplicaIndex edge = 0;
    bool of_origin = true;
  };
  struct LookUps {
    std::uint64_t hits = 0;
    std::uint64_t misses = 0;
    std::uint64_t bytes_hit = 0;
    std::uint64_t bytes_served = 0;  // for hits and misses
  };

  // Where it goes (routing.cpp).
  enum class Among : std::uint8_t { tried, all, usual };  // usual: of all, when all is well
  std::optional<ReplicaIndex> nearest(World& world, const Attempt& attempt, Among among) const;
  template <class Distance>
  std::optional<ReplicaIndex> nearest_by(const Attempt& attempt, Distance distance) const;
  bool is_tried(World& world, PlaceId from, ReplicaIndex edge) const;
  bool seems_up(const World& world, ReplicaIndex edge) const;
  std::optional<ReplicaIndex> shield_for(const World& world, const Attempt& attempt) const;

  // What an edge does (cdn.cpp).
  bool is_from_edge(const World& world, const Attempt& attempt) const;
  bool may_keep(const Attempt& attempt) const;
  std::uint64_t object_of(const World& world, std::uint64_t key, EndpointId endpoint) const;
  std::uint64_t changed_by(const World& world, std::uint64_t key) const;
  void serve(World& world, Attempt& attempt);
  void look_up(World& world, Attempt& attempt);
  void hand_out(World& world, Attempt& attempt, const Object& object);
  void answer(World& world, Attempt& attempt, const Outcome& outcome);
  void invalidate(World& world, Attempt& attempt);
  bool forget(const World& world, EdgeServer& edge, std::uint64_t key);

  // Fetches (fetching.cpp).
  void wait_for(World& world, Attempt& attempt, std::uint64_t object);
  void revalidate(World& world, const Attempt& attempt, std::uint64_t object);
  void pass_on(World& world, const Attempt& attempt);
  void send(World& world, const Attempt& attempt, sim::Handle handle, Fetch& fetch);
  void keep(World& world, const Attempt& call, const Fetch& fetch);
  const Object* stale_after_error(const World& world, const Fetch& fetch) const;

  CallSiteId origin_site_ = 0;
  CallSiteId shield_site_ = 0;
  PlaceId shield_;
  std::vector<EndpointId> cacheable_;
  std::vector<EndpointId> kept_;  // endpoints of which something was ever kept
  std::vector<EdgeServer> edges_;
  std::vector<std::vector<sim::Duration>> usual_;  // distance by place, then edge, when all is well
  sim::Pool<Visit> visits_;
  sim::Pool<Fetch> fetches_;
  sim::Pool<std::uint64_t> spreading_;  // keys of invalidations on their way to all edges
  LookUps outer_;                       // of users and other callers
  LookUps inner_;                       // of edges at their shield
  std::uint64_t fallbacks_ = 0;
  std::uint64_t coalesced_ = 0;
  std::uint64_t passed_ = 0;
  std::uint64_t stale_served_ = 0;
  std::uint64_t stale_on_error_ = 0;
  std::uint64_t origin_fetches_ = 0;
  std::uint64_t failed_fetches_ = 0;
  std::uint64_t bytes_out_ = 0;
  std::uint64_t bytes_fetched_ = 0;
  std::uint64_t evictions_ = 0;
  std::uint64_t invalidations_ = 0;
};

}  // namespace faultline::models
