#include "models/cache/cache.h"

#include <algorithm>

#include "models/world.h"
#include "sim/check.h"

namespace faultline::models {
namespace {

enum OwnKind : std::uint16_t {
  kind_done = first_own_kind,  // a, b: the job
  kind_station_done,           // a: the node; the rest is the station's
};

enum Purpose : std::uint64_t { service_step = 1, ttl_draw };

constexpr std::uint64_t modulo_salt = 0x6d6f64756c6f2121ULL;

}  // namespace

void Cache::bind(World& world) {
  make_replicas(world, settings.hosting);
  const auto count = static_cast<ReplicaIndex>(replicas().size());
  ring_ = HashRing(count, static_cast<std::uint32_t>(settings.virtual_nodes));
  for (ReplicaIndex i = 0; i < count; ++i) {
    Node& node = nodes_.emplace_back(
        Node{.items = {settings.eviction, static_cast<std::uint32_t>(settings.capacity)},
             .station = {}});
    if (!settings.workers) continue;
    sim::StationSettings station;
    station.workers = static_cast<std::uint32_t>(*settings.workers);
    node.station.emplace(
        station, sim::StationOwner{.target = id(), .completion_kind = kind_station_done, .a = i},
        world.now());
  }
  const sim::Luck luck = world.luck().with(salt()).with(ttl_draw);
  for (std::uint64_t key = settings.prefill; key > 0; --key) {
    nodes_[owner_of(key)].items.put(key, {.expires = expiry(world.now(), luck.with(key))});
  }
}

ReplicaIndex Cache::owner_of(std::uint64_t key) const {
  if (nodes_.size() == 1) return 0;
  if (settings.spread == CacheSettings::Spread::ring) return ring_.owner(key);
  return static_cast<ReplicaIndex>(sim::mix64(key ^ modulo_salt) % nodes_.size());
}

// By modulo, callers divide by the number of nodes that are up: nearly every key moves.
ReplicaIndex Cache::living_owner_of(std::uint64_t key) const {
  const auto lives = [this](ReplicaIndex i) { return replicas()[i].state == Lifecycle::up; };
  if (settings.spread == CacheSettings::Spread::ring) return ring_.owner(key, lives);
  std::uint64_t living = 0;
  for (ReplicaIndex i = 0; i < nodes_.size(); ++i) living += lives(i) ? 1 : 0;
  if (living == 0) return owner_of(key);
  std::uint64_t turn = sim::mix64(key ^ modulo_salt) % living;
  for (ReplicaIndex i = 0;; ++i) {
    if (lives(i) && turn-- == 0) return i;
  }
}

std::optional<ReplicaIndex> Cache::route(World&, const Attempt& attempt) {
  if (settings.on_node_down == CacheSettings::OnNodeDown::stay || nodes_.size() == 1) {
    return owner_of(attempt.key);
  }
  return living_owner_of(attempt.key);
}

void Cache::receive(World& world, Attempt& attempt) {
  sim::Draw draw = world.luck_of(attempt, *this, service_step).draw();
  const sim::Duration work = settings.service_time.sample_duration(draw);
  const auto [handle, job] = jobs_.acquire();
  job.attempt = attempt.self;
  job.request = attempt.request.id;
  job.work = work;
  job.left = work;
  job.arrived = world.now();
  job.since = world.now();
  job.node = attempt.to;
  Node& node = nodes_[attempt.to];
  if (node.station) {
    node.station->arrive(world, job.request, work, handle);
  } else {
    begin(world, handle, job);
  }
}

void Cache::begin(World& world, sim::Handle handle, const Job& job) {
  const double speed = nodes_[job.node].speed;
  if (speed <= 0) return;  // until `retime`
  const auto takes =
      speed == 1.0 ? job.left : sim::Duration::from_ns(static_cast<double>(job.left.ns) / speed);
  world.schedule(takes, {.request = job.request,
                         .a = handle.slot,
                         .b = handle.generation,
                         .target = id(),
                         .kind = kind_done});
}

void Cache::on_event(World& world, const sim::Event& event) {
  if (event.kind == kind_done) {
    const sim::Handle handle{event.a, event.b};
    if (const Job* job = jobs_.find(handle)) finish(world, handle, job->arrived);
    return;
  }
  sim::Station& station = *nodes_[event.a].station;
  const sim::Station::Finished finished = station.completed(world, event);
  station.release(world, finished.job);
  finish(world, finished.cookie, finished.started);
}

void Cache::finish(World& world, sim::Handle handle, sim::Time started) {
  const Job& job = jobs_[handle];
  Attempt& attempt = world.attempt(job.attempt);
  if (world.observed()) {
    const auto span = [&](SpanKind kind, sim::Time begin, sim::Time end) {
      world.tell([&](Observer& o) {
        o.span({kind, id(), job.node, job.request, job.attempt, begin, end});
      });
    };
    if (started > job.arrived) span(SpanKind::waiting, job.arrived, started);
    span(SpanKind::service, started, world.now());
  }
  account_service(world, attempt, job.work);
  jobs_.release(handle);
  perform(world, nodes_[attempt.to], attempt);
  world.reply(attempt);
}

void Cache::perform(World& world, Node& node, Attempt& attempt) {
  switch (attempt.operation) {
    case Operation::serve:
    case Operation::read:
      return read(world.now(), node, attempt);
    case Operation::store:
    case Operation::write:
      store(world, node, attempt);
      attempt.outcome.version = attempt.version;
      return;
    case Operation::invalidate:
      ++invalidations_;
      attempt.outcome.found = node.items.erase(attempt.key);
      return;
    default:
      attempt.outcome.status = Status::failed;
  }
}

void Cache::read(sim::Time now, Node& node, Attempt& attempt) {
  const Item* item = node.items.use(attempt.key);
  if (item != nullptr && item->expires > now) {
    ++hits_;
    attempt.outcome.bytes = item->bytes;
    attempt.outcome.version = item->version;
    return;
  }
  ++misses_;
  attempt.outcome.found = false;
  if (item == nullptr) return;
  ++expired_;
  node.items.erase(attempt.key);
}

void Cache::store(World& world, Node& node, const Attempt& attempt) {
  const Item* present = node.items.peek(attempt.key);
  if (present != nullptr && present->expires > world.now() && present->version > attempt.version) {
    ++stores_refused_;
    return;
  }
  const Item item{.version = attempt.version,
                  .expires = expiry(world.now(), world.luck_of(attempt, *this, ttl_draw)),
                  .bytes = attempt.bytes};
  if (node.items.put(attempt.key, item)) ++evictions_;
  ++stores_;
}

sim::Time Cache::expiry(sim::Time stored, sim::Luck luck) const {
  if (!settings.ttl) return sim::Time::max();
  if (settings.ttl_jitter == 0) return stored + *settings.ttl;
  const double factor = 1 + settings.ttl_jitter * (2 * luck.draw().uniform() - 1);
  const auto lives = sim::Duration::from_ns(factor * static_cast<double>(settings.ttl->ns));
  return stored + std::max(lives, sim::Duration{1});
}

void Cache::speed_changed(World& world, ReplicaIndex replica) {
  Node& node = nodes_[replica];
  if (node.station) node.station->set_speed(world, replicas()[replica].speed);
  retime(world, replica);
}

// What is in service goes on at the new speed. Every job gets a new record, so that the event of
// the old one is recognised as stale.
void Cache::retime(World& world, ReplicaIndex replica) {
  Node& node = nodes_[replica];
  const double before = node.speed;
  node.speed = replicas()[replica].speed;
  if (node.station) return;
  std::vector<sim::Handle> running;
  jobs_.for_each([&](sim::Handle handle, const Job& job) {
    if (job.node == replica) running.push_back(handle);
  });
  for (const sim::Handle handle : running) {
    const auto [fresh, job] = jobs_.acquire();
    job = jobs_[handle];
    jobs_.release(handle);
    const auto elapsed = static_cast<double>((world.now() - job.since).ns);
    job.left = std::max(job.left - sim::Duration::from_ns(elapsed * before), sim::Duration{0});
    job.since = world.now();
    begin(world, fresh, job);
  }
}

void Cache::lost_work(World& world, ReplicaIndex replica) {
  Node& node = nodes_[replica];
  node.items.clear();
  if (node.station && node.station->up()) node.station->crash(world);
  jobs_.for_each([&](sim::Handle handle, const Job& job) {
    if (job.node == replica) jobs_.release(handle);
  });
}

void Cache::came_up(World& world, ReplicaIndex replica) {
  if (nodes_[replica].station) nodes_[replica].station->restart(world);
}

void Cache::flush(World&, ReplicaIndex replica) { nodes_[replica].items.clear(); }

void Cache::measure(const World& world, sim::Metrics& metrics) const {
  Component::measure(world, metrics);
  std::uint64_t entries = 0;
  sim::Int128 busy = 0;
  sim::Int128 workers_up = 0;
  sim::TimeWeighted::Mark backlog{.at = world.now()};
  for (const Node& node : nodes_) {
    entries += node.items.size();
    if (!node.station) continue;
    busy += node.station->busy().mark(world.now()).area;
    workers_up += node.station->workers_up().mark(world.now()).area;
    backlog.area += node.station->backlog().mark(world.now()).area;
  }
  metrics.ratio({"hit_ratio", "0..1", "Share of reads that found a value still good."}, hits_,
                hits_ + misses_);
  metrics.counter({"hits", "reads", "Reads that found a value still good."}, hits_);
  metrics.counter({"misses", "reads", "Reads that did not."}, misses_);
  metrics.counter({"evictions", "objects", "Values forgotten for want of room."}, evictions_);
  metrics.counter({"expired", "objects", "Values found too old when read."}, expired_);
  metrics.counter({"stores", "operations", "Values put."}, stores_);
  metrics.counter({"stores_refused", "operations", "Not put: a newer version was there."},
                  stores_refused_);
  metrics.counter({"invalidations", "operations", "Removals asked for."}, invalidations_);
  metrics.state({"entries", "objects", "Values held, expired ones included, now."},
                static_cast<double>(entries));
  metrics.ratio({"utilisation", "0..1",
                 "Busy worker-time over worker-time up; null without a limit on workers."},
                busy, workers_up);
  metrics.level({"backlog", "attempts", "Waiting for a worker."}, backlog);
}

}  // namespace faultline::models
