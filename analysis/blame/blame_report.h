// What a blame is told as: a table for people, and the key `blame` of a result (docs/results.md).
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "analysis/blame/blame.h"
#include "analysis/table.h"

namespace faultline::analysis {

nlohmann::ordered_json blame_json(const models::World& world, const Blame& blame);

// What the rows of the table mean.
inline constexpr std::string_view blame_legend =
    "network, connecting, retries: of calls to the component; retries: what brought no answer, and "
    "pauses";
// Without rows where no request succeeded after the warm-up.
Table blame_table(const models::World& world, const Blame& blame);
// With its heading.
std::string blame_text(const models::World& world, const Blame& blame);

}  // namespace faultline::analysis
