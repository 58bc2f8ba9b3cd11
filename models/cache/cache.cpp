#include "models/cache/cache.h"

#include <algorithm>

#include "models/cache/kinds.h"
#include "models/world.h"
#include "sim/check.h"

namespace faultline::models {

using namespace cache;

std::vector<StaticCall> Cache::static_calls() const {
  if (!has_origin()) return {};
  return {{.endpoint = {}, .callee = settings.origin, .operation = Operation::read},
          {.endpoint = {}, .callee = settings.origin, .operation = Operation::write}};
}

void Cache::bind(World& world) {
  make_replicas(world, settings.hosting);
  if (has_origin()) origin_site_ = world.add_call_site(*this, settings.origin, settings.call);
  if (settings.copies > 1) copy_site_ = world.add_call_site(*this, name(), settings.call);
  if (settings.hot_keys) top_keys_.emplace(*settings.hot_keys);
  const auto count = static_cast<ReplicaIndex>(replicas().size());
  ring_ = HashRing(count, static_cast<std::uint32_t>(settings.virtual_nodes));
  for (ReplicaIndex i = 0; i < count; ++i) {
    Node& node = nodes_.emplace_back(
        Node{.items = {settings.eviction, static_cast<std::uint32_t>(settings.capacity)}});
    if (!settings.workers) continue;
    sim::StationSettings station;
    station.workers = static_cast<std::uint32_t>(*settings.workers);
    node.station.emplace(
        station, sim::StationOwner{.target = id(), .completion_kind = kind_station_done, .a = i},
        world.now());
  }
  const sim::Luck luck = world.luck().with(salt()).with(ttl_draw);
  for (std::uint64_t key = settings.prefill; key > 0; --key) {
    const Item item{.expires = expiry(world.now(), luck.with(key))};
    if (settings.copies == 1) {
      nodes_[owner_of(key)].items.put(key, item);
      continue;
    }
    for (const ReplicaIndex owner : owners_of(key)) nodes_[owner].items.put(key, item);
  }
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
  if (event.kind == kind_loaded) {
    const auto node = static_cast<ReplicaIndex>(event.a);
    if (nodes_[node].loading && replicas()[node].boots == event.b) load(world, node);
    return;
  }
  if (event.kind == kind_flush) return flush_all(world, static_cast<ReplicaIndex>(event.a));
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
  perform(world, attempt);
}

void Cache::perform(World& world, Attempt& attempt) {
  ++nodes_[attempt.to].operations;
  if (settings.copies > 1) {
    if (is_from_node(world, attempt)) return apply(world, attempt);
    if (!reads(attempt) && !has_quorum(attempt.key)) {
      ++without_quorum_;
      return world.reply(attempt, {.status = Status::unavailable});
    }
  }
  if (top_keys_ && reads(attempt)) top_keys_->saw(attempt.key);
  switch (attempt.operation) {
    case Operation::serve:
      return has_origin() && attempt.request.write ? write(world, attempt) : read(world, attempt);
    case Operation::read:
      return read(world, attempt);
    case Operation::write:
      return has_origin() ? write(world, attempt) : store(world, attempt);
    case Operation::store:
      return store(world, attempt);
    case Operation::invalidate:
      return invalidate(world, attempt);
    default:
      world.reply(attempt, {.status = Status::failed});
  }
}

void Cache::read(World& world, Attempt& attempt) {
  Node& node = nodes_[attempt.to];
  const Item* item = node.items.use(attempt.key);
  // What the origin does not know of yet is good, however old, even without room for it.
  const auto unflushed = node.unflushed.find(attempt.key);
  if (unflushed != node.unflushed.end()) {
    ++hits_;
    return world.reply(attempt, {.bytes = unflushed->second.bytes,
                                 .version = item == nullptr ? 0 : item->version});
  }
  if (item != nullptr && item->expires > world.now()) {
    ++hits_;
    return world.reply(attempt, {.bytes = item->bytes, .version = item->version});
  }
  ++misses_;
  if (item != nullptr) {
    ++expired_;
    if (settings.stale_if_error.ns == 0) node.items.erase(attempt.key);
  }
  if (has_origin()) return fetch(world, attempt);
  attempt.outcome.found = false;
  world.reply(attempt);
}

void Cache::store(World& world, Attempt& attempt) {
  if (put(world, attempt.to, attempt.key, item(world, attempt, attempt.version, attempt.bytes))) {
    ++stores_;
  } else {
    ++stores_refused_;
  }
  attempt.outcome.version = attempt.version;
  const Change change{.key = attempt.key, .version = attempt.version, .bytes = attempt.bytes};
  tell_copies(world, attempt.to, change, attempt.luck, &attempt);
}

Cache::Item Cache::item(const World& world, const Attempt& cause, std::uint64_t version,
                        std::uint32_t bytes) const {
  const sim::Time expires = expiry(world.now(), world.luck_of(cause, *this, ttl_draw));
  return {.version = version, .expires = expires, .bytes = bytes};
}

// False when what is there is newer.
bool Cache::put(World& world, ReplicaIndex index, std::uint64_t key, const Item& item) {
  const Node& node = nodes_[index];
  const Item* present = node.items.peek(key);
  const bool good = present != nullptr && present->expires > world.now();
  if (good && present->version > item.version) return false;
  if (node.unflushed.contains(key)) return false;
  keep(world, index, key, item);
  return true;
}

void Cache::keep(World& world, ReplicaIndex index, std::uint64_t key, const Item& item) {
  Node& node = nodes_[index];
  std::uint64_t gone = 0;
  if (!node.items.put(key, item, [&](std::uint64_t evicted, const Item&) { gone = evicted; })) {
    return;
  }
  ++evictions_;
  if (node.unflushed.contains(gone)) flush_key(world, index, gone);
}

void Cache::invalidate(World& world, Attempt& attempt) {
  ++invalidations_;
  attempt.outcome.found = nodes_[attempt.to].items.erase(attempt.key);
  tell_copies(world, attempt.to, {.operation = Operation::invalidate, .key = attempt.key},
              attempt.luck, &attempt);
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
  node.fetching.clear();
  node.loading = false;
  lose_unflushed(world, replica);
  if (node.station && node.station->up()) node.station->crash(world);
  jobs_.for_each([&](sim::Handle handle, const Job& job) {
    if (job.node == replica) jobs_.release(handle);
  });
  errands_.for_each([&](sim::Handle handle, const Errand& errand) {
    if (errand.node == replica) errands_.release(handle);
  });
}

void Cache::came_up(World& world, ReplicaIndex replica) {
  Node& node = nodes_[replica];
  if (node.station) node.station->restart(world);
  if (settings.copies == 1) return;
  node.loading = true;
  const std::uint32_t boots = replicas()[replica].boots;
  auto draw = world.luck().with(salt()).with(resync_draw).with(replica).draw(boots);
  world.schedule(settings.resync_time.sample_duration(draw),
                 {.a = replica, .b = boots, .target = id(), .kind = kind_loaded});
}

void Cache::flush(World& world, ReplicaIndex replica) {
  nodes_[replica].items.clear();
  lose_unflushed(world, replica);
}

}  // namespace faultline::models
