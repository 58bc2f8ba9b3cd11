// How a follower gets all the data: a snapshot from the leader, then the log since.
#include <algorithm>

#include "models/database/database.h"
#include "models/database/kinds.h"
#include "models/world.h"

namespace faultline::models {

using namespace database;

// Those that it serves with, the copies it makes left aside.
std::uint32_t Database::workers_of(ReplicaIndex index) const {
  const Node& node = nodes_[index];
  const std::uint64_t all = node.grown ? settings_.workers : settings_.standby->workers;
  const std::uint64_t busy = node.copies * settings_.copy_workers;
  const std::uint64_t left = busy < all ? all - busy : 1;
  return static_cast<std::uint32_t>(left);
}

void Database::resize(World& world, ReplicaIndex index) {
  nodes_[index].workers.set_workers(world, workers_of(index));
}

void Database::count_copies(World& world, ReplicaIndex source, int change) {
  nodes_[source].copies += static_cast<std::uint32_t>(change);
  if (settings_.copy_workers > 0) resize(world, source);
}

// The data as of now; the follower serves again once it is all there.
void Database::load_snapshot(World& world, ReplicaIndex index) {
  open_session(world, index);
  stop_applying(world, index);
  const ReplicaIndex source = leader_of(index);
  const Node& leader = nodes_[source];
  Node& follower = nodes_[index];
  follower.loading = true;
  if (!follower.rebuilt_since) follower.rebuilt_since = world.now();
  follower.versions = leader.versions;
  follower.log.begin_after(leader.log.version_at(leader.applied));
  follower.applied = leader.applied;
  follower.sent = leader.applied;
  follower.agreed = leader.applied;
  follower.confirmed = 0;
  follower.source = source;
  count_copies(world, source, 1);
  auto draw = world.luck().with(salt()).with(purpose_snapshot).draw(snapshots_++);
  const sim::Duration prepared = settings_.snapshot_time.sample_duration(draw);
  world.schedule(prepared + settings_.copy_time(settings_.copy_bandwidth),
                 own_event(kind_loaded, index, 0));
}

void Database::on_loaded(World& world, ReplicaIndex index) {
  stop_copying(world, index);
  nodes_[index].loading = false;
  send_entries(world, index);
  note_rebuilt(world, index);
}

// It has been made, or is given up.
void Database::stop_copying(World& world, ReplicaIndex index) {
  Node& follower = nodes_[index];
  if (!follower.source) return;
  count_copies(world, *follower.source, -1);
  follower.source.reset();
}

// What a leader that is gone had sent of its data is of no use: a whole copy follows from the next.
void Database::break_copies(World& world, ReplicaIndex source) {
  for (ReplicaIndex i = 0; i < node_count(); ++i) {
    if (nodes_[i].source == source) open_session(world, i);
  }
}

// A follower is whole again once it has all that the leader has committed.
void Database::note_rebuilt(World& world, ReplicaIndex index) {
  Node& follower = nodes_[index];
  if (!follower.rebuilt_since || follower.loading || !has_leader()) return;
  if (follower.applied < nodes_[leader_].applied) return;
  rebuild_time_.record((world.now() - *follower.rebuilt_since).ns);
  follower.rebuilt_since.reset();
}

}  // namespace faultline::models
