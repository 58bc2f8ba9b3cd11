// What a scenario says of a DNS name, its servers, and those who resolve it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/component.h"
#include "models/resilience/health_check.h"
#include "sim/distribution.h"

namespace faultline::models {

enum class DnsPolicy : std::uint8_t { simple, round_robin, weighted, geo, failover };

// What a client remembers by itself: its browser and its operating system.
struct StubSettings {
  sim::Duration browser;                  // kept so long, whatever the time to live
  double stragglers = 0;                  // share of clients that ignore the time to live
  std::optional<sim::Distribution> hold;  // how long those keep an address; absent: for ever
  std::uint64_t clients = 1'000'000;      // remembered at most

  void describe(Fields& fields);
};

// RFC 8767.
struct ServeStaleSettings {
  sim::Duration keep = sim::Duration::from_seconds(86'400);
  sim::Duration after = sim::Duration::from_seconds(1.8);
  sim::Duration ttl = sim::Duration::from_seconds(30);

  void describe(Fields& fields);
};

struct DnsSettings {
  HostingSettings hosting;
  // What the name stands for.
  std::string answers;
  std::vector<std::string> addresses;
  bool each_replica = false;
  bool refers = false;
  DnsPolicy policy = DnsPolicy::simple;
  std::map<std::string, double> weights;
  std::optional<HealthCheckSettings> health_check;
  // Its servers.
  std::string under;
  sim::Duration ttl = sim::Duration::from_seconds(60);
  sim::Distribution query_time;
  bool anycast = false;
  // Its resolvers.
  std::uint64_t resolvers = 1;  // per place
  sim::Duration resolver_latency;
  sim::Duration query_timeout = sim::Duration::from_seconds(2);
  std::uint64_t tries = 3;
  std::optional<ServeStaleSettings> serve_stale;
  // Its clients.
  std::optional<StubSettings> stub;

  // The components it stands for, in order.
  std::vector<std::string> components() const;
  void describe(Fields& fields);

 private:
  void check_addresses(Fields& fields) const;
};

}  // namespace faultline::models
