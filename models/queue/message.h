// Message: one subscriber's copy of what was published, from the arrival of the publish until the
// copy is acknowledged, dropped or lost. Publication: a publish on its way to being stored.
// Delivery: a call of a consumer, until the consumer has answered, in time or late.
#pragma once

#include <cstdint>

#include "models/ids.h"
#include "models/request.h"
#include "sim/draw.h"
#include "sim/pool.h"
#include "sim/time.h"

namespace faultline::models {

using SubscriptionIndex = std::uint16_t;  // in the order of the subscribers' names

enum class MessageState : std::uint8_t { being_stored, visible, in_flight, delayed, dead };

struct Message {
  Request request;
  sim::Handle older;  // neighbours in its lane, in the order of storing
  sim::Handle newer;  // while being stored: the next copy of the same publish
  sim::Handle ahead;  // neighbours in its partition, where there are partitions
  sim::Handle behind;
  sim::Luck luck;
  sim::Time stored;  // anew by a redrive
  sim::Time first_stored;
  std::uint64_t place = 0;  // in the order of storing
  std::uint64_t key = 0;
  std::uint64_t version = 0;
  std::uint32_t bytes = 0;
  std::uint32_t lineage = 0;   // of the publish
  std::uint32_t receives = 0;  // deliveries begun
  std::uint32_t forgiven = 0;  // of the receives, by a redrive
  std::uint32_t unheard = 0;   // deliveries whose end has not been heard
  std::uint32_t partition = 0;
  EndpointId endpoint = 0;
  ReplicaIndex broker = 0;
  SubscriptionIndex subscription = 0;
  MessageState state = MessageState::being_stored;
};

struct Publication {
  sim::Handle attempt;
  sim::Handle first_copy;
  sim::Duration work;         // of storing it
  std::uint32_t dropped = 0;  // copies there was no room for
};

struct Delivery {
  sim::Handle message;
  sim::TimerHandle visibility;
  ReplicaIndex broker = 0;
  SubscriptionIndex subscription = 0;
  bool in_flight = true;  // its visibility has not run out
};

}  // namespace faultline::models
