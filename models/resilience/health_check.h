// HealthCheck: how whoever spreads work finds out who is dead, and when it believes so.
//
// Parameters   interval    between two checks of one target
//              timeout     without an answer for so long, the check has failed
//              down-after  failed checks in a row that make a target count as dead
//              up-after    good checks in a row that make it count as alive again
#pragma once

#include <cstdint>

#include "models/fields.h"
#include "sim/time.h"

namespace faultline::models {

struct HealthCheckSettings {
  sim::Duration interval = sim::Duration::from_seconds(1);
  sim::Duration timeout = sim::Duration::from_seconds(0.5);
  std::uint64_t down_after = 2;  // failures in a row
  std::uint64_t up_after = 1;    // successes in a row

  void describe(Fields& fields);
};

// What one observer believes of one target: well, until checks say otherwise.
class HealthBelief {
 public:
  bool up() const { return up_; }

  // True when the belief has changed.
  bool learn(bool good, const HealthCheckSettings& settings) {
    if (good != (in_a_row_ > 0)) in_a_row_ = 0;
    in_a_row_ += good ? 1 : -1;
    const std::int64_t needed =
        static_cast<std::int64_t>(up_ ? settings.down_after : settings.up_after);
    const bool turned = up_ ? -in_a_row_ >= needed : in_a_row_ >= needed;
    if (turned) up_ = !up_;
    return turned;
  }

 private:
  bool up_ = true;
  std::int64_t in_a_row_ = 0;  // good checks; failed ones below 0
};

}  // namespace faultline::models
