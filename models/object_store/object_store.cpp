#include "models/object_store/object_store.h"

#include <algorithm>

#include "models/world.h"
#include "sim/station_load.h"

namespace faultline::models {
namespace {

enum OwnKind : std::uint16_t {
  kind_begun = first_own_kind,  // a: the node; the rest is the station's
  kind_transferred,             // "
};

enum Step : std::uint64_t { first_byte_step = 1, choice_step };

constexpr std::uint64_t place_salt = sim::salt_of("place");
constexpr std::uint64_t size_salt = sim::salt_of("size");

// A user's own request says by its method which of the two it is.
bool reads(const Attempt& attempt) {
  if (attempt.operation == Operation::serve) return !attempt.request.write;
  return attempt.operation == Operation::read;
}

}  // namespace

void ObjectStore::bind(World& world) {
  make_replicas(world, settings.hosting);
  site_ = world.add_call_site(*this, name(), settings.call);
  sim::StationSettings beginning;
  beginning.workers.reset();
  sim::StationSettings transferring;
  transferring.discipline = sim::Discipline::processor_sharing;
  if (!settings.bandwidth) transferring.workers.reset();
  for (std::uint32_t i = 0; i < replicas().size(); ++i) {
    nodes_.push_back({sim::Station(beginning, {id(), kind_begun, i}, world.now()),
                      sim::Station(transferring, {id(), kind_transferred, i}, world.now())});
  }
}

// The nodes a key belongs to, the first of them at a place given by its hash.
std::vector<ReplicaIndex> ObjectStore::places_of(std::uint64_t key) const {
  const std::uint64_t first = sim::mix64(key ^ place_salt);
  std::vector<ReplicaIndex> places;
  for (std::uint64_t i = 0; i < settings.copies; ++i) {
    places.push_back(static_cast<ReplicaIndex>((first + i) % replicas().size()));
  }
  return places;
}

std::uint32_t ObjectStore::size_of(const World& world, std::uint64_t key) const {
  const auto written = objects_.find(key);
  if (written != objects_.end()) return written->second.bytes;
  sim::Draw draw = world.luck().with(salt()).with(size_salt).draw(key);
  return static_cast<std::uint32_t>(std::min(settings.bytes.sample(draw), 4e9));
}

std::optional<ReplicaIndex> ObjectStore::route(World& world, const Attempt& attempt) {
  const auto written = objects_.find(attempt.key);
  if (reads(attempt) && written != objects_.end()) {
    return nearest(world, attempt, written->second.holders);
  }
  const std::vector<ReplicaIndex> places = places_of(attempt.key);
  if (reads(attempt)) return nearest(world, attempt, places);
  const auto up = std::find_if(places.begin(), places.end(), [&](ReplicaIndex place) {
    return replicas()[place].state == Lifecycle::up;
  });
  return up == places.end() ? std::nullopt : std::optional(*up);
}

// Of several equally near, one drawn for each request.
std::optional<ReplicaIndex> ObjectStore::nearest(World& world, const Attempt& attempt,
                                                 const std::vector<ReplicaIndex>& holders) const {
  std::vector<ReplicaIndex> best;
  sim::Duration least;
  for (const ReplicaIndex holder : holders) {
    if (replicas()[holder].state != Lifecycle::up) continue;
    const sim::Duration distance = world.distance(attempt.here, replicas()[holder].place);
    if (!best.empty() && distance > least) continue;
    if (!best.empty() && distance < least) best.clear();
    least = distance;
    best.push_back(holder);
  }
  if (best.empty()) return std::nullopt;
  return best[world.luck_of(attempt, *this, choice_step).draw().below(best.size())];
}

void ObjectStore::receive(World& world, Attempt& attempt) {
  Node& node = nodes_[attempt.to];
  if (attempt.operation == Operation::invalidate) {
    forget(attempt.key);
    return world.reply(attempt, {});
  }
  if (!reads(attempt) && !fits(node, attempt.key, attempt.to, attempt.bytes)) {
    ++full_;
    return world.reply(attempt, {.status = Status::rejected});
  }
  const auto [handle, transfer] = transfers_.acquire();
  transfer.attempt = attempt.self;
  transfer.arrived = world.now();
  transfer.bytes = reads(attempt) ? size_of(world, attempt.key) : attempt.bytes;
  transfer.node = attempt.to;
  transferring_.add(world.now(), 1);
  sim::Draw draw = world.luck_of(attempt, *this, first_byte_step).draw();
  transfer.work = settings.first_byte.sample_duration(draw);
  node.beginning.arrive(world, attempt.request.id, transfer.work, handle);
}

// What is there of the same object goes when it is replaced.
bool ObjectStore::fits(const Node& node, std::uint64_t key, ReplicaIndex index,
                       std::uint32_t bytes) const {
  if (!settings.capacity) return true;
  std::uint64_t taken = node.stored_bytes;
  const auto written = objects_.find(key);
  if (written != objects_.end()) {
    const std::vector<ReplicaIndex>& holders = written->second.holders;
    const bool holds = std::find(holders.begin(), holders.end(), index) != holders.end();
    if (holds) taken -= written->second.bytes;
  }
  return static_cast<double>(taken + bytes) <= *settings.capacity->constant_value();
}

void ObjectStore::on_event(World& world, const sim::Event& event) {
  Node& node = nodes_[event.a];
  sim::Station& station = event.kind == kind_begun ? node.beginning : node.transferring;
  const sim::Station::Finished done = station.completed(world, event);
  station.release(world, done.job);
  Transfer& transfer = transfers_[done.cookie];
  if (event.kind == kind_begun && settings.bandwidth) {
    const double ns = 8e9 * transfer.bytes / *settings.bandwidth;
    const auto takes = sim::Duration::from_ns(ns);
    transfer.work += takes;
    node.transferring.arrive(world, event.request, takes, done.cookie);
    return;
  }
  const Transfer finished = transfer;
  transfers_.release(done.cookie);
  finish(world, finished);
}

void ObjectStore::finish(World& world, const Transfer& transfer) {
  Attempt& attempt = world.attempt(transfer.attempt);
  transferring_.add(world.now(), -1);
  transfer_time_.record((world.now() - transfer.arrived).ns);
  account_service(world, attempt, transfer.work);
  if (world.observed()) {
    world.tell([&](Observer& o) {
      o.span({SpanKind::service, id(), transfer.node, attempt.request.id, transfer.attempt,
              transfer.arrived, world.now()});
    });
  }
  if (reads(attempt)) {
    ++reads_;
    bytes_served_ += transfer.bytes;
    const auto written = objects_.find(attempt.key);
    attempt.outcome.version = written == objects_.end() ? 0 : written->second.version;
    attempt.outcome.bytes = transfer.bytes;
    return world.reply(attempt);
  }
  if (attempt.operation == Operation::store) {
    bytes_copied_ += transfer.bytes;
    keep(attempt.key, attempt.version, transfer.bytes, transfer.node);
    return world.reply(attempt);
  }
  bytes_taken_ += transfer.bytes;
  store(world, attempt);
}

// Of a version that is superseded nothing is kept, wherever it is.
void ObjectStore::keep(std::uint64_t key, std::uint64_t version, std::uint32_t bytes,
                       ReplicaIndex node) {
  Object& object = objects_[key];
  if (version < object.version) return;
  if (version > object.version) {
    drop_copies(object);
    object = {.version = version, .bytes = bytes};
  }
  if (std::find(object.holders.begin(), object.holders.end(), node) != object.holders.end()) return;
  object.holders.push_back(node);
  ++held_;
  nodes_[node].stored_bytes += bytes;
}

void ObjectStore::forget(std::uint64_t key) {
  const auto written = objects_.find(key);
  if (written == objects_.end()) return;
  drop_copies(written->second);
  objects_.erase(written);
}

void ObjectStore::drop_copies(Object& object) {
  for (const ReplicaIndex holder : object.holders) nodes_[holder].stored_bytes -= object.bytes;
  held_ -= object.holders.size();
  object.holders.clear();
}

void ObjectStore::store(World& world, Attempt& attempt) {
  ++writes_;
  const std::uint64_t version = ++newest_version_;
  keep(attempt.key, version, attempt.bytes, attempt.to);
  const auto [handle, write] = writes_under_way_.acquire();
  write.attempt = attempt.self;
  write.version = version;
  write.node = attempt.to;
  write.made = 1;
  for (const ReplicaIndex place : places_of(attempt.key)) {
    if (place == attempt.to || replicas()[place].state != Lifecycle::up) continue;
    ++write.under_way;
    Attempt& copy = world.prepare(site_, attempt.to, attempt);
    copy.cookie = handle;
    copy.operation = Operation::store;
    copy.version = version;
    copy.luck = attempt.luck.with(salt() + place);
    copy.send_to(place);
    world.begin(copy);
  }
  answer_if_enough(world, handle);
}

void ObjectStore::answered(World& world, const Attempt& attempt) {
  Write* write = writes_under_way_.find(attempt.cookie);
  if (write == nullptr) return;  // its node went down
  --write->under_way;
  if (attempt.outcome.ok()) ++write->made;
  answer_if_enough(world, attempt.cookie);
}

// If fewer copies are possible than wanted, the write is answered when all that were possible are
// made.
void ObjectStore::answer_if_enough(World& world, sim::Handle handle) {
  Write& write = writes_under_way_[handle];
  const std::uint64_t wanted = settings.acknowledgements.value_or(settings.copies);
  const bool enough = write.made >= wanted || write.under_way == 0;
  if (enough && !write.answered) {
    write.answered = true;
    world.reply(world.attempt(write.attempt), {.version = write.version});
  }
  if (write.under_way == 0) writes_under_way_.release(handle);
}

void ObjectStore::lost_work(World& world, ReplicaIndex replica) {
  Node& node = nodes_[replica];
  if (node.beginning.up()) {
    node.beginning.crash(world);
    node.transferring.crash(world);
  }
  transfers_.for_each([&](sim::Handle handle, const Transfer& transfer) {
    if (transfer.node != replica) return;
    transferring_.add(world.now(), -1);
    transfers_.release(handle);
  });
  writes_under_way_.for_each([&](sim::Handle handle, const Write& write) {
    if (write.node == replica) writes_under_way_.release(handle);
  });
}

void ObjectStore::came_up(World& world, ReplicaIndex replica) {
  nodes_[replica].beginning.restart(world);
  nodes_[replica].transferring.restart(world);
}

void ObjectStore::speed_changed(World& world, ReplicaIndex replica) {
  nodes_[replica].beginning.set_speed(world, replicas()[replica].speed);
  nodes_[replica].transferring.set_speed(world, replicas()[replica].speed);
}

void ObjectStore::measure(const World& world, sim::Metrics& metrics) const {
  Component::measure(world, metrics);
  sim::StationLoad load(world.now());
  std::uint64_t stored = 0;
  for (const Node& node : nodes_) {
    load.add(node.transferring);
    stored += node.stored_bytes;
  }
  metrics.counter({"reads", "objects", "Sent to whoever asked."}, reads_);
  metrics.counter({"writes", "objects", "Taken in, once for all copies."}, writes_);
  metrics.counter({"bytes_served", "bytes", "Sent to whoever asked."}, bytes_served_);
  metrics.counter({"bytes_taken", "bytes", "Taken in, once for all copies."}, bytes_taken_);
  metrics.counter({"bytes_copied", "bytes", "From node to node."}, bytes_copied_);
  metrics.level({"transfers", "transfers", "Under way, those yet to begin included."},
                transferring_.mark(world.now()));
  metrics.times({"transfer_ms", "ms", "From a request until its last byte has left, or come in."},
                transfer_time_);
  metrics.ratio({"utilisation", "0..1", "Share of node-time up in which something is transferred."},
                load.busy, load.up);
  metrics.state({"stored_bytes", "bytes", "Written during the run, with all copies, now."},
                static_cast<double>(stored));
  metrics.state({"missing_copies", "copies", "Of what was written, for want of a node, now."},
                static_cast<double>(settings.copies * objects_.size() - held_));
  metrics.counter({"full", "attempts", "Writes and copies refused by a full node."}, full_);
}

}  // namespace faultline::models
