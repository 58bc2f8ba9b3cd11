// What tests of the load balancer share: a caller, the balancer, and a component whose replicas
// answer as they are told.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "models/edge/balancer/load_balancer.h"
#include "tests/models/probe.h"

namespace faultline::models::balancer {

using namespace sim::literals;
using Policy = LoadBalancerSettings::Policy;

inline sim::Time at(sim::Duration after) { return sim::Time{} + after; }

// probe -> lb -> stub, all at one place, with nothing but the stub's `delay` taking time.
struct Scene {
  World world{1, tiny_geography()};
  LoadBalancer* lb;
  Probe* probe;
  Stub* stub;

  Scene(Policy policy, std::uint64_t backends, sim::Duration delay = {}, Stub::Respond respond = {},
        CallPolicy patience = {}) {
    auto owned_lb = std::make_unique<LoadBalancer>("lb");
    auto owned_probe = std::make_unique<Probe>("probe", "lb", std::move(patience));
    auto owned_stub = std::make_unique<Stub>("stub", delay, std::move(respond));
    lb = owned_lb.get();
    probe = owned_probe.get();
    stub = owned_stub.get();
    lb->settings.backends = "stub";
    lb->settings.policy = policy;
    stub->hosting.replicas = backends;
    world.add(std::move(owned_lb));
    world.add(std::move(owned_probe));
    world.add(std::move(owned_stub));
  }
  void check_health(HealthCheckSettings settings = {}) { lb->settings.health_check = settings; }
  void until(sim::Duration end) { world.run_until(at(end)); }
  std::vector<int> chosen() const {
    std::vector<int> result;
    for (const auto& heard : stub->heard()) result.push_back(heard.replica);
    return result;
  }
  // How many requests each backend has got.
  std::vector<int> shares() const {
    std::vector<int> result(stub->replicas().size());
    for (const auto& heard : stub->heard()) ++result[heard.replica];
    return result;
  }
  std::int64_t unhealthy() {
    const auto before = reading(world, *lb, "unhealthy").part;
    world.run_until(world.now() + 1_ns);
    return static_cast<std::int64_t>(reading(world, *lb, "unhealthy").part - before);
  }
  std::int64_t count(std::string_view metric) const {
    return static_cast<std::int64_t>(reading(world, *lb, metric).part);
  }
};

}  // namespace faultline::models::balancer
