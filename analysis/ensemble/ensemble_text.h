// What many runs of a scenario say together, for people, as JSON and as a row a figure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "analysis/ensemble/batch_means.h"
#include "analysis/ensemble/ensemble.h"
#include "analysis/table.h"
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

// Its parts, for other forms of it.
// A figure of all users, not of a component or workload, that has something to tell.
bool is_users_figure(const Summary& summary);
Table ensemble_table(const std::vector<Summary>& summaries, std::size_t runs);
Table ensemble_component_table(const std::vector<Summary>& summaries);
// Where the runs are too unlike for the mean to say much: a sentence, else empty.
std::string doubt_about(const std::vector<Summary>& summaries);

// In how many runs an assertion held.
struct HeldIn {
  std::string label;
  std::string text;
  std::size_t times = 0;
};
std::vector<HeldIn> held_of(const std::vector<OneRun>& runs,
                            std::vector<Verdict> OneRun::*verdicts);

// {"schema": "faultline-runs/1", ...}, see docs/runs.md.
nlohmann::ordered_json ensemble_json(const scenarios::Scenario& scenario, const Ensemble& ensemble,
                                     const EnsemblePlan& plan);
nlohmann::ordered_json batches_json(const scenarios::Scenario& scenario, const BatchMeans& means);

// seed,metric,value: every figure of every run.
void write_runs_csv(const Ensemble& ensemble, std::ostream& out);

// "8.24 ms", "8.19 .. 8.29 ms"
std::string interval_text(std::string_view metric, const Interval& interval);

}  // namespace faultline::analysis
