// Connections: which backend each open connection through a balancer leads to. It stays there until
// the connection ends: by a reset, by silence, by its caller's impatience, or idle for too long.
//
// Parameters   idle  after so long without a request a connection is closed
// Cost         a request costs O(log n) among n open connections
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "models/fields.h"
#include "models/ids.h"
#include "sim/pool.h"
#include "sim/time.h"

namespace faultline::models {

struct ConnectionBinding {
  sim::Duration idle = sim::Duration::from_seconds(60);

  void describe(Fields& fields);
};

class Connections {
 public:
  // Whose connection it is: a component that calls, and which of its replicas or users; which one,
  // where callers keep account of theirs (models/connection/), is the handle.
  struct Key {
    ComponentId caller = 0;
    std::uint64_t who = 0;
    sim::Handle handle;

    friend bool operator<(const Key& a, const Key& b) {
      return std::tie(a.caller, a.who, a.handle.slot, a.handle.generation) <
             std::tie(b.caller, b.who, b.handle.slot, b.handle.generation);
    }
  };

  struct Connection {
    ReplicaIndex backend = 0;
    sim::Time used;
    sim::Handle last;  // the last request that came by it
  };

  const Connection* find(const Key& key) const {
    const auto found = open_.find(key);
    return found == open_.end() ? nullptr : &found->second;
  }
  void open(const Key& key, ReplicaIndex backend, sim::Time now) {
    open_[key] = {.backend = backend, .used = now, .last = {}};
    by_use_.emplace(now, key);
  }
  void use(const Key& key, sim::Handle request, sim::Time now) {
    Connection& connection = open_.at(key);
    by_use_.erase({connection.used, key});
    by_use_.emplace(now, key);
    connection.used = now;
    connection.last = request;
  }
  void close(const Key& key) {
    const auto found = open_.find(key);
    by_use_.erase({found->second.used, key});
    open_.erase(found);
  }

  // The one that has been unused for longest, if that is since before `since`.
  std::optional<Key> unused_since(sim::Time since) const {
    if (by_use_.empty() || by_use_.begin()->first >= since) return std::nullopt;
    return by_use_.begin()->second;
  }
  std::vector<Key> all_to(ReplicaIndex backend) const {
    std::vector<Key> keys;
    for (const auto& [key, connection] : open_) {
      if (connection.backend == backend) keys.push_back(key);
    }
    return keys;
  }
  std::size_t count() const { return open_.size(); }

 private:
  std::map<Key, Connection> open_;
  std::set<std::pair<sim::Time, Key>> by_use_;
};

}  // namespace faultline::models
