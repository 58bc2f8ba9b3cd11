// A stability map as a picture: a standalone SVG 1.1 without scripts, fonts or files of others.
//
// A cell has a colour and a sign, so that neither colour-blindness nor a printer hides a verdict.
// Its place on the axes is its value's: ticks stand at round numbers, wherever the cells do.
#pragma once

#include <ostream>

#include "analysis/maps/stability_map.h"

namespace faultline::analysis {

void write_stability_svg(const StabilityMap& map, std::ostream& out);

}  // namespace faultline::analysis
