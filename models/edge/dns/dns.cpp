#include "models/edge/dns.h"

#include "models/world.h"
#include "sim/check.h"

namespace faultline::models {
namespace {

// a: the resolver's place; b: the number of the query, with the server in the upper half while the
// query or its answer is under way.
enum OwnKind : std::uint16_t {
  kind_query_arrives = first_own_kind,
  kind_query_served,
  kind_answer_arrives,
  kind_query_timeout,
  kind_known,  // a, b: the attempt of a caller whom its resolver's answer reaches
  kind_unknown,
};

enum Purpose : std::uint64_t { service_draw = 1, message_draw = 2 };

constexpr std::uint64_t message_bytes = 100;
constexpr std::uint32_t query_bits = 16;

std::uint32_t packed(ReplicaIndex server, std::uint32_t query) {
  return (std::uint32_t{server} << query_bits) | (query & ((1U << query_bits) - 1));
}

}  // namespace

void Dns::describe(Fields& fields) {
  settings.hosting.describe(fields);
  fields.name({"answers", "The component the name stands for.", true}, Reference::component,
              settings.answers);
  fields.duration({"ttl", "How long a resolver may keep the answer.", false, true}, settings.ttl);
  fields.duration({"resolver-latency", "From a caller to its resolver and back."},
                  settings.resolver_latency);
  fields.distribution({"query-time", "Of an authoritative server, per query."},
                      settings.query_time);
  fields.duration({"query-timeout", "Of a resolver, before it asks the next server."},
                  settings.query_timeout, sim::Duration{1});
  fields.count({"tries", "Of a resolver, before it reports failure."}, settings.tries, {1, 100});
}

void Dns::bind(World& world) {
  make_replicas(world, settings.hosting);
  address_ = world.find(settings.answers)->id();
}

std::optional<ComponentId> Dns::resolve(World& world, const Attempt& attempt) {
  const PlaceId place = attempt.here;
  Resolver& resolver = resolvers_[place];
  ++resolutions_;
  if (resolver.expires && world.now() < *resolver.expires) {
    ++hits_;
    if (settings.resolver_latency.ns == 0) return address_;
    tell(world, attempt.self, kind_known);
    return std::nullopt;
  }
  resolver.waiting.push_back(attempt.self);
  if (!resolver.asking) {
    resolver.asking = true;
    resolver.tries = 0;
    ask(world, place, resolver);
  }
  return std::nullopt;
}

sim::Luck Dns::message_luck(const World& world) {
  return world.luck().with(salt()).with(message_draw).with(messages_++);
}

void Dns::ask(World& world, PlaceId place, Resolver& resolver) {
  ++queries_;
  ++resolver.query;
  const auto server = static_cast<ReplicaIndex>(resolver.tries % replicas().size());
  ++resolver.tries;
  resolver.timeout = world.arm(settings.query_timeout,
                               {.a = place.index, .target = id(), .kind = kind_query_timeout});
  const sim::Delivery delivery = world.geography().network().send(
      world.now(), place, replicas()[server].place, message_bytes, message_luck(world));
  if (!delivery.arrives) return;
  world.schedule(delivery.delay, {.a = place.index,
                                  .b = packed(server, resolver.query),
                                  .target = id(),
                                  .kind = kind_query_arrives});
}

void Dns::query_arrives(World& world, const sim::Event& event) {
  const Replica& server = replicas()[event.b >> query_bits];
  if (!server.serves() || server.speed <= 0) return;
  sim::Draw draw = world.luck().with(salt()).with(service_draw).draw(messages_++);
  const double work = settings.query_time.sample(draw) / server.speed;
  world.schedule(sim::Duration::from_ns(work),
                 {.a = event.a, .b = event.b, .target = id(), .kind = kind_query_served});
}

void Dns::send_answer(World& world, PlaceId place, ReplicaIndex server, std::uint32_t query) {
  if (!replicas()[server].serves()) return;
  const sim::Delivery delivery = world.geography().network().send(
      world.now(), replicas()[server].place, place, message_bytes, message_luck(world));
  if (!delivery.arrives) return;
  world.schedule(delivery.delay,
                 {.a = place.index, .b = query, .target = id(), .kind = kind_answer_arrives});
}

void Dns::tell(World& world, sim::Handle caller, std::uint16_t kind) {
  const Attempt* attempt = world.find_attempt(caller);
  if (attempt == nullptr) return;
  world.schedule(settings.resolver_latency, attempt->event(id(), kind));
}

void Dns::tell_waiting(World& world, Resolver& resolver, std::uint16_t kind) {
  resolver.asking = false;
  for (const sim::Handle caller : resolver.waiting) tell(world, caller, kind);
  resolver.waiting.clear();
}

void Dns::answer_arrives(World& world, Resolver& resolver) {
  world.cancel(resolver.timeout);
  resolver.expires = world.now() + settings.ttl;
  tell_waiting(world, resolver, kind_known);
}

void Dns::query_times_out(World& world, PlaceId place, Resolver& resolver) {
  resolver.timeout = {};
  if (resolver.tries < settings.tries) return ask(world, place, resolver);
  ++failures_;
  tell_waiting(world, resolver, kind_unknown);
}

void Dns::on_event(World& world, const sim::Event& event) {
  const PlaceId place{event.a};
  const std::uint32_t query = event.b & ((1U << query_bits) - 1);
  switch (event.kind) {
    case kind_query_arrives:
      return query_arrives(world, event);
    case kind_query_served:
      return send_answer(world, place, static_cast<ReplicaIndex>(event.b >> query_bits), query);
    case kind_answer_arrives: {
      Resolver& resolver = resolvers_[place];
      const bool late = !resolver.asking || (resolver.query & ((1U << query_bits) - 1)) != query;
      if (!late) answer_arrives(world, resolver);
      return;
    }
    case kind_query_timeout:
      return query_times_out(world, place, resolvers_[place]);
    case kind_known:
      return world.resolved({event.a, event.b}, address_);
    case kind_unknown:
      return world.unresolved({event.a, event.b});
    default:
      CHECK(false);
  }
}

// A name is an address book entry, not a machine: nothing is ever sent to it.
void Dns::receive(World&, Attempt&) { CHECK(false); }

void Dns::measure(const World& world, sim::Metrics& metrics) const {
  Component::measure(world, metrics);
  metrics.counter({"resolutions", "resolutions", "Callers that asked for the address."},
                  resolutions_);
  metrics.ratio({"resolver_hit_ratio", "0..1", "Share answered from a resolver's memory."}, hits_,
                resolutions_);
  metrics.counter({"queries", "queries", "Queries sent to authoritative servers."}, queries_);
  metrics.counter({"resolution_failures", "failures", "Resolutions given up by a resolver."},
                  failures_);
}

std::vector<StaticCall> Dns::static_calls() const {
  return {{.endpoint = {}, .callee = settings.answers, .operation = Operation::serve}};
}

}  // namespace faultline::models
