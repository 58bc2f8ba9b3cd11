#include "analysis/structure/ways.h"

#include <algorithm>
#include <numeric>

#include "models/cache/cache.h"
#include "models/database/database.h"
#include "models/edge/cdn/cdn.h"

namespace faultline::analysis {
namespace {

std::vector<std::uint32_t> present(const models::Component& bound) {
  std::vector<std::uint32_t> members;
  for (std::uint32_t i = 0; i < bound.replicas().size(); ++i) {
    if (bound.replicas()[i].state != models::Lifecycle::absent) members.push_back(i);
  }
  return members;
}

std::vector<ReplicaGroup> groups_of_database(const models::Database& database,
                                             std::vector<std::uint32_t> all, bool write) {
  const auto& settings = database.settings();
  using Reads = models::DatabaseSettings::Reads;
  const std::string& name = database.name();
  const bool any_can_lead = settings.failover.has_value();
  if (write) {
    const std::uint64_t needed = 1 + settings.acknowledgements;
    if (any_can_lead) return {{.component = name, .members = all, .needed = needed}};
    std::vector<ReplicaGroup> groups = {
        {.component = name, .members = {all.front()}, .role = "leader"}};
    if (settings.acknowledgements == 0) return groups;
    all.erase(all.begin());
    groups.push_back({.component = name,
                      .members = std::move(all),
                      .needed = settings.acknowledgements,
                      .role = "follower"});
    return groups;
  }
  if (settings.reads == Reads::leader && !any_can_lead) {
    return {{.component = name, .members = {all.front()}, .role = "leader"}};
  }
  return {{.component = name, .members = std::move(all)}};
}

std::map<std::string, std::set<ReplicaKey>> replicas_by(
    const models::World& world, const std::function<std::string(std::string)>& place) {
  std::map<std::string, std::set<ReplicaKey>> found;
  for (std::size_t id = 0; id < world.component_count(); ++id) {
    const auto& component = world.component(static_cast<models::ComponentId>(id));
    for (const std::uint32_t i : present(component)) {
      const auto where = component.replicas()[i].place;
      found[place(world.geography().name_of(where))].insert({component.name(), i});
    }
  }
  return found;
}

}  // namespace

std::vector<ReplicaGroup> groups_needed(const models::Component& component,
                                        const models::Component& bound, const Asked& asked) {
  std::vector<std::uint32_t> all = present(bound);
  if (all.empty()) return {};
  const std::string& name = component.name();
  if (const auto* database = dynamic_cast<const models::Database*>(&component)) {
    return groups_of_database(*database, std::move(all), writes(asked));
  }
  if (const auto* cache = dynamic_cast<const models::Cache*>(&component)) {
    const auto& settings = cache->settings;
    const bool stays = settings.on_node_down == models::CacheSettings::OnNodeDown::stay;
    if (stays && settings.copies == 1) {
      // Some keys are on each of the nodes; no node can be spared by those who ask for these.
      const std::uint64_t needed = all.size();
      return {{.component = name, .members = std::move(all), .needed = needed, .role = "node"}};
    }
  }
  return {{.component = name, .members = std::move(all)}};
}

std::map<std::string, std::set<ReplicaKey>> replicas_by_zone(const models::World& world) {
  return replicas_by(world, [](std::string zone) { return zone; });
}

std::map<std::string, std::set<ReplicaKey>> replicas_by_region(const models::World& world) {
  return replicas_by(world, [](const std::string& zone) { return zone.substr(0, zone.find('/')); });
}

Ways::Ways(const WorkPlans& plans, const models::World& world, const std::string& workload,
           const std::string& endpoint, std::map<std::string, std::uint64_t> least)
    : plans_(plans), world_(world), least_(std::move(least)) {
  last_ = boost::add_vertex(graph_);
  const WorkPlan plan = plans.of_workload(workload, endpoint);
  first_ = add({}, {before(plan, last_)});
  for (const PlanStep& step : plan) note_partial(step);
}

Ways::Vertex Ways::add(ReplicaGroup group, const std::vector<Vertex>& next) {
  const Vertex vertex = boost::add_vertex(std::move(group), graph_);
  for (const Vertex follower : next) boost::add_edge(vertex, follower, graph_);
  return vertex;
}

// A way through `plan` and on to `next`: built from its end.
Ways::Vertex Ways::before(const WorkPlan& plan, Vertex next) {
  for (auto step = plan.rbegin(); step != plan.rend(); ++step) {
    if (step->needed && step->share >= 1) next = before(*step, next);
  }
  return next;
}

Ways::Vertex Ways::before(const PlanStep& step, Vertex next) {
  switch (step.kind) {
    case PlanStep::Kind::work:
      return next;
    case PlanStep::Kind::ask:
      return before(step.asked, next);
    case PlanStep::Kind::together:
      for (const WorkPlan& branch : step.branches) next = before(branch, next);
      return next;
    case PlanStep::Kind::one_of: {
      std::vector<Vertex> heads;
      for (const WorkPlan& branch : step.branches) heads.push_back(before(branch, next));
      return heads.size() == 1 ? heads.front() : add({}, heads);
    }
  }
  return next;
}

Ways::Vertex Ways::before(const Asked& asked, Vertex next) {
  const auto known = built_.find({asked, next});
  if (known != built_.end()) return known->second;
  const models::Component& component = plans_.component(asked.component);
  Vertex head = before(plans_.of(asked), next);
  auto groups = groups_needed(component, *world_.find(asked.component), asked);
  const auto least = least_.find(asked.component);
  for (auto group = groups.rbegin(); group != groups.rend(); ++group) {
    if (least != least_.end() && group->role.empty()) {
      const std::uint64_t at_most = group->members.size();
      group->needed = std::max(group->needed, std::min(least->second, at_most));
    }
    head = add(*group, {head});
  }
  // Callers whose edge is out go to the origin by themselves.
  if (const auto* cdn = dynamic_cast<const models::Cdn*>(&component)) {
    if (cdn->settings.fallback != models::CdnFallback::edge) {
      const Asked origin{cdn->settings.origin, asked.endpoint, asked.operation};
      head = add({}, {head, before(origin, next)});
    }
  }
  built_[{asked, next}] = head;
  return head;
}

bool Ways::works_without(const std::set<ReplicaKey>& dead) const {
  const auto lives = [&](Vertex vertex) {
    const ReplicaGroup& group = graph_[vertex];
    if (group.component.empty()) return true;
    const auto living =
        std::count_if(group.members.begin(), group.members.end(), [&](std::uint32_t member) {
          return !dead.contains({group.component, member});
        });
    return static_cast<std::uint64_t>(living) >= group.needed;
  };
  std::vector<bool> seen(boost::num_vertices(graph_));
  std::vector<Vertex> reached = {first_};
  while (!reached.empty()) {
    const Vertex vertex = reached.back();
    reached.pop_back();
    if (vertex == last_) return true;
    if (seen[vertex] || !lives(vertex)) continue;
    seen[vertex] = true;
    for (auto [edge, end] = boost::out_edges(vertex, graph_); edge != end; ++edge) {
      reached.push_back(boost::target(*edge, graph_));
    }
  }
  return false;
}

std::set<std::string> Ways::components() const {
  std::set<std::string> names;
  for (Vertex vertex = 0; vertex < boost::num_vertices(graph_); ++vertex) {
    if (!graph_[vertex].component.empty()) names.insert(graph_[vertex].component);
  }
  return names;
}

void Ways::note_partial(const PlanStep& step) {
  if (!step.needed) return;
  if (step.kind == PlanStep::Kind::ask) return note_partial(step.asked, step.share);
  for (const WorkPlan& branch : step.branches) {
    for (PlanStep inner : branch) {
      inner.share *= step.share;
      note_partial(inner);
    }
  }
}

void Ways::note_partial(const Asked& asked, double share) {
  if (share < 1 && share > 0) {
    double& known = needed_by_some_[asked.component];
    known = std::max(known, share);
  }
  for (PlanStep step : plans_.of(asked)) {
    step.share *= share;
    note_partial(step);
  }
}

}  // namespace faultline::analysis
