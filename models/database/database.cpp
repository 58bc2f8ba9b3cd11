#include "models/database/database.h"

#include <algorithm>

#include "models/database/kinds.h"
#include "models/world.h"
#include "sim/check.h"

namespace faultline::models {

using namespace database;

namespace {

// Workloads number their users each for itself; the upper bits of a request tell them apart.
User user_of(const Request& request) { return request.user ^ (request.id >> 48 << 48); }

}  // namespace

void Database::bind(World& world) {
  make_replicas(world, settings_.hosting);
  read_time_ = settings_.service_time(false);
  write_time_ = settings_.service_time(true);
  const auto workers = static_cast<std::uint32_t>(settings_.workers);
  std::optional<std::uint32_t> backlog;
  if (settings_.backlog) backlog = static_cast<std::uint32_t>(*settings_.backlog);
  for (std::uint32_t i = 0; i < replicas_.size(); ++i) {
    nodes_.push_back(
        {.workers = sim::Station({.workers = workers, .backlog_max = backlog},
                                 {.target = id(), .completion_kind = kind_served, .a = i}),
         .applier = sim::Station({}, {.target = id(), .completion_kind = kind_applied, .a = i})});
  }
  nodes_[leader_].leads = true;
  if (!settings_.standby) return;
  for (ReplicaIndex i = 1; i < node_count(); ++i) {
    nodes_[i].grown = false;
    resize(world, i);
  }
}

void Database::start(World& world) {
  begin_backups(world);
  if (node_count() == 1) return;
  auto draw = world.luck().with(salt()).draw(purpose_beat_offset);
  const auto offset =
      sim::Duration::from_ns(draw.uniform() * static_cast<double>(settings_.heartbeat.ns));
  nodes_[0].beat_timer = world.arm(offset, own_event(kind_beat, 0, 0));
  for (ReplicaIndex i = 0; i < node_count(); ++i) watch(world, i);
}

void Database::changed(World& world, std::string_view parameter) {
  if (parameter == "workers") {
    for (ReplicaIndex i = 0; i < node_count(); ++i) resize(world, i);
  } else if (parameter == "acknowledgements") {
    if (settings_.acknowledgements > 0) {
      for (ReplicaIndex i = 0; i < node_count(); ++i) confirm(world, i);
    }
    for (ReplicaIndex i = 0; i < node_count(); ++i) commit(world, i);
  } else {
    read_time_ = settings_.service_time(false);
    write_time_ = settings_.service_time(true);
  }
}

sim::Event Database::own_event(std::uint16_t kind, ReplicaIndex node, std::uint32_t b) const {
  const auto session = static_cast<std::uint32_t>(nodes_[node].session);
  return {.a = node | (session << 16), .b = b, .target = id(), .kind = kind};
}

bool Database::is_write(const Attempt& attempt) const {
  if (attempt.operation != Operation::serve) return attempt.operation == Operation::write;
  return attempt.request.write;
}

std::uint64_t Database::key_of(const Attempt& attempt) const {
  const bool whole_request = attempt.operation == Operation::serve && attempt.request;
  return whole_request ? attempt.request.key : attempt.key;
}

bool Database::takes_reads(ReplicaIndex node) const {
  return replicas_[node].state == Lifecycle::up && !nodes_[node].loading;
}

std::optional<Destination> Database::resolve(World&, const Attempt& attempt) {
  const bool waits = settings_.writes_without_leader == DatabaseSettings::Leaderless::wait;
  if (has_leader() || !waits || !is_write(attempt)) return Destination{id()};
  ++writes_waited_;
  waiting_writes_.push_back(attempt.self);
  return std::nullopt;
}

// A database of one node has nobody who would know that it is dead: callers run into it.
std::optional<ReplicaIndex> Database::route(World& world, const Attempt& attempt) {
  if (node_count() == 1) return ReplicaIndex{0};
  return is_write(attempt) ? leader_for(world, attempt) : route_read(world, attempt);
}

// Who leads, as the caller can know: where several do, the one of the newest epoch that the network
// lets them reach.
std::optional<ReplicaIndex> Database::leader_for(World& world, const Attempt& attempt) const {
  std::optional<ReplicaIndex> found = has_leader() ? std::optional(leader_) : std::nullopt;
  if (rivals_ == 0) return found;
  std::optional<std::uint32_t> newest;
  for (ReplicaIndex i = 0; i < node_count(); ++i) {
    const std::uint32_t epoch = nodes_[i].epoch;
    if (!leads(i) || (newest && epoch < *newest)) continue;
    if (!world.geography().network().route(attempt.here, replicas_[i].place).reachable) continue;
    newest = epoch;
    found = i;
  }
  return found;
}

std::optional<ReplicaIndex> Database::route_read(World& world, const Attempt& attempt) {
  using Reads = DatabaseSettings::Reads;
  if (settings_.leader_after_write && has_leader() && attempt.request &&
      writers_.has_written(user_of(attempt.request), world.now() - *settings_.leader_after_write)) {
    return leader_for(world, attempt);
  }
  switch (settings_.reads) {
    case Reads::leader:
      break;
    case Reads::followers:
      if (const auto follower = next_reader(false)) return follower;
      break;
    case Reads::any:
      return next_reader(true);
    case Reads::nearest:
      return nearest_reader(world, attempt);
    case Reads::same_follower:
      if (const auto follower = reader_of(world, user_of(attempt.request))) return follower;
      break;
  }
  return leader_for(world, attempt);
}

std::optional<ReplicaIndex> Database::next_reader(bool with_leader) {
  for (ReplicaIndex i = 0; i < node_count(); ++i) {
    const auto candidate = static_cast<ReplicaIndex>((read_turn_ + i) % node_count());
    if (!takes_reads(candidate) || (leads(candidate) && !with_leader)) continue;
    read_turn_ = static_cast<ReplicaIndex>((candidate + 1) % node_count());
    return candidate;
  }
  return std::nullopt;
}

// Among equally near ones the lowest index; whom the network cannot reach comes last.
std::optional<ReplicaIndex> Database::nearest_reader(World& world, const Attempt& attempt) {
  std::optional<ReplicaIndex> nearest;
  sim::Duration distance;
  for (ReplicaIndex i = 0; i < node_count(); ++i) {
    if (!takes_reads(i)) continue;
    const auto way = world.geography().network().route(attempt.here, replicas_[i].place);
    const sim::Duration length = way.reachable ? way.mean_latency : sim::Duration::max();
    if (nearest && length >= distance) continue;
    nearest = i;
    distance = length;
  }
  return nearest;
}

// Each pair of user and follower has a number, and the highest one wins (rendezvous hashing: Thaler
// and Ravishankar, "Using name-based mappings to increase hit rates", IEEE/ACM Trans. Networking 6,
// 1998): only the users of a follower that is lost move, and back when it returns.
std::optional<ReplicaIndex> Database::reader_of(const World& world, User user) const {
  const sim::Luck luck = world.luck().with(salt()).with(purpose_reader).with(user);
  std::optional<ReplicaIndex> chosen;
  std::uint64_t highest = 0;
  for (ReplicaIndex i = 0; i < node_count(); ++i) {
    if (!takes_reads(i) || leads(i)) continue;
    const std::uint64_t number = luck.with(i).key;
    if (chosen && number <= highest) continue;
    chosen = i;
    highest = number;
  }
  return chosen;
}

void Database::receive(World& world, Attempt& attempt) {
  const bool known = is_write(attempt) || attempt.operation == Operation::read ||
                     attempt.operation == Operation::serve;
  if (!known) return world.reply(attempt, {.status = Status::failed});
  if (settings_.connections) return connect(world, attempt);
  serve(world, attempt);
}

void Database::serve(World& world, Attempt& attempt) {
  const bool write = is_write(attempt);
  Node& node = nodes_[attempt.to];
  if (write ? !leads(attempt.to) : node.loading) {
    return answer(world, attempt, {.status = Status::unavailable});
  }
  auto draw = world.luck_of(attempt, *this, step_serve).draw();
  const sim::Duration demand = (write ? write_time_ : read_time_).sample_duration(draw);
  const auto [handle, work] = work_.acquire();
  work.attempt = attempt.self;
  work.arrived = world.now();
  work.demand = demand;
  if (node.workers.arrive(world, attempt.request.id, demand, handle)) return;
  work_.release(handle);
  answer(world, attempt, {.status = Status::rejected});
}

void Database::on_served(World& world, const sim::Event& event) {
  const auto index = static_cast<ReplicaIndex>(event.a);
  sim::Station& workers = nodes_[index].workers;
  const auto finished = workers.completed(world, event);
  const Work work = work_[finished.cookie];
  work_.release(finished.cookie);
  workers.release(world, finished.job);
  waiting_time_.record((finished.started - work.arrived).ns);
  service_time_.record((world.now() - finished.started).ns);
  Attempt& attempt = world.attempt(work.attempt);
  account_service(world, attempt, work.demand);
  if (world.observed()) {
    const std::uint64_t request = attempt.request.id;
    world.tell([&](Observer& o) {
      o.span(
          {SpanKind::waiting, id(), index, request, work.attempt, work.arrived, finished.started});
      o.span(
          {SpanKind::service, id(), index, request, work.attempt, finished.started, world.now()});
    });
  }
  if (is_write(attempt)) {
    finish_write(world, attempt);
  } else {
    finish_read(world, attempt);
  }
}

void Database::finish_read(World& world, Attempt& attempt) {
  if (nodes_[attempt.to].loading) return answer(world, attempt, {.status = Status::unavailable});
  ++reads_;
  Version version = 0;
  if (!nodes_[leader_].versions.empty()) {
    const std::uint64_t key = key_of(attempt);
    version = nodes_[attempt.to].version_of_key(key);
    if (attempt.to != leader_) {
      const Version newest = nodes_[leader_].version_of_key(key);
      if (newest > version) note_stale(world, key, version, newest);
    }
  }
  if (node_count() > 1 && attempt.request) note_read(world, attempt, version);
  auto draw = world.luck_of(attempt, *this, step_bytes).draw();
  const double bytes = settings_.bytes.sample(draw);
  answer(world, attempt, {.bytes = static_cast<std::uint32_t>(bytes), .version = version});
}

// The age counts from the commit of the first version that made what was returned out of date. It
// is not recorded when the log is cut so short that nobody knows.
void Database::note_stale(World& world, std::uint64_t key, Version returned, Version newest) {
  ++stale_reads_;
  const Log& log = nodes_[leader_].log;
  std::optional<sim::Time> since;
  while (newest > returned && log.keeps(sequence_of(newest))) {
    const Entry& entry = log[sequence_of(newest)];
    CHECK(entry.key == key);
    since = entry.time;
    newest = entry.replaced;
  }
  if (since) stale_age_.record((world.now() - *since).ns);
}

void Database::note_read(World& world, const Attempt& attempt, Version version) {
  const User user = user_of(attempt.request);
  const std::uint64_t key = key_of(attempt);
  const auto missed = sessions_.missed(user, key, version, attempt.began);
  if (missed.own_write) ++own_writes_missed_;
  if (missed.earlier_read) ++reads_gone_back_;
  if (everywhere(version)) return;
  sessions_.read(user, key, version, world.now());
  if (sessions_.overgrown()) sessions_.forget([&](Version v) { return everywhere(v); });
}

// A writer who has left was not told, and expects nothing.
void Database::note_written(World& world, const Attempt& attempt, const Entry& entry) {
  if (node_count() == 1 || !attempt.request || world.caller_left(attempt)) return;
  const User user = user_of(attempt.request);
  if (settings_.leader_after_write) {
    writers_.wrote(user, world.now(), *settings_.leader_after_write);
  }
  sessions_.wrote(user, entry.key, entry.version, world.now());
  if (sessions_.overgrown()) sessions_.forget([&](Version v) { return everywhere(v); });
}

// Every node, the dead ones too, has applied this version or one that came after it. Never true of
// a version that was lost with its leader.
bool Database::everywhere(Version version) const {
  const auto epoch = static_cast<std::size_t>(version >> 32);
  const Sequence sequence = sequence_of(version);
  if (epoch < epoch_ends_.size() && sequence > epoch_ends_[epoch]) return false;
  return std::all_of(nodes_.begin(), nodes_.end(), [&](const Node& node) {
    return node.epoch >= epoch && node.applied >= sequence;
  });
}

void Database::finish_write(World& world, Attempt& attempt) {
  const ReplicaIndex leader = attempt.to;
  if (!leads(leader)) return answer(world, attempt, {.status = Status::unavailable});
  Node& node = nodes_[leader];
  Log& log = node.log;
  CHECK(log.last() < 0xffffffffU);
  log.append({.version = version_of(node.epoch, log.last() + 1),
              .key = key_of(attempt),
              .time = world.now(),
              .luck = world.luck_of(attempt, *this, step_apply),
              .attempt = attempt.self,
              .bytes = attempt.bytes});
  if (settings_.ship_interval.ns == 0) {
    ship(world, leader);
  } else if (node_count() > 1 && !world.armed(node.ship_timer)) {
    node.ship_timer = world.arm(settings_.ship_interval, own_event(kind_ship, leader, 0));
  }
  commit(world, leader);
}

void Database::on_event(World& world, const sim::Event& event) {
  const auto index = static_cast<ReplicaIndex>(event.a & 0xffffU);
  const bool of_this_session = nodes_[index].session == (event.a >> 16);
  switch (event.kind) {
    case kind_served:
      return on_served(world, event);
    case kind_applied:
      return on_applied(world, event);
    case kind_entries:
      if (of_this_session) on_entries(world, index, event.b);
      return;
    case kind_confirmed:
      if (of_this_session) on_confirmed(world, index, event.b);
      return;
    case kind_loaded:
      if (of_this_session) on_loaded(world, index);
      return;
    case kind_ship:
      return ship(world, index);
    case kind_beat:
      return beat(world, index);
    case kind_heard:
      return on_heard(world, index, event.b);
    case kind_silence:
      return on_silence(world, index);
    case kind_elected:
      return on_elected(world);
    case kind_impatient:
      return on_impatient(world, index);
    case kind_backup:
      return take_backup(world);
    case kind_backed_up:
      return on_backed_up(world);
    case kind_restored:
      if (of_this_session) on_restored(world, index);
      return;
    case kind_grown:
      return on_grown(world, index);
    default:
      CHECK(false);
  }
}

void Database::speed_changed(World& world, ReplicaIndex index) {
  nodes_[index].workers.set_speed(world, replicas_[index].speed);
  nodes_[index].applier.set_speed(world, replicas_[index].speed);
  if (!awake(index)) return consider_election(world);
  if (leads(index)) return commit(world, index);
  take_arrived(world, index);
  if (!world.armed(nodes_[index].silence)) watch(world, index);
}

std::optional<ReplicaIndex> Database::role(const World&, std::string_view role) const {
  return role == "leader" && has_leader() ? std::optional(leader_) : std::nullopt;
}

}  // namespace faultline::models
