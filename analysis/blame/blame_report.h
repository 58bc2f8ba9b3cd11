// What a blame is told as: a table for people, and the key `blame` of a result (docs/results.md).
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "analysis/blame/blame.h"

namespace faultline::analysis {

nlohmann::ordered_json blame_json(const models::World& world, const Blame& blame);

// With its heading.
std::string blame_text(const models::World& world, const Blame& blame);

}  // namespace faultline::analysis
