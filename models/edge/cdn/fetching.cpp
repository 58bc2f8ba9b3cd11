// How an edge gets what it does not have: from the shield, or from the origin.
#include <algorithm>
#include <utility>

#include "models/edge/cdn/cdn.h"
#include "models/world.h"

namespace faultline::models {
void Cdn::wait_for(World& world, Attempt& attempt, std::uint64_t object) {
  EdgeServer& edge = edges_[attempt.to];
  const auto under_way = settings.coalescing ? edge.fetching.find(object) : edge.fetching.end();
  if (under_way != edge.fetching.end()) {
    ++coalesced_;
    fetches_[under_way->second].waiting.push_back(attempt.self);
    return;
  }
  const auto [handle, fetch] = fetches_.acquire();
  fetch.waiting.push_back(attempt.self);
  fetch.object = object;
  fetch.edge = attempt.to;
  if (settings.coalescing) edge.fetching[object] = handle;
  send(world, attempt, handle, fetch);
}

// One at a time for each object, whether or not misses share theirs (RFC 5861, section 3).
void Cdn::revalidate(World& world, const Attempt& attempt, std::uint64_t object) {
  EdgeServer& edge = edges_[attempt.to];
  if (edge.fetching.contains(object)) return;
  const auto [handle, fetch] = fetches_.acquire();
  fetch.object = object;
  fetch.edge = attempt.to;
  edge.fetching[object] = handle;
  send(world, attempt, handle, fetch);
}

void Cdn::pass_on(World& world, const Attempt& attempt) {
  const auto [handle, fetch] = fetches_.acquire();
  fetch.waiting.push_back(attempt.self);
  fetch.edge = attempt.to;
  send(world, attempt, handle, fetch);
}

void Cdn::send(World& world, const Attempt& attempt, sim::Handle handle, Fetch& fetch) {
  const auto shield = fetch.object ? shield_for(world, attempt) : std::nullopt;
  fetch.of_origin = !shield;
  Attempt& call = world.prepare(shield ? shield_site_ : origin_site_, attempt.to, attempt);
  if (shield) call.send_to(*shield);
  if (fetch.waiting.empty()) call.parent = {};  // nobody waits, so nobody can leave
  call.cookie = handle;
  if (fetch.object && fetch.of_origin) ++origin_fetches_;
  world.begin(call);
}

void Cdn::answered(World& world, const Attempt& call) {
  const Fetch fetch = std::move(fetches_[call.cookie]);
  fetches_.release(call.cookie);
  Outcome outcome = call.outcome;
  outcome.status = passed_on(outcome.status);
  if (outcome.ok() && fetch.of_origin) bytes_fetched_ += outcome.bytes;
  const Object* instead = nullptr;
  if (fetch.object) {
    std::map<std::uint64_t, sim::Handle>& fetching = edges_[fetch.edge].fetching;
    const auto registered = fetching.find(*fetch.object);
    if (registered != fetching.end() && registered->second == call.cookie) {
      fetching.erase(registered);
    }
    if (outcome.ok()) {
      keep(world, call, fetch);
    } else {
      ++failed_fetches_;
      instead = stale_after_error(world, fetch);
    }
  }
  for (const sim::Handle waiting : fetch.waiting) {
    Attempt& attempt = world.attempt(waiting);
    if (instead == nullptr) {
      answer(world, attempt, outcome);
      continue;
    }
    ++stale_served_;
    ++stale_on_error_;
    hand_out(world, attempt, *instead);
  }
}

// What is incomplete, or not there, is not worth keeping.
void Cdn::keep(World& world, const Attempt& call, const Fetch& fetch) {
  const Outcome& outcome = call.outcome;
  if (!outcome.found || outcome.degraded) return;
  if (std::find(kept_.begin(), kept_.end(), call.endpoint) == kept_.end()) {
    kept_.push_back(call.endpoint);
  }
  Object object{.version = outcome.version, .bytes = outcome.bytes};
  if (settings.ttl) object.expires = world.now() + *settings.ttl;
  evictions_ += edges_[fetch.edge].objects.put(*fetch.object, object);
}

const Cdn::Object* Cdn::stale_after_error(const World& world, const Fetch& fetch) const {
  const Object* object = edges_[fetch.edge].objects.peek(*fetch.object);
  if (object == nullptr) return nullptr;
  // Another fetch may have brought it meanwhile.
  const bool fresh = world.now() < object->expires;
  return fresh || world.now() - object->expires < settings.stale_if_error ? object : nullptr;
}

}  // namespace faultline::models
