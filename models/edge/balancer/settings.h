// Settings of a load balancer.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "models/component.h"
#include "models/edge/balancer/connections.h"
#include "models/edge/balancer/ejection.h"
#include "models/edge/balancer/sessions.h"
#include "models/edge/balancer/sharding.h"
#include "models/policy.h"
#include "models/resilience/health_check.h"
#include "sim/distribution.h"

namespace faultline::models {

struct SlowStartSettings {
  sim::Duration window = sim::Duration::from_seconds(30);
  double floor = 0.1;  // share of its weight that a new backend begins with

  void describe(Fields& fields);
};

struct BalancerRegistrySettings {
  sim::Duration delay = sim::Duration::from_seconds(5);

  void describe(Fields& fields);
};

// What a request costs the balancer itself: by `rate`, or by `workers` that compute.
struct BalancerCapacitySettings {
  double rate = 0;  // per second; 0: by workers
  std::uint64_t workers = 1;
  std::optional<sim::Distribution> compute;
  std::optional<std::uint64_t> backlog;  // nullopt: no limit

  void describe(Fields& fields);
  // Of one worker, per request.
  sim::Distribution work() const;
};

struct LoadBalancerSettings {
  enum class Policy : std::uint8_t {
    round_robin,
    weighted,
    random,
    least_connections,
    least_response_time,
    power_of_two,
    consistent_hash,
  };
  enum class HashBy : std::uint8_t { key, user };

  HostingSettings hosting;
  std::string backends;
  Policy policy = Policy::round_robin;
  std::map<std::string, double> weights;       // by address, "web/0"; empty: all alike
  std::optional<sim::Duration> figures_every;  // nullopt: what it counts itself, at every moment
  sim::Duration response_time_memory = sim::Duration::from_seconds(10);
  HashBy hash_by = HashBy::key;
  std::uint64_t virtual_nodes = 160;
  std::optional<ShardingSettings> sharding;
  std::optional<HealthCheckSettings> health_check;
  std::optional<EjectionSettings> ejection;
  double panic_below = 0;  // share of the backends that are well
  std::optional<SlowStartSettings> slow_start;
  std::optional<BalancerRegistrySettings> registry;
  std::optional<SessionSettings> sessions;
  std::optional<ConnectionBinding> connections;
  std::optional<BalancerCapacitySettings> capacity;
  CallPolicy call;
  bool retry_elsewhere = false;

  void describe(Fields& fields);

 private:
  void describe_policy(Fields& fields);
  void check_policy(Fields& fields) const;
  void check_connections(Fields& fields) const;
};

// The replica that an address such as "web/2" means, where it is one of `component`.
std::optional<std::uint64_t> replica_of(const std::string& address, const std::string& component);

}  // namespace faultline::models
