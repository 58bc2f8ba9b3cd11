// Small numbers that name things within one world.
#pragma once

#include <cstdint>

#include "sim/link.h"

namespace faultline::models {

using ComponentId = std::uint16_t;   // rank of the component by name
using ReplicaIndex = std::uint16_t;  // within its component
using EndpointId = std::uint16_t;    // interned name such as "GET /"; 0 is "any"
using CallSiteId = std::uint16_t;
using EdgeId = std::uint32_t;
using sim::PlaceId;

}  // namespace faultline::models
