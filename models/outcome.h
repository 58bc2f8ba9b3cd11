// Outcome: how a call ended, as plain data. Failures of the modelled system are never exceptions.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "sim/time.h"

namespace faultline::models {

enum class Status : std::uint8_t {
  ok,
  timed_out,     // no answer within the caller's patience
  reset,         // the process at the other end is dead, and the network could say so
  rejected,      // the callee refused: it had no room (503)
  throttled,     // the callee refused: the caller asks more often than it may (429)
  unavailable,   // nobody to send to: no living backend, no leader (503)
  failed,        // the callee answered with an error (500)
  name_failure,  // the name could not be resolved
  withheld,      // the caller did not send it: its circuit breaker was open, or its bulkhead full
};
inline constexpr std::array<std::string_view, 9> status_names = {
    "ok",          "timeout", "reset",        "rejected", "throttled",
    "unavailable", "error",   "name-failure", "withheld"};

constexpr std::string_view name_of(Status status) {
  return status_names[static_cast<std::size_t>(status)];
}

struct Outcome {
  Status status = Status::ok;
  bool found = true;                 // a cache or store had the key
  bool degraded = false;             // an optional part is missing
  std::uint16_t replica = 0;         // which replica answered
  std::uint32_t bytes = 0;           // of the answer's body
  std::uint32_t retry_after_ms = 0;  // of a refusal: when to ask again, from now on; 0: not said
  std::uint64_t version = 0;         // of the data read or written; 0: none

  bool ok() const { return status == Status::ok; }
  sim::Duration retry_after() const { return sim::Duration{1'000'000} * retry_after_ms; }
};

// What a go-between tells its caller when whom it asked in turn gave `status`: silence and death
// there are an error here (502, 504), what it did not even ask for is unavailable (503), all else
// is passed on.
constexpr Status passed_on(Status status) {
  if (status == Status::withheld) return Status::unavailable;
  const bool unheard = status == Status::timed_out || status == Status::reset;
  return unheard ? Status::failed : status;
}

}  // namespace faultline::models
