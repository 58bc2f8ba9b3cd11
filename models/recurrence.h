// Recurrence: the times at which something befalls one target again and again.
//
// Parameters   up    distribution of Duration, from the end of one to the beginning of the next;
//                    its mean is the MTBF (mean time between failures) counted without the repair
//              down  distribution of Duration, how long one lasts; its mean is the MTTR
// Long run     the target is up for mean(up) / (mean(up) + mean(down)) of the time
#pragma once

#include <cstdint>

#include "sim/distribution.h"
#include "sim/draw.h"

namespace faultline::models {

struct Recurrence {
  sim::Distribution up;
  sim::Distribution down;
  sim::Luck luck;  // of this target: nothing that happens elsewhere moves its times

  // Time passed before turn `n`: it goes down at even turns, and comes back at odd ones.
  sim::Duration before_turn(std::uint32_t n) const {
    sim::Draw draw = luck.with(n).draw();
    return (n % 2 == 0 ? up : down).sample_duration(draw);
  }
};

}  // namespace faultline::models
