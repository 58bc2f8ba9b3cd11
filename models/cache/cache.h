// Cache: nodes that keep values under keys in memory, each key on one node.
//
// States       starting, up, draining, down; comes back from a crash or restart empty
// Parameters   capacity      objects per node >= 1
//              eviction      lru, lfu, fifo: shelf.h
//              distribution  ring (consistent hashing) or modulo: which node a key belongs to
//              virtual-nodes points per node on the ring >= 1, default 160
//              on-node-down  stay: the keys of a dead node are errors for their callers;
//                            rehash: callers turn to the next node that is up
//              ttl           > 0, from the storing on; absent: no expiry
//              ttl-jitter    0..1, share of `ttl` by which a value lives longer or shorter
//              service-time  distribution of Duration, of every operation
//              workers       per node >= 1; absent: no limit on parallelism
//              prefill       keys 1..n are there from the start, key 1 used last
// Metrics      hit_ratio, hits, misses, evictions, expired, stores, stores_refused, invalidations,
//              entries, utilisation (0..1, null without a limit on workers), backlog
// Not modelled sizes of objects against memory; replicas of a key; pipelining
// Invariant    reads == hits + misses; entries of a node <= capacity
//
// Callers know the ring: `route` is their client library. An operation takes effect when its
// service ends. A read is ok whether the key is there or not (`found` tells) and brings the version
// stored. A store never replaces a newer version; but a version stored after its invalidation is
// kept, old as it may be: the race of cache-aside is the callers' own. An expired value is found
// out when it is read.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/cache/hash_ring.h"
#include "models/cache/settings.h"
#include "models/cache/shelf.h"
#include "models/component.h"
#include "sim/distribution.h"
#include "sim/pool.h"
#include "sim/station.h"

namespace faultline::models {

class Cache final : public Component {
 public:
  explicit Cache(std::string name) : Component(std::move(name)) {}

  std::unique_ptr<Component> clone() const override { return std::make_unique<Cache>(*this); }
  std::string_view type() const override { return "cache"; }
  void describe(Fields& fields) override { settings.describe(fields); }
  void bind(World& world) override;
  std::optional<ReplicaIndex> route(World& world, const Attempt& attempt) override;
  void receive(World& world, Attempt& attempt) override;
  void on_event(World& world, const sim::Event& event) override;

  bool suffers(Fault fault) const override { return fault != Fault::redrive; }
  void lost_work(World& world, ReplicaIndex replica) override;
  void came_up(World& world, ReplicaIndex replica) override;
  void speed_changed(World& world, ReplicaIndex replica) override;
  void flush(World& world, ReplicaIndex replica) override;
  void measure(const World& world, sim::Metrics& metrics) const override;

  // The node a key belongs to, whether it lives or not.
  ReplicaIndex owner_of(std::uint64_t key) const;

  CacheSettings settings;  // to be filled before `bind`

 private:
  struct Item {
    std::uint64_t version = 0;
    sim::Time expires = sim::Time::max();
    std::uint32_t bytes = 0;
  };
  struct Node {
    Shelf<Item> items;
    std::optional<sim::Station> station;  // where workers are limited
    double speed = 1;
  };
  struct Job {
    sim::Handle attempt;
    std::uint64_t request = 0;
    sim::Duration work;  // at full speed
    sim::Duration left;  // as of `since`, at full speed; without a station only
    sim::Time arrived;
    sim::Time since;
    ReplicaIndex node = 0;
  };

  void begin(World& world, sim::Handle handle, const Job& job);
  void retime(World& world, ReplicaIndex node);
  void finish(World& world, sim::Handle job, sim::Time started);
  void perform(World& world, Node& node, Attempt& attempt);
  void read(sim::Time now, Node& node, Attempt& attempt);
  void store(World& world, Node& node, const Attempt& attempt);
  sim::Time expiry(sim::Time stored, sim::Luck luck) const;
  ReplicaIndex living_owner_of(std::uint64_t key) const;

  HashRing ring_;
  std::vector<Node> nodes_;
  sim::Pool<Job> jobs_;
  std::uint64_t hits_ = 0;
  std::uint64_t misses_ = 0;
  std::uint64_t evictions_ = 0;
  std::uint64_t expired_ = 0;
  std::uint64_t stores_ = 0;
  std::uint64_t stores_refused_ = 0;
  std::uint64_t invalidations_ = 0;
};

}  // namespace faultline::models
