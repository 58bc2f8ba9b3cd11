// Request: one intent of a user, and everything about it that is decided before anyone serves it.
//
// It never changes; every attempt made in its course carries a copy. Retries, cache fills and
// health checks are not requests: they are attempts (attempt.h).
#pragma once

#include <cstdint>

#include "models/ids.h"
#include "sim/draw.h"
#include "sim/time.h"

namespace faultline::models {

struct Request {
  std::uint64_t id = 0;   // workload and ordinal, unique in a run; 0: no request, internal work
  sim::Luck luck;         // keys every draw made for this request, wherever it is served
  sim::Time sent;         // when the user meant to send it
  std::uint64_t key = 0;  // the object it is about
  std::uint64_t user = 0;
  std::uint32_t bytes = 0;  // of the request's body
  PlaceId home;             // where the user is
  EndpointId endpoint = 0;
  std::uint8_t priority = 0;  // higher first
  bool write = false;
  bool idempotent = true;
  bool mobile = false;

  explicit operator bool() const { return id != 0; }
};

}  // namespace faultline::models
