// CacheSettings: the parameters of a cache, as a scenario names them.
//
// Parameters   capacity        objects per node >= 1
//              eviction        lru, lfu, fifo: shelf.h
//              distribution    ring (consistent hashing) or modulo: which node a key belongs to
//              virtual-nodes   points per node on the ring >= 1, default 160
//              on-node-down    stay: the keys of a dead node are errors for their callers;
//                              rehash: callers turn to the next node that is up
//              ttl             > 0, from the storing on; absent: no expiry
//              ttl-jitter      0..1, share of `ttl` by which a value lives longer or shorter
//              service-time    distribution of Duration, of every operation
//              workers         per node >= 1; absent: no limit on parallelism
//              prefill         keys 1..n are there from the start, key 1 used last
//              origin          the store that misses are read from and writes go to
//              writes          through, around, back; flush-interval of the latter
//              coalescing, stale-if-error  of reads from the origin
//              copies          1..replicas; write-quorum 1..copies, read-from first or any,
//                              resync-time of a node that comes back
//              detection       how long callers do not know that a node is down
//              hot-keys        counters for the most read key; absent: none
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "models/cache/shelf.h"
#include "models/component.h"
#include "models/fields.h"
#include "models/policy.h"
#include "sim/distribution.h"
#include "sim/time.h"

namespace faultline::models {

struct CacheSettings {
  enum class Spread : std::uint8_t { ring, modulo };
  static constexpr std::array<std::string_view, 2> spread_words = {"ring", "modulo"};
  enum class OnNodeDown : std::uint8_t { stay, rehash };
  static constexpr std::array<std::string_view, 2> on_node_down_words = {"stay", "rehash"};

  // What becomes of a write when there is an origin.
  enum class Writes : std::uint8_t { through, around, back };
  static constexpr std::array<std::string_view, 3> writes_words = {"through", "around", "back"};

  enum class ReadFrom : std::uint8_t { first, any };
  static constexpr std::array<std::string_view, 2> read_from_words = {"first", "any"};

  HostingSettings hosting;
  std::uint64_t capacity = 0;
  Eviction eviction = Eviction::lru;
  Spread spread = Spread::ring;
  std::uint64_t virtual_nodes = 160;
  OnNodeDown on_node_down = OnNodeDown::stay;
  std::optional<sim::Duration> ttl;
  double ttl_jitter = 0;
  sim::Distribution service_time;
  std::optional<std::uint64_t> workers;
  std::uint64_t prefill = 0;
  std::string origin;  // empty: it has none, and callers fill it
  Writes writes = Writes::through;
  sim::Duration flush_interval = sim::Duration::from_seconds(1);
  bool coalescing = true;
  sim::Duration stale_if_error;
  std::uint64_t copies = 1;
  std::optional<std::uint64_t> write_quorum;  // absent: all copies
  ReadFrom read_from = ReadFrom::first;
  sim::Distribution resync_time;
  sim::Duration detection;
  std::optional<std::uint64_t> hot_keys;
  CallPolicy call;  // of the origin and of other copies

  std::uint64_t quorum() const { return write_quorum.value_or(copies); }

  void describe(Fields& fields);

 private:
  void check(Fields& fields) const;
};

}  // namespace faultline::models
