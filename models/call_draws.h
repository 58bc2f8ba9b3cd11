// What a call draws, and how its tries are told apart in their draws.
#pragma once

#include <cstdint>

#include "sim/draw.h"

namespace faultline::models {

// Each under a key of its own, on top of the call site's.
enum CallDraw : std::uint64_t {
  towards_callee = 1,
  towards_caller = 2,
  backoff_draw = 3,
  hello_draw = 4,
  cancel_draw = 5,
  leak_draw = 6
};

inline constexpr std::uint64_t edge_loss_draw = sim::salt_of("edge loss");

// In the place of a number of tries, which stays below: a copy is an attempt with draws of its own,
// and so is a second try beside one that has others before it.
inline constexpr std::uint8_t duplicate_mark = 255;
inline constexpr std::uint8_t hedge_mark = 128;

// The lineage of a try after `tries` others, of a call made in the course of lineage `base`.
constexpr std::uint32_t lineage_after(std::uint32_t base, std::uint8_t tries) {
  if (tries == 0) return base;
  return static_cast<std::uint32_t>(sim::mix64((std::uint64_t{base} << 8) + tries) >> 32);
}

}  // namespace faultline::models
