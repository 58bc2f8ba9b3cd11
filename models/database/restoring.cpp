// What survives when machines are destroyed: backups, and how the data comes back.
#include <algorithm>

#include "models/database/database.h"
#include "models/database/kinds.h"
#include "models/world.h"

namespace faultline::models {

using namespace database;

// Backups are regular from long before the run: the last one then has none of its writes.
void Database::begin_backups(World& world) {
  if (!settings_.backups) return;
  auto draw = world.luck().with(salt()).draw(purpose_backup_offset);
  const sim::Duration interval = settings_.backups->interval;
  const auto offset = sim::Duration::from_ns(draw.uniform() * static_cast<double>(interval.ns));
  backup_.emplace().taken = offset - interval;
  world.schedule(offset, own_event(kind_backup, 0, 0));
}

void Database::take_backup(World& world) {
  world.schedule(settings_.backups->interval, own_event(kind_backup, 0, 0));
  if (!has_leader()) return;
  const Node& leader = nodes_[leader_];
  unfinished_backup_ = Backup{.taken = world.now() - sim::Time{},
                              .versions = std::make_shared<const Versions>(leader.versions),
                              .last = leader.log.version_at(leader.applied),
                              .standing = acknowledged_ - writes_lost_};
  count_copies(world, leader_, 1);
  backup_source_ = leader_;
  world.schedule(settings_.copy_time(settings_.copy_bandwidth),
                 own_event(kind_backed_up, leader_, 0));
}

// A leader that died meanwhile has left half a backup, which is none.
void Database::on_backed_up(World& world) {
  if (!unfinished_backup_) return;
  ++backups_;
  backup_ = std::move(unfinished_backup_);
  drop_unfinished_backup(world);
}

void Database::drop_unfinished_backup(World& world) {
  unfinished_backup_.reset();
  if (!backup_source_) return;
  count_copies(world, *backup_source_, -1);
  backup_source_.reset();
}

// Its log and versions are kept as a record of what was lost; `loading` bars their use.
void Database::lose_data(World&, ReplicaIndex index) {
  nodes_[index].loading = true;
  nodes_[index].confirmed = 0;
}

// The data of the last leader is gone: where nobody is promoted by himself, the newest follower is,
// by hand; and when there is no data at all any more, that of the last backup is brought back.
void Database::seek_data(World& world) {
  if (has_leader() || promoting_ || restoring_ || !nodes_[leader_].loading) return;
  std::optional<ReplicaIndex> empty;
  bool all_gone = true;
  for (ReplicaIndex i = 0; i < node_count(); ++i) {
    all_gone = all_gone && nodes_[i].loading;
    if (!empty && lives(i)) empty = i;
  }
  if (all_gone && empty) return begin_restore(world, *empty);
  if (all_gone || settings_.failover) return;
  promoting_ = newest([](const Node&) { return true; });
  if (promoting_) promote_when_ready(world);
}

void Database::begin_restore(World& world, ReplicaIndex index) {
  open_session(world, index);
  restoring_ = index;
  sim::Duration takes;
  if (settings_.backups) {
    auto draw = world.luck().with(salt()).with(purpose_restore).draw(restores_);
    takes = settings_.backups->restore_time.sample_duration(draw) +
            settings_.copy_time(settings_.backups->restore_bandwidth);
  }
  ++restores_;
  world.schedule(takes, own_event(kind_restored, index, 0));
}

// Without a backup it begins empty.
void Database::on_restored(World& world, ReplicaIndex index) {
  const Backup from = backup_.value_or(Backup{});
  Node& node = nodes_[index];
  node.versions = *from.versions;
  node.log.begin_after(from.last);
  node.applied = sequence_of(from.last);
  node.loading = false;
  if (backup_) restore_point_.record((*leader_lost_at_ - sim::Time{} - from.taken).ns);
  writes_lost_ = std::max(writes_lost_, acknowledged_ - from.standing);
  restoring_.reset();
  begin_epoch(sequence_of(from.last));
  leader_ = index;
  gain_leader(world);
}

}  // namespace faultline::models
