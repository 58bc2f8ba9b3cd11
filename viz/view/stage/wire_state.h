// WireState: how the way between two cards is: what went there, and what is wrong with it.
#pragma once

#include <optional>

#include "models/call_site.h"
#include "viz/view/run/playback.h"
#include "viz/view/stage/stage.h"

namespace faultline::viz {

struct WireState {
  double per_s = 0;           // tries sent, in the last window
  models::EdgeChange change;  // by faults
  // Of its callers, where they have circuit breakers: one that is open before any that is
  // half-open.
  std::optional<models::CircuitBreaker::State> breaker;
};

WireState state_of(const Wire& wire, const Playback& playback);

}  // namespace faultline::viz
