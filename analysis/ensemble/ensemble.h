// Ensemble: a scenario run under many seeds, and what the runs say together.
//
// The runs are independent: each draws all its luck from its own seed. They are spread over
// threads and put in the order of their seeds, so that the whole is the same for any number of
// threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analysis/ensemble/interval.h"
#include "analysis/ensemble/metric_list.h"
#include "analysis/result.h"
#include "scenarios/scenario.h"

namespace faultline::analysis {

// How well a metric shall be known: the half width of its interval, as a share of its mean.
struct Precision {
  std::string metric;  // as in MetricList
  double share = 0;    // > 0
};

struct EnsemblePlan {
  std::uint64_t first_seed = 1;  // further runs have the seeds that follow
  std::size_t runs = 20;         // at least 1
  unsigned jobs = 1;
  // All must be reached: more runs are made until they are, but no more than `max_runs`.
  std::vector<Precision> precisions = {};
  std::size_t max_runs = 1000;
  const std::atomic<bool>* interrupt = nullptr;  // the runs that have ended by then are kept
  std::function<void(std::size_t done, std::size_t of)> on_run =
      {};  // one at a time, from any thread
};

struct OneRun {
  std::uint64_t seed = 0;
  std::string digest;
  MetricList metrics;
  std::vector<Verdict> slos;
  std::vector<Verdict> expectations;
};

// A metric over the runs.
struct Summary {
  std::string metric;
  std::optional<Interval> interval;  // of the runs that had something to report
  double least = 0;
  double most = 0;
};

struct Ensemble {
  std::vector<OneRun> runs;  // those that came to their end, in the order of their seeds
  std::vector<std::pair<std::uint64_t, std::string>> cut_short;  // by a limit: seed and why
  bool interrupted = false;
  std::vector<Summary> summaries;  // of every metric, in the order of a result

  const Summary* find(std::string_view metric) const;
  bool reached(const Precision& precision) const;
};

Ensemble run_ensemble(const scenarios::Scenario& scenario, const EnsemblePlan& plan);

// So many runs as the first of `rounds` (rising) says, and on to the next until they are `enough`;
// the rest of the plan holds. What an interruption or a limit cuts short ends it.
Ensemble run_in_rounds(const scenarios::Scenario& scenario, const EnsemblePlan& plan,
                       const std::vector<std::size_t>& rounds,
                       const std::function<bool(const Ensemble&)>& enough);

// What `runs` say together.
std::vector<Summary> summarise(const std::vector<OneRun>& runs);

// One run, its figures kept and its world not. nullopt: it was interrupted. `why` is what cut it
// short, or empty.
std::optional<OneRun> run_once(const scenarios::Scenario& scenario, std::uint64_t seed,
                               const std::atomic<bool>* interrupt, std::string& why);

}  // namespace faultline::analysis
