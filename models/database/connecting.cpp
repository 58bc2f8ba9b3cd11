// How callers get a connection to a node, and give it back.
#include <algorithm>

#include "models/database/database.h"
#include "models/database/kinds.h"
#include "models/world.h"

namespace faultline::models {

using namespace database;

void Database::connect(World& world, Attempt& attempt) {
  Connections& connections = nodes_[attempt.to].connections;
  const ConnectionSettings& settings = *settings_.connections;
  if (connections.open < settings.limit && connections.waiting.empty()) {
    connection_wait_.record(0);
    return open_connection(world, attempt);
  }
  if (settings.queue && connections.waiting.size() >= *settings.queue) {
    return world.reply(attempt, {.status = Status::rejected});
  }
  connections.waiting.push_back({attempt.self, world.now()});
  connections_waiting_.add(world.now(), 1);
  if (connections.waiting.size() == 1) time_patience(world, attempt.to);
}

void Database::open_connection(World& world, Attempt& attempt) {
  ++nodes_[attempt.to].connections.open;
  connections_open_.add(world.now(), 1);
  serve(world, attempt);
}

// The answer to one who was served; what they held is free for the next.
void Database::answer(World& world, Attempt& attempt, const Outcome& outcome) {
  const ReplicaIndex index = attempt.to;
  world.reply(attempt, outcome);
  if (!settings_.connections) return;
  --nodes_[index].connections.open;
  connections_open_.add(world.now(), -1);
  let_in(world, index);
}

void Database::let_in(World& world, ReplicaIndex index) {
  Connections& connections = nodes_[index].connections;
  if (connections.letting_in) return;
  connections.letting_in = true;
  while (connections.open < settings_.connections->limit && !connections.waiting.empty()) {
    const Connections::Waiting next = leave_queue(world, index);
    connection_wait_.record((world.now() - next.since).ns);
    open_connection(world, world.attempt(next.attempt));
  }
  connections.letting_in = false;
}

Connections::Waiting Database::leave_queue(World& world, ReplicaIndex index) {
  Connections& connections = nodes_[index].connections;
  const Connections::Waiting first = connections.waiting.front();
  connections.waiting.pop_front();
  connections_waiting_.add(world.now(), -1);
  time_patience(world, index);
  return first;
}

void Database::time_patience(World& world, ReplicaIndex index) {
  Connections& connections = nodes_[index].connections;
  world.cancel(connections.patience);
  if (!settings_.connections->timeout || connections.waiting.empty()) return;
  const sim::Time ends = connections.waiting.front().since + *settings_.connections->timeout;
  connections.patience = world.arm(ends - world.now(), own_event(kind_impatient, index, 0));
}

void Database::on_impatient(World& world, ReplicaIndex index) {
  nodes_[index].connections.patience = {};
  ++connection_timeouts_;
  const Connections::Waiting first = leave_queue(world, index);
  world.reply(world.attempt(first.attempt), {.status = Status::rejected});
}

// The process has died, and the base has answered for all who were connected or waited.
void Database::hang_up(World& world, ReplicaIndex index) {
  Connections& connections = nodes_[index].connections;
  world.cancel(connections.patience);
  connections_open_.add(world.now(), -std::int64_t{connections.open});
  connections_waiting_.add(world.now(), -static_cast<std::int64_t>(connections.waiting.size()));
  connections = {};
}

}  // namespace faultline::models
