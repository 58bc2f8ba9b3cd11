// Which node a key belongs to, and which one its callers ask.
#include <algorithm>

#include "models/cache/cache.h"
#include "models/cache/kinds.h"
#include "models/world.h"

namespace faultline::models {

using namespace cache;

namespace {

constexpr std::uint64_t modulo_salt = 0x6d6f64756c6f2121ULL;

}  // namespace

ReplicaIndex Cache::owner_of(std::uint64_t key) const {
  if (nodes_.size() == 1) return 0;
  if (settings.spread == CacheSettings::Spread::ring) return ring_.owner(key);
  return static_cast<ReplicaIndex>(sim::mix64(key ^ modulo_salt) % nodes_.size());
}

// The nodes that have copies: the next ones clockwise; by modulo, the next ones in order.
std::vector<ReplicaIndex> Cache::owners_of(std::uint64_t key) const {
  if (settings.spread == CacheSettings::Spread::ring) return ring_.owners(key, settings.copies);
  std::vector<ReplicaIndex> owners;
  for (std::size_t i = 0; i < settings.copies; ++i) {
    owners.push_back(static_cast<ReplicaIndex>((owner_of(key) + i) % nodes_.size()));
  }
  return owners;
}

bool Cache::seems_up(const World& world, ReplicaIndex node) const {
  const Replica& replica = replicas()[node];
  if (replica.state == Lifecycle::up) return !nodes_[node].loading;
  return replica.state == Lifecycle::down && world.now() - replica.since < settings.detection;
}

// By modulo, callers divide by the number of nodes that are up: nearly every key moves.
ReplicaIndex Cache::living_owner_of(const World& world, std::uint64_t key) const {
  const auto lives = [&](ReplicaIndex i) { return seems_up(world, i); };
  if (settings.spread == CacheSettings::Spread::ring) return ring_.owner(key, lives);
  std::uint64_t living = 0;
  for (ReplicaIndex i = 0; i < nodes_.size(); ++i) living += lives(i) ? 1 : 0;
  if (living == 0) return owner_of(key);
  std::uint64_t turn = sim::mix64(key ^ modulo_salt) % living;
  for (ReplicaIndex i = 0;; ++i) {
    if (lives(i) && turn-- == 0) return i;
  }
}

bool Cache::reads(const Attempt& attempt) const {
  if (attempt.operation == Operation::serve) return !has_origin() || !attempt.request.write;
  return attempt.operation == Operation::read;
}

std::optional<ReplicaIndex> Cache::route(World& world, const Attempt& attempt) {
  if (nodes_.size() == 1) return ReplicaIndex{0};
  if (settings.copies == 1) {
    const bool stay = settings.on_node_down == CacheSettings::OnNodeDown::stay;
    return stay ? owner_of(attempt.key) : living_owner_of(world, attempt.key);
  }
  std::vector<ReplicaIndex> owners = owners_of(attempt.key);
  const ReplicaIndex first = owners.front();
  std::erase_if(owners, [&](ReplicaIndex i) { return !seems_up(world, i); });
  if (owners.empty()) return first;
  if (settings.read_from == CacheSettings::ReadFrom::first || !reads(attempt)) {
    return owners.front();
  }
  sim::Draw draw = world.luck_of(attempt, *this, route_draw).draw();
  return owners[draw.below(owners.size())];
}

}  // namespace faultline::models
