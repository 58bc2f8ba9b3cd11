// The events and draws of a cache, told apart: its sources share them.
#pragma once

#include <cstdint>

#include "models/world.h"

namespace faultline::models::cache {

enum OwnKind : std::uint16_t {
  kind_done = first_own_kind,  // a, b: the job
  kind_station_done,           // a: the node; the rest is the station's
  kind_flush,                  // a: the node
  kind_loaded,                 // a: the node, b: its boots
};

enum Purpose : std::uint64_t {
  service_step = 1,
  ttl_draw,
  flush_offset,
  flush_draw,
  copy_draw,
  route_draw,
  resync_draw,
};

}  // namespace faultline::models::cache
