// What `faultline plan` and `faultline capacity` were asked for, read from the words of their
// options.
#pragma once

#include "analysis/planning/ordeal.h"
#include "cli/commands.h"
#include "scenarios/problems.h"

namespace faultline::cli {

// `scenario`: null when it could not be read. Without `--slo`, those of the scenario. Adds a
// problem for everything that is wrong.
analysis::Ordeals read_planning_options(const PlanningArguments& arguments,
                                        const scenarios::Scenario* scenario,
                                        scenarios::Problems& problems);

// `text` of `option`, a share above 0 and up to 1; by default 2 %.
double read_precision(const std::optional<std::string>& text, std::string_view option,
                      scenarios::Problems& problems);

}  // namespace faultline::cli
