// How a call comes by a connection, and what becomes of it afterwards.
//
// Only where a call site has a pool (models/connection/). The handshake is messages that cross the
// network like any other; it belongs to the connection, so that whoever asked for it may leave
// while it goes on. What is sent over a connection is sent again by TCP when it gets lost.
//
// Not modelled  how many bytes a handshake takes, and what its cryptography costs the server; that
//               news of a process's death takes a one-way delay to reach unused connections
#include <algorithm>
#include <vector>

#include "models/call_draws.h"
#include "models/world.h"
#include "sim/check.h"

namespace faultline::models {
namespace {

// Whether its connection is never given back.
bool leaks(const Attempt& attempt, const CallSite& site) {
  const sim::Luck luck = attempt.luck.with(site.salt + leak_draw).with(attempt.lineage);
  return luck.draw().uniform() < site.pool->settings.leak;
}

}  // namespace

Peers World::peers_of(const Attempt& attempt) const {
  const bool is_user = components_[call_sites_[attempt.site].caller]->replicas_.empty();
  return {.callee = attempt.callee,
          .to = attempt.to,
          .caller = is_user ? attempt.request.user : attempt.from,
          .here = attempt.here,
          .there = attempt.there};
}

void World::dial(Attempt& attempt) {
  const Peers peers = peers_of(attempt);
  ConnectionPool::Line& line = site_pool(attempt.site).line(peers);
  attempt.stage = Stage::connecting;
  line.waiting.push_back({attempt.self, now()});
  ++line.waiting_count;
  serve_line(attempt.site, peers);
}

// Whoever waits and can have a connection gets it; for those who cannot, more are opened.
void World::serve_line(CallSiteId site, const Peers& peers) {
  ConnectionPool& pool = site_pool(site);
  ConnectionPool::Line& line = pool.line(peers);
  while (!line.waiting.empty()) {
    Attempt* first = attempts_.find(line.waiting.front().attempt);
    if (first == nullptr || first->stage != Stage::connecting) {
      line.waiting.pop_front();  // it has left
      continue;
    }
    if (line.usable.empty()) break;
    const sim::Time since = line.waiting.front().since;
    line.waiting.pop_front();
    --line.waiting_count;
    take_connection(*first, line, since);
  }
  while (pool.wants_another(line)) {
    open_connection(attempts_[line.waiting.front().attempt], peers);
  }
  pool.forget_if_unused(peers);
}

void World::take_connection(Attempt& attempt, ConnectionPool::Line& line, sim::Time since) {
  ConnectionPool& pool = site_pool(attempt.site);
  const sim::Handle handle = line.usable.back();
  Connection& connection = connections_[handle];
  cancel(connection.timer);
  if (++connection.streams_used == pool.settings.streams_each()) line.usable.pop_back();
  attempt.connection = handle;
  pool.counts.waits.record((now() - since).ns);
  if (observed() && now() > since) {
    tell([&](Observer& o) {
      o.span({SpanKind::connecting, call_sites_[attempt.site].caller, attempt.from,
              attempt.request.id, attempt.self, since, now()});
    });
  }
  set_out(attempt);
}

void World::open_connection(const Attempt& asks, const Peers& peers) {
  ConnectionPool& pool = site_pool(asks.site);
  const ConnectionPolicy& settings = pool.settings;
  const auto [handle, connection] = connections_.acquire();
  connection.site = asks.site;
  connection.peers = peers;
  connection.luck = asks.luck.with(call_sites_[asks.site].salt + hello_draw).with(asks.lineage);
  connection.round_trips_needed = settings.round_trips(pool.knows(peers), asks.request.write);
  connection.up = SlowStart(settings.initial_window);
  connection.down = SlowStart(settings.initial_window);
  connection.timer = arm(call_sites_[asks.site].policy.connect_timeout,
                         event_of(handle, call_sites_[asks.site].caller, kind_connection_timer));
  ConnectionPool::Line& line = pool.line(peers);
  ++line.connections;
  ++line.opening;
  say_hello(handle, connection);
}

sim::Event World::event_of(sim::Handle connection, ComponentId target, std::uint16_t kind) {
  return {.a = connection.slot, .b = connection.generation, .target = target, .kind = kind};
}

// One message of the handshake; one that TCP gives up is never heard of again.
void World::send_handshake(sim::Handle handle, const Connection& connection, bool back) {
  const Peers& peers = connection.peers;
  const ComponentId caller = call_sites_[connection.site].caller;
  const ComponentId from = back ? peers.callee : caller;
  const ComponentId to = back ? caller : peers.callee;
  const sim::Luck luck = connection.luck.with(connection.round_trips * 2 + (back ? 1 : 0));
  const sim::Delivery delivery =
      transmit(edge_between(from, to), back ? peers.there : peers.here,
               back ? peers.here : peers.there, 0, luck, sim::Transport::tcp);
  if (!delivery.arrives) return;
  schedule(delivery.delay, event_of(handle, to, back ? kind_hello_back : kind_hello));
}

void World::say_hello(sim::Handle handle, const Connection& connection) {
  ++site_pool(connection.site).counts.round_trips;
  send_handshake(handle, connection, false);
}

void World::on_hello(sim::Handle handle) {
  Connection* connection = connections_.find(handle);
  if (connection == nullptr) return;  // the caller has given it up
  const Replica& replica = components_[connection->peers.callee]->replicas_[connection->peers.to];
  if (!replica.serves() && replica.silent) return;
  if (connection->round_trips == 0) connection->boots = replica.boots;
  connection->refused = !replica.serves() || replica.boots != connection->boots;
  // The caller sees the certificate with the last answer of the handshake, and hangs up.
  const bool is_last = connection->round_trips + 1 == connection->round_trips_needed;
  const bool expired = components_[connection->peers.callee]->certificate_expired();
  const bool sees_it = expired && site_pool(connection->site).settings.tls != Tls::none;
  connection->refused = connection->refused || (is_last && sees_it);
  send_handshake(handle, *connection, true);
}

void World::on_hello_back(sim::Handle handle) {
  Connection* connection = connections_.find(handle);
  if (connection == nullptr) return;
  if (connection->refused) return fail_connection(handle, Status::reset);
  if (++connection->round_trips < connection->round_trips_needed) {
    return say_hello(handle, *connection);
  }
  opened(handle, *connection);
}

void World::opened(sim::Handle handle, Connection& connection) {
  ConnectionPool& pool = site_pool(connection.site);
  const Peers peers = connection.peers;
  cancel(connection.timer);
  connection.open = true;
  ++pool.counts.opened;
  pool.counts.open.add(now(), 1);
  const bool as_stranger = connection.round_trips == pool.settings.round_trips(false, true);
  if (!as_stranger) ++pool.counts.resumed;
  if (pool.settings.tls != Tls::none) pool.remember(peers);
  ConnectionPool::Line& line = pool.line(peers);
  --line.opening;
  line.usable.push_back(handle);
  serve_line(connection.site, peers);
  keep_unused(handle);
}

// A connection nobody uses is kept for a while.
void World::keep_unused(sim::Handle handle) {
  Connection& connection = connections_[handle];
  if (connection.streams_used > 0) return;
  const sim::Duration patience = site_pool(connection.site).settings.idle_timeout;
  if (patience.ns == 0) return close(handle);
  connection.timer =
      arm(patience, event_of(handle, call_sites_[connection.site].caller, kind_connection_timer));
}

void World::on_connection_timer(sim::Handle handle) {
  Connection& connection = connections_[handle];
  connection.timer = {};
  if (connection.open) return close(handle);
  fail_connection(handle, Status::timed_out);
}

// Those whom it would have taken hear that it did not open.
void World::fail_connection(sim::Handle handle, Status status) {
  const CallSiteId site = connections_[handle].site;
  const Peers peers = connections_[handle].peers;
  ConnectionPool& pool = site_pool(site);
  ConnectionPool::Line& line = pool.line(peers);
  ++pool.counts.failed;
  std::uint64_t places = pool.settings.streams_each();
  while (!line.waiting.empty() && places > 0) {
    Attempt* attempt = attempts_.find(line.waiting.front().attempt);
    line.waiting.pop_front();
    if (attempt == nullptr || attempt->stage != Stage::connecting) continue;
    --line.waiting_count;
    --places;
    fail_at_once(*attempt, status);
  }
  close(handle);
}

// What is still under way over it finds it gone.
void World::close(sim::Handle handle) {
  Connection& connection = connections_[handle];
  const CallSiteId site = connection.site;
  const Peers peers = connection.peers;
  ConnectionPool& pool = site_pool(site);
  ConnectionPool::Line& line = pool.line(peers);
  --line.connections;
  if (connection.open) {
    std::erase(line.usable, handle);
    pool.counts.open.add(now(), -1);
  } else {
    --line.opening;
  }
  cancel(connection.timer);
  connections_.release(handle);
  serve_line(site, peers);
}

// Its message has arrived: is the process there the one that had accepted the connection? After an
// outage of which the caller heard nothing it is not.
bool World::still_connected(const Attempt& attempt) {
  const Connection* connection = connections_.find(attempt.connection);
  if (connection == nullptr) return false;
  if (connection->boots == components_[attempt.callee]->replicas_[attempt.to].boots) return true;
  close(attempt.connection);
  return false;
}

void World::leave_line(Attempt& attempt) {
  const Peers peers = peers_of(attempt);
  ConnectionPool& pool = site_pool(attempt.site);
  --pool.line(peers).waiting_count;
  pool.forget_if_unused(peers);
  attempt.stage = Stage::lost;
}

void World::leave_connection(Attempt& attempt, bool gave_up) {
  const sim::Handle handle = attempt.connection;
  attempt.connection = {};
  Connection* connection = connections_.find(handle);
  if (connection == nullptr) return;
  ConnectionPool& pool = site_pool(attempt.site);
  if (pool.settings.leak > 0 && leaks(attempt, call_sites_[attempt.site])) {
    ++pool.counts.leaked;
    return;
  }
  const bool was_full = connection->streams_used == pool.settings.streams_each();
  --connection->streams_used;
  // An answer that may still come would be taken for that of the next request.
  const bool spoilt = gave_up && pool.settings.http == Http::one;
  const bool serves_one = pool.settings.idle_timeout.ns == 0 && connection->streams_used == 0;
  if (spoilt || serves_one) return close(handle);
  const Peers peers = connection->peers;
  if (was_full) site_pool(attempt.site).line(peers).usable.push_back(handle);
  serve_line(attempt.site, peers);
  keep_unused(handle);
}

// The caller's process knows nothing any more; what is left of its connections ends with it. When
// the callee's dies, and its host does not, everyone connected to it is told.
void World::end_connections_at(ComponentId component, ReplicaIndex replica, bool silent) {
  std::vector<sim::Handle> made;
  std::vector<sim::Handle> accepted;
  connections_.for_each([&](sim::Handle handle, const Connection& connection) {
    const Peers& peers = connection.peers;
    if (call_sites_[connection.site].caller == component && peers.caller == replica) {
      made.push_back(handle);
    } else if (peers.callee == component && peers.to == replica && connection.open && !silent) {
      accepted.push_back(handle);
    }
  });
  for (const sim::Handle handle : made) {
    Connection& connection = connections_[handle];
    if (connection.open) site_pool(connection.site).counts.open.add(now(), -1);
    cancel(connection.timer);
    connections_.release(handle);
  }
  for (CallSite& site : call_sites_) {
    if (site.caller == component && site.pool) site.pool->forget_caller(replica);
  }
  for (const sim::Handle handle : accepted) close(handle);
}

std::optional<ConnectionTotals> World::connections_of(ComponentId caller) const {
  std::optional<ConnectionTotals> totals;
  for (const CallSite& site : call_sites_) {
    if (site.caller != caller || !site.pool) continue;
    if (!totals) totals.emplace();
    totals->add(*site.pool, now());
  }
  return totals;
}

}  // namespace faultline::models
