// To which edge a caller goes, and which edge an edge asks.
#include <limits>

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

std::optional<ReplicaIndex> Cdn::route(World& world, const Attempt& attempt) {
  const auto living = nearest(world, attempt, true);
  return living ? living : nearest(world, attempt, false);
}

std::optional<ReplicaIndex> Cdn::nearest(World& world, const Attempt& attempt, bool alive) const {
  std::optional<ReplicaIndex> best;
  sim::Duration best_distance;
  for (ReplicaIndex i = 0; i < replicas_.size(); ++i) {
    if (alive && !seems_up(world, i)) continue;
    const sim::Route way = world.geography().network().route(attempt.here, replicas_[i].place);
    if (alive && !way.reachable) continue;
    const sim::Duration distance = way.reachable ? way.mean_latency : sim::Duration::max();
    const bool closer = !best || distance < best_distance;
    const bool as_close = best && distance == best_distance;
    if (closer || (as_close && weight(attempt.key, i) > weight(attempt.key, *best))) {
      best = i;
      best_distance = distance;
    }
  }
  return best;
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
