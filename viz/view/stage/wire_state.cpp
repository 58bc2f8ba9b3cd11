#include "viz/view/stage/wire_state.h"

namespace faultline::viz {
namespace {

using State = models::CircuitBreaker::State;

double rate(const Way& way, const Playback& playback) {
  const Chronicle& chronicle = playback.chronicle();
  const std::size_t windows = chronicle.windows_until(playback.now());
  const Messages::Counts* sent = windows > 0 ? chronicle.sent(windows - 1) : nullptr;
  if (sent == nullptr || !sent->contains(way)) return 0;
  return static_cast<double>(sent->at(way)) / chronicle.window().seconds();
}

std::optional<State> breaker_of(const Way& way, const models::World& world) {
  std::optional<State> found;
  for (const models::CallSite& site : world.call_sites()) {
    const bool goes_there = site.callee == way.to || site.callee_is_name;
    if (site.caller != way.from || !goes_there) continue;
    for (const models::Guard& guard : site.guards) {
      if (!guard.breaker()) continue;
      const State state = guard.breaker()->state();
      if (!found || state == State::open || *found == State::closed) found = state;
    }
  }
  return found;
}

}  // namespace

WireState state_of(const Wire& wire, const Playback& playback) {
  const models::World& world = playback.world();
  return {.per_s = rate(wire.way, playback),
          .change = world.edge(wire.way.from, wire.way.to).now,
          .breaker = breaker_of(wire.way, world)};
}

}  // namespace faultline::viz
