// What no single value can show to be wrong: links and timeline entries that name nothing, calls to
// endpoints that do not exist, calls that never end.
#pragma once

#include "scenarios/names.h"
#include "scenarios/scenario.h"

namespace faultline::scenarios {

// Places, links, calls. Everything must have been read without problems.
void check_structure(const Scenario& scenario, const Document& document, const Names& names,
                     Problems& problems);

// What the timeline names, held against the world as it is at the start.
void check_timeline(const Scenario& scenario, const Document& document, const Names& names,
                    Problems& problems);

}  // namespace faultline::scenarios
