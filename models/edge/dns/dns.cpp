#include "models/edge/dns/dns.h"

#include "models/edge/dns/kinds.h"
#include "sim/check.h"

namespace faultline::models {

using namespace dns;

void Dns::bind(World& world) {
  make_replicas(world, settings.hosting);
  if (settings.stub) stub_.emplace(*settings.stub, world.luck().with(salt()).with(stub_draw));
  if (!settings.health_check) return;
  CallPolicy patience;
  patience.timeout = settings.health_check->timeout;
  for (const std::string& name : settings.components()) {
    const CallSiteId site = world.add_call_site(*this, name, patience);
    world.call_site(site).checks_health = true;
    check_sites_[world.find(name)->id()] = site;
  }
}

void Dns::start(World& world) {
  book_.fill(world, settings);
  for (const Dns* zone = this; zone != nullptr;) {
    CHECK(zones_.size() < world.component_count());  // a scenario with a circle is refused
    zones_.insert(zones_.begin(), zone->id());
    const std::string& above = zone->settings.under;
    zone = above.empty() ? nullptr : dynamic_cast<const Dns*>(world.find(above));
    CHECK(above.empty() || zone != nullptr);
  }
  begin_checks(world);
}

void Dns::changed(World& world, std::string_view name) {
  if (name == "weights") book_.weigh(world, settings);
}

std::uint64_t Dns::client_of(const World& world, const Attempt& attempt) const {
  const Component& caller = world.component(world.call_sites()[attempt.site].caller);
  const std::uint64_t who = caller.replicas().empty() ? attempt.request.user : attempt.from;
  return sim::Luck{caller.salt()}.with(who).key;
}

std::optional<Destination> Dns::resolve(World& world, const Attempt& attempt) {
  ++resolutions_;
  if (stub_) {
    if (const auto address = stub_->find(world.now(), client_of(world, attempt))) {
      ++stub_hits_;
      return given(world, book_.destination(*address));
    }
  }
  return ask_resolver(world, attempt);
}

std::optional<sim::Duration> Dns::way(World& world, ComponentId from, ComponentId to) {
  const Edge& edge = world.edge(from, to);
  if (!edge.impaired()) return sim::Duration{};
  if (edge.now.cut) return std::nullopt;
  sim::Draw draw = world.luck().with(salt()).with(edge_draw).draw(edge_messages_++);
  if (draw.uniform() < edge.now.loss) return std::nullopt;
  return edge.now.delay;
}

std::optional<Destination> Dns::ask_resolver(World& world, const Attempt& attempt) {
  const ComponentId caller = world.call_sites()[attempt.site].caller;
  const auto there = way(world, caller, id());
  if (!there) {
    ask_again_later(world, attempt);
    return std::nullopt;
  }
  ++asked_;
  Resolver& resolver = resolver_of(world, attempt);
  if (resolver.knows(world.now())) {
    ++hits_;
    const bool at_once = settings.resolver_latency.ns == 0 &&
                         !world.edge(caller, id()).impaired() &&
                         !world.edge(id(), caller).impaired();
    if (at_once) {
      resolution_time_.record((world.now() - attempt.sent).ns);
      return given(world, hand_out(world, resolver, attempt));
    }
    tell(world, resolver, attempt.self, kind_known);
    return std::nullopt;
  }
  resolver.waiting.push_back(attempt.self);
  if (!resolver.asking) begin_asking(world, resolver);
  return std::nullopt;
}

// As a stub does: once per query timeout from the first time on, as often as a resolver tries.
void Dns::ask_again_later(World& world, const Attempt& attempt) {
  const sim::Duration waited = world.now() - attempt.sent;
  const std::int64_t turn = waited.ns / settings.query_timeout.ns + 1;
  const bool last = turn >= static_cast<std::int64_t>(settings.tries);
  world.schedule(settings.query_timeout * turn - waited,
                 attempt.event(id(), last ? kind_unknown : kind_ask_again));
}

Destination Dns::hand_out(World& world, Resolver& resolver, const Attempt& attempt) {
  const AddressIndex address = resolver.next();
  if (world.now() > resolver.good_until) ++stale_;
  if (stub_) {
    stub_->learn(world.now(), client_of(world, attempt), address, *resolver.expires);
  }
  return book_.destination(address);
}

Destination Dns::given(const World& world, const Destination& destination) {
  ++given_;
  if (!book_.alive(world, destination)) ++dead_;
  return destination;
}

// The answer travels in the attempt, whose callee is not yet decided otherwise.
void Dns::tell(World& world, Resolver& resolver, sim::Handle caller, std::uint16_t kind) {
  Attempt* attempt = world.find_attempt(caller);
  if (attempt == nullptr) return;
  const ComponentId from = world.call_sites()[attempt->site].caller;
  const auto back = way(world, id(), from);
  if (!back) return ask_again_later(world, *attempt);
  if (kind == kind_known) {
    const Destination destination = hand_out(world, resolver, *attempt);
    attempt->callee = destination.component;
    if (destination.replica && !attempt->to_is_fixed) attempt->to = *destination.replica;
  }
  const sim::Duration there = world.edge(from, id()).now.delay;
  world.schedule(settings.resolver_latency + there + *back, attempt->event(id(), kind));
}

void Dns::tell_waiting(World& world, Resolver& resolver, std::uint16_t kind) {
  for (const sim::Handle caller : resolver.waiting) tell(world, resolver, caller, kind);
  resolver.waiting.clear();
}

void Dns::address_arrives(World& world, const Attempt& attempt) {
  resolution_time_.record((world.now() - attempt.sent).ns);
  Destination destination{.component = attempt.callee};
  if (settings.each_replica) destination.replica = attempt.to;
  world.resolved(attempt.self, given(world, destination));
}

void Dns::on_event(World& world, const sim::Event& event) {
  const sim::Handle handle{event.a, event.b};
  switch (event.kind) {
    case kind_query_arrives:
      return query_arrives(world, handle);
    case kind_query_served:
      return query_served(world, handle);
    case kind_answer_arrives:
      return answer_arrives(world, handle);
    case kind_query_timeout:
      return query_times_out(world, resolvers_.at(event.a));
    case kind_impatience:
      return serve_stale(world, resolvers_.at(event.a));
    case kind_check:
      return check(world, event);
    default:
      break;
  }
  const Attempt* attempt = world.find_attempt(handle);
  if (attempt == nullptr) return;  // its caller has given up
  switch (event.kind) {
    case kind_known:
      return address_arrives(world, *attempt);
    case kind_unknown:
      ++unresolved_;
      return world.unresolved(handle);
    case kind_ask_again: {
      const auto destination = ask_resolver(world, *attempt);
      if (destination) world.resolved(handle, *destination);
      return;
    }
    default:
      CHECK(false);
  }
}

// A name is an address book entry, not a machine: nothing is ever sent to it.
void Dns::receive(World&, Attempt&) { CHECK(false); }

std::vector<StaticCall> Dns::static_calls() const {
  std::vector<StaticCall> calls;
  for (const std::string& name : settings.components()) {
    calls.push_back({.endpoint = {}, .callee = name, .operation = Operation::serve});
  }
  if (!settings.under.empty()) {
    calls.push_back({.endpoint = {},
                     .callee = settings.under,
                     .operation = Operation::read,
                     .callee_endpoint = "referral"});
  }
  return calls;
}

// Who has no address serves nobody but resolvers.
std::optional<std::vector<std::string>> Dns::endpoints() const {
  return settings.refers ? std::optional(std::vector<std::string>{"referral"}) : std::nullopt;
}

}  // namespace faultline::models
