// What `faultline sweep` was asked for, read from the words of its options.
#pragma once

#include "analysis/sweep/sweep.h"
#include "cli/commands.h"
#include "scenarios/document.h"
#include "scenarios/problems.h"

namespace faultline::cli {

// `scenario`: without variations, or null when it could not be read; `document` is what it was read
// from. Pointers with dots come back with slashes. Adds a problem for everything
// that is wrong; what it returns is of use only if there is none.
analysis::SweepPlan read_sweep_options(const SweepArguments& arguments,
                                       const scenarios::Scenario* scenario,
                                       const scenarios::Document& document,
                                       scenarios::Problems& problems);

}  // namespace faultline::cli
