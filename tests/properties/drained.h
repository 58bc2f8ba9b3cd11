// Whether anything is left to be done in a world that gets no new requests.
#pragma once

#include "models/queue/queue.h"
#include "models/world.h"
#include "sim/snapshot.h"

namespace faultline::properties {

// Nobody's work is left: no attempt but health checks, no message in a queue.
inline bool is_drained(const models::World& world) {
  bool drained = true;
  world.for_each_attempt([&](sim::Handle, const models::Attempt& attempt) {
    if (attempt.operation != models::Operation::health_check) drained = false;
  });
  for (models::ComponentId id = 0; drained && id < world.component_count(); ++id) {
    if (dynamic_cast<const models::Queue*>(&world.component(id)) == nullptr) continue;
    const sim::Snapshot snapshot = world.snapshot(id);
    for (const auto& one : snapshot.readings()) {
      if (one.metric.name == "messages" && one.value.value_or(0) > 0) drained = false;
    }
  }
  return drained;
}

}  // namespace faultline::properties
