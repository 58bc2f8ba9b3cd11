// CallSite: the place in the architecture from which one component calls another, with the policy
// and the state that all its calls share. Edge: the way between two components, as faults change
// it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "models/connection/pool.h"
#include "models/ids.h"
#include "models/policy.h"
#include "models/resilience/guard.h"
#include "models/resilience/hedge.h"
#include "models/resilience/retry_budget.h"
#include "sim/histogram.h"
#include "sim/time.h"

namespace faultline::models {

struct CallSite {
  ComponentId caller = 0;
  ComponentId callee = 0;
  bool callee_is_name = false;
  bool checks_health = false;  // carries health checks, and no work
  CallPolicy policy;
  std::optional<RetryBudget> budget;
  std::optional<Hedge> hedge;
  std::optional<ConnectionPool> pool;
  std::vector<Guard> guards;  // by the caller's replica; of a workload one; empty: not guarded
  std::uint64_t salt = 0;

  Guard& guard_of(ReplicaIndex from) { return guards.size() == 1 ? guards[0] : guards[from]; }

  std::uint64_t calls = 0;        // begun
  std::uint64_t attempts = 0;     // tries begun
  std::uint64_t timeouts = 0;     // tries given up
  std::uint64_t failures = 0;     // calls that ended otherwise than ok
  std::uint64_t over_budget = 0;  // retries not made for want of a token
};

// What faults do to a way; causes add up and end one by one.
struct EdgeChange {
  bool cut = false;
  sim::Duration delay{};  // added to every message
  double loss = 0;        // probability, on top of the links' own
};

struct Edge {
  ComponentId from = 0;
  ComponentId to = 0;
  std::optional<std::pair<PlaceId, PlaceId>> line;  // a link of its own, declared in the scenario
  std::map<std::uint32_t, EdgeChange> changes;      // by cause
  EdgeChange now;                                   // all of them together

  bool impaired() const { return !changes.empty(); }
  void change(std::uint32_t cause, const EdgeChange& what) {
    changes[cause] = what;
    add_up();
  }
  void undo(std::uint32_t cause) {
    changes.erase(cause);
    add_up();
  }

 private:
  void add_up() {
    now = {};
    for (const auto& [cause, what] : changes) {
      now.cut = now.cut || what.cut;
      now.delay += what.delay;
      now.loss = 1 - (1 - now.loss) * (1 - what.loss);
    }
  }
};

}  // namespace faultline::models
