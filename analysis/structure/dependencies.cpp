#include "analysis/structure/dependencies.h"

#include <algorithm>
#include <functional>

namespace faultline::analysis {
namespace {

using PlaceSets = std::map<std::string, std::set<ReplicaKey>>;

// Every call that some request leads to, each once.
class CallLines {
 public:
  explicit CallLines(const WorkPlans& plans) : plans_(plans) {}

  void add(const std::string& caller, const WorkPlan& plan) {
    for (const PlanStep& step : plan) {
      for (const WorkPlan& branch : step.branches) add(caller, branch);
      if (step.kind == PlanStep::Kind::ask) follow(caller, step);
    }
  }
  std::vector<CallLine> lines() const { return {lines_.begin(), lines_.end()}; }

 private:
  void follow(const std::string& caller, const PlanStep& step) {
    lines_.insert({caller, step.asked.component, step.what, step.share, step.needed, step.waited});
    if (!seen_.insert(step.asked).second) return;
    add(step.asked.component, plans_.of(step.asked));
    add(step.asked.component, plans_.afterwards(step.asked));
  }

  const WorkPlans& plans_;
  std::set<CallLine> lines_;
  std::set<Asked> seen_;
};

std::vector<std::string> deadly(const Ways& ways, const PlaceSets& places) {
  std::vector<std::string> found;
  for (const auto& [place, replicas] : places) {
    if (!ways.works_without(replicas)) found.push_back(place);
  }
  return found;
}

// Sets of `size` places from the `first` on, whose loss together leaves no way.
void try_sets(const Ways& ways, const PlaceSets& places, PlaceSets::const_iterator first,
              std::size_t size, std::vector<std::string>& chosen, std::set<ReplicaKey> dead,
              std::vector<std::vector<std::string>>& found) {
  if (size == 0) {
    if (!ways.works_without(dead)) found.push_back(chosen);
    return;
  }
  for (auto place = first; place != places.end(); ++place) {
    std::set<ReplicaKey> more = dead;
    more.insert(place->second.begin(), place->second.end());
    chosen.push_back(place->first);
    try_sets(ways, places, std::next(place), size - 1, chosen, std::move(more), found);
    chosen.pop_back();
  }
}

std::vector<std::vector<std::string>> fewest(const Ways& ways, const PlaceSets& places) {
  std::vector<std::vector<std::string>> found;
  for (std::size_t size = 1; size <= 3 && found.empty(); ++size) {
    std::vector<std::string> chosen;
    try_sets(ways, places, places.begin(), size, chosen, {}, found);
  }
  return found;
}

KindOfRequest examine(const Ways& ways, const models::World& world, const PlaceSets& zones,
                      const PlaceSets& regions) {
  KindOfRequest kind;
  kind.passes = ways.on_every_way();
  for (const std::string& name : ways.components()) {
    std::set<ReplicaKey> all;
    const auto count = static_cast<std::uint32_t>(world.find(name)->replicas().size());
    for (std::uint32_t i = 0; i < count; ++i) {
      all.insert({name, i});
      if (!ways.works_without({{name, i}})) kind.single_replicas.push_back({name, i});
    }
    if (!ways.works_without(all)) kind.single_components.push_back(name);
  }
  kind.single_zones = deadly(ways, zones);
  kind.single_regions = deadly(ways, regions);
  kind.fewest_replicas = ways.smallest_cut();
  kind.fewest_zones = fewest(ways, zones);
  // A single loss is a smallest cut, whatever the flow counted at several places.
  if (!kind.single_replicas.empty() && kind.fewest_replicas.size() > 1) {
    kind.fewest_replicas = {kind.single_replicas.front()};
  }
  kind.needed_by_some.assign(ways.needed_by_some().begin(), ways.needed_by_some().end());
  return kind;
}

}  // namespace

std::string name_of(const ReplicaKey& replica) {
  return replica.first + "/" + std::to_string(replica.second);
}

std::string name_of(const KindOfRequest& kind) {
  return kind.endpoint.empty() ? kind.workload : kind.workload + " " + kind.endpoint;
}

Dependencies find_dependencies(const WorkPlans& plans, const models::World& world) {
  Dependencies found;
  CallLines calls(plans);
  const PlaceSets zones = replicas_by_zone(world);
  const PlaceSets regions = replicas_by_region(world);
  found.zones = zones.size();
  std::set<std::string> needed;
  for (const auto& component : plans.scenario().components) {
    if (component->type() != "workload") continue;
    for (const auto& [endpoint, share] : endpoint_shares(plans.scenario(), component->name())) {
      calls.add(component->name(), plans.of_workload(component->name(), endpoint));
      const Ways ways(plans, world, component->name(), endpoint);
      KindOfRequest kind = examine(ways, world, zones, regions);
      kind.workload = component->name();
      kind.endpoint = endpoint;
      kind.share = share;
      for (const std::string& name : ways.components()) needed.insert(name);
      for (const auto& [name, part] : kind.needed_by_some) needed.insert(name);
      found.kinds.push_back(std::move(kind));
    }
  }
  for (const auto& component : plans.scenario().components) {
    const bool asked = component->type() != "workload" && component->type() != "dns";
    if (asked && !needed.contains(component->name())) found.not_needed.push_back(component->name());
  }
  found.calls = calls.lines();
  return found;
}

}  // namespace faultline::analysis
