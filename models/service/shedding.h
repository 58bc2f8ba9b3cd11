// Shedding: what a server refuses although there is room to wait, so that those it takes are served
// in time.
//
// Parameters   in_system      beyond so many at a replica, waiting and worked on, it refuses at
// once
//              max_wait       who has waited for a worker for so long is refused then
//              controlled_delay  the same, with a bound that depends on how it goes: `interval`, or
//                             `target` where the line has not been empty for an interval
//              past_deadline  who waits past the deadline of its caller (CallPolicy) is refused
//              then
// Source       controlled delay as for requests: Maurer, "Fail at Scale", ACM Queue 13(8), 2015,
//              after Nichols and Jacobson, "Controlling Queue Delay", ACM Queue 10(5), 2012
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "models/fields.h"
#include "sim/time.h"

namespace faultline::models {

struct ControlledDelay {
  sim::Duration target = sim::Duration::from_seconds(0.005);
  sim::Duration interval = sim::Duration::from_seconds(0.1);

  void describe(Fields& fields) {
    fields.duration({"target", "How long one may wait in bad times."}, target, sim::Duration{1});
    fields.duration({"interval",
                     "How long one may wait in good times; they are bad when the line "
                     "has not been empty for so long."},
                    interval, sim::Duration{1});
    if (target > interval) fields.reject("target", "must not be longer than `interval`");
  }
};

struct SheddingSettings {
  std::optional<std::uint64_t> in_system;
  std::optional<sim::Duration> max_wait;
  std::optional<ControlledDelay> controlled_delay;
  bool past_deadline = false;

  void describe(Fields& fields) {
    fields.count({"in-system",
                  "Requests at a replica, waiting and worked on; further ones are "
                  "refused."},
                 in_system, {1});
    fields.duration({"max-wait", "Who has waited for a worker for so long is refused."}, max_wait,
                    sim::Duration{1});
    fields.nested({"controlled-delay", "The same, by how long the line has not been empty."},
                  "controlled-delay", controlled_delay);
    fields.flag({"past-deadline", "Whether who waits past its caller's `deadline` is refused."},
                past_deadline);
  }

  // How long one may wait that arrives now; `busy_since`: when the line was empty last.
  std::optional<sim::Duration> patience(sim::Time now, sim::Time busy_since,
                                        sim::Time deadline) const {
    std::optional<sim::Duration> least = max_wait;
    const auto at_most = [&](sim::Duration wait) { least = least ? std::min(*least, wait) : wait; };
    if (controlled_delay) {
      const bool bad = now - busy_since > controlled_delay->interval;
      at_most(bad ? controlled_delay->target : controlled_delay->interval);
    }
    const bool has_deadline = deadline != sim::Time::max();
    if (past_deadline && has_deadline) at_most(std::max(deadline - now, sim::Duration{0}));
    return least;
  }
};

}  // namespace faultline::models
