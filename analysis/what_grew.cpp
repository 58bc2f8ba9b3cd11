#include "analysis/what_grew.h"

#include <vector>

namespace faultline::analysis {

Growth what_grew(const models::World& world) {
  std::vector<std::uint64_t> records(world.component_count());
  for (models::ComponentId id = 0; id < records.size(); ++id) {
    records[id] = world.component(id).live_records();
  }
  world.for_each_attempt([&](sim::Handle, const models::Attempt& attempt) {
    const bool is_there = attempt.stage == models::Stage::held;
    ++records[is_there ? attempt.callee : world.call_sites()[attempt.site].caller];
  });
  models::ComponentId most = 0;
  for (models::ComponentId id = 0; id < records.size(); ++id) {
    if (records[id] > records[most]) most = id;
  }
  return {world.component(most).name(), records[most]};
}

}  // namespace faultline::analysis
