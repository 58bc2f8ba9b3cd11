// The report of `faultline capacity`, for people and as JSON (docs/planning.md).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "analysis/planning/capacity.h"

namespace faultline::analysis {

std::string capacity_text(const scenarios::Scenario& scenario, const Capacity& capacity,
                          const Ordeals& ordeals);
nlohmann::ordered_json capacity_report_json(const scenarios::Scenario& scenario,
                                            const Capacity& capacity, const Ordeals& ordeals);

}  // namespace faultline::analysis
