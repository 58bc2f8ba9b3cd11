// Crossings of a layout: the order within columns that keeps them few.
#pragma once

#include <cstddef>

#include "analysis/layout/grid.h"

namespace faultline::analysis::layout {

// Pairs of links between the same two columns whose ends are in opposite orders.
std::size_t count_crossings(const Grid& grid);

// Reorders items within their column and lane; never to more crossings than before.
void reduce_crossings(Grid& grid);

}  // namespace faultline::analysis::layout
