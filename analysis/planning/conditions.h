// Conditions: what an architecture shall bear while it keeps its SLOs, one at a time.
//
// As it stands the scenario with its timeline and faults, less what became a condition of its own
// A failure    begins at the end of the warm-up, in a warm system, and lasts to the end; what
//              callers, health checks and failovers do about it has the time `settle` before the
//              measuring begins. Nothing is repaired. What the timeline does after the warm-up,
//              and the spans of SLOs, come later by as much
// Length       the run is longer by `settle`: as much is measured with a failure as without
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analysis/planning/slo.h"
#include "models/timeline.h"
#include "scenarios/problems.h"
#include "scenarios/scenario.h"

namespace faultline::analysis {

struct Survival {
  // "any node", "any zone", "any region", "cache tier"; a component, replica, zone or region by its
  // name; or the label of an entry of the timeline.
  std::vector<std::string> what;
  sim::Duration settle = sim::Duration::from_seconds(30);
};

struct Condition {
  std::string name;                              // "outage eu/b"; of the first "as it stands"
  std::string target;                            // what is down; it does not change with sizes
  std::shared_ptr<const models::Action> action;  // null of the first
};

// "As it stands", then all that `survival` means for this scenario, each once. Adds a problem,
// which names `option`, for what means nothing here.
std::vector<Condition> conditions_of(const scenarios::Scenario& scenario, const Survival& survival,
                                     std::string_view option, scenarios::Problems& problems);

// The scenario as it is to be run under a condition.
scenarios::Scenario under(scenarios::Scenario scenario, const Condition& condition,
                          const Survival& survival);
Slo under(Slo slo, const Condition& condition, const Survival& survival);

}  // namespace faultline::analysis
