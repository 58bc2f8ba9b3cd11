// The page of a sweep: curves, which are charts where values are numbers, or heat maps, and the
// table of all points.
#pragma once

#include <iosfwd>
#include <string>

#include "analysis/sweep/sweep.h"

namespace faultline::analysis::html {

// `command`: that makes the same again.
void write_sweep_page(const std::string& scenario, const SweepPlan& plan, const Sweep& sweep,
                      const std::string& command, std::ostream& out);

}  // namespace faultline::analysis::html
