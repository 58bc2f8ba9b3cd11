// To which edge a caller goes, and which edge an edge asks.
#include "models/edge/cdn/cdn.h"
#include "models/world.h"
#include "sim/draw.h"

namespace faultline::models {
namespace {

constexpr std::uint64_t route_salt = 0x63646e2d726f7574ULL;

// Among edges at one place every object has its own order (highest random weight: Thaler and
// Ravishankar 1998), so that they do not all keep the same, and few objects move when one dies.
std::uint64_t weight(std::uint64_t key, ReplicaIndex edge) {
  return sim::mix64(sim::mix64(key ^ route_salt) + edge);
}

}  // namespace

// Before anything befalls the network: what unreachable edges count as.
void Cdn::start(World& world) {
  sim::Network& network = world.geography().network();
  usual_.resize(network.place_count());
  for (const auto* places : {&world.geography().zones(), &world.geography().homes()}) {
    for (const PlaceId place : *places) {
      for (const Replica& edge : replicas_) {
        const sim::Route way = network.route(place, edge.place);
        usual_[place.index].push_back(way.reachable ? way.mean_latency : sim::Duration::max());
      }
    }
  }
}

std::optional<ReplicaIndex> Cdn::route(World& world, const Attempt& attempt) {
  // Who asks after an edge's health wants no other's answer.
  const bool leaves =
      settings.fallback != CdnFallback::edge && attempt.operation != Operation::health_check;
  const bool only_its_own = leaves && settings.fallback == CdnFallback::origin;
  const auto edge = nearest(world, attempt, only_its_own ? Among::usual : Among::tried);
  if (edge && is_tried(world, attempt.here, *edge)) return edge;
  if (!leaves) return nearest(world, attempt, Among::all);
  ++fallbacks_;
  return std::nullopt;
}

std::optional<ComponentId> Cdn::instead(const World& world) const {
  return world.call_sites()[origin_site_].callee;
}

std::optional<ReplicaIndex> Cdn::nearest(World& world, const Attempt& attempt, Among among) const {
  return nearest_by(attempt, [&](ReplicaIndex edge) -> std::optional<sim::Duration> {
    if (among == Among::tried && !is_tried(world, attempt.here, edge)) return std::nullopt;
    if (among == Among::usual) return usual_[attempt.here.index][edge];
    const sim::Route way = world.geography().network().route(attempt.here, replicas_[edge].place);
    return way.reachable ? way.mean_latency : usual_[attempt.here.index][edge];
  });
}

// `distance`: nullopt for those that are out of the question.
template <class Distance>
std::optional<ReplicaIndex> Cdn::nearest_by(const Attempt& attempt, Distance distance) const {
  std::optional<ReplicaIndex> best;
  sim::Duration best_distance;
  for (ReplicaIndex i = 0; i < replicas_.size(); ++i) {
    const std::optional<sim::Duration> far = distance(i);
    if (!far) continue;
    const bool closer = !best || *far < best_distance;
    const bool as_close = best && *far == best_distance;
    if (closer || (as_close && weight(attempt.key, i) > weight(attempt.key, *best))) {
      best = i;
      best_distance = *far;
    }
  }
  return best;
}

// It is up and can be reached, or is not yet known to be down.
bool Cdn::is_tried(World& world, PlaceId from, ReplicaIndex edge) const {
  if (!seems_up(world, edge)) return false;
  return replicas_[edge].state != Lifecycle::up ||
         world.geography().network().route(from, replicas_[edge].place).reachable;
}

bool Cdn::seems_up(const World& world, ReplicaIndex edge) const {
  const Replica& replica = replicas_[edge];
  if (replica.state == Lifecycle::up) return true;
  return replica.state == Lifecycle::down && world.now() - replica.since < settings.detection;
}

std::optional<ReplicaIndex> Cdn::shield_for(const World& world, const Attempt& attempt) const {
  if (settings.shield.empty() || replicas_[attempt.to].place == shield_) return std::nullopt;
  std::optional<ReplicaIndex> best;
  for (ReplicaIndex i = 0; i < replicas_.size(); ++i) {
    if (replicas_[i].place != shield_ || !seems_up(world, i)) continue;
    if (!best || weight(attempt.key, i) > weight(attempt.key, *best)) best = i;
  }
  return best;
}

}  // namespace faultline::models
