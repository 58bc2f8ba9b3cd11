// Lanes of a layout: areas one below the other, those beside each other in one lane.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "analysis/layout/layout.h"

namespace faultline::analysis::layout {

// By node, from 0 from top to bottom; nullopt for a node outside of all areas. Areas share a lane
// that have no columns in common, nor any of one in the midst of another; each goes into the first
// lane that has room. `columns`: by node.
std::vector<std::optional<std::size_t>> lanes_of(const LayoutGraph& graph,
                                                 const std::vector<std::size_t>& columns);

}  // namespace faultline::analysis::layout
