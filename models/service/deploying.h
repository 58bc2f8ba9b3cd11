// Deploying: how the replicas of a service get another version, some at a time, and how they are
// taken back to the one before.
//
// Parameters   version    name, speed > 0 (factor), errors 0..1: share of requests that fail for
// it,
//                         leak: bytes that each request leaves behind in the heap
//              roll-out   stages (rising shares, each with a time to bake), at-once, drain,
//                         interval, in-place
//              roll-back  errors-above, latency-above, at-least; absent: it goes on, come what may
// States       rolling -> baking -> rolling ... -> ended; from any of them -> turning back -> back
// Steps        Every `interval`: those that drain and have nothing left, or no time, start anew
//              with the version they are to have; so many more drain that `at-once` are missing.
//              What is dead gets its version where it lies. What an autoscaler has come up gets the
//              version that its stage has too few of.
// Judging      by requests that replicas on the new version have answered since its stage began, or
//              lost when they died
// Not modelled versions that do not start; data that two versions understand differently
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/fields.h"
#include "models/ids.h"
#include "sim/distribution.h"
#include "sim/gauge.h"
#include "sim/histogram.h"
#include "sim/metrics.h"
#include "sim/time.h"
#include "sim/wide.h"

namespace faultline::models {

struct VersionSettings {
  std::string name;
  double speed = 1;        // factor
  double errors = 0;       // share of its requests
  sim::Distribution leak;  // bytes of each request, constant; on top of the heap's own

  void describe(Fields& fields);
};

struct DeploymentStage {
  double share = 1;
  sim::Duration bake;

  void describe(Fields& fields);
};

struct RollOutSettings {
  std::vector<DeploymentStage> stages;
  std::uint64_t at_once = 1;
  sim::Duration drain = sim::Duration::from_seconds(30);
  sim::Duration interval = sim::Duration::from_seconds(1);
  bool in_place = false;

  void describe(Fields& fields);
  sim::Duration bakes_for() const;
};

struct RollBackSettings {
  std::optional<double> errors_above;
  std::optional<sim::Duration> latency_above;
  std::uint64_t at_least = 20;  // requests, before anything is made of them

  void describe(Fields& fields);
};

struct Deployment {
  VersionSettings version;
  RollOutSettings roll_out;
  std::optional<RollBackSettings> roll_back;
};

// What replicas on the version deployed last have done, and how deployments went.
struct DeploymentCounts {
  std::uint64_t begun = 0;
  std::uint64_t ended = 0;
  std::uint64_t rolled_back = 0;
  std::uint64_t dealt_with = 0;  // requests, by all replicas, from the first deployment on
  std::uint64_t answered = 0;    // of these, by the newest version
  std::uint64_t failed = 0;      // of these
  sim::TimeWeighted on_new{0};   // replicas
  sim::Histogram roll_back;      // ns, from the beginning of the deployment until all were back

  void measure(sim::Time now, sim::Metrics& metrics) const;
};

// Which replica runs which version, and where the deployment stands that was begun last.
class Rollout {
 public:
  enum class Phase : std::uint8_t { rolling, baking, turning_back, over };
  struct Judgement {
    std::string_view why;
    double measured = 0;
    double limit = 0;
  };

  explicit Rollout(std::size_t replicas) : runs_(replicas) {}

  void begin(sim::Time now, std::shared_ptr<const Deployment> deployment);

  const Deployment& deployment() const { return *deployment_; }
  const VersionSettings& newest() const { return deployment_->version; }
  // The version a replica runs; nullptr: the one that all began with.
  const VersionSettings* version_of(ReplicaIndex replica) const {
    return runs_[replica] ? &runs_[replica]->version : nullptr;
  }
  bool is_on_new(ReplicaIndex replica) const { return runs_[replica] == deployment_; }
  // It runs what all of them are to run in the end.
  bool is_done(ReplicaIndex replica) const { return runs_[replica] == aim(); }
  void take_up(ReplicaIndex replica) { runs_[replica] = aim(); }
  // A new machine; of those there will be, so many are on the new version.
  void equip(ReplicaIndex replica, std::uint32_t on_new, std::uint32_t of);

  bool spreads() const { return phase_ == Phase::rolling || phase_ == Phase::baking; }
  Phase phase() const { return phase_; }
  std::uint32_t number() const { return number_; }
  sim::Time begun() const { return begun_; }
  // Of so many replicas, how many are to have what is aimed at, in this stage.
  std::uint32_t wanted(std::uint32_t of) const;

  void heard(bool good, sim::Duration took);
  // Of requests that were there when a process on the new version died.
  void lost(std::uint64_t requests);
  std::optional<Judgement> verdict() const;

  // All of this stage have the new version: true if that was a stage.
  bool arrive(sim::Time now);
  // What comes after a bake that is over.
  void go_on(sim::Time now);
  void turn_back() { phase_ = Phase::turning_back; }
  void end();

  // Replicas under replacement, with the end of their time to drain.
  std::map<ReplicaIndex, sim::Time> replacing;

 private:
  using Running = std::shared_ptr<const Deployment>;  // nullptr: what all began with

  Running aim() const { return phase_ == Phase::turning_back ? stable_ : deployment_; }
  void forget();

  std::vector<Running> runs_;  // by replica
  Running stable_;             // the last to have gone through to the end
  Running deployment_;
  std::uint32_t number_ = 0;
  Phase phase_ = Phase::over;
  std::size_t stage_ = 0;
  sim::Time begun_;
  sim::Time bakes_until_;
  std::uint64_t answered_ = 0;  // in this stage
  std::uint64_t failed_ = 0;
  std::uint64_t lost_ = 0;
  sim::Int128 took_ns_ = 0;
};

}  // namespace faultline::models
