// Ejection: passive detection of backends that answer with errors, as Envoy's outlier detection
// does it: so many errors in a row, and a backend gets nothing for a while that grows with every
// time.
//
// Parameters   errors     in a row that eject
//              base, max  how long: base x times ejected, at most max
//              max-share  once so large a share of the backends is ejected, no more are
//              forgive-after  without ejection for so long, one time is forgotten
#pragma once

#include <algorithm>
#include <cstdint>

#include "models/fields.h"
#include "sim/time.h"

namespace faultline::models {

struct EjectionSettings {
  std::uint64_t errors = 5;
  sim::Duration base = sim::Duration::from_seconds(30);
  sim::Duration max = sim::Duration::from_seconds(300);
  double max_share = 0.1;
  sim::Duration forgive_after = sim::Duration::from_seconds(10);

  void describe(Fields& fields);
};

// Of one backend, as one replica of the balancer has seen it.
class Ejection {
 public:
  bool ejected() const { return ejected_; }

  // True when it has failed often enough to be ejected.
  bool learn(bool good, const EjectionSettings& settings) {
    errors_ = good ? 0 : errors_ + 1;
    return errors_ >= settings.errors && !ejected_;
  }

  // For how long.
  sim::Duration eject(sim::Time now, const EjectionSettings& settings) {
    const auto forgiven = static_cast<std::uint64_t>((now - back_).ns / settings.forgive_after.ns);
    times_ = times_ - std::min(times_, forgiven) + 1;
    ejected_ = true;
    errors_ = 0;
    const auto most = static_cast<std::uint64_t>(settings.max.ns / settings.base.ns) + 1;
    const sim::Duration grown = settings.base * static_cast<std::int64_t>(std::min(times_, most));
    back_ = now + std::min(grown, std::max(settings.max, settings.base));
    return back_ - now;
  }

  // Its time is over; false when the event that says so is of another life.
  bool take_back(sim::Time now) {
    if (!ejected_ || back_ != now) return false;
    ejected_ = false;
    return true;
  }

 private:
  bool ejected_ = false;
  std::uint64_t errors_ = 0;  // in a row
  std::uint64_t times_ = 0;   // ejected and not forgiven
  sim::Time back_;            // when its last ejection ends, or ended
};

}  // namespace faultline::models
