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
  if (leads(index)) stop_leading(world, index);
  if (promoting_ == index) {
    promoting_.reset();
    if (!has_leader() && lives(leader_) && !nodes_[leader_].loading) gain_leader(world);
  }
  if (restoring_ == index) {
    restoring_.reset();
    seek_data(world);
  }
  note_lag(world);
  consider_election(world);
}

void Database::came_up(World& world, ReplicaIndex index) {
  nodes_[index].workers.restart(world);
  nodes_[index].applier.restart(world);
  nodes_[index].follows = leader_;
  nodes_[index].epoch = epoch_;
  if (has_leader()) {
    join(world, index);
    commit(world, leader_);
  } else if (index == leader_ && !promoting_ && !nodes_[index].loading) {
    return gain_leader(world);
  }
  seek_data(world);
  apply_next(world, index);
  watch(world, index);
  note_lag(world);
}

// Its process has died, and the base has answered for the writes that waited; their entries stay in
// the log.
void Database::stop_leading(World& world, ReplicaIndex index) {
  Node& node = nodes_[index];
  for (Sequence at = node.applied + 1; at <= node.log.last(); ++at) node.log[at].attempt = {};
  node.leads = false;
  world.cancel(node.ship_timer);
  world.cancel(node.beat_timer);
  break_copies(world, index);
  if (backup_source_ == index) drop_unfinished_backup(world);
  note_leaders(world);
  if (index != leader_) return disband(world, index);
  leader_lost_at_ = world.now();
  leaderless_.set(world.now(), 1);
}

// `leader_` takes the lead, newly promoted or returned before anyone was.
void Database::gain_leader(World& world) {
  if (leader_lost_at_) {
    leaderless_.set(world.now(), 0);
    recovery_time_.record((world.now() - *leader_lost_at_).ns);
    leader_lost_at_.reset();
  }
  promoting_.reset();
  Node& leader = nodes_[leader_];
  leader.leads = true;
  leader.follows = leader_;
  leader.epoch = epoch_;
  leader.rebuilt_since.reset();
  world.cancel(election_timer_);
  world.cancel(leader.ship_timer);
  open_session(world, leader_);
  note_leaders(world);
  for (ReplicaIndex i = 0; i < node_count(); ++i) {
    if (strays(i) && !nodes_[i].suspects) continue;  // it hears its own leader
    nodes_[i].suspects = false;
    watch(world, i);
    if (i != leader_ && !leads(i) && lives(i)) join(world, i);
  }
  commit(world, leader_);
  beat(world, leader_);
  grow(world, leader_);
  let_waiting_writes_go(world);
}

// A machine goes on growing whatever its process does.
void Database::grow(World& world, ReplicaIndex index) {
  Node& node = nodes_[index];
  if (node.grown || node.growing) return;
  node.growing = true;
  auto draw = world.luck().with(salt()).with(purpose_growth).draw(growths_++);
  world.schedule(settings_.standby->grow_time.sample_duration(draw),
                 own_event(kind_grown, index, 0));
}

void Database::on_grown(World& world, ReplicaIndex index) {
  nodes_[index].grown = true;
  nodes_[index].growing = false;
  resize(world, index);
}

void Database::let_waiting_writes_go(World& world) {
  const std::vector<sim::Handle> waiting = std::move(waiting_writes_);
  waiting_writes_.clear();
  for (const sim::Handle attempt : waiting) world.resolved(attempt, {id()});
}

void Database::beat(World& world, ReplicaIndex leader) {
  Node& node = nodes_[leader];
  world.cancel(node.beat_timer);
  if (node_count() == 1 || !leads(leader)) return;
  node.beat_timer = world.arm(settings_.heartbeat, own_event(kind_beat, leader, 0));
  if (!awake(leader)) return;
  const auto luck =
      world.luck().with(salt()).with(purpose_beat).with(static_cast<std::uint64_t>(world.now().ns));
  for (ReplicaIndex i = 0; i < node_count(); ++i) {
    if (i == leader || !lives(i)) continue;
    const sim::Delivery delivery =
        world.geography().network().send(world.now(), replicas_[leader].place, replicas_[i].place,
                                         0, luck.with(i), world.geography().transport());
    if (delivery.arrives) world.schedule(delivery.delay, own_event(kind_heard, i, node.epoch));
    if (leader_of(i) != leader) continue;
    if (!world.armed(node.ship_timer)) send_entries(world, i);
    confirm(world, i);
  }
}

// Who hears of a leader of a later epoch follows that one from now on, a leader itself too.
void Database::on_heard(World& world, ReplicaIndex index, std::uint32_t epoch) {
  const Node& node = nodes_[index];
  if (!lives(index) || epoch < node.epoch) return;
  if (epoch > node.epoch) {
    if (!has_leader() || !awake(index)) return;
    if (leads(index)) {
      step_down(world, index);
      disband(world, index);
    }
    join(world, index);
  }
  if (index == leader_) return;
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
  if (strays(index) && has_leader()) {
    join(world, index);
    return watch(world, index);
  }
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

void Database::on_elected(World& world) {
  election_timer_ = {};
  if (!most_suspect()) return;
  promoting_ = newest([](const Node& node) { return node.suspects; });
  if (promoting_) promote_when_ready(world);
}

void Database::promote_when_ready(World& world) {
  const Node& node = nodes_[*promoting_];
  if (node.applied == node.log.last()) promote(world);
}

void Database::promote(World& world) {
  using Fencing = FailoverSettings::Fencing;
  const bool fenced = !settings_.failover || settings_.failover->fencing == Fencing::token;
  if (has_leader() && fenced) step_down(world, leader_);
  const ReplicaIndex promoted = *promoting_;
  Log& log = nodes_[promoted].log;
  inherit(nodes_[leader_].log, log);
  leader_ = promoted;
  ++promotions_;
  for (ReplicaIndex i = 0; i < node_count(); ++i) {
    if (i == leader_ || (strays(i) && !leads(i))) continue;
    nodes_[i].agreed = common_end(nodes_[i].log, log).value_or(0);
    nodes_[i].confirmed = nodes_[i].loading ? 0 : nodes_[i].agreed;
  }
  gain_leader(world);
}

// A leader that was only cut off, or stood still, leads no more: its unsafe writes fail.
void Database::step_down(World& world, ReplicaIndex index) {
  Node& node = nodes_[index];
  for (Sequence at = node.applied + 1; at <= node.log.last(); ++at) {
    Entry& entry = node.log[at];
    if (entry.attempt) answer(world, world.attempt(entry.attempt), {.status = Status::unavailable});
    entry.attempt = {};
  }
  node.leads = false;
  world.cancel(node.ship_timer);
  world.cancel(node.beat_timer);
  note_leaders(world);
}

// A leader whose epoch was over leads no more: what it acknowledged since is lost, and who followed
// it has nobody else but the leader there is.
void Database::disband(World& world, ReplicaIndex index) {
  writes_lost_ += nodes_[index].divergent;
  nodes_[index].divergent = 0;
  for (ReplicaIndex i = 0; i < node_count(); ++i) {
    Node& node = nodes_[i];
    if (node.follows != index || i == index || leads(i)) continue;
    node.agreed = std::min(node.agreed, epoch_ends_[node.epoch]);
    node.confirmed = std::min(node.confirmed, node.agreed);
    if (!lives(i) || !has_leader()) continue;
    join(world, i);
    watch(world, i);
  }
}

void Database::note_leaders(World& world) {
  rivals_ = 0;
  for (ReplicaIndex i = 0; i < node_count(); ++i) rivals_ += leads(i) && i != leader_ ? 1 : 0;
  two_leaders_.set(world.now(), has_leader() && rivals_ > 0 ? 1 : 0);
}

// The new epoch has what the ones before it had up to `end`.
void Database::begin_epoch(Sequence end) {
  ++epoch_;
  epoch_ends_.push_back(end);
  for (Sequence& earlier : epoch_ends_) earlier = std::min(earlier, end);
}

// Counts the acknowledged writes that only `from` has. What both have keeps its commit time. Where
// what is kept does not tell how far both agree, what was cut from either counts as agreed; and
// what was cut from `from` as acknowledged, since only what is committed is cut.
void Database::inherit(const Log& from, Log& to) {
  const Sequence cut = std::max(from.first(), to.first()) - 1;
  const Sequence common = common_end(from, to).value_or(std::min(cut, to.last()));
  begin_epoch(common);
  for (Sequence at = std::max(from.first(), to.first()); at <= std::min(common, to.last()); ++at) {
    to[at].time = from[at].time;
    to[at].acknowledged = from[at].acknowledged;
  }
  for (Sequence at = to.first(); at < from.first() && at <= std::min(common, to.last()); ++at) {
    to[at].acknowledged = true;
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
