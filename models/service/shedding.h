// Shedding: what a server refuses although there is room to wait, so that those it takes are served
// in time.
//
// Parameters   in_system      beyond so many at a replica, waiting and worked on, it refuses at
//                             once
//              adaptive       the same, beyond a number that each replica finds out by itself
//              priorities     what share of that number requests of low priority may make use of
//              max_wait       who has waited for a worker for so long is refused then; each may
//                             have a patience of its own
//              controlled_delay  the same, with a bound that depends on how it goes: `interval`, or
//                             `target` where the line has not been empty for an interval
//              past_deadline  who waits past the deadline of its caller (CallPolicy) is refused
//                             then
// Source       controlled delay as for requests: Maurer, "Fail at Scale", ACM Queue 13(8), 2015,
//              after Nichols and Jacobson, "Controlling Queue Delay", ACM Queue 10(5), 2012
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/fields.h"
#include "models/resilience/adaptive_limit.h"
#include "sim/distribution.h"
#include "sim/draw.h"
#include "sim/time.h"

namespace faultline::models {

struct ControlledDelay {
  sim::Duration target = sim::Duration::from_seconds(0.005);
  sim::Duration interval = sim::Duration::from_seconds(0.1);

  void describe(Fields& fields);
};

// Of requests of a priority up to `up_to`: they are taken while no more than this share of the
// limit is there, whoever it is.
struct PriorityShare {
  std::uint64_t up_to = 0;
  double share = 1;

  void describe(Fields& fields);
};

struct SheddingSettings {
  std::optional<std::uint64_t> in_system;
  std::optional<AdaptiveLimitSettings> adaptive;
  std::vector<PriorityShare> priorities;
  std::optional<sim::Distribution> max_wait;
  std::optional<ControlledDelay> controlled_delay;
  bool past_deadline = false;

  void describe(Fields& fields);

  // Whether one of `priority` is taken where `present` are; `adapted`: the limit a replica has
  // found out.
  bool takes(std::uint64_t present, std::optional<std::uint64_t> adapted, int priority) const;
  // How long one may wait that arrives now; `busy_since`: when the line was empty last; `draw`: of
  // its own patience.
  std::optional<sim::Duration> patience(sim::Time now, sim::Time busy_since, sim::Time deadline,
                                        sim::Draw draw) const;
};

}  // namespace faultline::models
