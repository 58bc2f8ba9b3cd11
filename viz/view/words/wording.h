// Wording: what happens, as one says it.
#pragma once

#include <string>

#include "analysis/wording.h"
#include "models/world.h"
#include "sim/time.h"
#include "viz/view/run/chronicle.h"

namespace faultline::viz {

using analysis::sentence_of;
using analysis::with_unit;

// "db/1 went down"
std::string sentence_of(const Happened& state, const models::World& world);

// "60.0 s", "1:02:05.3"
std::string moment(sim::Time at);
// "1:20", "1:02:05", to the second
std::string clock_text(sim::Time at);

}  // namespace faultline::viz
