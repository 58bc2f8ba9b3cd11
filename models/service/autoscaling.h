// Autoscaling: how many replicas a service should have, decided at the end of every interval by
// what was measured in it.
//
// Parameters   minimum, maximum  of replicas, 1 <= minimum <= maximum
//              utilisation   target > 0: busy worker-time over worker-time up
//              backlog       target > 0: requests waiting for a worker, per worker
//              queue         name, target > 0: messages that a queue holds, delivered or not, per
//                            worker
//              schedule      at -> replicas: no fewer from then on, until the next
//              interval      > 0: from one evaluation to the next; the first at a drawn offset
//              tolerance     >= 0: nothing changes while measured / target is so near to 1
//              largest-step  replicas >= 1 in one evaluation; absent: no limit
//              cool-down     out: since the last scale-out; in: since the last change
//              boot-time     distribution of Duration, from the decision to up
//              drain         > 0: how long one that goes may take to finish what it has
//              A target for nothing: dead replicas are replaced, and that is all
// Decides      wanted = ceil(replicas * measured / target), for each target that is set; the
// highest
//              holds, within step, cool-down and limits. `replicas` is the mean number that was up
//              in the interval: one that was up for half of it counts a half. Above its target it
//              never wants fewer than it did, below it never more.
// Metrics      replicas_provisioned, replicas_wanted, scale_outs, scale_ins, replaced,
//              provisioned_hours (measure.cpp)
// Not modelled figures that come late; machines that cannot be had, but for those in a zone that is
//              dead; forecasts
// Source       the formula, the highest of several, the tolerance: Kubernetes, "Horizontal Pod
//              Autoscaling"; messages per worker: AWS, "Scaling policy based on Amazon SQS"
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "models/fields.h"
#include "models/observer.h"
#include "sim/distribution.h"
#include "sim/gauge.h"
#include "sim/metrics.h"
#include "sim/time.h"
#include "sim/wide.h"

namespace faultline::models {

struct UtilisationTarget {
  double target = 0.6;
  void describe(Fields& fields);
};

struct BacklogTarget {
  double target = 1;
  void describe(Fields& fields);
};

struct QueueTarget {
  std::string name;
  double target = 1;
  void describe(Fields& fields);
};

struct ScheduledReplicas {
  sim::Duration at;
  std::uint64_t replicas = 1;
  void describe(Fields& fields);
};

struct CoolDown {
  sim::Duration out;
  sim::Duration in = sim::Duration::from_seconds(300);
  void describe(Fields& fields);
};

struct AutoscalingSettings {
  std::uint64_t minimum = 1;
  std::uint64_t maximum = 1;
  std::optional<UtilisationTarget> utilisation;
  std::optional<BacklogTarget> backlog;
  std::optional<QueueTarget> queue;
  std::vector<ScheduledReplicas> schedule;  // in the order of time
  sim::Duration interval = sim::Duration::from_seconds(15);
  double tolerance = 0.1;
  std::optional<std::uint64_t> largest_step;
  CoolDown cool_down;
  sim::Distribution boot_time;
  sim::Duration drain = sim::Duration::from_seconds(30);

  void describe(Fields& fields);
  // For the service's own `describe`, which knows how many it begins with.
  void check(Fields& fields, std::uint64_t replicas) const;
  // How many the schedule wants at least.
  std::uint64_t floor_at(sim::Time now) const;
};

// What a service has borne, as integrals over time since the start, in nanoseconds.
struct AutoscalerInput {
  sim::Int128 busy = 0;       // workers
  sim::Int128 up = 0;         // workers
  sim::Int128 waiting = 0;    // requests
  sim::Int128 queued = 0;     // messages
  std::uint64_t workers = 1;  // of one replica
};

class Autoscaler {
 public:
  Autoscaler(const AutoscalingSettings& settings, std::uint64_t replicas)
      : settings_(settings), wanted_(static_cast<std::uint32_t>(replicas)) {}

  // At the end of an interval; nullopt: as many as before.
  std::optional<ScaleDecision> evaluate(sim::Time now, const AutoscalerInput& input);
  std::uint32_t wanted() const { return wanted_; }

  void begin_outage(std::uint32_t cause) { outages_.insert(cause); }
  void end_outage(std::uint32_t cause) { outages_.erase(cause); }
  bool works() const { return outages_.empty(); }

  // A dead replica was replaced.
  void count_replaced() { ++replaced_; }
  // `provisioned`: how many replicas there was a machine for.
  void measure(const sim::TimeWeighted::Mark& provisioned, sim::Metrics& metrics) const;

 private:
  struct Sample {
    sim::Time at;
    AutoscalerInput input;
  };

  ScaleDecision by_metrics(const Sample& from, const Sample& to) const;
  std::uint32_t within_step(std::uint32_t wanted) const;
  bool too_early(sim::Time now, std::uint32_t wanted) const;

  AutoscalingSettings settings_;
  std::uint32_t wanted_;
  std::optional<Sample> last_;
  std::optional<sim::Time> last_out_;
  std::optional<sim::Time> last_change_;
  std::set<std::uint32_t> outages_;
  std::uint64_t scale_outs_ = 0;
  std::uint64_t scale_ins_ = 0;
  std::uint64_t replaced_ = 0;
};

}  // namespace faultline::models
