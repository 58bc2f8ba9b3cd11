// A calibration for people, as a table of contents of the log; and for programs, as JSON.
#pragma once

#include <string>

#include "analysis/calibration/calibration.h"

namespace faultline::analysis {

std::string calibration_text(const Calibration& calibration);

// "faultline-calibrate/1": what calibration_text says, in seconds, milliseconds and bytes.
std::string calibration_json(const Calibration& calibration);

}  // namespace faultline::analysis
