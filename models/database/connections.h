// Connections: the callers that a node has taken up, and those that wait to be.
#pragma once

#include <cstdint>
#include <deque>

#include "sim/pool.h"
#include "sim/simulation.h"
#include "sim/time.h"

namespace faultline::models::database {

struct Connections {
  struct Waiting {
    sim::Handle attempt;
    sim::Time since;
  };

  std::uint32_t open = 0;
  std::deque<Waiting> waiting{};  // in order, and so the first is the first to lose patience
  sim::TimerHandle patience{};    // of the first
  bool letting_in = false;        // one that is refused on entering makes room at once
};

}  // namespace faultline::models::database
