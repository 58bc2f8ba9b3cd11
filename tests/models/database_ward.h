// A database under the questions of one probe, for tests of what it answers and when.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/database/database.h"
#include "models/world.h"
#include "sim/histogram.h"
#include "sim/snapshot.h"
#include "tests/models/probe.h"

namespace faultline::models {

using namespace sim::literals;

inline constexpr sim::Time at(sim::Duration since_start) { return sim::Time{} + since_start; }

// Reads take 2 ms, writes 3 ms; all nodes in one zone.
inline DatabaseSettings constant_times(std::uint64_t replicas) {
  DatabaseSettings settings;
  settings.hosting.replicas = replicas;
  settings.hosting.zones = {"here/a"};
  settings.read_time = sim::Distribution::constant(2_ms);
  settings.write_time = sim::Distribution::constant(3_ms);
  return settings;
}

// A database under the questions of one probe.
class Ward {
 public:
  Ward(const DatabaseSettings& settings, std::vector<Probe::Ask> asks, sim::Duration within = {})
      : Ward(settings, std::move(asks), tiny_geography({}, within)) {}
  Ward(const DatabaseSettings& settings, std::vector<Probe::Ask> asks, Geography geography)
      : world_(1, std::move(geography)) {
    world_.add(std::make_unique<Database>("db", settings));
    auto probe = std::make_unique<Probe>("probe", "db");
    for (Probe::Ask& ask : asks) probe->ask(std::move(ask));
    world_.add(std::move(probe));
    world_.start();
  }

  World& world() { return world_; }
  Database& db() { return dynamic_cast<Database&>(*world_.find("db")); }
  const Probe& probe() { return dynamic_cast<const Probe&>(*world_.find("probe")); }
  const Outcome& outcome(std::size_t ask) { return probe().answer_to(ask)->outcome; }
  sim::Time answered(std::size_t ask) { return probe().answer_to(ask)->at; }
  void run(sim::Duration until) { world_.run_until(at(until)); }

  std::uint64_t count(std::string_view name) { return static_cast<std::uint64_t>(part(name)); }
  sim::Histogram times(std::string_view name) {
    const sim::Snapshot now = world_.snapshot(db().id());
    return now.histogram(reading(now, name));
  }
  sim::Int128 part(std::string_view name) {
    const sim::Snapshot now = world_.snapshot(db().id());
    return reading(now, name).part;
  }

 private:
  static const sim::Snapshot::Reading& reading(const sim::Snapshot& from, std::string_view name) {
    for (const auto& one : from.readings()) {
      if (one.metric.name == name) return one;
    }
    throw std::out_of_range(std::string(name));
  }

  World world_;
};

inline Probe::Ask read(sim::Duration when, std::uint64_t key, std::optional<ReplicaIndex> to = {}) {
  return {.at = when, .operation = Operation::read, .key = key, .to = to};
}
inline Probe::Ask write(sim::Duration when, std::uint64_t key,
                        std::optional<ReplicaIndex> to = {}) {
  return {.at = when, .operation = Operation::write, .key = key, .write = true, .to = to};
}

}  // namespace faultline::models
