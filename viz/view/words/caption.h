// Caption: in a plain sentence or two, what is happening: what befell the architecture last, and
// what that does to it, from the run's own figures; at the end, the scenario's lesson.
#pragma once

#include <string>

#include "viz/view/run/playback.h"

namespace faultline::viz {

struct Caption {
  std::string happened;     // "60.0 s: cache/2 went down."
  std::string consequence;  // "db gets 4.1 times its normal load. 12 % of requests fail."
};

Caption caption_of(const Playback& playback);

}  // namespace faultline::viz
