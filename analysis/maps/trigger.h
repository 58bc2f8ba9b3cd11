// The trigger of a scenario: the entry of its timeline with the label `trigger`, made to last for
// other times than the one that it states.
#pragma once

#include <string_view>

#include "models/timeline.h"
#include "scenarios/problems.h"
#include "scenarios/scenario.h"

namespace faultline::analysis {

inline constexpr std::string_view trigger_label = "trigger";

// nullptr: there is none.
const models::Action* find_trigger(const scenarios::Scenario& scenario);

// Adds a problem when there is none, or none that ends.
void check_trigger(const scenarios::Scenario& scenario, scenarios::Problems& problems);

// `scenario` with a trigger that lasts so long; 0: without it. It must have one that ends.
scenarios::Scenario with_trigger(scenarios::Scenario scenario, sim::Duration lasts);

}  // namespace faultline::analysis
