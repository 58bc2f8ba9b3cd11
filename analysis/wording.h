// Wording: what happens, and what was measured, as one says it.
#pragma once

#include <string>
#include <string_view>

#include "models/timeline.h"

namespace faultline::analysis {

// "web/0 crashed", "us went silent", "the way web->db is cut"; of what it did, or that it is over.
std::string sentence_of(const models::Action& action, bool over);

// Of a metric's figure with its unit: "12.3 ms", "80.5 %", "1,817 /s".
std::string with_unit(double figure, std::string_view unit);

}  // namespace faultline::analysis
