// TimelineEntry: an entry of `timeline`, one thing that happens at one time, perhaps for a while.
//
//   "trigger": { "at": "20s", "for": "5s", "crash": "web/0" }
//   "storm":   { "at": "60s", "slow": "db/leader", "factor": 0.2 }
#pragma once

#include <optional>

#include "models/fields.h"
#include "scenarios/happening.h"
#include "sim/time.h"

namespace faultline::scenarios {

struct TimelineEntry {
  sim::Duration at;
  std::optional<sim::Duration> lasts;
  Happening happening;

  void describe(models::Fields& fields);
};

}  // namespace faultline::scenarios
