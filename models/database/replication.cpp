// How a write becomes safe and gets to the followers: commit, ordered channels, applying, joining.
#include <algorithm>

#include "models/database/database.h"
#include "models/database/kinds.h"
#include "models/world.h"

namespace faultline::models {

using namespace database;

// The last entry of the leader's log that as many of its followers have as are asked for.
Sequence Database::safe_end(ReplicaIndex leader) const {
  if (settings_.acknowledgements == 0) return nodes_[leader].log.last();
  const auto follows = [&](ReplicaIndex i) { return !leads(i) && leader_of(i) == leader; };
  Sequence safe = 0;
  for (ReplicaIndex i = 0; i < node_count(); ++i) {
    if (!follows(i) || nodes_[i].confirmed <= safe) continue;
    std::uint64_t have_it = 0;
    for (ReplicaIndex j = 0; j < node_count(); ++j) {
      if (follows(j) && nodes_[j].confirmed >= nodes_[i].confirmed) ++have_it;
    }
    if (have_it >= settings_.acknowledgements) safe = nodes_[i].confirmed;
  }
  return safe;
}

void Database::commit(World& world, ReplicaIndex index) {
  if (!leads(index) || !awake(index)) return;
  Node& leader = nodes_[index];
  const Sequence end = safe_end(index);
  while (leader.applied < end) {
    Entry& entry = leader.log[leader.applied + 1];
    entry.time = world.now();
    apply(index, entry);
    ++writes_;
    if (!entry.attempt) continue;
    entry.acknowledged = true;
    ++acknowledged_;
    if (index != leader_) {
      ++leader.divergent;
      ++divergent_writes_;
    }
    Attempt& attempt = world.attempt(entry.attempt);
    note_written(world, attempt, entry);
    answer(world, attempt, {.version = entry.version});
    entry.attempt = {};
  }
  trim();
  note_lag(world);
}

void Database::apply(ReplicaIndex index, Entry& entry) {
  Version& version = nodes_[index].versions[entry.key];
  entry.replaced = version;
  version = entry.version;
  nodes_[index].applied = sequence_of(entry.version);
}

void Database::ship(World& world, ReplicaIndex leader) {
  world.cancel(nodes_[leader].ship_timer);
  for (ReplicaIndex i = 0; i < node_count(); ++i) {
    if (leader_of(i) == leader) send_entries(world, i);
  }
}

// Everything not sent yet goes in one message, over a connection that sends again what is lost.
// When there is no way to the follower at all, the next write or heartbeat tries again.
void Database::send_entries(World& world, ReplicaIndex index) {
  Node& follower = nodes_[index];
  const ReplicaIndex leader = leader_of(index);
  const Log& log = nodes_[leader].log;
  if (!leads(leader) || leads(index) || !lives(index) || follower.loading) return;
  if (follower.sent == log.last()) return;
  if (follower.sent + 1 < log.first()) return load_snapshot(world, index);
  std::uint64_t bytes = 0;
  for (Sequence at = follower.sent + 1; at <= log.last(); ++at) bytes += log[at].bytes;
  const auto luck =
      world.luck().with(salt()).with(purpose_entries).with(log.last_version()).with(index);
  const sim::Delivery delivery =
      world.geography().network().send(world.now(), replicas_[leader].place, replicas_[index].place,
                                       bytes, luck, sim::Transport::tcp);
  if (!delivery.arrives) return;
  for (Sequence at = follower.sent + 1; at <= log.last(); ++at) {
    Entry& copy = follower.in_flight.emplace_back(log[at]);
    copy.attempt = {};
    copy.acknowledged = false;
  }
  follower.sent = log.last();
  follower.entries_until = std::max(follower.entries_until, world.now() + delivery.delay);
  world.schedule(follower.entries_until - world.now(),
                 own_event(kind_entries, index, follower.sent));
}

void Database::on_entries(World& world, ReplicaIndex index, Sequence until) {
  nodes_[index].arrived = until;
  take_arrived(world, index);
}

// A process that stands still takes nothing in.
void Database::take_arrived(World& world, ReplicaIndex index) {
  Node& follower = nodes_[index];
  if (!awake(index)) return;
  while (!follower.in_flight.empty() &&
         sequence_of(follower.in_flight.front().version) <= follower.arrived) {
    follower.log.append(follower.in_flight.front());
    follower.in_flight.pop_front();
    follower.agreed = follower.log.last();
  }
  confirm(world, index);
  apply_next(world, index);
}

// Says up to where the log is safe here. One that is lost is made good by the next, or by the
// heartbeat.
void Database::confirm(World& world, ReplicaIndex index) {
  Node& follower = nodes_[index];
  const ReplicaIndex leader = leader_of(index);
  if (settings_.acknowledgements == 0 || !leads(leader) || leads(index)) return;
  if (!awake(index) || follower.loading || follower.confirmed >= follower.agreed) return;
  const auto luck =
      world.luck().with(salt()).with(purpose_confirm).with(follower.log.last_version()).with(index);
  const sim::Delivery delivery = world.geography().network().send(
      world.now(), replicas_[index].place, replicas_[leader].place, 0, luck, sim::Transport::tcp);
  if (!delivery.arrives) return;
  follower.confirmations_until =
      std::max(follower.confirmations_until, world.now() + delivery.delay);
  world.schedule(follower.confirmations_until - world.now(),
                 own_event(kind_confirmed, index, follower.agreed));
}

void Database::on_confirmed(World& world, ReplicaIndex index, Sequence until) {
  nodes_[index].confirmed = std::max(nodes_[index].confirmed, until);
  commit(world, leader_of(index));
}

void Database::apply_next(World& world, ReplicaIndex index) {
  Node& follower = nodes_[index];
  if (index == leader_ || leads(index) || follower.applying || follower.loading || !lives(index))
    return;
  if (follower.applied == follower.log.last()) return;
  auto draw = follower.log[follower.applied + 1].luck.draw(index);
  const sim::Duration demand = settings_.apply_time.sample_duration(draw);
  follower.applying = follower.applier.arrive(world, 0, demand, {});
}

void Database::on_applied(World& world, const sim::Event& event) {
  const auto index = static_cast<ReplicaIndex>(event.a);
  Node& follower = nodes_[index];
  const auto finished = follower.applier.completed(world, event);
  follower.applier.release(world, finished.job);
  follower.applying.reset();
  Entry& entry = follower.log[follower.applied + 1];
  replication_delay_.record((world.now() - entry.time).ns);
  apply(index, entry);
  trim();
  note_lag(world);
  note_rebuilt(world, index);
  apply_next(world, index);
  if (promoting_ == index) promote_when_ready(world);
}

void Database::stop_applying(World& world, ReplicaIndex index) {
  Node& node = nodes_[index];
  if (node.applying) node.applier.abort(world, *node.applying);
  node.applying.reset();
}

// Nothing that is still on its way to or from this node counts any more.
void Database::open_session(World& world, ReplicaIndex index) {
  Node& node = nodes_[index];
  stop_copying(world, index);
  ++node.session;
  node.in_flight.clear();
  node.arrived = 0;
  node.entries_until = world.now();
  node.confirmations_until = world.now();
}

// Compares logs with the leader and goes on from where they part.
void Database::join(World& world, ReplicaIndex index) {
  open_session(world, index);
  Node& follower = nodes_[index];
  follower.follows = leader_;
  follower.epoch = epoch_;
  const Log& log = nodes_[leader_].log;
  const auto common = follower.loading ? std::nullopt : common_end(follower.log, log);
  if (!common || *common + 1 < log.first()) return load_snapshot(world, index);
  truncate(world, index, *common);
  follower.sent = *common;
  follower.agreed = *common;
  follower.confirmed = *common;
  send_entries(world, index);
  apply_next(world, index);
}

// Undoes what lies after `end`, newest first.
void Database::truncate(World& world, ReplicaIndex index, Sequence end) {
  Node& node = nodes_[index];
  while (node.log.last() > end) {
    const Entry& entry = node.log[node.log.last()];
    if (node.log.last() == node.applied) {
      if (entry.replaced == 0) {
        node.versions.erase(entry.key);
      } else {
        node.versions[entry.key] = entry.replaced;
      }
      --node.applied;
    }
    node.log.drop_last();
  }
  if (node.applied == node.log.last()) stop_applying(world, index);
}

// Forgets what every node has applied of what the newest leader has too, and what would exceed the
// limit.
void Database::trim() {
  if (!has_leader()) return;
  const Node& leader = nodes_[leader_];
  Sequence end = leader.applied;
  for (ReplicaIndex i = 0; i < node_count(); ++i) {
    const Node& node = nodes_[i];
    const bool needs_all = node.loading && !lives(i);
    if (i == leader_ || needs_all) continue;
    end = std::min({end, node.agreed, node.applied});
    if (node.epoch < epoch_) end = std::min(end, epoch_ends_[node.epoch]);
  }
  if (leader.log.last() - end > settings_.log_limit) {
    end = std::min(leader.applied, static_cast<Sequence>(leader.log.last() - settings_.log_limit));
  }
  for (ReplicaIndex i = 0; i < node_count(); ++i) {
    if (lives(i)) nodes_[i].log.cut_before(std::min(end, nodes_[i].applied) + 1);
  }
}

Sequence Database::lag_of(ReplicaIndex index) const {
  const Sequence committed = nodes_[leader_].applied;
  const Sequence applied = nodes_[index].applied;
  return !leads(index) && index != leader_ && lives(index) && applied < committed
             ? committed - applied
             : 0;
}

void Database::note_lag(World& world) {
  Sequence lag = 0;
  for (ReplicaIndex i = 0; i < node_count(); ++i) lag = std::max(lag, lag_of(i));
  if (lag_.current() != lag) lag_.set(world.now(), lag);
}

}  // namespace faultline::models
