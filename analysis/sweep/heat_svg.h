// A heat map: a metric over a grid of two variations, the figure in each cell.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>

#include "analysis/sweep/sweep.h"

namespace faultline::analysis {

void write_heat_svg(const std::string& scenario, const SweepPlan& plan, const Sweep& sweep,
                    std::size_t metric, std::ostream& out);

}  // namespace faultline::analysis
