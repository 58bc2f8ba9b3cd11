// Lane: what one broker holds for one subscriber.
//
// Messages are in the order in which they were stored; within a partition, only the first of them
// may be delivered.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "models/queue/message.h"
#include "models/queue/visible_messages.h"
#include "sim/pool.h"

namespace faultline::models {

struct Lane {
  struct Partition {
    sim::Handle first;
    sim::Handle last;
  };

  VisibleMessages visible{};  // those that may be delivered now
  sim::Handle oldest{};
  sim::Handle newest{};
  std::vector<Partition> partitions{};  // empty: no order among deliveries
  std::deque<sim::Handle> dead{};       // the one that died first in front
  std::uint64_t next_place = 0;
  std::uint64_t held = 0;  // those being stored included
  std::uint64_t held_bytes = 0;
  std::uint64_t stored = 0;
  std::uint64_t in_flight = 0;

  void reserve(std::uint64_t bytes) {
    ++held;
    held_bytes += bytes;
  }
  void free(std::uint64_t bytes) {
    --held;
    held_bytes -= bytes;
  }

  // At the end of the line.
  void append(sim::Pool<Message>& messages, sim::Handle handle, Message& message) {
    ++stored;
    message.place = next_place++;
    message.older = newest;
    message.newer = {};
    (newest ? messages[newest].newer : oldest) = handle;
    newest = handle;
    if (partitions.empty()) return;
    Partition& own = partitions[message.partition];
    message.ahead = own.last;
    message.behind = {};
    (own.last ? messages[own.last].behind : own.first) = handle;
    own.last = handle;
  }

  void take_out(sim::Pool<Message>& messages, const Message& message) {
    --stored;
    (message.older ? messages[message.older].newer : oldest) = message.newer;
    (message.newer ? messages[message.newer].older : newest) = message.older;
    if (partitions.empty()) return;
    Partition& own = partitions[message.partition];
    (message.ahead ? messages[message.ahead].behind : own.first) = message.behind;
    (message.behind ? messages[message.behind].ahead : own.last) = message.ahead;
  }
};

}  // namespace faultline::models
