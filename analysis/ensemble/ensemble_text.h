// What many runs of a scenario say together, for people, as JSON and as a row a figure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>

#include "analysis/ensemble/batch_means.h"
#include "analysis/ensemble/ensemble.h"
#include "scenarios/scenario.h"

namespace faultline::analysis {

// What the figures are of: "20 runs   seeds 1 to 20", and where the warm-up comes from.
struct EnsembleHeading {
  std::string what;
  std::string warmup;
};

std::string ensemble_text(const scenarios::Scenario& scenario, const Ensemble& ensemble,
                          const EnsemblePlan& plan, const EnsembleHeading& heading);
std::string batches_text(const scenarios::Scenario& scenario, const BatchMeans& means,
                         const EnsembleHeading& heading);

// {"schema": "faultline-runs/1", ...}, see docs/runs.md.
nlohmann::ordered_json ensemble_json(const scenarios::Scenario& scenario, const Ensemble& ensemble,
                                     const EnsemblePlan& plan);
nlohmann::ordered_json batches_json(const scenarios::Scenario& scenario, const BatchMeans& means);

// seed,metric,value: every figure of every run.
void write_runs_csv(const Ensemble& ensemble, std::ostream& out);

// "8.24 ms", "8.19 .. 8.29 ms"
std::string interval_text(std::string_view metric, const Interval& interval);

}  // namespace faultline::analysis
