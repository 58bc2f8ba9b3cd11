// StepTable: the steps of a series side by side. Each runs under its own load, and under that of
// the next step, which it was not made for: the next row says what that step bought.
//
// Machines     replicas of everything but names
// Not modelled load that grows in other ways than by all its rates
#pragma once

#include <string>
#include <vector>

#include "scenarios/scenario.h"

namespace faultline::analysis {

// `step` with all rates multiplied so that it has the users of `other`, for as long as that runs.
// Both are steps of a series.
scenarios::Scenario under_load_of(const scenarios::Scenario& step,
                                  const scenarios::Scenario& other);

// `steps` in their order.
std::string step_table(const std::vector<scenarios::Scenario>& steps);

}  // namespace faultline::analysis
