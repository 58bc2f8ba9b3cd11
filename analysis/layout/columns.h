// Columns of a layout: the longest way from the sources of the call graph, in calls, with
// Boost.Graph.
#pragma once

#include <cstddef>
#include <vector>

#include "analysis/layout/layout.h"

namespace faultline::analysis::layout {

// By node, from 0 and without gaps. Cards without an area come before all that have one; cards of
// one group share a column unless only some of them have an area.
std::vector<std::size_t> columns_of(const LayoutGraph& graph);

}  // namespace faultline::analysis::layout
