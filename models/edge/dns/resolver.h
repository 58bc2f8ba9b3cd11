// Resolver: remembers answers and referrals for all clients who share it, and asks on their behalf.
//
// Invariant    while it is asking, one query is under way or was lost, and one timer is armed
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/edge/dns/address_book.h"
#include "models/ids.h"
#include "sim/event.h"
#include "sim/pool.h"
#include "sim/time.h"

namespace faultline::models {

// A datagram to a server, or its answer on the way back.
struct Query {
  std::uint32_t resolver = 0;
  std::uint32_t level = 0;  // of the zone asked, 0 at the top
  ReplicaIndex server = 0;
  AddressList answer{};
};

struct Resolver {
  std::uint32_t slot = 0;  // by which it is found
  PlaceId place{};
  // What it remembers.
  AddressList answer{};
  std::optional<sim::Time> expires{};  // from when on it no longer answers from memory
  sim::Time good_until{};              // when the answer's time to live ended
  std::uint64_t turn = 0;              // how many it has told since it got the answer
  std::uint64_t answers = 0;           // how many it got
  std::vector<sim::Time> referrals{};  // by level: until when it knows that zone's servers
  // What it does.
  std::vector<sim::Handle> waiting{};
  bool asking = false;
  std::uint32_t level = 0;
  std::uint64_t tries = 0;  // at this level
  sim::Handle query{};      // under way; what answers another is late
  sim::TimerHandle timeout{};
  sim::TimerHandle impatience{};  // when it gives a stale answer

  bool knows(sim::Time now) const { return expires && now < *expires; }
  AddressIndex next() { return answer[turn++ % answer.size()]; }
};

}  // namespace faultline::models
