// What `--vary` was asked for, read from its words.
#pragma once

#include <string>
#include <vector>

#include "analysis/sweep/variation.h"
#include "scenarios/document.h"
#include "scenarios/problems.h"
#include "scenarios/scenario.h"

namespace faultline::cli {

// `scenario`: without variations, or null when it could not be read; `document` is what it was read
// from. Pointers with dots come back with slashes. Adds a problem for everything that is wrong, and
// leaves out what cannot be read.
std::vector<analysis::Variation> read_variations(const std::vector<std::string>& vary,
                                                 const scenarios::Scenario* scenario,
                                                 const scenarios::Document& document,
                                                 scenarios::Problems& problems);

}  // namespace faultline::cli
