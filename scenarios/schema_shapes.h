// Shapes that the JSON Schema describes once, under "#/$defs/SHAPE", however often they occur: the
// policy of a call, and steps, which stand within themselves.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/parameter.h"

namespace faultline::scenarios {

// Those that occur more than once in the scenario language and are alike wherever they do.
const std::map<std::string, std::vector<Parameter>, std::less<>>& shared_shapes();

}  // namespace faultline::scenarios
