// Structure: what is to be known of a scenario from its equations: its single points of failure,
// its critical path, its bottleneck, its availability, and what theory predicts of its queues.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "analysis/structure/critical_path.h"
#include "analysis/structure/dependencies.h"
#include "analysis/structure/hit_ratio.h"
#include "analysis/structure/traffic.h"

namespace faultline::analysis {

struct StructurePlan {
  HitRatios given;  // instead of estimates
};

struct Structure {
  std::string scenario;
  std::string about;
  Dependencies dependencies;
  std::vector<CriticalPath> paths;
  HitRatios hit_ratios;
  Traffic traffic;
  std::vector<std::string> left_out;  // what the scenario has and the equations have not
};

Structure examine_structure(const scenarios::Scenario& scenario, const StructurePlan& plan);

std::string structure_text(const Structure& structure);
nlohmann::ordered_json structure_json(const Structure& structure);

}  // namespace faultline::analysis
