#include "analysis/layout/columns.h"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/depth_first_search.hpp>
#include <map>
#include <set>
#include <utility>

namespace faultline::analysis::layout {
namespace {

using Calls = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;
using Call = std::pair<std::size_t, std::size_t>;

// Units: the sets of cards that must share a column, numbered in the order of their first cards.
struct Units {
  std::vector<std::size_t> of_node;
  std::vector<bool> in_area;

  std::size_t count() const { return in_area.size(); }
};

Units units_of(const LayoutGraph& graph) {
  Units units;
  std::map<std::pair<std::size_t, bool>, std::size_t> known;
  for (const LayoutNode& node : graph.nodes) {
    const bool in_area = node.area.has_value();
    const auto [unit, is_new] = known.try_emplace({node.group, in_area}, units.count());
    if (is_new) units.in_area.push_back(in_area);
    units.of_node.push_back(unit->second);
  }
  return units;
}

// Calls from an area to the outside run leftwards whatever they are, so they order nothing.
std::set<Call> calls_between(const Units& units, const LayoutGraph& graph) {
  std::set<Call> calls;
  for (const auto& [caller, callee] : graph.edges) {
    const std::size_t from = units.of_node[caller];
    const std::size_t to = units.of_node[callee];
    if (from != to && (units.in_area[to] || !units.in_area[from])) calls.emplace(from, to);
  }
  return calls;
}

class CircleFinder : public boost::dfs_visitor<> {
 public:
  CircleFinder(std::vector<std::size_t>& finished, std::set<Call>& closing)
      : finished_(&finished), closing_(&closing) {}

  void back_edge(Calls::edge_descriptor call, const Calls& graph) const {
    closing_->emplace(source(call, graph), target(call, graph));
  }
  void finish_vertex(std::size_t unit, const Calls& /*graph*/) const { finished_->push_back(unit); }

 private:
  std::vector<std::size_t>* finished_;
  std::set<Call>* closing_;
};

// Removes the calls that close circles; returns a topological order of the units by what remains.
// The search sets out from a root that calls all that nobody calls: which call of a circle is its
// last is thus seen from the users.
std::vector<std::size_t> open_circles(std::size_t units, std::set<Call>& calls) {
  std::vector<bool> is_called(units, false);
  for (const auto& [from, to] : calls) is_called[to] = true;
  const std::size_t root = units;
  Calls graph(calls.begin(), calls.end(), units + 1);
  for (std::size_t unit = 0; unit < units; ++unit) {
    if (!is_called[unit]) add_edge(root, unit, graph);
  }

  std::vector<std::size_t> order;
  std::set<Call> closing;
  boost::depth_first_search(graph, boost::visitor(CircleFinder(order, closing)).root_vertex(root));
  for (const Call& call : closing) calls.erase(call);
  std::erase(order, root);
  std::ranges::reverse(order);
  return order;
}

std::vector<std::size_t> callees_of(std::size_t unit, const std::set<Call>& calls) {
  std::vector<std::size_t> callees;
  for (auto call = calls.lower_bound({unit, 0}); call != calls.end() && call->first == unit;
       ++call) {
    callees.push_back(call->second);
  }
  return callees;
}

// By unit; `order` is topological.
std::vector<std::size_t> longest_ways(const Units& units, const std::set<Call>& calls,
                                      const std::vector<std::size_t>& order) {
  std::vector<std::size_t> columns(units.count(), 0);
  std::size_t outside_columns = 0;
  for (const std::size_t unit : order) {
    if (units.in_area[unit]) columns[unit] = std::max(columns[unit], outside_columns);
    if (!units.in_area[unit]) outside_columns = std::max(outside_columns, columns[unit] + 1);
    for (const std::size_t callee : callees_of(unit, calls)) {
      columns[callee] = std::max(columns[callee], columns[unit] + 1);
    }
  }
  return columns;
}

// What nobody calls but stands in an area (a timer, say) belongs next to what it calls and not
// among the entrances. No column loses its last card: those on a longest way stay.
void move_to_callees(const Units& units, const std::set<Call>& calls,
                     std::vector<std::size_t>& columns) {
  std::vector<bool> may_move = units.in_area;
  for (const auto& [from, to] : calls) may_move[to] = false;
  for (std::size_t unit = 0; unit < units.count(); ++unit) {
    const std::vector<std::size_t> callees = callees_of(unit, calls);
    if (!may_move[unit] || callees.empty()) continue;
    const std::size_t nearest =
        *std::ranges::min_element(callees, {}, [&](std::size_t callee) { return columns[callee]; });
    columns[unit] = columns[nearest] - 1;
  }
}

}  // namespace

std::vector<std::size_t> columns_of(const LayoutGraph& graph) {
  const Units units = units_of(graph);
  std::set<Call> calls = calls_between(units, graph);
  std::vector<std::size_t> order = open_circles(units.count(), calls);
  // Still topological, as no call leads from an area to the outside.
  std::ranges::stable_partition(order, [&](std::size_t unit) { return !units.in_area[unit]; });
  std::vector<std::size_t> columns = longest_ways(units, calls, order);
  move_to_callees(units, calls, columns);

  std::vector<std::size_t> of_node;
  for (const std::size_t unit : units.of_node) of_node.push_back(columns[unit]);
  return of_node;
}

}  // namespace faultline::analysis::layout
