// StabilityMap: for many loads and many durations of a scenario's trigger, whether the users come
// back to what they had before it.
//
// Parameters   loads      factors on all arrival rates (analysis/load_factor.h)
//              triggers   how long the entry `trigger` of the timeline lasts; 0: it does not happen
// A cell       one run with this load and this trigger; all with one seed, so that what differs is
//              the doing of load and trigger alone
// Verdict      from goodput as a share of what was offered in the run with the same load and no
//              trigger: over the windows between warm-up and trigger (before), over those of the
//              last third of the run (last), over every ten windows in a row since the trigger
//              began
//   overloaded      without a trigger, less than 90 % of the offered was good, before or last
//   never recovers  last is below 90 % of before
//   recovers        last is not, but some ten windows were
//   stable          none of these
// Not modelled luck: another seed may tip a cell at an edge; runs longer than the scenario's
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/maps/course.h"
#include "scenarios/problems.h"
#include "scenarios/scenario.h"

namespace faultline::analysis {

enum class Stability : std::uint8_t { stable, recovers, never_recovers, overloaded };

inline constexpr std::size_t dip_windows = 10;
inline constexpr std::size_t least_windows = 3 * dip_windows;  // of a run

struct StabilityPlan {
  std::vector<double> loads;            // rising, at least one
  std::vector<sim::Duration> triggers;  // rising, at least one
  std::uint64_t seed = 1;
  unsigned jobs = 1;
  const std::atomic<bool>* interrupt = nullptr;
  // After each run, one at a time, from whichever thread.
  std::function<void(std::size_t done, std::size_t of)> on_run;
};

struct StabilityMap {
  struct Cell {
    Stability stability = Stability::stable;
    double before_per_s = 0;  // goodput
    double last_per_s = 0;
    std::optional<double> ratio;  // of their shares of what was offered; none without a before
  };

  std::string scenario;
  std::string trigger;  // "crash web/0"
  sim::Time at;
  sim::Duration duration;
  std::uint64_t seed = 1;
  std::vector<double> loads;
  std::vector<sim::Duration> triggers;
  std::vector<std::string> not_multiplied;  // workloads
  std::vector<Cell> cells;                  // by trigger, then by load

  const Cell& cell(std::size_t load, std::size_t trigger_index) const {
    return cells[trigger_index * loads.size() + load];
  }
};

// When which part of a run begins.
struct StabilitySpans {
  sim::Time warmup_end;
  sim::Time trigger;
  sim::Time last_third;
  sim::Time end;
};
StabilitySpans spans_of(const scenarios::Scenario& scenario);

// What became of a run, given that with the same load and no trigger.
StabilityMap::Cell judge_course(const Course& course, const Course& untriggered,
                                const StabilitySpans& spans);

// Adds a problem for all that keeps this scenario from being mapped, with a trigger that lasts up
// to `longest`.
void check_map(const scenarios::Scenario& scenario, sim::Duration longest,
               scenarios::Problems& problems);

// nullopt: interrupted. `check_map` must have found nothing. Throws CutShort, which says where.
std::optional<StabilityMap> map_stability(const scenarios::Scenario& scenario,
                                          const StabilityPlan& plan);

}  // namespace faultline::analysis
