// What `estimate` was asked, read from its options.
#pragma once

#include "analysis/estimation/estimate.h"
#include "cli/commands.h"
#include "scenarios/problems.h"

namespace faultline::cli {

// Adds a problem for each option that is wrong; then what is returned is of no use.
analysis::EstimateQuestion read_estimate_options(const EstimateArguments& arguments,
                                                 scenarios::Problems& problems);

}  // namespace faultline::cli
