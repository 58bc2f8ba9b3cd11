// What binds a request to one backend: the session of its user, or the connection it comes by.
#include "models/edge/balancer/load_balancer.h"
#include "models/world.h"

namespace faultline::models {

std::optional<ReplicaIndex> LoadBalancer::place(World& world, View& view, const Attempt& attempt) {
  if (settings.connections) return by_connection(world, view, attempt);
  if (settings.sessions && settings.sessions->sticky && attempt.request) {
    if (const auto backend = by_session(world, view, attempt)) return backend;
  }
  return choose(world, view, attempt);
}

// A backend that drains keeps the users it has; one that is believed dead or gone cannot.
std::optional<ReplicaIndex> LoadBalancer::by_session(const World& world, const View& view,
                                                     const Attempt& attempt) const {
  const auto backend =
      sessions_.backend_of(attempt.request.user, world.now(), settings.sessions->idle);
  if (!backend || !view.backends[*backend].well() || !listed_[*backend]) return std::nullopt;
  return backend;
}

// Whoever answered has the session from now on. If it was elsewhere, the user has lost it: the
// answer is that to a stranger.
void LoadBalancer::note_session(World& world, const Attempt& call, Outcome& outcome) {
  if (!call.request || !outcome.ok()) return;
  const Replica& backend = world.component(backends_).replicas()[call.to];
  const Sessions::Met met = sessions_.answered(call.request.user, {call.to, backend.boots},
                                               world.now(), settings.sessions->idle);
  if (met == Sessions::Met::its_own) return;
  ++sessions_begun_;
  if (met == Sessions::Met::none) return;
  ++sessions_lost_;
  outcome.degraded = true;
}

// A process keeps one connection open for all its requests, and so does a user, unless they keep
// account of several.
Connections::Key LoadBalancer::connection_of(const World& world, const Attempt& attempt) const {
  const ComponentId caller = world.call_sites()[attempt.site].caller;
  const bool is_process = !world.component(caller).replicas().empty();
  return {caller, is_process ? attempt.from : attempt.request.user, attempt.connection};
}

void LoadBalancer::close(World& world, View& view, const Connections::Key& key) {
  --view.backends[view.connections.find(key)->backend].connections;
  connections_.add(world.now(), -1);
  view.connections.close(key);
  world.hang_up(key.handle);
}

// A caller that gave up the request before this one has closed its connection. One that keeps
// account of them comes by another then.
std::optional<ReplicaIndex> LoadBalancer::by_connection(World& world, View& view,
                                                        const Attempt& attempt) {
  const sim::Time now = world.now();
  while (const auto unused = view.connections.unused_since(now - settings.connections->idle)) {
    close(world, view, *unused);
  }
  const Connections::Key key = connection_of(world, attempt);
  if (const auto* open = view.connections.find(key); open != nullptr && !key.handle) {
    const Attempt* last = world.find_attempt(open->last);
    if (last != nullptr && last->abandoned) close(world, view, key);
  }
  if (view.connections.find(key) == nullptr) {
    const auto backend = choose(world, view, attempt);
    if (!backend) return std::nullopt;
    view.connections.open(key, *backend, now);
    ++view.backends[*backend].connections;
    ++opened_;
    connections_.add(now, 1);
  }
  view.connections.use(key, attempt.self, now);
  return view.connections.find(key)->backend;
}

}  // namespace faultline::models
