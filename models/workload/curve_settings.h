// CurveSettings: how a workload's rate changes over time, as a factor on its stated rate. Exactly
// one shape: a ramp, a spike, a daily rhythm, or points joined by straight lines.
#pragma once

#include <optional>
#include <vector>

#include "models/fields.h"
#include "models/workload/rate_curve.h"
#include "sim/time.h"

namespace faultline::models {

struct CurveSettings {
  struct Ramp {
    sim::Duration begin;
    sim::Duration end;
    double from = 1;
    double to = 1;
    void describe(Fields& fields);
  };
  struct Spike {
    sim::Duration at;
    sim::Duration lasts;
    double factor = 1;
    void describe(Fields& fields);
  };
  // A cosine from `low` up to 1 and back, once per `period`, drawn with 96 straight pieces each.
  struct Diurnal {
    sim::Duration period = sim::Duration::from_seconds(86400);
    sim::Duration peak_at = sim::Duration::from_seconds(14 * 3600);
    double low = 0.3;
    void describe(Fields& fields);
  };
  struct Point {
    sim::Duration at;
    double factor = 1;
    void describe(Fields& fields);
  };

  std::optional<Ramp> ramp;
  std::optional<Spike> spike;
  std::optional<Diurnal> diurnal;
  std::vector<Point> points;

  void describe(Fields& fields);
  // The rate over time of a workload whose stated rate is `rate_per_s`; `until` bounds what
  // repeats.
  RateCurve apply(double rate_per_s, sim::Time until) const;
};

}  // namespace faultline::models
