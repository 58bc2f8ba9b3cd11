// Attempt: one try of one call, from the moment the caller decides on it until its answer is in.
//
// The record has one owner at a time: the caller (resolving, connecting, backing off), the network
// (outbound, returning), or the callee (held). A caller that gives up marks it abandoned and
// forgets it: the callee works on, and the record is released when its answer would have come back.
#pragma once

#include <cstdint>

#include "models/ids.h"
#include "models/outcome.h"
#include "models/request.h"
#include "sim/draw.h"
#include "sim/event.h"
#include "sim/pool.h"
#include "sim/time.h"

namespace faultline::models {

// What the callee is asked for.
enum class Operation : std::uint8_t {
  serve,         // an endpoint of a service
  read,          // data under the key
  write,         // data under the key
  store,         // put a version into a cache
  invalidate,    // take the key out of a cache
  publish,       // hand a message to a queue
  health_check,  // are you there
};

enum class Stage : std::uint8_t {
  backing_off,
  resolving,
  connecting,  // in line for a connection
  outbound,
  held,
  returning,
  lost,
};

struct Attempt {
  sim::Handle self;        // by which it is found again, as long as it lives
  sim::Handle parent;      // the attempt on whose behalf this call is made; none for a user's own
  sim::Handle cookie;      // the caller's: what it was doing
  sim::Handle work;        // the callee's: what it does for this
  sim::Handle rival;       // the other try of this call that is under way, if there are two
  sim::TimerHandle timer;  // timeout, or the end of the backoff
  sim::Handle connection;  // over which it goes; none: there always is one
  Request request;         // none for internal work such as health checks
  sim::Luck luck;          // keys its draws together with `lineage`
  sim::Time began;         // when the call (its first try) began
  sim::Time sent;          // when this try began
  sim::Duration backoff;   // waited before this try
  sim::Time deadline = sim::Time::max();  // of the whole call: World::deadline_of
  std::uint64_t key = 0;
  std::uint64_t version = 0;  // of data carried (store)
  Outcome outcome;
  std::uint32_t bytes = 0;         // of the request's body
  std::uint32_t base_lineage = 0;  // of the attempt on whose behalf the call is made
  std::uint32_t permit = 0;        // of its caller's guard, where it is guarded
  std::uint32_t lineage = 0;       // which tries led here; 0: first tries all the way
  PlaceId here;                    // where the caller stands: a zone, or the home of the user
  PlaceId there;                   // where the callee's replica stands, once there is one
  CallSiteId site = 0;
  ComponentId callee = 0;
  ReplicaIndex from = 0;
  ReplicaIndex to = 0;
  EndpointId endpoint = 0;
  std::uint8_t tries = 0;  // tries made before this one
  Operation operation = Operation::serve;
  Stage stage = Stage::outbound;
  bool to_is_fixed = false;  // the caller chose the replica
  bool abandoned = false;
  bool one_way = false;   // nobody waits for the answer
  bool guarded = false;   // its caller counts it as under way
  bool is_hedge = false;  // the second of two tries side by side

  void send_to(ReplicaIndex replica) {
    to = replica;
    to_is_fixed = true;
  }
  // An event of kind `kind` that concerns this attempt and happens to component `target`.
  sim::Event event(ComponentId target, std::uint16_t kind) const {
    return {.request = request.id,
            .a = self.slot,
            .b = self.generation,
            .target = target,
            .kind = kind};
  }
};

}  // namespace faultline::models
