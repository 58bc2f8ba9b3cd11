// Events and draws of a load balancer.
#pragma once

#include <cstdint>

#include "models/world.h"

namespace faultline::models::balancer {

enum Kind : std::uint16_t {
  kind_check = first_own_kind,  // a: replica of the balancer, b: backend
  kind_figures,
  kind_back,    // a: replica of the balancer, b: backend whose ejection is over
  kind_known,   // a: backend, b: whether the registry lists it now
  kind_worked,  // a: replica of the balancer; the rest is the station's
};

enum Purpose : std::uint64_t {
  choice_draw = 1,
  offset_draw = 2,
  check_draw = 3,
  figures_draw = 4,
  work_draw = 5,
};

}  // namespace faultline::models::balancer
