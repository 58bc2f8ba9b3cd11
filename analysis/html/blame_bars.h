// What the users' time went to, drawn: a bar for all requests and for each group of slow ones, cut
// into what weighs most.
#pragma once

#include <string>
#include <vector>

#include "analysis/blame/blame.h"
#include "models/world.h"

namespace faultline::analysis::html {

// As SVG; empty where no request succeeded after the warm-up.
std::string blame_bars_svg(const models::World& world, const std::vector<BlameGroup>& groups);

}  // namespace faultline::analysis::html
