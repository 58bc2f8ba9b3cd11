// What every way passes, and the fewest replicas that all ways need: dominators and minimum cuts.
#include <algorithm>
#include <boost/graph/dominator_tree.hpp>
#include <boost/graph/edmonds_karp_max_flow.hpp>

#include "analysis/structure/ways.h"

namespace faultline::analysis {
namespace {

using FlowTraits = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::directedS>;
using FlowGraph = boost::adjacency_list<
    boost::vecS, boost::vecS, boost::directedS, boost::no_property,
    boost::property<
        boost::edge_capacity_t, long,
        boost::property<boost::edge_residual_capacity_t, long,
                        boost::property<boost::edge_reverse_t, FlowTraits::edge_descriptor>>>>;

constexpr long unlimited_flow = 1'000'000'000;

void join(FlowGraph& flow, std::size_t from, std::size_t to, long capacity) {
  const auto there = boost::add_edge(from, to, flow).first;
  const auto back = boost::add_edge(to, from, flow).first;
  boost::put(boost::edge_capacity, flow, there, capacity);
  boost::put(boost::edge_capacity, flow, back, 0L);
  boost::put(boost::edge_reverse, flow, there, back);
  boost::put(boost::edge_reverse, flow, back, there);
}

// How many of a group must die until it fails.
long strength_of(const ReplicaGroup& group) {
  return group.component.empty() ? unlimited_flow : static_cast<long>(group.spare()) + 1;
}

// What has capacity left from `from` on.
std::vector<bool> reached_with_capacity(const FlowGraph& flow, std::size_t from) {
  std::vector<bool> seen(boost::num_vertices(flow));
  std::vector<std::size_t> open = {from};
  while (!open.empty()) {
    const std::size_t vertex = open.back();
    open.pop_back();
    if (seen[vertex]) continue;
    seen[vertex] = true;
    for (auto [edge, end] = boost::out_edges(vertex, flow); edge != end; ++edge) {
      if (boost::get(boost::edge_residual_capacity, flow, *edge) > 0) {
        open.push_back(boost::target(*edge, flow));
      }
    }
  }
  return seen;
}

}  // namespace

std::vector<ReplicaGroup> Ways::on_every_way() const {
  const Vertex none = boost::graph_traits<Graph>::null_vertex();
  std::vector<Vertex> dominator(boost::num_vertices(graph_), none);
  boost::lengauer_tarjan_dominator_tree(
      graph_, first_,
      boost::make_iterator_property_map(dominator.begin(),
                                        boost::get(boost::vertex_index, graph_)));
  std::vector<ReplicaGroup> groups;
  for (Vertex vertex = dominator[last_]; vertex != none; vertex = dominator[vertex]) {
    if (!graph_[vertex].component.empty()) groups.push_back(graph_[vertex]);
  }
  std::reverse(groups.begin(), groups.end());
  std::vector<ReplicaGroup> met;
  for (ReplicaGroup& group : groups) {  // steps in parallel may all go through the same one
    if (std::find(met.begin(), met.end(), group) == met.end()) met.push_back(std::move(group));
  }
  return met;
}

// Every vertex becomes two, joined by an edge that carries as much as the group is strong.
std::vector<ReplicaKey> Ways::smallest_cut() const {
  const std::size_t count = boost::num_vertices(graph_);
  FlowGraph flow(2 * count);
  for (Vertex vertex = 0; vertex < count; ++vertex) {
    join(flow, 2 * vertex, 2 * vertex + 1, strength_of(graph_[vertex]));
    for (auto [edge, end] = boost::out_edges(vertex, graph_); edge != end; ++edge) {
      join(flow, 2 * vertex + 1, 2 * boost::target(*edge, graph_), unlimited_flow);
    }
  }
  if (boost::edmonds_karp_max_flow(flow, 2 * first_, 2 * last_ + 1) >= unlimited_flow) return {};
  const std::vector<bool> reached = reached_with_capacity(flow, 2 * first_);
  std::set<ReplicaKey> cut;
  for (Vertex vertex = 0; vertex < count; ++vertex) {
    if (!reached[2 * vertex] || reached[2 * vertex + 1]) continue;
    const ReplicaGroup& group = graph_[vertex];
    for (std::uint64_t i = 0; i <= group.spare(); ++i)
      cut.insert({group.component, group.members[i]});
  }
  return {cut.begin(), cut.end()};
}

}  // namespace faultline::analysis
