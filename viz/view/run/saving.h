// Saving: what is shown as a scenario of its own, which `faultline run` repeats.
#pragma once

#include <string>

#include "viz/view/run/playback.h"
#include "viz/view/stage/stage.h"

namespace faultline::viz {

// The text of a file that extends the scenario shown: its seed, what was done by hand as entries of
// the timeline, and where cards were put.
std::string by_hand_scenario(const Playback& playback, const Stage& stage);

}  // namespace faultline::viz
