// Copies of a key on several nodes.
//
// Whoever is asked for a change does it, tells all other living copies, and answers when enough of
// them, itself included, have it. What one copy fetched or flushed the others hear of, too, but
// nobody waits for that.
#include <algorithm>

#include "models/cache/cache.h"
#include "models/cache/kinds.h"
#include "models/world.h"

namespace faultline::models {

using namespace cache;

bool Cache::is_from_node(const World& world, const Attempt& attempt) const {
  return world.call_sites()[attempt.site].caller == id();
}

bool Cache::has_quorum(std::uint64_t key) const {
  const std::vector<ReplicaIndex> owners = owners_of(key);
  const auto living = std::count_if(owners.begin(), owners.end(),
                                    [&](ReplicaIndex i) { return replicas()[i].serves(); });
  return static_cast<std::uint64_t>(living) >= settings.quorum();
}

// `waiting` has its outcome and gets it once there are enough; nullptr: nobody waits.
void Cache::tell_copies(World& world, ReplicaIndex node, const Change& change, sim::Luck luck,
                        Attempt* waiting) {
  if (settings.copies == 1) {
    if (waiting == nullptr) return;
    if (change.operation == Operation::write) acknowledge_write(node, change);
    return world.reply(*waiting);
  }
  const auto [handle, errand] = errands_.acquire();
  errand = {.kind = Errand::Kind::copy, .node = node, .change = change};
  if (waiting != nullptr) {
    errand.waiting.push_back(waiting->self);
    errand.answer = waiting->outcome;
    errand.missing = static_cast<std::uint32_t>(settings.quorum() - 1);
  }
  for (const ReplicaIndex copy : owners_of(change.key)) {
    if (copy == node || !replicas()[copy].serves()) continue;
    Attempt& call = waiting != nullptr ? world.prepare(copy_site_, node, *waiting)
                                       : world.prepare(copy_site_, node);
    if (errand.missing == 0) call.parent = {};  // nobody waits, so nobody can leave
    call.send_to(copy);
    call.operation = change.operation;
    call.key = change.key;
    call.version = change.operation == Operation::write ? change.write : change.version;
    call.bytes = change.bytes;
    call.luck = luck.with(salt()).with(copy_draw).with(copy);
    call.cookie = handle;
    ++errand.asked;
    ++copies_told_;
    world.begin(call);
  }
  settle(world, handle);
}

void Cache::end_copy(World& world, const Attempt& call) {
  Errand& errand = errands_[call.cookie];
  --errand.asked;
  if (call.outcome.ok() && errand.missing > 0) --errand.missing;
  settle(world, call.cookie);
}

// Answers who waits, once it is known how.
void Cache::settle(World& world, sim::Handle handle) {
  Errand& errand = errands_[handle];
  const bool done = errand.missing == 0;
  const bool in_vain = errand.missing > errand.asked;
  if (!errand.waiting.empty() && (done || in_vain)) {
    if (done) {
      if (errand.change.operation == Operation::write) {
        acknowledge_write(errand.node, errand.change);
      }
    } else {
      ++without_quorum_;
      errand.answer = {.status = Status::unavailable};
    }
    Attempt& waiting = world.attempt(errand.waiting.front());
    errand.waiting.clear();
    world.reply(waiting, errand.answer);
  }
  if (errand.asked == 0) errands_.release(handle);
}

// What another copy has done is done here, too. A write brings its number in the place of a
// version; which one the origin knows of is said by the errand, as long as it is there.
void Cache::apply(World& world, Attempt& copy) {
  Node& node = nodes_[copy.to];
  if (copy.operation == Operation::write) {
    hold(world, copy.to, {.key = copy.key, .write = copy.version, .bytes = copy.bytes});
  } else if (copy.operation == Operation::store) {
    const Errand* errand = errands_.find(copy.cookie);
    const auto unflushed = node.unflushed.find(copy.key);
    if (errand != nullptr && unflushed != node.unflushed.end() &&
        unflushed->second.write <= errand->change.write) {
      node.unflushed.erase(unflushed);
    }
    put(world, copy.to, copy.key, item(world, copy, copy.version, copy.bytes));
  } else {
    node.items.erase(copy.key);
  }
  world.reply(copy);
}

// A node that comes back gets what the other copies have, and is asked again.
void Cache::load(World& world, ReplicaIndex index) {
  Node& node = nodes_[index];
  node.loading = false;
  const auto owns = [&](std::uint64_t key) {
    const std::vector<ReplicaIndex> owners = owners_of(key);
    return std::find(owners.begin(), owners.end(), index) != owners.end();
  };
  for (ReplicaIndex other = 0; other < nodes_.size(); ++other) {
    if (other == index || !seems_up(world, other) || !replicas()[other].serves()) continue;
    nodes_[other].items.for_each([&](std::uint64_t key, const Item& item) {
      if (item.expires > world.now() && owns(key)) put(world, index, key, item);
    });
    for (const auto& [key, one] : nodes_[other].unflushed) {
      if (owns(key)) hold(world, index, {.key = key, .write = one.write, .bytes = one.bytes});
    }
  }
}

}  // namespace faultline::models
