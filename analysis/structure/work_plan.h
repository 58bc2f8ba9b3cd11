// WorkPlan: what a component does for one request, as its settings alone tell: work on a worker,
// questions to others, and which of these the answer needs. The dependency graph, the traffic
// equations and the critical path are all read off the same plans.
//
// Needed       A step is needed when the answer is an error without it. Not needed are steps marked
//              `optional`; a cache asked before a store (unless `cache-down` says fail), for a read
//              then falls back to the store; fills and invalidations of a cache; the delivery of a
//              message that was published (the publish itself is needed). Needed by a share of the
//              requests are steps with `sampling`, and what stands behind a cache or a CDN, which
//              only misses ask
// Waited for   the answer comes after it; fills without `wait` and deliveries go on beside it
// Not modelled health checks, rate-limit stores, copies between the nodes of a cache or a database;
//              retries, hedges and breakers; the sharding of users over backends
#pragma once

#include <compare>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/attempt.h"
#include "models/component.h"
#include "scenarios/scenario.h"
#include "sim/distribution.h"

namespace faultline::analysis {

// Something that a component can be asked for.
struct Asked {
  std::string component;
  std::string endpoint;
  models::Operation operation = models::Operation::serve;
  auto operator<=>(const Asked&) const = default;
};

struct PlanStep;
using WorkPlan = std::vector<PlanStep>;

struct PlanStep {
  enum class Kind {
    work,      // on one of its own workers
    ask,       // another component
    together,  // all of `branches`, side by side
    one_of,    // any of `branches`: one is enough, and each request goes one way
  };
  Kind kind = Kind::work;
  std::string what{};        // "compute", "read db"
  sim::Distribution work{};  // ns
  Asked asked{};
  double share = 1;  // of the requests that do it
  bool needed = true;
  bool waited = true;
  std::vector<WorkPlan> branches{};
  std::vector<double> weights{};  // one_of: how often each is gone, in sum 1; empty: all alike
  bool nearest = false;           // one_of: each caller goes the one that is nearest
};

// Hit ratios by the name of a cache or CDN; 0 where none is stated.
using HitRatios = std::map<std::string, double>;

class WorkPlans {
 public:
  // The scenario must outlive it.
  WorkPlans(const scenarios::Scenario& scenario, HitRatios hit_ratios);

  // Of a workload, for one of the endpoints in its mix.
  WorkPlan of_workload(const std::string& workload, const std::string& endpoint) const;
  WorkPlan of(const Asked& asked) const;
  // What follows an answer and nobody waits for: the delivery of what was published.
  WorkPlan afterwards(const Asked& asked) const;

  const models::Component& component(const std::string& name) const;
  const scenarios::Scenario& scenario() const { return scenario_; }
  double hit_ratio(const std::string& cache) const;

 private:
  const scenarios::Scenario& scenario_;
  HitRatios hit_ratios_;
  std::map<std::string, const models::Component*> components_;
};

// The endpoints of a workload, with the shares of its requests that ask for them; they sum to 1.
std::map<std::string, double> endpoint_shares(const scenarios::Scenario& scenario,
                                              const std::string& workload);

// By its method: POST, PUT, PATCH and DELETE write.
bool writes(const Asked& asked);

}  // namespace faultline::analysis
