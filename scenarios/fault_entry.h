// FaultEntry: an entry of `faults`, something that happens again and again at random times.
//
//   "crashes": { "crash": "web", "mtbf": "exp(10m)", "mttr": "exp(30s)" }
//   "zones":   { "outage": "eu/a", "mtbf": "exp(30d)", "mttr": "lognormal(mean=1h, cv=2)" }
#pragma once

#include <string>

#include "models/fields.h"
#include "models/random_fault.h"
#include "scenarios/happening.h"
#include "sim/distribution.h"

namespace faultline::scenarios {

struct FaultEntry {
  sim::Distribution mtbf;
  sim::Distribution mttr;
  bool together = false;
  Happening happening;

  void describe(models::Fields& fields);
  models::RandomFault fault(const std::string& label) const;
};

}  // namespace faultline::scenarios
