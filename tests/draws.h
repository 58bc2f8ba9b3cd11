// draws(n): how many draws a property makes; n, or fewer where every draw is slow.
//
// The environment variable FAULTLINE_DRAWS is a factor (0.1: a tenth). RapidCheck reads its own,
// RC_PARAMS; both are set by the sanitizer presets.
#pragma once

#include <algorithm>
#include <cstdlib>

namespace faultline {

inline int draws(int usual) {
  const char* factor = std::getenv("FAULTLINE_DRAWS");
  if (factor == nullptr) return usual;
  return std::max(1, static_cast<int>(usual * std::atof(factor)));
}

}  // namespace faultline
