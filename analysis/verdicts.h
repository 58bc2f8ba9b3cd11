// Holding expectations and SLOs against what a run has shown.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "analysis/result.h"
#include "scenarios/problems.h"

namespace faultline::analysis {

// `whole` is the result over the run after its warm-up. A span that the run did not reach to its
// end is not reached, and never passed.
std::vector<Verdict> judge(const std::vector<scenarios::Expectation>& expectations,
                           const scenarios::Scenario& scenario, const nlohmann::ordered_json& whole,
                           const models::World& world, const Recorder& recorder);

// Adds a problem for every expectation or SLO whose metric no result of this scenario has.
void check_metrics(const scenarios::Scenario& scenario, scenarios::Problems& problems);

// What a result of the scenario looks like when nothing has happened yet, with every key that one
// can have.
nlohmann::ordered_json shape_of_result(const scenarios::Scenario& scenario);

// The value at `path`: a JSON pointer, or a dotted text of which exactly one reading leads to
// something. nullptr: there is none.
const nlohmann::ordered_json* find_metric(const nlohmann::ordered_json& figures,
                                          const std::string& path);

}  // namespace faultline::analysis
