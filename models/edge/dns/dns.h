// Dns: a name for another component. A caller has to resolve it before it can connect.
//
// States       of the authoritative servers: starting, up, draining, down
// Parameters   answers           component the name stands for
//              ttl               how long a resolver may keep the answer
//              resolver-latency  from the caller to its resolver and back
//              query-time        of an authoritative server, per query
//              query-timeout     of a resolver, per try; then it asks the next server
//              tries             of a resolver before it reports failure
// Metrics      resolutions, resolver_hit_ratio, queries, resolution_failures
// Not modelled root and TLD servers, negative caching, clients that ignore the TTL, several
//              addresses behind one name
// Invariant    a resolver asks once for all callers that wait for the same answer
//
// Each place that calls (a home, a zone) has one resolver, shared by all who call from there.
// Queries go over the network as single datagrams (RFC 1035): what is lost, or reaches a dead
// server, is silence. A failed resolution is not remembered: the next caller asks again.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/component.h"
#include "sim/distribution.h"

namespace faultline::models {

struct DnsSettings {
  HostingSettings hosting;
  std::string answers;
  sim::Duration ttl = sim::Duration::from_seconds(60);
  sim::Duration resolver_latency;
  sim::Distribution query_time;
  sim::Duration query_timeout = sim::Duration::from_seconds(2);
  std::uint64_t tries = 3;
};

class Dns final : public Component {
 public:
  explicit Dns(std::string name) : Component(std::move(name)) {}

  std::unique_ptr<Component> clone() const override { return std::make_unique<Dns>(*this); }
  std::string_view type() const override { return "dns"; }
  void describe(Fields& fields) override;
  void bind(World& world) override;
  bool is_name() const override { return true; }
  std::optional<ComponentId> resolve(World& world, const Attempt& attempt) override;
  void receive(World& world, Attempt& attempt) override;
  void on_event(World& world, const sim::Event& event) override;
  void measure(const World& world, sim::Metrics& metrics) const override;
  std::vector<StaticCall> static_calls() const override;

  DnsSettings settings;  // to be filled before `bind`

 private:
  struct Resolver {
    std::optional<sim::Time> expires;  // of the answer it holds
    std::vector<sim::Handle> waiting;
    bool asking = false;
    std::uint32_t query = 0;  // numbers its queries, so that a late answer is recognised
    std::uint64_t tries = 0;
    sim::TimerHandle timeout;
  };

  void ask(World& world, PlaceId place, Resolver& resolver);
  void query_arrives(World& world, const sim::Event& event);
  void send_answer(World& world, PlaceId place, ReplicaIndex server, std::uint32_t query);
  void answer_arrives(World& world, Resolver& resolver);
  void query_times_out(World& world, PlaceId place, Resolver& resolver);
  // Lets the caller know what its resolver does, after the way to it and back.
  void tell(World& world, sim::Handle caller, std::uint16_t kind);
  void tell_waiting(World& world, Resolver& resolver, std::uint16_t kind);
  sim::Luck message_luck(const World& world);

  ComponentId address_ = 0;
  std::map<PlaceId, Resolver> resolvers_;
  std::uint64_t messages_ = 0;
  std::uint64_t resolutions_ = 0;
  std::uint64_t hits_ = 0;
  std::uint64_t queries_ = 0;
  std::uint64_t failures_ = 0;
};

}  // namespace faultline::models
