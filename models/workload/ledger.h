// Ledger: what users felt, as counts and latencies. One adds up what is decided; several add up to
// what all users felt.
//
// Invariant    offered == succeeded + failed + in flight
#pragma once

#include <array>
#include <cstdint>

#include "models/outcome.h"
#include "sim/histogram.h"
#include "sim/metrics.h"
#include "sim/time.h"

namespace faultline::models {

class Ledger {
 public:
  void issue() { ++offered_; }
  // `good`: it succeeded within what counts as good.
  void decide(const Outcome& outcome, sim::Duration latency, bool good);
  void merge(const Ledger& other);

  std::uint64_t offered() const { return offered_; }
  std::uint64_t succeeded() const { return outcomes_[0]; }
  std::uint64_t failed() const;
  std::uint64_t in_flight() const { return offered_ - succeeded() - failed(); }
  std::uint64_t degraded() const { return degraded_; }
  std::uint64_t good() const { return good_; }
  std::uint64_t count(Status status) const { return outcomes_[static_cast<std::size_t>(status)]; }
  const sim::Histogram& latency() const { return latency_; }
  const sim::Histogram& failed_latency() const { return failed_latency_; }

  void measure(sim::Metrics& metrics) const;

 private:
  std::uint64_t offered_ = 0;
  std::array<std::uint64_t, status_names.size()> outcomes_{};
  std::uint64_t degraded_ = 0;
  std::uint64_t good_ = 0;
  sim::Histogram latency_;
  sim::Histogram failed_latency_;
};

}  // namespace faultline::models
