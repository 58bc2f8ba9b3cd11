// Connection: one of a caller's connections to one replica; and who shares them.
#pragma once

#include <compare>
#include <cstdint>

#include "models/connection/slow_start.h"
#include "models/ids.h"
#include "sim/draw.h"
#include "sim/event.h"
#include "sim/time.h"

namespace faultline::models {

// The two ends between which connections are kept: a user, or a replica of the caller, and a
// replica of the callee.
struct Peers {
  ComponentId callee = 0;
  ReplicaIndex to = 0;
  std::uint64_t caller = 0;  // user, or index of the calling replica
  PlaceId here;
  PlaceId there;

  friend auto operator<=>(const Peers&, const Peers&) = default;
};

struct Connection {
  CallSiteId site = 0;
  Peers peers;
  sim::Luck luck;           // of its handshake
  sim::TimerHandle timer;   // opening: the patience with it; unused: the end of its being kept
  std::uint32_t boots = 0;  // the life of the callee's process that accepted it
  std::uint32_t streams_used = 0;  // requests over it that are not answered
  std::uint8_t round_trips = 0;    // made of its handshake
  std::uint8_t round_trips_needed = 1;
  bool refused = false;  // the process it knocked at is dead
  bool open = false;
  SlowStart up;    // the caller's sending
  SlowStart down;  // the callee's
};

}  // namespace faultline::models
