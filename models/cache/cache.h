// Cache: nodes that keep values under keys in memory, beside a store or in front of it.
//
// States       starting, up, draining, down; comes back from a crash or restart empty
// Parameters   settings.h
// Metrics      measure.cpp
// Not modelled sizes of objects against memory; pipelining; see docs/models/cache.md
// Invariant    reads == hits + misses; entries of a node <= capacity;
//              writes == writes_flushed + writes_unflushed + writes_lost + writes_in_doubt
//
// Callers know the ring: `route` is their client library. An operation takes effect when its
// service ends. A read is ok whether the key is there or not (`found` tells) and brings the version
// stored; with an origin, it is read there. A store never replaces a newer version; but a version
// stored after its invalidation is kept, old as it may be: the race of cache-aside is the callers'
// own. An expired value is found out when it is read.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/cache/hash_ring.h"
#include "models/cache/settings.h"
#include "models/cache/shelf.h"
#include "models/cache/top_keys.h"
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
  std::vector<StaticCall> static_calls() const override;
  std::optional<ReplicaIndex> route(World& world, const Attempt& attempt) override;
  void receive(World& world, Attempt& attempt) override;
  void answered(World& world, const Attempt& call) override;
  void on_event(World& world, const sim::Event& event) override;

  bool suffers(Fault fault) const override {
    return fault == Fault::crash || fault == Fault::slow || fault == Fault::flush;
  }
  void lost_work(World& world, ReplicaIndex replica) override;
  void came_up(World& world, ReplicaIndex replica) override;
  void speed_changed(World& world, ReplicaIndex replica) override;
  void flush(World& world, ReplicaIndex replica) override;
  void measure(const World& world, sim::Metrics& metrics) const override;
  const sim::Station* station_of(ReplicaIndex replica) const override {
    return nodes_[replica].station ? &*nodes_[replica].station : nullptr;
  }

  // The node a key belongs to, whether it lives or not.
  ReplicaIndex owner_of(std::uint64_t key) const;
  // Those that have copies of it, in the order in which they stand in for each other.
  std::vector<ReplicaIndex> owners_of(std::uint64_t key) const;

  CacheSettings settings;  // to be filled before `bind`

 private:
  struct Item {
    std::uint64_t version = 0;
    sim::Time expires = sim::Time::max();
    std::uint32_t bytes = 0;
  };
  // What was written last under a key, and is not known to be at the origin.
  struct Unflushed {
    std::uint64_t write = 0;    // its number
    std::uint64_t flushed = 0;  // that on its way to the origin; 0: none is
    std::uint32_t bytes = 0;
    std::uint32_t failures = 0;  // to get it there
  };
  struct Node {
    Shelf<Item> items;
    std::optional<sim::Station> station{};  // where workers are limited
    double speed = 1;
    std::map<std::uint64_t, sim::Handle> fetching{};  // by key: the fetch that others may join
    std::map<std::uint64_t, Unflushed> unflushed{};   // by key
    sim::TimerHandle flush_timer{};
    bool loading = false;          // gets its copies, answers nobody
    std::uint64_t operations = 0;  // done
  };
  // A change of what is under a key, as one copy tells it to another.
  struct Change {
    Operation operation = Operation::store;
    std::uint64_t key = 0;
    std::uint64_t version = 0;
    std::uint64_t write = 0;  // number; of a store: known to the origin
    std::uint32_t bytes = 0;
  };
  // Something asked of the origin or of other copies.
  struct Errand {
    enum class Kind : std::uint8_t { fetch, write, flush, copy };
    Kind kind = Kind::fetch;
    ReplicaIndex node = 0;
    Change change{};
    std::vector<sim::Handle> waiting{};  // attempts to be answered
    Outcome answer{};                    // copy: theirs, once there are enough
    std::uint32_t missing = 0;           // copy: how many more have to confirm
    std::uint32_t asked = 0;             // copy: under way
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
  void perform(World& world, Attempt& attempt);
  void read(World& world, Attempt& attempt);
  void store(World& world, Attempt& attempt);
  void invalidate(World& world, Attempt& attempt);
  void apply(World& world, Attempt& copy);
  Item item(const World& world, const Attempt& cause, std::uint64_t version,
            std::uint32_t bytes) const;
  bool put(World& world, ReplicaIndex node, std::uint64_t key, const Item& item);
  void keep(World& world, ReplicaIndex node, std::uint64_t key, const Item& item);
  sim::Time expiry(sim::Time stored, sim::Luck luck) const;

  // Which node (placement.cpp).
  bool seems_up(const World& world, ReplicaIndex node) const;
  bool reads(const Attempt& attempt) const;
  ReplicaIndex living_owner_of(const World& world, std::uint64_t key) const;

  // Other copies (copies.cpp).
  bool is_from_node(const World& world, const Attempt& attempt) const;
  bool has_quorum(std::uint64_t key) const;
  void tell_copies(World& world, ReplicaIndex node, const Change& change, sim::Luck luck,
                   Attempt* waiting);
  void end_copy(World& world, const Attempt& call);
  void settle(World& world, sim::Handle errand);
  void load(World& world, ReplicaIndex node);

  // The store behind it (origin.cpp).
  bool has_origin() const { return !settings.origin.empty(); }
  void fetch(World& world, Attempt& attempt);
  void end_fetch(World& world, const Attempt& call, const Errand& errand);
  void write(World& world, Attempt& attempt);
  void end_write(World& world, const Attempt& call, const Errand& errand);

  // Writes that it does not know of yet (write_back.cpp).
  void write_back(World& world, Attempt& attempt);
  void acknowledge_write(ReplicaIndex node, const Change& change);
  void hold(World& world, ReplicaIndex node, const Change& change);
  bool flushes(ReplicaIndex node, std::uint64_t key) const;
  void await_flush(World& world, ReplicaIndex node);
  void flush_all(World& world, ReplicaIndex node);
  void flush_key(World& world, ReplicaIndex node, std::uint64_t key);
  void end_flush(World& world, const Attempt& call, const Errand& errand);
  std::uint64_t take_owed(std::uint64_t key, std::uint64_t write);
  void lose_unflushed(World& world, ReplicaIndex node);

  HashRing ring_;
  std::vector<Node> nodes_;
  CallSiteId origin_site_ = 0;
  CallSiteId copy_site_ = 0;
  sim::Pool<Job> jobs_;
  sim::Pool<Errand> errands_;
  std::uint64_t hits_ = 0;
  std::uint64_t misses_ = 0;
  std::uint64_t evictions_ = 0;
  std::uint64_t expired_ = 0;
  std::uint64_t stores_ = 0;
  std::uint64_t stores_refused_ = 0;
  std::uint64_t invalidations_ = 0;
  std::uint64_t fetches_ = 0;
  std::uint64_t fetches_failed_ = 0;
  std::uint64_t coalesced_ = 0;
  std::uint64_t stale_served_ = 0;
  std::uint64_t last_write_ = 0;                              // number
  std::map<std::uint64_t, std::vector<std::uint64_t>> owed_;  // to the origin, acknowledged, by key
  std::optional<TopKeys> top_keys_;
  std::uint64_t copies_told_ = 0;
  std::uint64_t without_quorum_ = 0;
  std::uint64_t writes_ = 0;
  std::uint64_t flushes_ = 0;
  std::uint64_t writes_flushed_ = 0;
  std::uint64_t writes_in_doubt_ = 0;
  std::uint64_t writes_lost_ = 0;
};

}  // namespace faultline::models
