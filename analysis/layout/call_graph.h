// Who calls whom in a world, as its architecture says.
#pragma once

#include <set>
#include <utility>

#include "models/world.h"

namespace faultline::analysis::layout {

// Caller and callee. Whoever calls a name calls what it stands for, too.
std::set<std::pair<models::ComponentId, models::ComponentId>> calls_of(const models::World& world);

}  // namespace faultline::analysis::layout
