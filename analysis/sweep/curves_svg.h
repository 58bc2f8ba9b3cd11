// Curves of metrics over what varied, each in the band of its 95 % intervals.
#pragma once

#include <iosfwd>
#include <string>

#include "analysis/sweep/sweep_pictures.h"

namespace faultline::analysis {

void write_curves_svg(const std::string& scenario, const SweepPlan& plan, const Sweep& sweep,
                      const SweepPicture& picture, std::ostream& out);

}  // namespace faultline::analysis
