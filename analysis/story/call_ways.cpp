#include "analysis/story/call_ways.h"

namespace faultline::analysis {

CallWays::CallWays(const models::World& world, const Evidence& evidence) {
  for (const HopSeries& hop : evidence.hops()) {
    ways_.push_back({world.component(hop.caller).name(), world.component(hop.callee).name()});
    callees_[ways_.back().caller].insert(ways_.back().callee);
  }
  for (models::ComponentId id = 0; id < world.component_count(); ++id) {
    const models::Component& component = world.component(id);
    if (component.offers_load()) depths_[component.name()] = 0;
    if (!component.is_name()) continue;
    for (const auto& call : component.static_calls()) {
      callees_[component.name()].insert(call.callee);
    }
  }
  std::vector<std::string> next;
  for (const auto& [workload, depth] : depths_) next.push_back(workload);
  for (std::size_t i = 0; i < next.size(); ++i) {
    const std::string caller = next[i];
    for (const std::string& callee : callees_[caller]) {
      if (depths_.try_emplace(callee, depths_[caller] + 1).second) next.push_back(callee);
    }
  }
}

std::set<std::string> CallWays::below(const std::string& top) const {
  std::set<std::string> reached;
  std::vector<std::string> next = {top};
  while (!next.empty()) {
    const std::string name = next.back();
    next.pop_back();
    if (!reached.insert(name).second) continue;
    const auto found = callees_.find(name);
    if (found != callees_.end())
      next.insert(next.end(), found->second.begin(), found->second.end());
  }
  return reached;
}

std::size_t CallWays::depth(const std::string& name) const {
  const auto found = depths_.find(name);
  return found == depths_.end() ? 0 : found->second;
}

}  // namespace faultline::analysis
