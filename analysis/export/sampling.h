// Which requests are written out: one in N, by their identity alone, so that a variant of a
// scenario writes the same ones.
#pragma once

#include <cstdint>

#include "sim/draw.h"

namespace faultline::analysis {

// `request`: its identity, 0 for what no request led to. `one_in` >= 1.
inline bool is_sampled(std::uint64_t request, std::uint64_t one_in) {
  return request != 0 && sim::mix64(request) % one_in == 0;
}

}  // namespace faultline::analysis
