// Wording: what happens, as one says it.
#pragma once

#include <string>

#include "models/world.h"
#include "sim/time.h"
#include "viz/view/run/chronicle.h"

namespace faultline::viz {

// "web/0 crashed", "us went silent", "the way web->db is cut"; of what it did, or that it is over.
std::string sentence_of(const models::Action& action, bool over);
// "db/1 went down"
std::string sentence_of(const Happened& state, const models::World& world);

// Of a metric's figure with its unit: "12.3 ms", "80.5 %", "1,817 /s".
std::string with_unit(double figure, std::string_view unit);
// "60.0 s", "1:02:05.3"
std::string moment(sim::Time at);
// "1:20", "1:02:05", to the second
std::string clock_text(sim::Time at);

}  // namespace faultline::viz
