// A stability map for the terminal and for other programs: one sign a cell, and one row a cell.
#pragma once

#include <ostream>
#include <string>
#include <string_view>

#include "analysis/maps/stability_map.h"

namespace faultline::analysis {

// How a verdict is called and drawn.
struct StabilityLook {
  Stability stability;
  char sign;
  std::string_view name;  // "never-recovers"
  std::string_view meaning;
  std::string_view colour;  // of Okabe and Ito's palette, told apart by all kinds of eyes
};
extern const std::array<StabilityLook, 4> stability_looks;  // in the order of Stability

inline const StabilityLook& look_of(Stability stability) {
  return stability_looks[static_cast<std::size_t>(stability)];
}

// "crash web/0 at 0:20".
std::string stability_happening(const StabilityMap& map);

// Load to the right, trigger upwards.
std::string stability_text(const StabilityMap& map);

// load, trigger_s, verdict, goodput_before_per_s, goodput_last_third_per_s, ratio.
void write_stability_csv(const StabilityMap& map, std::ostream& out);

}  // namespace faultline::analysis
