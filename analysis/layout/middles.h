// Middles of a layout: how high the items of a grid stand.
//
// Invariant    items of a column keep their order and at least the distances of `spacing`
//              areas do not overlap, with their margins and titles
#pragma once

#include <vector>

#include "analysis/layout/grid.h"

namespace faultline::analysis::layout {

// The y of the middle of every item.
std::vector<double> middles_of(const Grid& grid);

}  // namespace faultline::analysis::layout
