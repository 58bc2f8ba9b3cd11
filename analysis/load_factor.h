// Load factors: all arrival rates of a scenario multiplied at once.
//
// Multiplied   every workload with `arrivals`, its sessions and its curve included
// Not modelled more or fewer users of a closed loop, larger jobs, faster replays: what these ask
// for
//              follows from no rate, and stays
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/timeline.h"
#include "scenarios/scenario.h"

namespace faultline::analysis {

// From `at` on, for good or for as long as it `lasts`; those that overlap multiply each other.
// `what` says in reports what it is.
std::shared_ptr<const models::Action> load_factor(double factor, sim::Time at,
                                                  std::optional<sim::Duration> lasts,
                                                  std::string what);

// The scenario under so many times its load, from the beginning on.
scenarios::Scenario with_load(scenarios::Scenario scenario, double factor);

// The workloads of a scenario, by name.
struct Workloads {
  std::vector<std::string> multiplied;
  std::vector<std::string> others;
};
Workloads workloads_of(const scenarios::Scenario& scenario);

// Adds a problem when a load factor would change nothing.
void check_load(const scenarios::Scenario& scenario, scenarios::Problems& problems);

}  // namespace faultline::analysis
