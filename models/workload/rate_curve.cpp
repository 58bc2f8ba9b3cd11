#include "models/workload/rate_curve.h"

#include <algorithm>
#include <cmath>

#include "sim/check.h"

namespace faultline::models {

RateCurve::RateCurve(std::vector<RatePoint> points) {
  CHECK(!points.empty());
  double integral = points.front().rate * points.front().at.seconds();
  if (points.front().at > sim::Time{}) pieces_.push_back({0, points.front().rate, 0, 0});
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double begin = points[i].at.seconds();
    double slope = 0;
    double length = 0;
    if (i + 1 < points.size()) {
      length = points[i + 1].at.seconds() - begin;
      CHECK(length >= 0);
      if (length > 0) slope = (points[i + 1].rate - points[i].rate) / length;
    }
    if (length > 0 || i + 1 == points.size()) {
      pieces_.push_back({begin, points[i].rate, slope, integral});
    }
    integral += length * (points[i].rate + slope * length / 2);
  }
}

const RateCurve::Piece& RateCurve::piece_at(double seconds) const {
  const auto after =
      std::upper_bound(pieces_.begin(), pieces_.end(), seconds,
                       [](double value, const Piece& piece) { return value < piece.begin; });
  return after == pieces_.begin() ? pieces_.front() : *std::prev(after);
}

double RateCurve::rate(sim::Time at) const {
  const double seconds = at.seconds();
  const Piece& piece = piece_at(seconds);
  return piece.rate + piece.slope * (seconds - piece.begin);
}

double RateCurve::integral(sim::Time at) const {
  const double seconds = at.seconds();
  const Piece& piece = piece_at(seconds);
  const double into = seconds - piece.begin;
  return piece.integral + into * (piece.rate + piece.slope * into / 2);
}

std::optional<sim::Time> RateCurve::inverse(double count) const {
  const auto after =
      std::lower_bound(pieces_.begin(), pieces_.end(), count,
                       [](const Piece& piece, double value) { return piece.integral < value; });
  const Piece& piece = after == pieces_.begin() ? pieces_.front() : *std::prev(after);
  const double missing = count - piece.integral;
  // The stable form of the quadratic's root: rate dt + slope dt^2 / 2 = missing.
  const double under = piece.rate * piece.rate + 2 * piece.slope * missing;
  const double rate_then = piece.slope == 0 ? piece.rate : std::sqrt(std::max(under, 0.0));
  const double denominator = piece.rate + rate_then;
  if (denominator <= 0) {
    if (missing <= 0) return sim::Time{} + sim::Duration::from_seconds(piece.begin);
    return std::nullopt;
  }
  return sim::Time{} + sim::Duration::from_seconds(piece.begin + 2 * missing / denominator);
}

}  // namespace faultline::models
