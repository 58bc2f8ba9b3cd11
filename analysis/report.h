// The text report: what the users felt, phase by phase, and what the components went through; to be
// read from the top down.
#pragma once

#include <string>

#include "analysis/run.h"
#include "scenarios/scenario.h"

namespace faultline::analysis {

std::string text_report(const scenarios::Scenario& scenario, const Run& run);

}  // namespace faultline::analysis
