// The page of a plan.
#pragma once

#include <iosfwd>
#include <string>

#include "analysis/planning/plan.h"
#include "analysis/run.h"

namespace faultline::analysis::html {

struct PlanTold {
  const std::string& scenario;
  const PlanQuestion& question;
  const Plan& plan;
  const Ordeals& ordeals;
  const Run* chosen = nullptr;  // a run of the choice as it stands; null: there is no choice
  std::string command;          // that makes the same again
  std::string look;             // that runs the choice
};

void write_plan_page(const PlanTold& told, std::ostream& out);

}  // namespace faultline::analysis::html
