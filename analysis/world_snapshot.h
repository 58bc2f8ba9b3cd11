// WorldSnapshot: every metric of a world at one instant. Two of them make the figures of the span
// between, as one JSON object: the shape in which results, phases and expectations are told.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <vector>

#include "models/transfer.h"
#include "models/workload/ledger.h"
#include "models/world.h"
#include "sim/snapshot.h"

namespace faultline::analysis {

struct WorldSnapshot {
  sim::Time at;
  sim::Snapshot users;                               // what all users felt
  std::vector<sim::Snapshot> components;             // by component id
  std::vector<sim::TimeWeighted::Mark> provisioned;  // replicas, by component id
  models::Transfer transferred;

  explicit WorldSnapshot(const models::World& world);
};

// What all users of a world felt, measured as one.
void measure_users(const models::World& world, sim::Metrics& metrics);

// What was decided of the requests that were issued after the warm-up, over all workloads.
models::Ledger measured_ledger(const models::World& world);

// Replicas provisioned, on average, over all components but names; nullopt over no time.
std::optional<double> instances_between(const models::World& world, const WorldSnapshot& from,
                                        const WorldSnapshot& to);

// {"offered_per_s", ..., "requests": {}, "outcomes": {}, "latency_ms": {}, "instances",
// "components": {}, "workloads": {}}: figures over the time between two snapshots.
nlohmann::ordered_json figures_between(const models::World& world, const WorldSnapshot& from,
                                       const WorldSnapshot& to);

// {"mean", "p50", ..., "max"} in milliseconds; nulls when it holds nothing.
nlohmann::ordered_json percentiles(const sim::Histogram& times);

}  // namespace faultline::analysis
