// Loading a scenario by what the user calls it: found, overridden, read, and its metrics checked.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "scenarios/override.h"
#include "scenarios/problems.h"
#include "scenarios/scenario.h"

namespace faultline::analysis {

// `name`: a path, or the name of one in the library. nullopt after adding problems.
std::optional<scenarios::Scenario> load_by_name(std::string_view name,
                                                std::span<const scenarios::Override> overrides,
                                                scenarios::Problems& problems);

}  // namespace faultline::analysis
