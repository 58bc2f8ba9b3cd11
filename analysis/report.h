// The text report: what the users felt, phase by phase, and what the components went through; to be
// read from the top down.
#pragma once

#include <string>

#include "analysis/run.h"
#include "analysis/table.h"
#include "scenarios/scenario.h"

namespace faultline::analysis {

std::string text_report(const scenarios::Scenario& scenario, const Run& run);

// Its parts, for other forms of it. The first `most` phases.
Table phase_table(const Result& result, std::size_t most);
Table component_table(const nlohmann::ordered_json& result, const Recorder& recorder);
// Large ones whole, or they would be told by powers of ten.
std::string measured_text(double value);

}  // namespace faultline::analysis
