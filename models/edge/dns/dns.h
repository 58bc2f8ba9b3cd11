// Dns: a name for other components, its servers, and those who resolve it. A caller has to resolve
// it before it can connect, and keeps to the address it got for as long as that is remembered.
//
// States       of its servers, the replicas: starting, up, draining, down
// Parameters   answers, addresses, each-replica, refers  what the name stands for
//              policy, weights, health-check             which address its servers give
//              under, ttl, query-time, anycast           its servers, and who refers to them
//              resolvers, resolver-latency, query-timeout, tries, serve-stale
//              stub          what clients remember: browser, stragglers, hold, clients
// Metrics      resolutions, hit ratios of stub and resolver, failures, share on a dead address
// Not modelled negative caching, truncated answers and TCP, several names sharing a referral
// Invariant    a resolver asks once for all callers that wait for the same answer
//
// Each place that calls (a home, a zone) has `resolvers` resolvers, shared by all who call from
// there. Queries go over the network as single datagrams (RFC 1035): what is lost, or reaches a
// dead server, is silence. A failed resolution is not remembered: the next caller asks again.
//
// dns.cpp: what the world and callers see. resolving.cpp: resolvers and the servers they ask.
// health.cpp: what servers believe of addresses.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/component.h"
#include "models/edge/dns/address_book.h"
#include "models/edge/dns/resolver.h"
#include "models/edge/dns/settings.h"
#include "models/edge/dns/stub_cache.h"
#include "sim/gauge.h"
#include "sim/histogram.h"
#include "sim/pool.h"

namespace faultline::models {

class Dns final : public Component {
 public:
  explicit Dns(std::string name) : Component(std::move(name)) {}

  std::unique_ptr<Component> clone() const override { return std::make_unique<Dns>(*this); }
  std::string_view type() const override { return "dns"; }
  void describe(Fields& fields) override { settings.describe(fields); }
  void bind(World& world) override;
  void start(World& world) override;
  void changed(World& world, std::string_view name) override;
  bool is_name() const override { return true; }
  std::optional<Destination> resolve(World& world, const Attempt& attempt) override;
  void receive(World& world, Attempt& attempt) override;
  void answered(World& world, const Attempt& attempt) override;
  void on_event(World& world, const sim::Event& event) override;
  bool takes(Operation) const override { return true; }
  bool suffers(Fault fault) const override { return fault == Fault::crash || fault == Fault::slow; }
  void lost_work(World& world, ReplicaIndex replica) override;
  void measure(const World& world, sim::Metrics& metrics) const override;
  std::vector<StaticCall> static_calls() const override;
  std::optional<std::vector<std::string>> endpoints() const override;

  DnsSettings settings;  // to be filled before `bind`

 private:
  // Callers.
  std::optional<Destination> ask_resolver(World& world, const Attempt& attempt);
  std::uint64_t client_of(const World& world, const Attempt& attempt) const;
  // Along the edge between caller and resolver; nullopt: lost.
  std::optional<sim::Duration> way(World& world, ComponentId from, ComponentId to);
  void ask_again_later(World& world, const Attempt& attempt);
  // The address that this caller gets from its resolver, and remembers.
  Destination hand_out(World& world, Resolver& resolver, const Attempt& attempt);
  Destination given(const World& world, const Destination& destination);
  void address_arrives(World& world, const Attempt& attempt);
  // Lets the caller know what its resolver does, after the way to it and back.
  void tell(World& world, Resolver& resolver, sim::Handle caller, std::uint16_t kind);
  void tell_waiting(World& world, Resolver& resolver, std::uint16_t kind);

  // Resolvers and servers.
  Resolver& resolver_of(const World& world, const Attempt& attempt);
  void begin_asking(World& world, Resolver& resolver);
  void ask(World& world, Resolver& resolver);
  ReplicaIndex server_for(World& world, const Resolver& resolver) const;
  void query_arrives(World& world, sim::Handle handle);
  void query_served(World& world, sim::Handle handle);
  void answer_arrives(World& world, sim::Handle handle);
  void learn(World& world, Resolver& resolver, const AddressList& answer);
  void query_times_out(World& world, Resolver& resolver);
  bool may_serve_stale(const World& world, const Resolver& resolver) const;
  void serve_stale(World& world, Resolver& resolver);
  Dns& zone(World& world, std::uint32_t level) const;
  sim::Luck message_luck(const World& world);

  // Health.
  void begin_checks(World& world);
  void check(World& world, const sim::Event& event);

  AddressBook book_;
  std::vector<ComponentId> zones_;               // from the top down to this one
  std::map<std::uint32_t, Resolver> resolvers_;  // by place and number, as they are first asked
  sim::Pool<Query> under_way_;
  std::optional<StubCache> stub_;
  std::map<ComponentId, CallSiteId> check_sites_;   // by whom it checks
  std::vector<std::vector<HealthBelief>> beliefs_;  // by server, then by address
  std::uint64_t messages_ = 0;
  std::uint64_t answers_given_ = 0;  // by all servers
  std::uint64_t edge_messages_ = 0;
  std::uint64_t checks_ = 0;

  std::uint64_t resolutions_ = 0;
  std::uint64_t stub_hits_ = 0;
  std::uint64_t asked_ = 0;
  std::uint64_t hits_ = 0;
  std::uint64_t stale_ = 0;
  std::uint64_t queries_ = 0;
  std::uint64_t failures_ = 0;
  std::uint64_t unresolved_ = 0;
  std::uint64_t given_ = 0;
  std::uint64_t dead_ = 0;
  std::uint64_t failed_checks_ = 0;
  sim::TimeWeighted unhealthy_;
  sim::Histogram resolution_time_;
};

}  // namespace faultline::models
