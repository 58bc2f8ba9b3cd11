// Capacity: the largest load at which a scenario keeps its SLOs, under every condition.
//
// Load         a factor on every arrival rate (load_factor.h), also in what the timeline does
// Search       doubled or halved from 1 until one load holds and one does not, then the place where
//              it ends to hold is bracketed by halving the ratio until it is within `precision`.
//              Loads too close to tell lie between: the place where it surely misses is bracketed
//              in the same way
// Assumed      what holds at a load holds at any smaller one
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/planning/ordeal.h"

namespace faultline::analysis {

inline constexpr double least_capacity_load = 1.0 / 64;
inline constexpr double most_capacity_load = 1024;

struct LoadPoint {
  double load = 1;
  Ordeal ordeal;
};

struct Capacity {
  std::vector<LoadPoint> tried;  // by load, rising

  // The largest that holds; nullptr: none did.
  const LoadPoint* holds() const;
  // The smallest that misses, with certainty; nullptr: none did.
  const LoadPoint* misses() const;
  // The smallest that does not hold with certainty.
  const LoadPoint* first_not_held() const;
  // Where to look for why there is no more: the smallest that misses, but where no load holds that
  // of the scenario, as smaller ones fail for the same reasons and with less to show.
  const LoadPoint* limit() const;
};

// `precision`: > 0, by how much the two ends of a bracket may differ, as a share. nullopt:
// interrupted. `known`: what was found at the scenario's own load, if it has undergone it.
std::optional<Capacity> find_capacity(const scenarios::Scenario& scenario, double precision,
                                      Ordeals& ordeals, std::optional<Ordeal> known = {});

// What is nearest to its limit, by the measured utilisation of the workers that are up.
struct Busy {
  std::string component;
  double utilisation = 0;
};
// The busiest first, at most `count`.
std::vector<Busy> busiest(const Trial& trial, std::size_t count);

// From here on a component is said to be saturated: at 95 % of an M/M/1 the mean wait is 19 times
// the service time.
inline constexpr double saturated_from = 0.95;

}  // namespace faultline::analysis
