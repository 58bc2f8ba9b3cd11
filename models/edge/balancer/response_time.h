// ResponseTime: how long one backend has taken of late, as an average that forgets exponentially.
//
// An answer t ago weighs e^(-t / memory) of one now, be there few or many in between. Without new
// answers the average itself falls off likewise, so that a backend that was slow is tried again, as
// in Finagle's load balancer "peak EWMA".
#pragma once

#include <optional>

#include "sim/elementary.h"
#include "sim/time.h"

namespace faultline::models {

class ResponseTime {
 public:
  void learn(sim::Time now, sim::Duration took, sim::Duration memory) {
    const auto latest = static_cast<double>(took.ns);
    const double kept = average_ns_ ? share_kept(now, memory) : 0;
    average_ns_ = latest + kept * (average_ns_.value_or(0) - latest);
    at_ = now;
  }

  // In ns; nullopt before the first answer.
  std::optional<double> at(sim::Time now, sim::Duration memory) const {
    if (!average_ns_) return std::nullopt;
    return *average_ns_ * share_kept(now, memory);
  }

 private:
  double share_kept(sim::Time now, sim::Duration memory) const {
    return sim::exp(-static_cast<double>((now - at_).ns) / static_cast<double>(memory.ns));
  }

  std::optional<double> average_ns_;
  sim::Time at_;
};

}  // namespace faultline::models
