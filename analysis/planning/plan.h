// Plan: of many configurations the cheapest that keeps its SLOs under every condition.
//
// Search       frontier.h, over every combination of the values that vary. A list of numbers is
//              taken to go from the weakest and cheapest to the strongest and dearest; names and
//              other texts have no order. `exhaustive` tries every combination and assumes nothing
//              but that no figure of a trial is luck (trial.h)
// Around it    what is one step weaker than the choice on each ordered axis is tried too: it shows
//              what binds; should it hold and cost less, it becomes the choice
// Not told     of what is too close to tell after `max_runs`: it counts as missing
// Headroom     the capacity of the choice (capacity.h), under the same conditions; none where no
//              workload has a rate to multiply
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analysis/planning/capacity.h"
#include "analysis/planning/frontier.h"
#include "analysis/planning/ordeal.h"
#include "analysis/sweep/variation.h"

namespace faultline::analysis {

struct PlanQuestion {
  std::vector<Variation> variations = {};
  std::vector<SweepPoint> points = {};  // every combination, the last variation changing fastest
  std::string minimise;                 // a metric, as it stands
  std::string currency = {};            // of the scenario's prices, a label
  bool exhaustive = false;
  double precision = 0.02;                                        // of the headroom
  std::function<void(std::size_t configurations)> on_tried = {};  // so many are told
};

struct Configuration {
  std::size_t point = 0;
  Ordeal ordeal;
  std::optional<double> cost;  // the mean of what is minimised
};

struct Binding {
  std::size_t variation = 0;  // one step weaker on this one
  std::size_t tried = 0;      // index into Plan::tried
};

struct Plan {
  std::vector<Configuration> tried;   // in the order of their points
  std::optional<std::size_t> choice;  // index into `tried`
  std::vector<Binding> binding;
  std::optional<Capacity> headroom;  // of the choice
  std::optional<Contradiction> contradiction;
  std::vector<std::string> scaling;  // services that find the number of their replicas themselves
  std::size_t runs = 0;
  bool interrupted = false;

  // Others that hold, the cheapest first.
  std::vector<std::size_t> runners_up() const;
  // Where nothing holds: what came nearest to it.
  std::size_t nearest(const std::vector<Slo>& slos) const;
};

// Which variations have an order.
Lattice lattice_of(const std::vector<Variation>& variations);

// `scenarios`: of each point.
Plan make_plan(const std::vector<scenarios::Scenario>& scenarios, const PlanQuestion& question,
               Ordeals& ordeals);

}  // namespace faultline::analysis
