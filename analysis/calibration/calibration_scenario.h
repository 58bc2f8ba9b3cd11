// A scenario that behaves as the log did: its servers, its load, and what is to be reproduced.
//
// Each endpoint has users of its own, so that `expect` can hold the median, 95th and 99th
// percentile of each and of all within 10 % of the log's: `faultline check` then says whether it
// does. Held are those of at least ten steps of the log's clock, and only where enough requests lie
// beyond.
#pragma once

#include <optional>
#include <string>

#include "analysis/calibration/calibration.h"

namespace faultline::analysis {

// JSON with the assumptions as comments above it. `calibration` must be timed.
std::string calibration_scenario(const Calibration& calibration);

}  // namespace faultline::analysis
