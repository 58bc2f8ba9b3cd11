// Sweep: a scenario at many points, each under the same seeds (common random numbers: what differs
// between points is what varies, not luck), with the figures of each point and how well they are
// known.
//
// Runs are spread over threads or processes by a crew, over jobs by `Shard`, and over time by a
// store; the figures are the same however they were spread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/ensemble/interval.h"
#include "analysis/sweep/crew.h"
#include "analysis/sweep/sweep_store.h"
#include "analysis/sweep/variation.h"
#include "scenarios/scenario.h"

namespace faultline::analysis {

// Every `count`th run, from the one with this number on: 1 to `count`.
struct Shard {
  std::size_t number = 1;
  std::size_t count = 1;
};

struct SweepPlan {
  std::vector<Variation> variations;
  std::vector<SweepPoint> points;
  std::vector<std::string> metrics;  // as in MetricList
  std::uint64_t first_seed = 1;      // of every point; further runs have the seeds that follow
  std::size_t runs = 5;              // of each point, at least 1
  Shard shard;
  unsigned jobs = 1;
  const std::atomic<bool>* interrupt = nullptr;                  // what has ended by then is kept
  std::function<void(std::size_t done, std::size_t of)> on_run;  // one at a time, any thread
};

struct SweepRow {
  SweepPoint point;
  std::size_t runs = 0;                          // that came to their end
  std::vector<std::optional<Interval>> figures;  // of each metric, of runs that had one to report
};

struct Sweep {
  std::vector<SweepRow> rows;          // of every point of the plan, in its order
  std::size_t made = 0;                // runs, now
  std::size_t found = 0;               // runs, in the store
  std::vector<std::string> cut_short;  // "web/workers=8, seed 3: reached ..."
  bool interrupted = false;            // before all were made
};

// The scenario at every point, its problems said with the first point that has them.
std::vector<scenarios::Scenario> load_points(std::string_view name,
                                             const std::vector<scenarios::Override>& base,
                                             const std::vector<Variation>& variations,
                                             const std::vector<SweepPoint>& points,
                                             scenarios::Problems& problems);

// `scenarios`: of each point. `store`: null, or where runs are looked up and kept. Throws
// StoreError.
Sweep make_sweep(const std::vector<scenarios::Scenario>& scenarios, const SweepPlan& plan,
                 SweepStore* store);
// Likewise, by a crew instead of `plan.jobs` threads.
Sweep make_sweep(const std::vector<scenarios::Scenario>& scenarios, const SweepPlan& plan,
                 SweepStore* store, Crew& crew);

// The run with this number of the plan, its point not numbered as in a store: what those of a crew
// call who do not keep runs. nullopt: interrupted.
std::optional<StoredRun> make_run(const std::vector<scenarios::Scenario>& scenarios,
                                  const SweepPlan& plan, std::size_t number,
                                  const std::atomic<bool>* interrupt);

}  // namespace faultline::analysis
