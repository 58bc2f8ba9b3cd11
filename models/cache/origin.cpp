// The store behind a cache: misses are read there, and writes go through or around.
#include <utility>

#include "models/cache/cache.h"
#include "models/cache/kinds.h"
#include "models/world.h"

namespace faultline::models {

using namespace cache;

void Cache::fetch(World& world, Attempt& attempt) {
  Node& node = nodes_[attempt.to];
  const auto under_way =
      settings.coalescing ? node.fetching.find(attempt.key) : node.fetching.end();
  if (under_way != node.fetching.end()) {
    ++coalesced_;
    errands_[under_way->second].waiting.push_back(attempt.self);
    return;
  }
  const auto [handle, errand] = errands_.acquire();
  errand = {.kind = Errand::Kind::fetch, .node = attempt.to, .change = {.key = attempt.key}};
  errand.waiting.push_back(attempt.self);
  if (settings.coalescing) node.fetching[attempt.key] = handle;
  ++fetches_;
  Attempt& call = world.prepare(origin_site_, attempt.to, attempt);
  call.operation = Operation::read;
  call.cookie = handle;
  world.begin(call);
}

void Cache::write(World& world, Attempt& attempt) {
  if (settings.writes == CacheSettings::Writes::back) return write_back(world, attempt);
  const auto [handle, errand] = errands_.acquire();
  errand = {.kind = Errand::Kind::write, .node = attempt.to, .change = {.key = attempt.key}};
  errand.waiting.push_back(attempt.self);
  Attempt& call = world.prepare(origin_site_, attempt.to, attempt);
  call.operation = Operation::write;
  call.cookie = handle;
  world.begin(call);
}

void Cache::answered(World& world, const Attempt& call) {
  if (errands_[call.cookie].kind == Errand::Kind::copy) return end_copy(world, call);
  const Errand errand = std::move(errands_[call.cookie]);
  errands_.release(call.cookie);
  switch (errand.kind) {
    case Errand::Kind::fetch:
      return end_fetch(world, call, errand);
    case Errand::Kind::write:
      return end_write(world, call, errand);
    default:
      return end_flush(world, call, errand);
  }
}

void Cache::end_fetch(World& world, const Attempt& call, const Errand& errand) {
  Node& node = nodes_[errand.node];
  const std::uint64_t key = errand.change.key;
  const auto registered = node.fetching.find(key);
  if (registered != node.fetching.end() && registered->second == call.cookie) {
    node.fetching.erase(registered);
  }
  Outcome outcome = call.outcome;
  outcome.status = passed_on(outcome.status);
  if (outcome.ok() && outcome.found && !outcome.degraded) {
    put(world, errand.node, key, item(world, call, outcome.version, outcome.bytes));
    tell_copies(world, errand.node,
                {.key = key, .version = outcome.version, .bytes = outcome.bytes}, call.luck,
                nullptr);
  }
  if (!outcome.ok()) {
    ++fetches_failed_;
    const Item* old = node.items.peek(key);
    if (old != nullptr && world.now() - old->expires < settings.stale_if_error) {
      stale_served_ += errand.waiting.size();
      outcome = {.bytes = old->bytes, .version = old->version};
    }
  }
  for (const sim::Handle waiting : errand.waiting) world.reply(world.attempt(waiting), outcome);
}

// After a failure nobody knows what the origin has: what is here is forgotten.
void Cache::end_write(World& world, const Attempt& call, const Errand& errand) {
  Attempt& attempt = world.attempt(errand.waiting.front());
  attempt.outcome = call.outcome;
  attempt.outcome.status = passed_on(call.outcome.status);
  attempt.outcome.bytes = 0;
  const bool done = attempt.outcome.ok();
  if (done) ++writes_;
  Change change{.key = errand.change.key, .version = call.outcome.version, .bytes = call.bytes};
  if (done && settings.writes == CacheSettings::Writes::through) {
    put(world, errand.node, change.key, item(world, call, change.version, change.bytes));
  } else {
    change.operation = Operation::invalidate;
    nodes_[errand.node].items.erase(change.key);
  }
  tell_copies(world, errand.node, change, call.luck, done ? &attempt : nullptr);
  if (!done) world.reply(attempt);
}

}  // namespace faultline::models
