// Predictions: what queueing theory says of the wait at each station, beside what a run measured;
// and where no formula fits, which of its assumptions fails.
//
// Fits         M/M/c, M/G/1 exactly; G/G/c by Allen and Cunneen (an approximation); M/M/c/K where
//              the backlog is short; M/G/1 with processor sharing, of which the time from arrival
//              to departure is known; one closed loop of users before one station (machine
//              repairman)
// Replicas     chosen in turn, of n each gets every n-th arrival: squared coefficient of variation
//              1 / n; at random: 1. Each replica is then a queue of its own
// Run          one, without timeline and faults, as the equations have none
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/run.h"
#include "analysis/structure/traffic.h"

namespace faultline::analysis {

struct Wait {
  double mean_s = 0;
  std::optional<double> p50_s, p95_s, p99_s;
};

struct Prediction {
  std::string station;
  std::string model;  // "M/M/2"; empty: none fits
  bool exact = false;
  bool sojourn = false;              // of the time from arrival to departure, not of the wait
  std::vector<std::string> failing;  // assumptions that do not hold: why there is no model, or what
                                     // makes it an approximation
  std::optional<Wait> predicted;
  std::optional<Wait> simulated;
  std::optional<double> lost;              // share of arrivals refused, predicted
  std::optional<double> throughput_per_s;  // of a closed loop, predicted
};

std::vector<Prediction> predict_waits(const WorkPlans& plans, const Traffic& traffic);
// Adds what was measured by `result`.
void add_measured(const Result& result, std::vector<Prediction>& predictions);

// `scenario` without its timeline and faults.
scenarios::Scenario undisturbed(scenarios::Scenario scenario);

}  // namespace faultline::analysis
