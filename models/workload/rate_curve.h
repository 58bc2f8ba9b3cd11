// RateCurve: a rate over time, made of straight pieces, with its integral and the inverse of that.
//
// Arrivals of a Poisson process with this rate are the inverse of the integral applied to those of
// a unit-rate process (Cinlar 1975): the n-th request is the same request at every load.
//
// Invariant    times rise strictly but for jumps (two points at one time); rates are >= 0; before
//              the first point and after the last the rate stays as it is there
#pragma once

#include <optional>
#include <vector>

#include "sim/time.h"

namespace faultline::models {

struct RatePoint {
  sim::Time at;
  double rate = 0;  // per second
};

class RateCurve {
 public:
  // Constant.
  explicit RateCurve(double rate_per_s = 0) : RateCurve({{sim::Time{}, rate_per_s}}) {}
  // At least one point, in order of time.
  explicit RateCurve(std::vector<RatePoint> points);

  double rate(sim::Time at) const;
  // Expected arrivals from the start until `at`.
  double integral(sim::Time at) const;
  // When the integral first reaches `count`; nullopt: never.
  std::optional<sim::Time> inverse(double count) const;

 private:
  struct Piece {
    double begin;     // seconds
    double rate;      // at its beginning
    double slope;     // per second, per second
    double integral;  // until its beginning
  };

  const Piece& piece_at(double seconds) const;

  std::vector<Piece> pieces_;  // the last one has slope 0 and no end
};

}  // namespace faultline::models
