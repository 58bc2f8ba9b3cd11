// Wide: 128-bit integers for sums that must stay exact however long a run gets.
//
// A year of nanoseconds times a backlog of a million exceeds 64 bits; a sum in `double` would
// depend on the order in which its terms came.
#pragma once

#include <optional>

namespace faultline::sim {

__extension__ typedef __int128 Int128;  // `__extension__`: ISO C++ has no such type

// What a utilisation, a hit ratio or a mean is made of: nothing when there is nothing to divide by.
inline std::optional<double> ratio(Int128 part, Int128 whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace faultline::sim
