#include "analysis/layout/call_graph.h"

namespace faultline::analysis::layout {

std::set<std::pair<models::ComponentId, models::ComponentId>> calls_of(const models::World& world) {
  std::set<std::pair<models::ComponentId, models::ComponentId>> calls;
  for (const models::CallSite& site : world.call_sites()) {
    calls.emplace(site.caller, site.callee);
    if (!site.callee_is_name) continue;
    for (const models::StaticCall& stands_for : world.component(site.callee).static_calls()) {
      if (const auto* target = world.find(stands_for.callee)) {
        calls.emplace(site.caller, target->id());
      }
    }
  }
  return calls;
}

}  // namespace faultline::analysis::layout
