// How a message of a call crosses the network: its fate is settled when it departs.
#include <algorithm>
#include <tuple>

#include "models/call_draws.h"
#include "models/world.h"

namespace faultline::models {

sim::Delivery World::carry(EdgeId edge, PlaceId from, PlaceId to, std::uint64_t bytes,
                           const Attempt& attempt, CallDraw direction) {
  const sim::Luck luck =
      attempt.luck.with(call_sites_[attempt.site].salt + direction).with(attempt.lineage);
  Connection* connection = connections_.find(attempt.connection);
  if (connection == nullptr) return transmit(edge, from, to, bytes, luck, geography_.transport());
  sim::Delivery delivery = transmit(edge, from, to, bytes, luck, sim::Transport::tcp);
  SlowStart& window = direction == towards_callee ? connection->up : connection->down;
  delivery.delay += window.send(now(), bytes, path(edges_[edge], from, to));
  return delivery;
}

sim::Delivery World::transmit(EdgeId edge_id, PlaceId from, PlaceId to, std::uint64_t bytes,
                              sim::Luck luck, sim::Transport transport) {
  const Edge& edge = edges_[edge_id];
  if (edge.now.cut) return {.arrives = false, .cut = true, .delay = {}, .duplicate_after = {}};
  if (edge.line) std::tie(from, to) = *edge.line;
  sim::Delivery delivery = geography_.network().send(now(), from, to, bytes, luck, transport);
  delivery.delay += edge.now.delay;
  if (edge.now.loss > 0 && delivery.arrives) {
    lose_on_edge(edge, from, to, luck, transport, delivery);
  }
  return delivery;
}

Path World::path(const Edge& edge, PlaceId from, PlaceId to) {
  if (edge.line) std::tie(from, to) = *edge.line;
  const sim::Network& network = geography_.network();
  const sim::Route route = geography_.network().route(from, to);
  Path path;
  path.round_trip = route.mean_latency * 2;
  path.retransmission_timeout = retransmission_timeout(from, to);
  for (const sim::LinkId link : route.links) {
    const std::optional<double> bandwidth = network.link(link).bandwidth_bits_per_s();
    if (!bandwidth) continue;
    path.bandwidth_bits_per_s =
        std::min(*bandwidth, path.bandwidth_bits_per_s.value_or(*bandwidth));
  }
  return path;
}

sim::Duration World::retransmission_timeout(PlaceId from, PlaceId to) {
  const sim::TcpSettings& tcp = geography_.network().tcp();
  return std::min(distance(from, to) * 2 + tcp.rto_min, tcp.rto_max);
}

// What an edge loses is gone as a message, and sent again as TCP would (sim/delivery.h).
void World::lose_on_edge(const Edge& edge, PlaceId from, PlaceId to, sim::Luck luck,
                         sim::Transport transport, sim::Delivery& delivery) {
  sim::Draw draw = luck.draw(edge_loss_draw);
  if (transport == sim::Transport::message) {
    delivery.arrives = draw.uniform() >= edge.now.loss;
    return;
  }
  const sim::TcpSettings& tcp = geography_.network().tcp();
  sim::Duration rto = retransmission_timeout(from, to);
  for (int tries = 0; draw.uniform() < edge.now.loss; ++tries) {
    if (tries == tcp.retransmissions_max) {
      delivery.arrives = false;
      return;
    }
    delivery.delay += rto;
    rto = std::min(rto * 2, tcp.rto_max);
  }
}

void World::send_off(Attempt& attempt, const sim::Delivery& delivery) {
  const ComponentId caller = call_sites_[attempt.site].caller;
  if (observed()) {
    const auto arrives = delivery.arrives ? std::optional{now() + delivery.delay} : std::nullopt;
    tell([&](Observer& o) { o.departed(attempt, caller, now(), arrives); });
  }
  if (delivery.arrives && delivery.duplicate_after) {
    Attempt& duplicate = copy_of(attempt);
    duplicate.timer = {};
    duplicate.one_way = true;
    duplicate.lineage = lineage_after(attempt.lineage, duplicate_mark);
    duplicate.stage = Stage::outbound;
    schedule(delivery.delay + *delivery.duplicate_after,
             duplicate.event(attempt.callee, kind_arrive));
  }
  attempt.stage = Stage::outbound;
  if (!delivery.arrives) return lose(attempt);
  schedule(delivery.delay, attempt.event(attempt.callee, kind_arrive));
}

}  // namespace faultline::models
