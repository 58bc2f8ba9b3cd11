// What tests of DNS names share: a name over two components in two regions.
//
// Users are 10 ms from region eu, and 60 ms from us. The name's only server stands in eu and takes
// 5 ms for a query, so that a resolver learns an address in 25 ms; callers need nothing to reach
// it, unless a test says so. `eu` and `us` answer at once: in 20 ms and 120 ms, seen by the users.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/edge/dns/dns.h"
#include "tests/models/probe.h"

namespace faultline::models {

inline Geography two_regions() {
  using namespace sim::literals;
  GeographySettings settings;
  settings.regions["eu"].zones = {"a"};
  settings.regions["us"].zones = {"a"};
  settings.clients["users"] = {.near = "eu", .latency = sim::Distribution::constant(10_ms)};
  settings.latency.same_zone = {};
  settings.latency.between_regions = sim::Distribution::constant(50_ms);
  return Geography(settings);
}

struct DnsScene {
  World world{1, two_regions()};
  Dns* name;
  Probe* probe;
  Stub* eu;
  Stub* us;

  explicit DnsScene(DnsPolicy policy, const CallPolicy& patience = {}) {
    name = add<Dns>("name");
    probe = add<Probe>("probe", "name", patience);
    eu = add<Stub>("eu");
    us = add<Stub>("us");
    eu->hosting.zones = {"eu/a"};
    us->hosting.zones = {"us/a"};
    name->settings = settings_of_a_server("eu/a", sim::Duration{5'000'000});
    name->settings.addresses = {"eu", "us"};
    name->settings.policy = policy;
    name->settings.ttl = sim::Duration{10'000'000'000};
  }

  static DnsSettings settings_of_a_server(const std::string& zone, sim::Duration query_time) {
    DnsSettings settings;
    settings.hosting.zones = {zone};
    settings.query_time = sim::Distribution::constant(query_time);
    settings.query_timeout = sim::Duration{1'000'000'000};
    return settings;
  }
  // A zone above the name.
  Dns* add_zone(const std::string& called, const std::string& zone, sim::Duration query_time) {
    Dns* dns = add<Dns>(called);
    dns->settings = settings_of_a_server(zone, query_time);
    dns->settings.refers = true;
    return dns;
  }
  template <class Type, class... Arguments>
  Type* add(const std::string& called, Arguments&&... arguments) {
    auto made = std::make_unique<Type>(called, std::forward<Arguments>(arguments)...);
    Type* type = made.get();
    parts_.push_back(std::move(made));
    return type;
  }
  void start() {
    std::sort(parts_.begin(), parts_.end(),
              [](const auto& a, const auto& b) { return a->name() < b->name(); });
    for (auto& part : parts_) world.add(std::move(part));
    world.start();
  }

  void ask(sim::Duration at, std::uint64_t user = 0) { probe->ask({.at = at, .user = user}); }
  void until(sim::Duration end) { world.run_until(sim::Time{} + end); }
  std::int64_t count(std::string_view metric) const {
    return static_cast<std::int64_t>(reading(world, *name, metric).part);
  }
  void weigh(double of_eu, double of_us) {
    name->settings.weights = {{"eu", of_eu}, {"us", of_us}};
    if (!name->replicas().empty()) name->changed(world, "weights");
  }
  // How long each ask took, in ms, in the order of the asks; -1: it failed.
  std::vector<double> latencies_ms(const std::vector<sim::Duration>& asked) const {
    std::vector<double> took;
    for (std::size_t i = 0; i < asked.size(); ++i) {
      const Probe::Answer* answer = probe->answer_to(i);
      const bool ok = answer != nullptr && answer->outcome.ok();
      took.push_back(ok ? (answer->at - (sim::Time{} + asked[i])).milliseconds() : -1);
    }
    return took;
  }

 private:
  std::vector<std::unique_ptr<Component>> parts_;
};

}  // namespace faultline::models
