// Story: a cascade as it was measured: what triggered it, what left its normal range and when,
// which way the pressure travelled, what users felt, and whether and when all came back.
//
// Normal       what the whole windows between warm-up and the first trigger showed; without a
//              trigger, the first fifth of the run after the warm-up
//              (analysis/story/normal_range.h)
// Pressure     down, from caller to callee: more attempts, more tries for each call; up, from
//              callee to caller: attempts waited for, timeouts, failures
// Came back    goodput and share of successes of every workload are in their range, and stay there
//              for at least ten windows
// Judged by    the run's figures, window by window; no name and no text of the scenario matters
// Not judged   what is shorter than two windows; causes other than by order, way and loop
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/run.h"
#include "analysis/story/evidence.h"
#include "analysis/story/measure.h"
#include "analysis/story/normal_range.h"
#include "scenarios/scenario.h"

namespace faultline::analysis {

// A figure that left its normal range.
struct Departure {
  Subject subject = Subject::component;
  std::string name;    // of the component or workload; of a hop, the callee
  std::string caller;  // of a hop
  Measure measure = Measure::load;
  Pressure pressure = Pressure::none;
  NormalRange normal;
  sim::Time left;  // the begin of the first window outside
  double worst = 0;
  sim::Time worst_at;
  std::optional<sim::Time> back;  // nullopt: not until the end
  bool unsettled = false;         // it is, but for too short a time to say
};

// Tries for each call on one way, before, at their most, and at the end.
struct Amplification {
  std::string caller;
  std::string callee;
  std::optional<double> normal;
  std::optional<double> worst;
  std::optional<double> at_end;
};

struct Triggered {
  sim::Time at;
  std::optional<sim::Time> ended;
  bool lasts = false;  // it was meant to end, whether it did or not
  std::string label;
  std::string what;  // "web/0 crashed"
  std::string over;  // "web/0 is started again"
};

struct Wasted {
  std::string component;
  double share = 0;
  double normal = 0;
};

// What keeps users down when the trigger is over: a loop, each step of which is fed by the one
// before, the first by the last; or `load` that is no loop, but simply stays.
struct HeldBy {
  enum class Kind : std::uint8_t {
    retries,
    hedges,
    cold_cache,
    collections,
    abandoned_work,
    load,
    errors,
  };
  struct Step {
    Measure measure = Measure::load;
    std::string caller;  // of a hop
    std::string name;
    double normal = 0;
    double now = 0;  // median over the span
  };
  Kind kind = Kind::retries;
  std::vector<Step> steps;
};
std::string_view name_of(HeldBy::Kind kind);

enum class Ending : std::uint8_t {
  no_normal,     // too little of the run was calm to say what is normal
  nothing_left,  // its range
  unnoticed,     // by users
  came_back,
  still_on,  // the trigger had not ended when the run did
  too_late,  // too little of the run is left, after the trigger or well again
  stayed_down,
};
std::string_view name_of(Ending ending);

struct Story {
  struct Felt {
    std::string workload;
    sim::Time noticed;
    std::optional<sim::Time> back;
    bool unsettled = false;
  };

  std::string scenario;
  std::uint64_t seed = 1;
  std::string ended;  // how the run did
  bool complete = true;
  sim::Time end;
  sim::Duration window;
  std::string digest;
  sim::Time calm_begin;
  sim::Time calm_end;
  std::size_t calm_windows = 0;
  std::vector<Triggered> triggers;
  std::vector<Departure> departures;  // in order of time, then from the trigger to the users
  std::vector<Amplification> amplification;
  std::vector<Felt> felt;
  std::size_t workloads = 0;
  std::optional<sim::Time> trigger_end;
  Ending ending = Ending::no_normal;
  std::optional<sim::Time> noticed;
  std::optional<sim::Time> back;
  sim::Time held_from;  // what held users down is looked for from here
  sim::Time held_to;    // to here
  std::optional<HeldBy> held_by;
  std::vector<Wasted> wasted;  // at the end, the most first
};

Story make_story(const scenarios::Scenario& scenario, const Run& run, const Evidence& evidence);

}  // namespace faultline::analysis
