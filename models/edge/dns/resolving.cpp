// How a resolver comes to know an address: from the servers of the highest zone that it has to ask
// down to those of the name.
#include <algorithm>

#include "models/edge/dns/dns.h"
#include "models/edge/dns/kinds.h"

namespace faultline::models {

using namespace dns;

namespace {

constexpr std::uint64_t message_bytes = 100;

}  // namespace

Dns& Dns::zone(World& world, std::uint32_t level) const {
  return static_cast<Dns&>(world.component(zones_[level]));
}

sim::Luck Dns::message_luck(const World& world) {
  return world.luck().with(salt()).with(message_draw).with(messages_++);
}

Resolver& Dns::resolver_of(const World& world, const Attempt& attempt) {
  std::uint64_t number = 0;
  if (settings.resolvers > 1) {
    sim::Draw draw = sim::Luck{client_of(world, attempt)}.draw(resolver_draw);
    number = draw.below(settings.resolvers);
  }
  const std::uint64_t slot = attempt.here.index * settings.resolvers + number;
  Resolver& resolver = resolvers_[static_cast<std::uint32_t>(slot)];
  resolver.slot = static_cast<std::uint32_t>(slot);
  resolver.place = attempt.here;
  return resolver;
}

void Dns::begin_asking(World& world, Resolver& resolver) {
  resolver.asking = true;
  resolver.tries = 0;
  resolver.referrals.resize(zones_.size());
  resolver.level = static_cast<std::uint32_t>(zones_.size() - 1);
  while (resolver.level > 0 && world.now() >= resolver.referrals[resolver.level]) --resolver.level;
  if (may_serve_stale(world, resolver)) {
    resolver.impatience = world.arm(settings.serve_stale->after,
                                    {.a = resolver.slot, .target = id(), .kind = kind_impatience});
  }
  ask(world, resolver);
}

ReplicaIndex Dns::server_for(World& world, const Resolver& resolver) const {
  const Dns& asked = zone(world, resolver.level);
  const std::size_t turn = resolver.tries % asked.replicas().size();
  if (!asked.settings.anycast) return static_cast<ReplicaIndex>(turn);
  std::vector<std::pair<sim::Duration, ReplicaIndex>> by_distance;
  for (ReplicaIndex i = 0; i < asked.replicas().size(); ++i) {
    const sim::Route route =
        world.geography().network().route(resolver.place, asked.replicas()[i].place);
    by_distance.emplace_back(route.reachable ? route.mean_latency : sim::Duration::max(), i);
  }
  std::sort(by_distance.begin(), by_distance.end());
  return by_distance[turn].second;
}

void Dns::ask(World& world, Resolver& resolver) {
  Dns& asked = zone(world, resolver.level);
  ++asked.queries_;
  const auto [handle, query] = under_way_.acquire();
  query.resolver = resolver.slot;
  query.level = resolver.level;
  query.server = server_for(world, resolver);
  ++resolver.tries;
  resolver.query = handle;
  resolver.timeout = world.arm(settings.query_timeout,
                               {.a = resolver.slot, .target = id(), .kind = kind_query_timeout});
  const sim::Delivery delivery = world.geography().network().send(
      world.now(), resolver.place, asked.replicas()[query.server].place, message_bytes,
      message_luck(world));
  if (!delivery.arrives) return under_way_.release(handle);
  world.schedule(
      delivery.delay,
      {.a = handle.slot, .b = handle.generation, .target = id(), .kind = kind_query_arrives});
}

void Dns::query_arrives(World& world, sim::Handle handle) {
  const Query& query = under_way_[handle];
  const Dns& asked = zone(world, query.level);
  const Replica& server = asked.replicas()[query.server];
  if (!server.serves() || server.speed <= 0) return under_way_.release(handle);
  sim::Draw draw = world.luck().with(salt()).with(service_draw).draw(messages_++);
  const double work = asked.settings.query_time.sample(draw) / server.speed;
  world.schedule(
      sim::Duration::from_ns(work),
      {.a = handle.slot, .b = handle.generation, .target = id(), .kind = kind_query_served});
}

void Dns::query_served(World& world, sim::Handle handle) {
  Query& query = under_way_[handle];
  const Replica& server = zone(world, query.level).replicas()[query.server];
  if (!server.serves()) return under_way_.release(handle);
  const Resolver& resolver = resolvers_.at(query.resolver);
  if (query.level + 1 == zones_.size() && !book_.empty()) {
    static const std::vector<HealthBelief> all_well;
    query.answer = book_.answer(world, settings.policy,
                                settings.health_check ? beliefs_[query.server] : all_well,
                                {.from = resolver.place,
                                 .turn = answers_given_++,
                                 .luck = world.luck()
                                             .with(salt())
                                             .with(answer_draw)
                                             .with(resolver.slot)
                                             .with(resolver.answers)});
  }
  const sim::Delivery delivery = world.geography().network().send(
      world.now(), server.place, resolver.place, message_bytes, message_luck(world));
  if (!delivery.arrives) return under_way_.release(handle);
  world.schedule(
      delivery.delay,
      {.a = handle.slot, .b = handle.generation, .target = id(), .kind = kind_answer_arrives});
}

void Dns::answer_arrives(World& world, sim::Handle handle) {
  const Query query = under_way_[handle];
  under_way_.release(handle);
  Resolver& resolver = resolvers_.at(query.resolver);
  if (resolver.query != handle) return;  // late: it has asked again, or given up
  resolver.query = {};
  world.cancel(resolver.timeout);
  if (query.level + 1 == zones_.size()) return learn(world, resolver, query.answer);
  resolver.level = query.level + 1;
  resolver.tries = 0;
  resolver.referrals[resolver.level] = later(world.now(), zone(world, query.level).settings.ttl);
  ask(world, resolver);
}

void Dns::learn(World& world, Resolver& resolver, const AddressList& answer) {
  resolver.asking = false;
  world.cancel(resolver.impatience);
  if (answer.empty()) return tell_waiting(world, resolver, kind_unknown);
  resolver.answer = answer;
  resolver.turn = 0;
  ++resolver.answers;
  resolver.good_until = later(world.now(), settings.ttl);
  resolver.expires = resolver.good_until;
  tell_waiting(world, resolver, kind_known);
}

void Dns::query_times_out(World& world, Resolver& resolver) {
  resolver.timeout = {};
  resolver.query = {};
  if (resolver.tries < settings.tries) return ask(world, resolver);
  ++failures_;
  resolver.asking = false;
  world.cancel(resolver.impatience);
  if (may_serve_stale(world, resolver)) return serve_stale(world, resolver);
  tell_waiting(world, resolver, kind_unknown);
}

bool Dns::may_serve_stale(const World& world, const Resolver& resolver) const {
  return settings.serve_stale && !resolver.answer.empty() &&
         world.now() < later(resolver.good_until, settings.serve_stale->keep);
}

void Dns::serve_stale(World& world, Resolver& resolver) {
  resolver.impatience = {};
  resolver.expires = later(world.now(), settings.serve_stale->ttl);
  tell_waiting(world, resolver, kind_known);
}

}  // namespace faultline::models
