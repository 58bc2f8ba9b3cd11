// Replica: one of the identical members of a component, where it stands and how it is.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>

#include "models/ids.h"
#include "sim/time.h"

namespace faultline::models {

// Absent: there is no machine for it now; where their number is scaled, some are.
enum class Lifecycle : std::uint8_t { starting, up, draining, down, absent };
inline constexpr std::array<std::string_view, 5> lifecycle_names = {"starting", "up", "draining",
                                                                    "down", "absent"};

struct Replica {
  PlaceId place{};
  Lifecycle state = Lifecycle::up;
  bool member = true;         // whoever chooses among replicas has been told of it, dead or alive
  bool silent = false;        // down without a trace: nobody resets its connections
  std::uint32_t boots = 0;    // how often it has begun to start; tells one life from the next
  std::uint32_t outages = 0;  // causes that hold its host down
  std::set<std::uint32_t> crashes{};         // causes that hold its process down
  std::set<std::uint32_t> drains{};          // causes for which it drains, until it starts anew
  std::map<std::uint32_t, double> slowed{};  // factor of speed, by what slows it
  double speed = 1;                          // product of the above
  sim::Time since{};                         // when it entered its state
  std::array<sim::Duration, lifecycle_names.size()> spent{};  // time in each state before that

  // Takes new work: draining replicas finish what they have, and what still reaches them.
  bool serves() const { return state == Lifecycle::up || state == Lifecycle::draining; }
};

}  // namespace faultline::models
