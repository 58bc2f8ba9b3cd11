// Curve: a smooth line through waypoints, horizontal at each of them, as points close together.
#pragma once

#include <vector>

#include "viz/view/stage/geometry.h"

namespace faultline::viz {

class Curve {
 public:
  Curve() = default;
  explicit Curve(const std::vector<Point>& waypoints);

  const std::vector<Point>& points() const { return points_; }
  // At a share in 0..1 of its length.
  Point at(double share) const;
  // The same, so many units to the right of it as one goes along; negative: to the left.
  Point beside(double share, double offset) const;
  double distance_from(Point point) const;

 private:
  std::vector<Point> points_;
  std::vector<double> lengths_;  // from the beginning, by point
};

}  // namespace faultline::viz
