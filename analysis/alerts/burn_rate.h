// BurnRate: how fast an error budget is spent over the last so many seconds.
//
// A burn rate of 1 spends exactly the budget in the period of the objective; with an objective of
// 99.9 % an outage, in which everything fails, burns at 1000.
//
// Assumed      before it was first told anything all was well, at the pace of what it was told then
// Invariant    with nothing decided in the window the rate is 0
// Memory       one entry per window of the run in the window looked at
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "sim/time.h"

namespace faultline::analysis {

class BurnRate {
 public:
  BurnRate(sim::Duration window, double objective) : window_(window), budget_(1 - objective) {}

  // In a stretch of time this many ended well of so many. Stretches come in order.
  void add(sim::Time begin, sim::Time end, std::uint64_t good, std::uint64_t all);
  double value() const;
  // To nine digits: 1 - 0.99 is not quite a hundredth.
  bool reaches(double rate) const { return value() >= rate * (1 - 1e-9); }

 private:
  struct Stretch {
    sim::Time end;
    std::uint64_t bad;
    std::uint64_t all;
  };

  sim::Duration window_;
  double budget_;
  std::optional<sim::Time> since_;
  std::deque<Stretch> stretches_;
  std::uint64_t bad_ = 0;
  std::uint64_t all_ = 0;
};

}  // namespace faultline::analysis
