// A scenario to start from: the fleet of an estimate behind a balancer, under its peak load.
#pragma once

#include <optional>
#include <string>

#include "analysis/estimation/estimate.h"

namespace faultline::analysis {

// Why no scenario can be made of it; nothing: one can.
std::optional<std::string> why_no_scenario(const Estimate& estimate);

// JSON with comments, that `faultline run` takes as it is. Its `expect` holds the arithmetic
// against what is simulated.
std::string estimate_scenario(const Estimate& estimate, const std::string& name);

}  // namespace faultline::analysis
