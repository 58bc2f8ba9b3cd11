// LoadBalancer: passes each request on to one of the replicas of a component, and the answer back.
//
// States       starting, up, draining, down
// Parameters   backends      component whose replicas share the load
//              policy        round-robin, random, least-connections, power-of-two
//              health-check  interval, timeout, down-after, up-after; absent: every backend is
//                            believed to be well
//              call          timeout and retries towards a backend (retries stay with it)
// Metrics      unhealthy (backends believed dead), no_backend, health_checks_failed
// Not modelled its own processing time and capacity; connections (it balances requests)
// Invariant    every request held is one call outstanding to one backend
//
// Every replica of the balancer has its own view of the backends. A backend that drains is known to
// do so at once; one that dies is found out by health checks, or not at all. Least connections and
// power of two choices count the requests this replica has outstanding, the one in service
// included; a replica that crashes forgets what it believed; power of two compares two different
// backends drawn uniformly (Mitzenmacher 2001).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/component.h"
#include "models/policy.h"
#include "models/resilience/health_check.h"

namespace faultline::models {

struct LoadBalancerSettings {
  enum class Policy : std::uint8_t { round_robin, random, least_connections, power_of_two };

  HostingSettings hosting;
  std::string backends;
  Policy policy = Policy::round_robin;
  std::optional<HealthCheckSettings> health_check;
  CallPolicy call;
};

class LoadBalancer final : public Component {
 public:
  explicit LoadBalancer(std::string name) : Component(std::move(name)) {}

  std::unique_ptr<Component> clone() const override {
    return std::make_unique<LoadBalancer>(*this);
  }
  std::string_view type() const override { return "load-balancer"; }
  void describe(Fields& fields) override;
  void bind(World& world) override;
  void start(World& world) override;
  void receive(World& world, Attempt& attempt) override;
  void answered(World& world, const Attempt& attempt) override;
  void on_event(World& world, const sim::Event& event) override;
  void lost_work(World& world, ReplicaIndex replica) override;
  void measure(const World& world, sim::Metrics& metrics) const override;
  std::vector<StaticCall> static_calls() const override;

  LoadBalancerSettings settings;  // to be filled before `bind`

 private:
  struct Backend {
    HealthBelief health;
    std::uint32_t outstanding = 0;
  };
  struct View {  // one per replica of the balancer
    std::vector<Backend> backends;
    ReplicaIndex turn = 0;
  };

  bool eligible(const World& world, const View& view, ReplicaIndex backend) const;
  std::optional<ReplicaIndex> choose(World& world, View& view, const Attempt& attempt);
  std::optional<ReplicaIndex> next_in_turn(const World& world, View& view);
  std::optional<ReplicaIndex> least_loaded(const World& world, View& view);
  std::optional<ReplicaIndex> drawn(const World& world, View& view, const Attempt& attempt,
                                    bool two);
  void check(World& world, ReplicaIndex replica, ReplicaIndex backend);
  void learn(World& world, View& view, const Attempt& attempt);

  CallSiteId site_ = 0;
  CallSiteId check_site_ = 0;
  ComponentId backends_ = 0;
  std::vector<View> views_;
  std::vector<ReplicaIndex> candidates_;  // scratch of `drawn`
  sim::TimeWeighted unhealthy_;
  std::uint64_t checks_ = 0;
  std::uint64_t failed_checks_ = 0;
  std::uint64_t no_backend_ = 0;
};

}  // namespace faultline::models
