// Selection: what of a stage the mouse is over, or was clicked.
#pragma once

#include <cstddef>
#include <optional>

#include "models/ids.h"

namespace faultline::viz {

struct Selection {
  std::size_t stage = 0;
  std::optional<std::size_t> card;
  std::optional<models::ReplicaIndex> replica;  // of the card's component
  std::optional<std::size_t> wire;

  friend bool operator==(const Selection&, const Selection&) = default;
  bool any() const { return card || wire; }
};

}  // namespace faultline::viz
