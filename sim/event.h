// Event: something that happens at an instant, as a fixed-size record of 32 bytes.
//
// The kernel orders and hashes events; what `kind`, `target`, `a` and `b` mean is the model's.
#pragma once

#include <cstdint>

#include "sim/time.h"

namespace faultline::sim {

struct Event {
  Time at{};
  std::uint64_t request = 0;  // identity of the request it concerns; 0 when it concerns none
  std::uint32_t a = 0;        // usually a pool slot
  std::uint32_t b = 0;        // usually that slot's generation
  std::uint32_t timer = 0;   // the kernel's: slot in the timer table, 0 when it cannot be cancelled
  std::uint16_t target = 0;  // who it happens to
  std::uint16_t kind = 0;
};
static_assert(sizeof(Event) == 32);

// Names an armed timer until it has fired or was cancelled; a stale handle is recognised.
struct TimerHandle {
  std::uint32_t slot = 0;  // 0: no timer
  std::uint32_t generation = 0;
};

}  // namespace faultline::sim
