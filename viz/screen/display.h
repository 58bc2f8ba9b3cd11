// Whether there is a display to draw on. SFML ends the process where there is none, so ask first.
#pragma once

#include <optional>
#include <string>

namespace faultline::viz {

// A sentence for the user that says how to get one, when there is none.
std::optional<std::string> display_problem();

}  // namespace faultline::viz
