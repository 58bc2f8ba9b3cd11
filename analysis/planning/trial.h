// Trial: whether a scenario keeps its SLOs, found out with few runs where that is clear and with
// more where it is close.
//
// Rounds       4 runs, then twice as many and so on, until every SLO holds, one misses, or
//              `max_runs` are made: then it may stay unclear
// Confidence   chosen so that all looks at one SLO together, one after each round, are wrong in at
//              most 5 % of trials: 1 - 0.05 / rounds for each look (Bonferroni)
// Cut short    by a limit of the scenario: it misses, as what grew had no end
// Source       the sequential test follows from Bonferroni's inequality; intervals: interval.h
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "analysis/ensemble/ensemble.h"
#include "analysis/planning/slo.h"
#include "scenarios/scenario.h"

namespace faultline::analysis {

struct TrialPlan {
  std::vector<Slo> slos;
  std::uint64_t first_seed = 1;  // every trial has the same seeds: what differs is not luck
  std::size_t max_runs = 32;     // at least 2
  unsigned jobs = 1;
  const std::atomic<bool>* interrupt = nullptr;
  std::function<void()> on_run = {};  // one at a time, from any thread
};

struct Trial {
  Standing standing = Standing::unclear;
  std::size_t runs = 0;
  std::vector<SloStanding> slos;   // in the order of the plan
  std::vector<Summary> summaries;  // of every metric
  std::string cut_short;           // by which limit; empty: by none

  const Summary* find(std::string_view metric) const;
  // The mean of a metric over the runs, if it had one.
  std::optional<double> mean(std::string_view metric) const;
};

// How many runs there are after each round.
std::vector<std::size_t> trial_rounds(std::size_t max_runs);

// nullopt: interrupted. The scenario's own SLOs, expectations and alerts are not asked.
std::optional<Trial> try_slos(scenarios::Scenario scenario, const TrialPlan& plan);

}  // namespace faultline::analysis
