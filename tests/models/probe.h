// What tests of components share: a small geography, a caller that asks at given times and
// remembers the answers, and a callee that answers as it is told.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/component.h"
#include "models/geography.h"
#include "models/policy.h"
#include "models/world.h"
#include "sim/check.h"
#include "sim/distribution.h"
#include "sim/time.h"

namespace faultline::models {

// One region "here" with zones a and b, and users at home in "users". All latencies are constant;
// by default nothing takes any time, so that what a test measures is the component's own.
inline Geography tiny_geography(sim::Duration users_to_here = {}, sim::Duration within = {}) {
  GeographySettings settings;
  settings.regions["here"].zones = {"a", "b"};
  settings.clients["users"] = {.near = "here",
                               .latency = sim::Distribution::constant(users_to_here)};
  settings.latency.same_zone = sim::Distribution::constant(within);
  settings.latency.same_region = sim::Distribution::constant(within);
  return Geography(settings);
}

// Calls one component, once for every `Ask`, under one policy.
class Probe final : public Component {
 public:
  struct Ask {
    sim::Duration at;
    std::string endpoint = "GET /";
    Operation operation = Operation::serve;
    std::uint64_t key = 0;
    std::uint64_t user = 0;
    std::uint64_t version = 0;  // of data carried
    std::uint32_t bytes = 0;
    std::uint8_t priority = 0;
    bool write = false;
    bool one_way = false;
    bool mobile = false;
    std::optional<ReplicaIndex> to = {};  // nullopt: the callee's `route` decides
    bool idempotent = true;
    std::optional<sim::Luck> luck = {};  // of the call; nullopt: the request's
    std::string home = "users";
  };
  struct Answer {
    std::size_t ask = 0;  // index, in the order in which they were given to `ask`
    sim::Time at;
    Outcome outcome;
  };

  Probe(std::string name, std::string callee, CallPolicy policy = {})
      : Component(std::move(name)), callee_(std::move(callee)), policy_(std::move(policy)) {}

  // Before the world starts.
  void ask(Ask what) { asks_.push_back(std::move(what)); }
  // In the order in which they came.
  const std::vector<Answer>& answers() const { return answers_; }
  const Answer* answer_to(std::size_t ask) const {
    for (const Answer& answer : answers_) {
      if (answer.ask == ask) return &answer;
    }
    return nullptr;
  }

  std::unique_ptr<Component> clone() const override { return std::make_unique<Probe>(*this); }
  std::string_view type() const override { return "probe"; }
  void describe(Fields&) override {}
  void bind(World& world) override { site_ = world.add_call_site(*this, callee_, policy_); }
  void receive(World&, Attempt&) override { CHECK(!"a probe is not called"); }

  void start(World& world) override {
    for (std::uint32_t i = 0; i < asks_.size(); ++i) {
      endpoints_.push_back(world.intern_endpoint(asks_[i].endpoint));
      world.schedule(asks_[i].at, {.a = i, .target = id(), .kind = first_own_kind});
    }
  }

  void on_event(World& world, const sim::Event& event) override {
    const Ask& what = asks_[event.a];
    Request request;
    request.id = event.a + 1;
    request.luck = world.luck().with(salt()).with(event.a);
    request.sent = world.now();
    request.key = what.key;
    request.user = what.user;
    request.bytes = what.bytes;
    request.endpoint = endpoints_[event.a];
    request.home = *world.geography().home(what.home);
    request.priority = what.priority;
    request.write = what.write;
    request.mobile = what.mobile;
    request.idempotent = what.idempotent;
    Attempt& call = world.prepare(site_, 0, request);
    call.cookie = {event.a, 1};
    call.operation = what.operation;
    call.version = what.version;
    call.one_way = what.one_way;
    if (what.to) call.send_to(*what.to);
    if (what.luck) call.luck = *what.luck;
    world.begin(call);
  }

  void answered(World& world, const Attempt& attempt) override {
    answers_.push_back({attempt.cookie.slot, world.now(), attempt.outcome});
    world.decided(attempt.request, id(), attempt.outcome);
  }

 private:
  std::string callee_;
  CallPolicy policy_;
  CallSiteId site_ = 0;
  std::vector<Ask> asks_;
  std::vector<EndpointId> endpoints_;
  std::vector<Answer> answers_;
};

// Answers everything after a constant delay, as `respond` says, and remembers what it was asked.
class Stub final : public Component {
 public:
  struct Heard {
    sim::Time at;
    Operation operation;
    std::string endpoint;
    std::uint64_t key;
    std::uint64_t version;
    std::uint32_t bytes;
    ReplicaIndex replica;
    std::uint32_t lineage;
    sim::Luck luck;
  };
  using Respond = std::function<Outcome(const Attempt&)>;

  explicit Stub(std::string name, sim::Duration delay = {}, Respond respond = {})
      : Component(std::move(name)), delay_(delay), respond_(std::move(respond)) {}

  HostingSettings hosting;  // to be filled before `bind`

  // From now on replica `replica` takes so long.
  void delay_of(ReplicaIndex replica, sim::Duration delay) { delays_[replica] = delay; }

  const std::vector<Heard>& heard() const { return heard_; }
  std::size_t heard(Operation operation) const {
    std::size_t count = 0;
    for (const Heard& one : heard_) count += one.operation == operation ? 1 : 0;
    return count;
  }

  std::unique_ptr<Component> clone() const override { return std::make_unique<Stub>(*this); }
  std::string_view type() const override { return "stub"; }
  void describe(Fields&) override {}
  void bind(World& world) override { make_replicas(world, hosting); }

  void receive(World& world, Attempt& attempt) override {
    heard_.push_back({world.now(), attempt.operation,
                      std::string(world.endpoint_name(attempt.endpoint)), attempt.key,
                      attempt.version, attempt.bytes, attempt.to, attempt.lineage, attempt.luck});
    const auto own = delays_.find(attempt.to);
    world.schedule(own == delays_.end() ? delay_ : own->second,
                   attempt.event(id(), first_own_kind));
  }

  void on_event(World& world, const sim::Event& event) override {
    Attempt* attempt = world.find_attempt({event.a, event.b});
    if (attempt == nullptr || attempt->stage != Stage::held) return;  // lost in a crash since
    account_service(world, *attempt, delay_);
    world.reply(*attempt, respond_ ? respond_(*attempt) : Outcome{});
  }

 private:
  sim::Duration delay_;
  std::map<ReplicaIndex, sim::Duration> delays_;
  Respond respond_;
  std::vector<Heard> heard_;
};

// What a component's metric has accumulated so far.
inline sim::Snapshot::Reading reading(const World& world, const Component& component,
                                      std::string_view metric) {
  const sim::Snapshot snapshot = world.snapshot(component.id());
  for (const sim::Snapshot::Reading& one : snapshot.readings()) {
    if (one.metric.name == metric) return one;
  }
  CHECK(!"no such metric");
  return snapshot.readings().front();
}

}  // namespace faultline::models
