// Memory: what one replica of a service keeps of the stores it reads, in its own process.
//
// Parameters   capacity   objects >= 1, the least recently used goes
//              ttl        > 0, from the storing on; absent: until it has to go
// It dies with its process. The replicas know nothing of each other's: what one of them writes, the
// others go on remembering as it was, for as long as `ttl`.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "models/cache/lru.h"
#include "models/fields.h"
#include "sim/time.h"

namespace faultline::models {

struct MemorySettings {
  std::uint64_t capacity = 1000;
  std::optional<sim::Duration> ttl;

  void describe(Fields& fields) {
    fields.count({"capacity", "Objects that one replica remembers.", true}, capacity,
                 {1, 1'000'000'000});
    fields.duration({"ttl", "How long it remembers an object; absent: until it needs the room."},
                    ttl, sim::Duration{1});
  }
};

class Memory {
 public:
  explicit Memory(const MemorySettings& settings)
      : ttl_(settings.ttl), objects_(static_cast<std::uint32_t>(settings.capacity)) {}

  // The version, if the object is remembered.
  std::optional<std::uint64_t> recall(sim::Time now, std::uint64_t object) {
    const Object* found = objects_.use(object);
    if (found == nullptr || found->expires <= now) return std::nullopt;
    return found->version;
  }
  void remember(sim::Time now, std::uint64_t object, std::uint64_t version) {
    objects_.put(object, {.version = version, .expires = ttl_ ? now + *ttl_ : sim::Time::max()});
  }
  void forget(std::uint64_t object) { objects_.erase(object); }
  void clear() { objects_.clear(); }

 private:
  struct Object {
    std::uint64_t version = 0;
    sim::Time expires = sim::Time::max();
  };

  std::optional<sim::Duration> ttl_;
  Lru<Object> objects_;
};

}  // namespace faultline::models
