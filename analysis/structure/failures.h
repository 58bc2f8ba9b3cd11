// Failures: what may fail of an architecture, one thing at a time.
//
// Node         of each component one replica stands for all of them: the first, or a database's
//              leader. A component of one replica is a node
// Component    all its replicas at once
// Zone, region those that hold replicas, where there are several
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/timeline.h"
#include "models/world.h"
#include "scenarios/scenario.h"

namespace faultline::analysis {

enum class FailureKind : std::uint8_t { node, component, zone, region };

struct FailureCandidate {
  std::string what;    // "crash web/0, or any of 3"
  std::string target;  // an address: "web/0", "us-east/a"
  FailureKind kind = FailureKind::node;
  std::optional<double> per_year{};  // by the faults that the scenario states
  std::optional<double> mttr_s{};    // likewise

  bool is_place() const { return kind == FailureKind::zone || kind == FailureKind::region; }
};

std::vector<FailureCandidate> failure_candidates(const scenarios::Scenario& scenario,
                                                 const models::World& world);

// It crashes, or the place is out; for good where it does not say how long.
std::shared_ptr<const models::Action> failing_action(const FailureCandidate& candidate,
                                                     sim::Time at,
                                                     std::optional<sim::Duration> lasts);

}  // namespace faultline::analysis
