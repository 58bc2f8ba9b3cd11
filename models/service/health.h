// Health: how a replica of a service answers when a load balancer or a name asks how it is.
//
// Parameters   backlog    well while no more than so many requests wait for its workers
//              in-system  the same, of requests waiting and worked on
//              heap-above  not well while more than this share of its heap is live (process.h)
//              needs      well only if each of these answers well: the check calls them all, at
//                         once and for real, as load like any other
//              Absent, or with none of them: whoever can answer is well (liveness)
// Answers      rejected when there is too much to do or to hold, failed when something needed did
// not answer
//              well in time
// Not modelled checks that remember the last answer, or are made in the background
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/fields.h"
#include "models/ids.h"
#include "models/policy.h"
#include "sim/pool.h"
#include "sim/time.h"

namespace faultline::models {

struct HealthNeed {
  std::string read;
  std::string call;
  std::string endpoint;  // of `call`
  sim::Duration timeout = sim::Duration::from_seconds(0.2);

  void describe(Fields& fields);
  const std::string& callee() const { return read.empty() ? call : read; }
  CallPolicy policy() const;
};

struct HealthSettings {
  std::optional<std::uint64_t> backlog;
  std::optional<std::uint64_t> in_system;
  std::optional<double> heap_above;
  std::vector<HealthNeed> needs;

  void describe(Fields& fields);
};

// The checks under way that wait for what they need.
class HealthChecks {
 public:
  struct Asked {
    CallSiteId site;
    EndpointId endpoint = 0;
  };
  struct Pending {
    sim::Handle check;  // the attempt to be answered
    ReplicaIndex replica = 0;
    std::uint32_t waits_for = 0;
    bool good = true;
  };

  explicit HealthChecks(std::vector<Asked> needs) : needs_(std::move(needs)) {}

  const std::vector<Asked>& needs() const { return needs_; }
  // Whether calls from this site are those of checks.
  bool made(CallSiteId site) const {
    return !needs_.empty() && site >= needs_.front().site && site <= needs_.back().site;
  }
  sim::Handle begin(sim::Handle check, ReplicaIndex replica);
  // One of those it needs has answered: the check, if that was the last.
  std::optional<Pending> learn(sim::Handle pending, bool good);
  // The process that was asked has died.
  void lose(ReplicaIndex replica);

 private:
  std::vector<Asked> needs_;  // their sites follow one another
  sim::Pool<Pending> pending_;
};

}  // namespace faultline::models
