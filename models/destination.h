// Destination: where a name leads: a component, which of whose replicas its `route` decides, or one
// replica of it.
#pragma once

#include <optional>

#include "models/ids.h"

namespace faultline::models {

struct Destination {
  ComponentId component = 0;
  std::optional<ReplicaIndex> replica{};
};

}  // namespace faultline::models
