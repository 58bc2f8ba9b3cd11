// TimelineEntry: an entry of `timeline`, one thing that happens at one time, perhaps for a while.
//
//   "trigger": { "at": "20s", "for": "5s", "crash": "web/0" }
//   "storm":   { "at": "60s", "slow": "db/leader", "factor": 0.2 }
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "models/fields.h"
#include "models/timeline.h"
#include "sim/time.h"

namespace faultline::scenarios {

struct TimelineEntry {
  sim::Duration at;
  std::optional<sim::Duration> lasts;
  std::string crash, restart, slow, pause, flush, outage;  // addresses
  std::string cut, delay, lose;                            // arrows
  std::string load;                                        // a workload, or "*"
  std::string set;                                         // a JSON pointer
  double factor = 1;                                       // slow, load
  double share = 1;                                        // lose
  sim::Duration by;                                        // delay

  void describe(models::Fields& fields);
  // The action it stands for; nullptr for `set`, which needs the document (timeline.cpp).
  std::unique_ptr<models::Action> action() const;
  // "crash web/0", as a report says it.
  std::string what() const;

 private:
  void check_details(models::Fields& fields) const;
};

}  // namespace faultline::scenarios
