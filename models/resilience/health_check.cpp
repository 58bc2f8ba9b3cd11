#include "models/resilience/health_check.h"

namespace faultline::models {

void HealthCheckSettings::describe(Fields& fields) {
  fields.duration({"interval", "Between two checks of one backend."}, interval,
                  sim::Duration::from_seconds(0.001));
  fields.duration({"timeout", "Without an answer for so long, the check has failed."}, timeout,
                  sim::Duration{1});
  fields.count({"down-after", "Failed checks in a row that make a backend count as dead."},
               down_after, {1, 1000});
  fields.count({"up-after", "Good checks in a row that make it count as alive again."}, up_after,
               {1, 1000});
}

}  // namespace faultline::models
