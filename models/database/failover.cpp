// Who leads: crashes and returns, heartbeats, suspicion, election, promotion.
#include <algorithm>

#include "models/database/database.h"
#include "models/database/kinds.h"
#include "models/world.h"

namespace faultline::models {

using namespace database;

void Database::lost_work(World& world, ReplicaIndex index) {
  Node& node = nodes_[index];
  if (node.workers.up()) {
    for (const sim::Handle work : node.workers.crash(world)) work_.release(work);
    node.applier.crash(world);
  }
  if (settings_.connections) hang_up(world, index);
  node.applying.reset();
  open_session(world, index);
  world.cancel(node.silence);
  node.suspects = false;
  if (leads(index)) lose_leader(world);
  if (promoting_ == index) {
    promoting_.reset();
    if (!has_leader_ && lives(leader_)) gain_leader(world);
  }
  note_lag(world);
  consider_election(world);
}

void Database::came_up(World& world, ReplicaIndex index) {
  nodes_[index].workers.restart(world);
  nodes_[index].applier.restart(world);
  if (has_leader_) {
    join(world, index);
    commit(world);
  } else if (index == leader_ && !promoting_) {
    return gain_leader(world);
  }
  apply_next(world, index);
  watch(world, index);
  note_lag(world);
}

// The base has answered for the writes that waited; their entries stay in the log.
void Database::lose_leader(World& world) {
  Node& leader = nodes_[leader_];
  for (Sequence at = leader.applied + 1; at <= leader.log.last(); ++at) {
    leader.log[at].attempt = {};
  }
  has_leader_ = false;
  leader_lost_at_ = world.now();
  leaderless_.set(world.now(), 1);
  world.cancel(ship_timer_);
  world.cancel(beat_timer_);
}

// `leader_` takes the lead, newly promoted or returned before anyone was.
void Database::gain_leader(World& world) {
  if (!has_leader_) {
    has_leader_ = true;
    leaderless_.set(world.now(), 0);
    recovery_time_.record((world.now() - leader_lost_at_).ns);
  }
  promoting_.reset();
  world.cancel(election_timer_);
  world.cancel(ship_timer_);
  open_session(world, leader_);
  for (ReplicaIndex i = 0; i < node_count(); ++i) {
    nodes_[i].suspects = false;
    watch(world, i);
    if (i != leader_ && lives(i)) join(world, i);
  }
  commit(world);
  beat(world);
  let_waiting_writes_go(world);
}

void Database::let_waiting_writes_go(World& world) {
  const std::vector<sim::Handle> waiting = std::move(waiting_writes_);
  waiting_writes_.clear();
  for (const sim::Handle attempt : waiting) world.resolved(attempt, {id()});
}

void Database::beat(World& world) {
  world.cancel(beat_timer_);
  if (node_count() == 1 || !has_leader_) return;
  beat_timer_ = world.arm(settings_.heartbeat, own_event(kind_beat, leader_, 0));
  if (!awake(leader_)) return;
  const auto luck =
      world.luck().with(salt()).with(purpose_beat).with(static_cast<std::uint64_t>(world.now().ns));
  for (ReplicaIndex i = 0; i < node_count(); ++i) {
    if (i == leader_ || !lives(i)) continue;
    const sim::Delivery delivery =
        world.geography().network().send(world.now(), replicas_[leader_].place, replicas_[i].place,
                                         0, luck.with(i), world.geography().transport());
    if (delivery.arrives) world.schedule(delivery.delay, own_event(kind_heard, i, epoch_));
    if (!world.armed(ship_timer_)) send_entries(world, i);
    confirm(world, i);
  }
}

void Database::on_heard(World& world, ReplicaIndex index) {
  if (index == leader_ || !lives(index)) return;
  nodes_[index].suspects = false;
  watch(world, index);
  if (!most_suspect()) world.cancel(election_timer_);
}

// From now on the leader has `detection` to be heard from.
void Database::watch(World& world, ReplicaIndex index) {
  Node& node = nodes_[index];
  world.cancel(node.silence);
  if (!settings_.failover || leads(index) || !lives(index)) return;
  node.silence = world.arm(settings_.failover->detection, own_event(kind_silence, index, 0));
}

void Database::on_silence(World& world, ReplicaIndex index) {
  nodes_[index].silence = {};
  if (!awake(index)) return;
  nodes_[index].suspects = true;
  consider_election(world);
}

bool Database::most_suspect() const {
  std::uint32_t living = 0;
  std::uint32_t suspecting = 0;
  for (ReplicaIndex i = 0; i < node_count(); ++i) {
    if (leads(i) || !awake(i)) continue;
    ++living;
    if (nodes_[i].suspects) ++suspecting;
  }
  return 2 * suspecting > living;
}

void Database::consider_election(World& world) {
  if (!settings_.failover || promoting_ || world.armed(election_timer_) || !most_suspect()) return;
  auto draw = world.luck().with(salt()).with(purpose_election).draw(elections_++);
  election_timer_ = world.arm(settings_.failover->election.sample_duration(draw),
                              own_event(kind_elected, leader_, 0));
}

std::optional<ReplicaIndex> Database::candidate() const {
  std::optional<ReplicaIndex> best;
  for (ReplicaIndex i = 0; i < node_count(); ++i) {
    const Node& node = nodes_[i];
    if (leads(i) || !awake(i) || node.loading || !node.suspects) continue;
    if (!best || node.log.last_version() > nodes_[*best].log.last_version()) best = i;
  }
  return best;
}

void Database::on_elected(World& world) {
  election_timer_ = {};
  if (!most_suspect()) return;
  promoting_ = candidate();
  if (promoting_) promote_when_ready(world);
}

void Database::promote_when_ready(World& world) {
  const Node& node = nodes_[*promoting_];
  if (node.applied == node.log.last()) promote(world);
}

void Database::promote(World& world) {
  fence(world);
  const ReplicaIndex promoted = *promoting_;
  Log& log = nodes_[promoted].log;
  inherit(nodes_[leader_].log, log);
  leader_ = promoted;
  ++epoch_;
  ++promotions_;
  for (ReplicaIndex i = 0; i < node_count(); ++i) {
    if (i == leader_) continue;
    nodes_[i].agreed = common_end(nodes_[i].log, log).value_or(0);
    nodes_[i].confirmed = nodes_[i].loading ? 0 : nodes_[i].agreed;
  }
  gain_leader(world);
}

// A leader that was only cut off, or stands still, leads no more: its unsafe writes fail.
void Database::fence(World& world) {
  if (!has_leader_) return;
  Node& leader = nodes_[leader_];
  for (Sequence at = leader.applied + 1; at <= leader.log.last(); ++at) {
    Entry& entry = leader.log[at];
    if (entry.attempt) answer(world, world.attempt(entry.attempt), {.status = Status::unavailable});
    entry.attempt = {};
  }
}

// Counts the acknowledged writes that only `from` has. What both have keeps its commit time. Where
// what is kept does not tell how far both agree, what was cut from either counts as agreed.
void Database::inherit(const Log& from, Log& to) {
  const Sequence cut = std::max(from.first(), to.first()) - 1;
  const Sequence common = common_end(from, to).value_or(std::min(cut, to.last()));
  epoch_ends_.push_back(common);
  for (Sequence& end : epoch_ends_) end = std::min(end, common);
  for (Sequence at = std::max(from.first(), to.first()); at <= std::min(common, to.last()); ++at) {
    to[at].time = from[at].time;
    to[at].acknowledged = from[at].acknowledged;
  }
  if (from.first() > common + 1) writes_lost_ += from.first() - common - 1;
  // Versions rise along a log: one above what stands at or after its place in `to` is not there.
  for (Sequence at = from.first(); at <= from.last(); ++at) {
    const bool kept =
        at <= common && from[at].version <= to.version_at(std::max(at, to.first() - 1));
    if (from[at].acknowledged && !kept) ++writes_lost_;
  }
}

}  // namespace faultline::models
