// CardState: how a card's component is at this instant: each replica, what waits, and the one thing
// that matters most for its kind.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "viz/view/run/playback.h"
#include "viz/view/stage/stage.h"

namespace faultline::viz {

struct CellState {
  models::Lifecycle life = models::Lifecycle::up;
  std::optional<double> busy;   // 0..1 of its workers, now; nullopt: there is no limit to its work
  std::optional<double> speed;  // of full speed, where something slows it
  bool leads = false;
};

struct CardState {
  std::vector<CellState> cells;  // as the card's
  std::uint64_t waiting = 0;
  std::optional<double> backlog;  // 0..1: waiting of what may wait, else on a logarithmic scale
  std::string note;               // "hits 80.5 %"
};

CardState state_of(const Card& card, const Playback& playback);

}  // namespace faultline::viz
