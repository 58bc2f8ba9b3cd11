#include "viz/view/stage/curve.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace faultline::viz {
namespace {

constexpr int pieces = 16;  // of the way from one waypoint to the next

double length(Point a) { return std::hypot(a.x, a.y); }

// A cubic from `a` to `b` that leaves and arrives horizontally; a straight line where both are at
// one height.
Point between(Point a, Point b, double t) {
  const double s = 1 - t;
  const double reach = (b.x - a.x) / 2;
  const double x = s * s * s * a.x + 3 * s * s * t * (a.x + reach) + 3 * s * t * t * (b.x - reach) +
                   t * t * t * b.x;
  const double y = (s * s * s + 3 * s * s * t) * a.y + (3 * s * t * t + t * t * t) * b.y;
  return {x, y};
}

}  // namespace

Curve::Curve(const std::vector<Point>& waypoints) {
  for (std::size_t i = 0; i + 1 < waypoints.size(); ++i) {
    for (int piece = 0; piece < pieces; ++piece) {
      points_.push_back(between(waypoints[i], waypoints[i + 1], piece / double{pieces}));
    }
  }
  if (!waypoints.empty()) points_.push_back(waypoints.back());
  double sum = 0;
  for (std::size_t i = 0; i < points_.size(); ++i) {
    if (i > 0) sum += length(points_[i] - points_[i - 1]);
    lengths_.push_back(sum);
  }
}

Point Curve::at(double share) const { return beside(share, 0); }

Point Curve::beside(double share, double offset) const {
  const double want = std::clamp(share, 0.0, 1.0) * lengths_.back();
  const auto after = std::lower_bound(lengths_.begin() + 1, lengths_.end() - 1, want);
  const auto i = static_cast<std::size_t>(after - lengths_.begin());
  const double piece = lengths_[i] - lengths_[i - 1];
  if (piece <= 0) return points_[i];
  const Point ahead = (points_[i] - points_[i - 1]) * (1 / piece);
  const Point on_it = points_[i - 1] + ahead * (want - lengths_[i - 1]);
  return on_it + Point{-ahead.y, ahead.x} * offset;
}

double Curve::distance_from(Point point) const {
  double least = std::numeric_limits<double>::max();
  for (std::size_t i = 1; i < points_.size(); ++i) {
    const Point a = points_[i - 1];
    const Point way = points_[i] - a;
    const double square = way.x * way.x + way.y * way.y;
    const Point to = point - a;
    const double t = square > 0 ? std::clamp((to.x * way.x + to.y * way.y) / square, 0.0, 1.0) : 0;
    least = std::min(least, length(to - way * t));
  }
  return least;
}

}  // namespace faultline::viz
