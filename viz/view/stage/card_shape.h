// The shape of a card: how large it is, and where its cells are.
#pragma once

#include <string>
#include <vector>

#include "viz/view/stage/stage.h"

namespace faultline::viz {

namespace card_sizes {

inline constexpr double padding = 12;
inline constexpr double title = 20;      // letters
inline constexpr double note = 15;       // letters
inline constexpr double small = 13.5;    // letters
inline constexpr double header = 54;     // name and type
inline constexpr double note_line = 27;  // what matters for its kind
inline constexpr double backlog = 6;     // the bar at the bottom
inline constexpr double least_width = 192;
inline constexpr double zone_label = 20;

}  // namespace card_sizes

// The replicas that a card shows of one zone.
struct CardRow {
  std::string zone;
  std::vector<models::ReplicaIndex> replicas;
};

// Gives the card its size, cells and rows.
void shape(Card& card, const std::vector<CardRow>& rows);

}  // namespace faultline::viz
