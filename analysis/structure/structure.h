// Structure: what is to be known of a scenario from its equations: its single points of failure,
// its critical path, its bottleneck, its availability, and what theory predicts of its queues.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "analysis/structure/availability.h"
#include "analysis/structure/critical_path.h"
#include "analysis/structure/dependencies.h"
#include "analysis/structure/hit_ratio.h"
#include "analysis/structure/predictions.h"
#include "analysis/structure/risk.h"
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
  Availability availability;
  std::vector<Prediction> predictions;
  bool run = false;               // the predictions stand beside measurements
  HitRatios measured_hit_ratios;  // of that run
  std::optional<Risk> risk;
  std::vector<std::string> left_out;  // what the scenario has and the equations have not
};

// Without a run. The simulation is left to the caller: `add_run`, `find_risk`.
Structure examine_structure(const scenarios::Scenario& scenario, const StructurePlan& plan);

// Adds what a run of the undisturbed scenario has measured.
void add_run(const Result& result, Structure& structure);

std::string structure_text(const Structure& structure);
nlohmann::ordered_json structure_json(const Structure& structure);

}  // namespace faultline::analysis
