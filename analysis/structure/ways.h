// Ways: what must work for a request to be answered, as a graph in which every path from the first
// vertex to the last is a way to an answer.
//
// Vertices     groups of replicas of which so many must live: a component asked for something, at
//              one place of the way. What is needed one after the other or side by side stands in
//              series; what can stand in for each other stands side by side
// Groups       any one replica of a component, as a balancer or a caller finds those that live.
//              A database: for reads those that `reads` allows; for writes the leader alone, or
//              with `failover` so many as `acknowledgements` ask for, and one. A cache that callers
//              must have (`cache-down: fail`): each of its nodes, unless keys are rehashed or
//              copied
// Sharing      A group stands once where it is needed for the same rest of the way, whichever way
//              leads to it; otherwise it stands several times. Single losses and losses of places
//              are found by taking away and looking (exact); cuts by flow count a replica at each
//              of its places, then once: an upper bound where it stands at several
// Left out     what an answer does not need (work_plan.h), and what only a share of requests needs:
//              these are listed apart
// Source       minimum vertex cuts by maximum flow with capacities on vertices: Menger 1927; Ford
//              and Fulkerson 1956. Dominators: Lengauer and Tarjan 1979, by Boost.Graph
#pragma once

#include <boost/graph/adjacency_list.hpp>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analysis/structure/work_plan.h"
#include "models/world.h"

namespace faultline::analysis {

using ReplicaKey = std::pair<std::string, std::uint32_t>;  // component, index

struct ReplicaGroup {
  std::string component;  // empty: a junction, which never fails
  std::vector<std::uint32_t> members{};
  std::uint64_t needed = 1;  // of the members
  std::string role{};        // "leader", "follower", "node"; empty: any replica

  std::uint64_t spare() const { return members.size() - needed; }
  friend bool operator==(const ReplicaGroup&, const ReplicaGroup&) = default;
};

class Ways {
 public:
  using Graph =
      boost::adjacency_list<boost::setS, boost::vecS, boost::bidirectionalS, ReplicaGroup>;
  using Vertex = std::size_t;

  // `least`: replicas of a component without which it is held to have failed, where more than an
  // answer alone needs.
  Ways(const WorkPlans& plans, const models::World& world, const std::string& workload,
       const std::string& endpoint, std::map<std::string, std::uint64_t> least = {});

  const Graph& graph() const { return graph_; }
  Vertex first() const { return first_; }
  Vertex last() const { return last_; }

  // Whether an answer is to be had without these replicas.
  bool works_without(const std::set<ReplicaKey>& dead) const;
  // Every component on a way.
  std::set<std::string> components() const;
  // What every way passes: groups that dominate the end, each once, in the order in which they
  // are met first.
  std::vector<ReplicaGroup> on_every_way() const;
  // A smallest set of replicas without which there is no answer. Empty: nothing can prevent it.
  std::vector<ReplicaKey> smallest_cut() const;
  // Needed by this share of the requests, in mean, where it is below 1.
  const std::map<std::string, double>& needed_by_some() const { return needed_by_some_; }

 private:
  Vertex add(ReplicaGroup group, const std::vector<Vertex>& next);
  Vertex before(const WorkPlan& plan, Vertex next);
  Vertex before(const PlanStep& step, Vertex next);
  Vertex before(const Asked& asked, Vertex next);
  void note_partial(const PlanStep& step);
  void note_partial(const Asked& asked, double share);

  const WorkPlans& plans_;
  const models::World& world_;
  std::map<std::string, std::uint64_t> least_;
  Graph graph_;
  Vertex first_ = 0;
  Vertex last_ = 0;
  std::map<std::pair<Asked, Vertex>, Vertex> built_;
  std::map<std::string, double> needed_by_some_;
};

// Of an asked component: the groups of its replicas that must live, in series.
std::vector<ReplicaGroup> groups_needed(const models::Component& component,
                                        const models::Component& bound, const Asked& asked);

// The replicas that stand in a place, by the names of regions ("eu") and zones ("eu/a").
std::map<std::string, std::set<ReplicaKey>> replicas_by_zone(const models::World& world);
std::map<std::string, std::set<ReplicaKey>> replicas_by_region(const models::World& world);

}  // namespace faultline::analysis
