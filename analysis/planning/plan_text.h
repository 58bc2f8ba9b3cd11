// The report of `faultline plan`, for people and as JSON (docs/planning.md).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "analysis/planning/plan.h"

namespace faultline::analysis {

std::string plan_text(const std::string& scenario, const PlanQuestion& question, const Plan& plan,
                      const Ordeals& ordeals);
nlohmann::ordered_json plan_json(const std::string& scenario, const PlanQuestion& question,
                                 const Plan& plan, const Ordeals& ordeals);

}  // namespace faultline::analysis
