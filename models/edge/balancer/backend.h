// Backend: what one replica of a balancer knows and believes of one backend. View: of all of them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/edge/balancer/connections.h"
#include "models/edge/balancer/ejection.h"
#include "models/edge/balancer/response_time.h"
#include "models/ids.h"
#include "models/resilience/health_check.h"

namespace faultline::models {

struct Backend {
  std::uint32_t outstanding = 0;  // requests passed on and not yet answered
  std::uint32_t connections = 0;  // open ones that lead here
  HealthBelief health;
  Ejection ejection;
  double credit = 0;                   // towards its next turn, of weighted turns
  std::optional<sim::Time> new_since;  // where a new one starts slowly
  ResponseTime response_time;

  bool well() const { return health.up() && !ejection.ejected(); }
};

struct View {
  std::vector<Backend> backends;
  Connections connections;
  std::uint32_t outstanding = 0;  // at all of them
  ReplicaIndex turn = 0;
  bool panics = false;                  // so few are well that all count as well
  std::optional<ReplicaIndex> avoided;  // has just failed the request to be placed
};

}  // namespace faultline::models
