// Refusals: the work of saying no at one replica, until somebody has done it.
//
// Who is refused is told at once. The work is done by workers that are idle, and what these cannot
// do comes on top of the next piece of work that ends.
#pragma once

#include <algorithm>

#include "sim/time.h"

namespace faultline::models {

class Refusals {
 public:
  // `idle`: what those without other work do, in work per time, from the last call until now.
  void owe(sim::Time now, double idle, sim::Duration work) {
    settle(now, idle);
    due_ += work;
  }
  // What is left to be done, by who asks.
  sim::Duration take(sim::Time now, double idle) {
    settle(now, idle);
    const sim::Duration due = due_;
    due_ = {};
    return due;
  }

 private:
  void settle(sim::Time now, double idle) {
    const auto done = sim::Duration::from_ns(static_cast<double>((now - since_).ns) * idle);
    due_ = std::max(due_ - done, sim::Duration{});
    since_ = now;
  }

  sim::Duration due_;
  sim::Time since_;
};

}  // namespace faultline::models
