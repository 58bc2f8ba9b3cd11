// StationLoad: what several stations have borne together, as integrals up to an instant.
#pragma once

#include "sim/gauge.h"
#include "sim/station.h"
#include "sim/time.h"
#include "sim/wide.h"

namespace faultline::sim {

struct StationLoad {
  explicit StationLoad(Time now) : backlog{.at = now} {}

  Int128 busy = 0;             // worker-ns of service
  Int128 up = 0;               // worker-ns there to serve
  TimeWeighted::Mark backlog;  // waiting jobs

  void add(const Station& station) {
    const Station::Mark mark = station.mark(backlog.at);
    busy += mark.busy.area;
    up += mark.up.area;
    backlog.area += station.backlog().mark(backlog.at).area;
  }
};

}  // namespace faultline::sim
