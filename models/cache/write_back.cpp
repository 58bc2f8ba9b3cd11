// Writes that are acknowledged by a node and handed to the origin later.
//
// A node flushes at multiples of the interval from an offset of its own; a timer runs only while
// there is something to flush. Writes under one key between two flushes become one. What was
// evicted meanwhile is flushed at once, and is remembered until the origin has confirmed. Of
// several copies the first that is up flushes, and tells the others.
#include <algorithm>
#include <utility>

#include "models/cache/cache.h"
#include "models/cache/kinds.h"
#include "models/world.h"

namespace faultline::models {

using namespace cache;

void Cache::write_back(World& world, Attempt& attempt) {
  const Change change{.operation = Operation::write,
                      .key = attempt.key,
                      .write = ++last_write_,
                      .bytes = attempt.bytes};
  hold(world, attempt.to, change);
  tell_copies(world, attempt.to, change, attempt.luck, &attempt);
}

// Unless something newer is there.
void Cache::hold(World& world, ReplicaIndex index, const Change& change) {
  Node& node = nodes_[index];
  Unflushed& unflushed = node.unflushed[change.key];
  if (unflushed.write > change.write) return;
  if (unflushed.write < change.write) unflushed.failures = 0;
  unflushed.write = change.write;
  unflushed.bytes = change.bytes;
  const Item* present = node.items.peek(change.key);
  keep(world, index, change.key,
       {.version = present == nullptr ? 0 : present->version, .bytes = change.bytes});
  await_flush(world, index);
}

// A flush may have been quicker than the quorum.
void Cache::acknowledge_write(ReplicaIndex node, const Change& change) {
  ++writes_;
  const auto& unflushed = nodes_[node].unflushed;
  const auto found = unflushed.find(change.key);
  if (found != unflushed.end() && found->second.write >= change.write) {
    owed_[change.key].push_back(change.write);
  } else {
    ++writes_flushed_;
  }
}

void Cache::await_flush(World& world, ReplicaIndex index) {
  Node& node = nodes_[index];
  if (node.unflushed.empty() || world.armed(node.flush_timer)) return;
  const std::int64_t interval = settings.flush_interval.ns;
  auto draw = world.luck().with(salt()).with(flush_offset).draw(index);
  const auto offset = static_cast<std::int64_t>(draw.below(static_cast<std::uint64_t>(interval)));
  const std::int64_t since = (world.now().ns - offset) % interval;
  const std::int64_t wait = since < 0 ? -since : interval - since;
  node.flush_timer =
      world.arm(sim::Duration{wait}, {.a = index, .target = id(), .kind = kind_flush});
}

void Cache::flush_all(World& world, ReplicaIndex index) {
  Node& node = nodes_[index];
  node.flush_timer = {};
  if (node.speed > 0) {
    for (const auto& [key, one] : node.unflushed) {
      if (flushes(index, key)) flush_key(world, index, key);
    }
  }
  await_flush(world, index);
}

bool Cache::flushes(ReplicaIndex node, std::uint64_t key) const {
  if (settings.copies == 1) return true;
  const std::vector<ReplicaIndex> owners = owners_of(key);
  const auto first = std::find_if(owners.begin(), owners.end(), [&](ReplicaIndex i) {
    return replicas()[i].serves() && !nodes_[i].loading;
  });
  return first != owners.end() && *first == node;
}

void Cache::flush_key(World& world, ReplicaIndex index, std::uint64_t key) {
  Unflushed& unflushed = nodes_[index].unflushed.at(key);
  if (unflushed.flushed != 0) return;
  unflushed.flushed = unflushed.write;
  const auto [handle, errand] = errands_.acquire();
  errand = {.kind = Errand::Kind::flush,
            .node = index,
            .change = {.key = key, .write = unflushed.write, .bytes = unflushed.bytes}};
  Attempt& call = world.prepare(origin_site_, index);
  // Each try has luck of its own, or what the network loses once it would lose for ever.
  call.luck = world.luck().with(salt()).with(flush_draw).with(unflushed.write);
  if (unflushed.failures > 0) call.luck = call.luck.with(unflushed.failures);
  call.operation = Operation::write;
  call.key = key;
  call.bytes = unflushed.bytes;
  call.cookie = handle;
  world.begin(call);
}

// What was written meanwhile waits for its own flush; a flush that failed, for the next one.
void Cache::end_flush(World& world, const Attempt& call, const Errand& errand) {
  Node& node = nodes_[errand.node];
  Change change = errand.change;
  const auto found = node.unflushed.find(change.key);
  const bool ours = found != node.unflushed.end() && found->second.flushed == change.write;
  if (ours) found->second.flushed = 0;
  if (!call.outcome.ok()) {
    if (ours) ++found->second.failures;
    return await_flush(world, errand.node);
  }
  ++flushes_;
  writes_flushed_ += take_owed(change.key, change.write);
  if (ours && found->second.write == change.write) {
    node.unflushed.erase(found);
    if (Item* item = node.items.peek(change.key)) {
      item->version = call.outcome.version;
      item->expires = expiry(world.now(), world.luck_of(call, *this, ttl_draw));
    }
  }
  change.version = call.outcome.version;
  tell_copies(world, errand.node, change, call.luck, nullptr);
}

// How many acknowledged writes up to `write` the origin was owed; it is not any more.
std::uint64_t Cache::take_owed(std::uint64_t key, std::uint64_t write) {
  const auto owed = owed_.find(key);
  if (owed == owed_.end()) return 0;
  const std::uint64_t taken = std::erase_if(owed->second, [&](auto one) { return one <= write; });
  if (owed->second.empty()) owed_.erase(owed);
  return taken;
}

// A write is lost when no copy has it any more and none was sending it to the origin.
void Cache::lose_unflushed(World& world, ReplicaIndex index) {
  const auto gone = std::exchange(nodes_[index].unflushed, {});
  world.cancel(nodes_[index].flush_timer);
  for (const auto& [key, one] : gone) {
    std::uint64_t kept = 0;
    for (const Node& node : nodes_) {
      const auto found = node.unflushed.find(key);
      if (found != node.unflushed.end()) kept = std::max(kept, found->second.write);
    }
    const auto owed = owed_.find(key);
    if (owed == owed_.end()) continue;
    for (const std::uint64_t write : owed->second) {
      if (write <= kept) continue;
      ++(write <= one.flushed ? writes_in_doubt_ : writes_lost_);
    }
    std::erase_if(owed->second, [&](auto write) { return write > kept; });
    if (owed->second.empty()) owed_.erase(owed);
  }
}

}  // namespace faultline::models
