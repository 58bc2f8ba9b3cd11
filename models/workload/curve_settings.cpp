#include "models/workload/curve_settings.h"

#include <algorithm>

#include "sim/check.h"

namespace faultline::models {
namespace {

// (1 + cos(2 pi x)) / 2 for x in 0..1, by the Taylor series of cosine around the nearest extremum:
// good to 1e-7, which is far below what a drawn curve shows, and the same bits everywhere.
double cosine_bell(double x) {
  constexpr double pi = 3.14159265358979323846;
  x -= static_cast<double>(static_cast<long long>(x));
  if (x < 0) x += 1;
  if (x > 0.5) x = 1 - x;  // symmetric
  const bool upper = x > 0.25;
  const double angle = 2 * pi * (upper ? 0.5 - x : x);
  const double q = angle * angle;
  const double cosine =
      1 - q / 2 * (1 - q / 12 * (1 - q / 30 * (1 - q / 56 * (1 - q / 90 * (1 - q / 132)))));
  return (1 + (upper ? -cosine : cosine)) / 2;
}

std::vector<RatePoint> diurnal_points(const CurveSettings::Diurnal& shape, sim::Time until) {
  CHECK(until < sim::Time::max() - shape.period);
  constexpr std::int64_t pieces = 96;
  std::vector<RatePoint> points;
  const sim::Duration step = std::max(shape.period / pieces, sim::Duration{1});
  for (sim::Time at; at <= until + step; at += step) {
    const double phase = (at - sim::Time{} - shape.peak_at).seconds() / shape.period.seconds();
    points.push_back({at, shape.low + (1 - shape.low) * cosine_bell(phase)});
  }
  return points;
}

}  // namespace

void CurveSettings::Ramp::describe(Fields& fields) {
  fields.duration({"begin", "When the rate begins to change."}, begin);
  fields.duration({"end", "When it has arrived.", true}, end);
  fields.number({"from", "The factor before."}, from);
  fields.number({"to", "The factor after.", true}, to);
  if (end < begin) fields.reject("end", "must not lie before `begin`");
}

void CurveSettings::Spike::describe(Fields& fields) {
  fields.duration({"at", "When it begins.", true}, at);
  fields.duration({"for", "How long it lasts.", true}, lasts);
  fields.number({"factor", "The factor while it lasts.", true}, factor);
}

void CurveSettings::Diurnal::describe(Fields& fields) {
  fields.duration({"period", "How long a day is."}, period, sim::Duration::from_seconds(0.001));
  fields.duration({"peak-at", "When in the day the rate is highest."}, peak_at);
  fields.ratio({"low", "The lowest rate as a share of the highest, which is the stated rate."},
               low);
}

void CurveSettings::Point::describe(Fields& fields) {
  fields.duration({"at", "When.", true}, at);
  fields.number({"factor", "The factor then.", true}, factor);
}

void CurveSettings::describe(Fields& fields) {
  fields.nested({"ramp", "A straight line from one factor to another."}, "ramp", ramp);
  fields.nested({"spike", "A sudden rise that ends as suddenly."}, "spike", spike);
  fields.nested({"diurnal", "A daily rhythm."}, "diurnal", diurnal);
  fields.nested_list({"points", "Factors at given times, joined by straight lines."}, "curve-point",
                     points);
  const int shapes =
      (ramp ? 1 : 0) + (spike ? 1 : 0) + (diurnal ? 1 : 0) + (points.empty() ? 0 : 1);
  if (shapes != 1) fields.reject("", "exactly one of ramp, spike, diurnal and points");
  for (std::size_t i = 1; i < points.size(); ++i) {
    if (points[i].at < points[i - 1].at) fields.reject("points", "times must not go back");
  }
}

RateCurve CurveSettings::apply(double rate_per_s, sim::Time until) const {
  std::vector<RatePoint> factors;
  const sim::Time zero;
  if (ramp) {
    factors = {{zero + ramp->begin, ramp->from}, {zero + ramp->end, ramp->to}};
  } else if (spike) {
    factors = {{zero, 1},
               {zero + spike->at, 1},
               {zero + spike->at, spike->factor},
               {zero + spike->at + spike->lasts, spike->factor},
               {zero + spike->at + spike->lasts, 1}};
  } else if (diurnal) {
    factors = diurnal_points(*diurnal, until);
  } else {
    for (const Point& point : points) factors.push_back({zero + point.at, point.factor});
  }
  for (RatePoint& point : factors) point.rate *= rate_per_s;
  return RateCurve(std::move(factors));
}

}  // namespace faultline::models
