#include "models/edge/cdn/cdn.h"

#include <algorithm>

#include "models/world.h"
#include "sim/check.h"

namespace faultline::models {
namespace {

enum OwnKind : std::uint16_t {
  kind_served = first_own_kind,  // a: the edge; the rest is the station's
  kind_invalidated,              // a, b: the key, among those that spread
};

// The service of a request at its edge, and of that edge's fetch at the shield, draw apart.
enum Purpose : std::uint64_t { edge_service = 1, shield_service, release_draw };

constexpr std::uint64_t object_salt = 0x63646e2d6f626a73ULL;

}  // namespace

std::vector<StaticCall> Cdn::static_calls() const {
  return {{.endpoint = {}, .callee = settings.origin, .operation = Operation::serve}};
}

std::vector<Misfit> Cdn::misfits(const World& world) const {
  std::vector<Misfit> found;
  const bool has_shield = !settings.shield.empty();
  const bool stands_there = std::any_of(replicas().begin(), replicas().end(),
                                        [&](const Replica& edge) { return edge.place == shield_; });
  if (has_shield && !stands_there) {
    found.push_back({"shield", "expected one of the `zones` in which an edge stands"});
  }
  const auto served = world.find(settings.origin)->endpoints();
  for (const std::string& endpoint : settings.cacheable) {
    if (!served || std::find(served->begin(), served->end(), "*") != served->end()) break;
    if (std::find(served->begin(), served->end(), endpoint) != served->end()) continue;
    found.push_back({"cacheable", settings.origin + " does not serve \"" + endpoint + '"'});
  }
  return found;
}

void Cdn::bind(World& world) {
  make_replicas(world, settings.hosting);
  origin_site_ = world.add_call_site(*this, settings.origin, settings.call);
  if (!settings.shield.empty()) {
    shield_site_ = world.add_call_site(*this, name(), settings.call);
    shield_ = *world.geography().zone(settings.shield);
  }
  for (const std::string& endpoint : settings.cacheable) {
    cacheable_.push_back(world.intern_endpoint(endpoint));
  }
  const auto capacity = static_cast<std::uint64_t>(settings.capacity.constant_value().value());
  sim::StationSettings station;
  station.workers.reset();
  if (settings.workers) station.workers = static_cast<std::uint32_t>(*settings.workers);
  for (std::uint32_t i = 0; i < replicas_.size(); ++i) {
    edges_.push_back({.objects = ByteLru<Object>(capacity),
                      .station = {station, {id(), kind_served, i}, world.now()},
                      .fetching = {}});
  }
}

bool Cdn::is_from_edge(const World& world, const Attempt& attempt) const {
  return world.call_sites()[attempt.site].caller == id();
}

bool Cdn::may_keep(const Attempt& attempt) const {
  if (attempt.operation != Operation::serve && attempt.operation != Operation::read) return false;
  if (attempt.operation == Operation::serve && attempt.request.write) return false;
  return cacheable_.empty() ||
         std::find(cacheable_.begin(), cacheable_.end(), attempt.endpoint) != cacheable_.end();
}

// The last release that gave the object a new URL; 0: none.
std::uint64_t Cdn::changed_by(const World& world, std::uint64_t key) const {
  const sim::Luck luck = world.luck().with(salt()).with(release_draw).with(key);
  for (std::uint64_t release = settings.release; release > 0; --release) {
    if (luck.draw(release).uniform() < settings.changes) return release;
  }
  return 0;
}

std::uint64_t Cdn::object_of(const World& world, std::uint64_t key, EndpointId endpoint) const {
  const std::uint64_t url = sim::mix64(key ^ object_salt) + endpoint;
  const std::uint64_t release = changed_by(world, key);
  return release == 0 ? url : sim::mix64(url) + release;
}

void Cdn::receive(World& world, Attempt& attempt) {
  const Purpose purpose = is_from_edge(world, attempt) ? shield_service : edge_service;
  sim::Draw draw = world.luck_of(attempt, *this, purpose).draw();
  const auto [handle, visit] = visits_.acquire();
  visit.attempt = attempt.self;
  visit.arrived = world.now();
  visit.work = settings.service_time.sample_duration(draw);
  visit.edge = attempt.to;
  edges_[attempt.to].station.arrive(world, attempt.request.id, visit.work, handle);
}

void Cdn::on_event(World& world, const sim::Event& event) {
  if (event.kind == kind_invalidated) {
    const sim::Handle handle{event.a, event.b};
    for (EdgeServer& edge : edges_) forget(world, edge, spreading_[handle]);
    return spreading_.release(handle);
  }
  sim::Station& station = edges_[event.a].station;
  const sim::Station::Finished done = station.completed(world, event);
  station.release(world, done.job);
  const Visit visit = visits_[done.cookie];
  visits_.release(done.cookie);
  Attempt& attempt = world.attempt(visit.attempt);
  account_service(world, attempt, visit.work);
  if (world.observed()) {
    Span span{SpanKind::waiting, id(),          visit.edge,  event.request,
              visit.attempt,     visit.arrived, done.started};
    if (done.started > visit.arrived) world.tell([&](Observer& o) { o.span(span); });
    span.kind = SpanKind::service;
    span.begin = done.started;
    span.end = world.now();
    world.tell([&](Observer& o) { o.span(span); });
  }
  serve(world, attempt);
}

void Cdn::serve(World& world, Attempt& attempt) {
  if (attempt.operation == Operation::invalidate) return invalidate(world, attempt);
  if (may_keep(attempt)) return look_up(world, attempt);
  ++passed_;
  pass_on(world, attempt);
}

void Cdn::look_up(World& world, Attempt& attempt) {
  const std::uint64_t key = object_of(world, attempt.key, attempt.endpoint);
  const Object* object = edges_[attempt.to].objects.use(key);
  LookUps& look_ups = is_from_edge(world, attempt) ? inner_ : outer_;
  const bool fresh = object != nullptr && world.now() < object->expires;
  const bool good_enough = fresh || (object != nullptr && world.now() - object->expires <
                                                              settings.stale_while_revalidate);
  if (!good_enough) {
    ++look_ups.misses;
    return wait_for(world, attempt, key);
  }
  ++look_ups.hits;
  look_ups.bytes_hit += object->bytes;
  if (!fresh) {
    ++stale_served_;
    revalidate(world, attempt, key);
  }
  hand_out(world, attempt, *object);
}

void Cdn::hand_out(World& world, Attempt& attempt, const Object& object) {
  answer(world, attempt, {.bytes = object.bytes, .version = object.version});
}

void Cdn::answer(World& world, Attempt& attempt, const Outcome& outcome) {
  if (outcome.ok() && !is_from_edge(world, attempt)) {
    bytes_out_ += outcome.bytes;
    if (may_keep(attempt)) outer_.bytes_served += outcome.bytes;
  }
  world.reply(attempt, outcome);
}

// The edge that is asked forgets at once; and again with all others, for it may have fetched what
// the shield had not forgotten yet.
void Cdn::invalidate(World& world, Attempt& attempt) {
  ++invalidations_;
  attempt.outcome.found = forget(world, edges_[attempt.to], attempt.key);
  const auto [handle, key] = spreading_.acquire();
  key = attempt.key;
  world.schedule(settings.invalidation_delay, {.request = attempt.request.id,
                                               .a = handle.slot,
                                               .b = handle.generation,
                                               .target = id(),
                                               .kind = kind_invalidated});
  world.reply(attempt);
}

bool Cdn::forget(const World& world, EdgeServer& edge, std::uint64_t key) {
  bool found = false;
  for (const EndpointId endpoint : kept_) {
    found = edge.objects.erase(object_of(world, key, endpoint)) || found;
  }
  return found;
}

void Cdn::flush(World&, ReplicaIndex replica) { edges_[replica].objects.clear(); }

void Cdn::lost_work(World& world, ReplicaIndex replica) {
  EdgeServer& edge = edges_[replica];
  edge.objects.clear();
  edge.fetching.clear();
  if (edge.station.up()) edge.station.crash(world);
  visits_.for_each([&](sim::Handle handle, const Visit& visit) {
    if (visit.edge == replica) visits_.release(handle);
  });
  fetches_.for_each([&](sim::Handle handle, const Fetch& fetch) {
    if (fetch.edge == replica) fetches_.release(handle);
  });
}

void Cdn::came_up(World& world, ReplicaIndex replica) {
  if (!edges_[replica].station.up()) edges_[replica].station.restart(world);
}

void Cdn::speed_changed(World& world, ReplicaIndex replica) {
  edges_[replica].station.set_speed(world, replicas_[replica].speed);
}

}  // namespace faultline::models
