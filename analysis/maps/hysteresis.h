// Hysteresis: one load after the other, going up until too little of it is served, and down again
// until it is: where it fails, and how far the load has to fall before it comes back.
//
// A step       600 windows with one load; what is measured is the last third of them
// Fails        at the first load going up of which less than 90 % was good
// Recovers     at the first load going down of which 90 % or more was good
// Not modelled what the scenario's timeline and its faults would do: they are left out
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analysis/maps/course.h"
#include "scenarios/scenario.h"

namespace faultline::analysis {

inline constexpr std::int64_t step_windows = 600;

struct HysteresisPlan {
  std::vector<double> loads;  // rising
  std::uint64_t seed = 1;
  const std::atomic<bool>* interrupt = nullptr;
  std::function<void(std::size_t done, std::size_t of)> on_run;
};

struct Hysteresis {
  struct Step {
    double load = 0;
    Served served;
  };
  std::string scenario;
  std::uint64_t seed = 1;
  sim::Duration step;
  std::vector<std::string> not_multiplied;  // workloads
  std::vector<Step> up;                     // the last one fails, unless all loads are served
  std::vector<Step> down;                   // the last one recovers, unless none does

  std::optional<double> fails_at() const;
  std::optional<double> recovers_at() const;
};

// nullopt: interrupted. Throws CutShort.
std::optional<Hysteresis> find_hysteresis(const scenarios::Scenario& scenario,
                                          const HysteresisPlan& plan);

// Both branches side by side, and the two thresholds.
std::string hysteresis_text(const Hysteresis& hysteresis);

}  // namespace faultline::analysis
