// Shortest ways, computed per source when first asked for after a change.
#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <compare>

#include "sim/network.h"

namespace faultline::sim {
namespace {

// What a way costs: mean latency first, then the number of links.
struct Cost {
  std::int64_t latency_ns = 0;
  std::uint32_t links = 0;
  friend constexpr auto operator<=>(const Cost&, const Cost&) = default;
};

constexpr Cost unreachable{INT64_MAX, UINT32_MAX};

constexpr Cost operator+(const Cost& a, const Cost& b) {
  if (a == unreachable || b == unreachable) return unreachable;
  return {a.latency_ns + b.latency_ns, a.links + b.links};
}

Cost cost_of(const Link& link) { return {link.mean_latency().ns, 1}; }

using Weighted = boost::property<boost::edge_weight_t, Cost>;
using Graph =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, boost::no_property, Weighted>;

}  // namespace

struct Network::RoutingGraph {
  struct Usable {
    LinkId id;
    PlaceId from;
    PlaceId to;
    Cost cost;
  };
  std::vector<Usable> links;    // up, between different places, by id
  std::vector<bool> ends_here;  // by place: nothing passes through it
  // A vertex per place to depart from, and a second one to arrive at where nothing passes through.
  Graph graph;

  explicit RoutingGraph(const Network& network)
      : ends_here(network.ends_here_), graph(2 * network.place_count()) {
    for (std::uint32_t i = 0; i < network.links_.size(); ++i) {
      const Link& link = network.links_[i];
      if (!link.up() || link.from() == link.to()) continue;
      links.push_back({LinkId{i}, link.from(), link.to(), cost_of(link)});
      boost::add_edge(link.from().index, arrival(link.to()), Weighted(links.back().cost), graph);
    }
  }

  std::size_t arrival(PlaceId place) const {
    return ends_here[place.index] ? ends_here.size() + place.index : place.index;
  }

  std::vector<Cost> costs_from(PlaceId source) const {
    std::vector<Cost> costs(boost::num_vertices(graph), unreachable);
    boost::dijkstra_shortest_paths(graph, source.index,
                                   boost::distance_map(costs.data())
                                       .distance_compare(std::less<Cost>{})
                                       .distance_combine(std::plus<Cost>{})
                                       .distance_inf(unreachable)
                                       .distance_zero(Cost{}));
    return costs;
  }
};

// The costs leave open which of several equally good ways is taken; choosing each place's last link
// among those that attain its cost, by id, makes the choice a property of the network and not of
// the order in which the algorithm looked.
void Network::compute_routes(PlaceId from) {
  routes_computed_ = true;
  if (!graph_) graph_ = std::make_shared<const RoutingGraph>(*this);
  const std::vector<Cost> costs = graph_->costs_from(from);
  std::vector<std::optional<LinkId>> last_link(place_count());
  for (const auto& [id, tail, head, cost] : graph_->links) {
    if (head == from || last_link[head.index] || costs[tail.index] == unreachable) continue;
    if (costs[tail.index] + cost == costs[graph_->arrival(head)]) last_link[head.index] = id;
  }

  paths_[from.index].clear();
  std::vector<LinkId> way;
  for (std::uint32_t to = 0; to < place_count(); ++to) {
    if (to == from.index) continue;
    way.clear();
    for (auto link = last_link[to]; link; link = last_link[links_[link->index].from().index]) {
      way.push_back(*link);
    }
    std::reverse(way.begin(), way.end());
    store_route(from, PlaceId{to}, way);
  }
  store_local_route(from);
}

void Network::store_local_route(PlaceId place) {
  const std::optional<LinkId> own = find_link(place, place);
  if (own && links_[own->index].up()) return store_route(place, place, std::span(&*own, 1));
  CachedRoute& stored = routes_[place.index * stride_ + place.index];
  stored = {};
  stored.version = version_;
  if (own) return;
  stored.delay = local_latency_;
  stored.reachable = true;
  stored.constant = true;
}

// An empty way means that there is none.
void Network::store_route(PlaceId from, PlaceId to, std::span<const LinkId> links) {
  std::vector<LinkId>& path = paths_[from.index];
  CachedRoute& stored = routes_[from.index * stride_ + to.index];
  stored = {};
  stored.version = version_;
  stored.first = static_cast<std::uint32_t>(path.size());
  stored.count = static_cast<std::uint32_t>(links.size());
  stored.reachable = !links.empty();
  stored.constant = stored.reachable;
  path.insert(path.end(), links.begin(), links.end());
  for (const LinkId id : links) {
    const Link& link = links_[id.index];
    stored.delay += link.mean_latency();
    if (!link.has_constant_delay()) stored.constant = false;
  }
}

}  // namespace faultline::sim
