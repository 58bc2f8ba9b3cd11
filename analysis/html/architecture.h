// The architecture drawn: a card for each component with what it went through, from users on the
// left to data on the right, and who calls whom.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "models/world.h"

namespace faultline::analysis::html {

// As SVG. `result`: of the run, for what stands on the cards.
std::string architecture_svg(const models::World& world, const nlohmann::ordered_json& result);

}  // namespace faultline::analysis::html
