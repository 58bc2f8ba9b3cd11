// Small networks that several tests of the network share.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/network.h"

namespace faultline::sim {

inline LinkSettings taking(Duration latency) {
  LinkSettings settings;
  settings.latency = Distribution::constant(latency);
  return settings;
}

// a - b 10 ms, b - c 20 ms, a - c 50 ms, each in both directions.
struct Triangle {
  Network network;
  PlaceId a = network.add_place("a");
  PlaceId b = network.add_place("b");
  PlaceId c = network.add_place("c");
  std::pair<LinkId, LinkId> ab = network.add_links(a, b, taking(10_ms));
  std::pair<LinkId, LinkId> bc = network.add_links(b, c, taking(20_ms));
  std::pair<LinkId, LinkId> ac = network.add_links(a, c, taking(50_ms));

  Delivery send(PlaceId from, PlaceId to) { return network.send(Time{}, from, to, 1000, Luck{1}); }
  std::string way(PlaceId from, PlaceId to) {
    std::string names;
    for (const LinkId id : network.route(from, to).links) names += network.link(id).name() + " ";
    return names;
  }
};

// One link from a to b.
struct Pair {
  Network network;
  PlaceId a = network.add_place("a");
  PlaceId b = network.add_place("b");
  LinkId ab;

  explicit Pair(const LinkSettings& settings) : ab(network.add_link(a, b, settings)) {}
};

// The delays of `count` messages from one place to another, 1 ms apart; a lost one is -1 ns.
inline std::vector<Duration> delays(Network& network, PlaceId from, PlaceId to, int count,
                                    Transport transport = Transport::message) {
  std::vector<Duration> result;
  for (int i = 0; i < count; ++i) {
    const Luck luck = Luck{42}.with(static_cast<std::uint64_t>(i));
    const Delivery delivery = network.send(Time{} + 1_ms * i, from, to, 1000, luck, transport);
    result.push_back(delivery.arrives ? delivery.delay : Duration{-1});
  }
  return result;
}

}  // namespace faultline::sim
