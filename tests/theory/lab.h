// Lab: whole components in a world where the network takes no time, and an ear for what their users
// felt.
//
// Times are in milliseconds; the first tenth of what is heard is warm-up and forgotten.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/edge/balancer/load_balancer.h"
#include "models/observer.h"
#include "models/service/service.h"
#include "models/workload/client.h"
#include "models/world.h"
#include "tests/models/probe.h"
#include "tests/theory/validation.h"

namespace faultline::theory {

inline constexpr double ms = 1e6;  // in nanoseconds, the base unit of distributions of time

// Every decided request, in order, and every wait for a worker if `waits` are wanted.
class Ear final : public models::Observer {
 public:
  explicit Ear(bool waits) : wants_waits_(waits) {}

  struct Felt {
    models::ComponentId by;
    models::Status status;
    double latency_ms;
    double at_ms;
  };

  bool wants_messages() const override { return wants_waits_; }
  void decided(const models::Request& request, models::ComponentId by,
               const models::Outcome& outcome, sim::Time now) override {
    felt_.push_back({by, outcome.status, (now - request.sent).milliseconds(),
                     (now - sim::Time{}).milliseconds()});
  }
  void span(const models::Span& span) override {
    if (span.kind != models::SpanKind::waiting) return;
    waits_ms_.push_back((span.end - span.begin).milliseconds());
  }

  const std::vector<Felt>& felt() const { return felt_; }
  const std::vector<double>& waits_ms() const { return waits_ms_; }

 private:
  bool wants_waits_;
  std::vector<Felt> felt_;
  std::vector<double> waits_ms_;
};

template <class Value>
std::vector<Value> after_warmup(const std::vector<Value>& all) {
  return {all.begin() + static_cast<std::ptrdiff_t>(all.size() / 10), all.end()};
}

class Lab {
 public:
  explicit Lab(std::uint64_t seed, bool waits = false,
               models::Geography geography = models::tiny_geography())
      : world_(shifted(seed), std::move(geography)), ear_(waits) {}

  // In any order.
  template <class Type>
  Type& add(std::unique_ptr<Type> component) {
    Type& reference = *component;
    parts_.push_back(std::move(component));
    return reference;
  }

  void start() {
    std::sort(parts_.begin(), parts_.end(),
              [](const auto& a, const auto& b) { return a->name() < b->name(); });
    for (auto& part : parts_) world_.add(std::move(part));
    world_.observe(&ear_);
    world_.start();
  }
  void run(std::uint64_t requests) {
    start();
    world_.set_request_limit(requests);
    world_.run_until(sim::Time::max());
  }

  models::World& world() { return world_; }
  const Ear& ear() const { return ear_; }

  std::vector<double> latencies_ms() const {
    std::vector<double> all;
    for (const Ear::Felt& one : ear_.felt()) {
      if (one.status == models::Status::ok) all.push_back(one.latency_ms);
    }
    return after_warmup(all);
  }
  std::vector<double> waits_ms() const { return after_warmup(ear_.waits_ms()); }
  // 1 for every request that ended so, 0 for every other.
  std::vector<double> ended(models::Status status) const {
    std::vector<double> all;
    for (const Ear::Felt& one : ear_.felt()) all.push_back(one.status == status ? 1 : 0);
    return after_warmup(all);
  }

 private:
  models::World world_;
  Ear ear_;
  std::vector<std::unique_ptr<models::Component>> parts_;
};

// Users who arrive by a Poisson process.
inline std::unique_ptr<models::Client> poisson(double rate_per_ms, const std::string& to,
                                               const std::string& name = "users") {
  auto client = std::make_unique<models::Client>(name);
  client->settings.from = "users";
  client->settings.to = to;
  client->settings.arrivals = models::ArrivalSettings{.rate_per_s = rate_per_ms * 1000};
  client->settings.mix = {{"GET /", 1}};
  return client;
}

// A service that computes for each request, and then may call the next one with its worker free.
inline std::unique_ptr<models::Service> service(const std::string& name, std::uint64_t workers,
                                                const sim::Distribution& compute,
                                                const std::string& next = "") {
  auto made = std::make_unique<models::Service>(name);
  made->settings.workers = workers;
  made->settings.worker = models::WorkerUse::released;
  models::Steps steps(1);
  steps[0].compute = compute;
  if (!next.empty()) {
    steps.emplace_back();
    steps[1].call = next;
  }
  made->settings.endpoints["GET /"] = steps;
  return made;
}

}  // namespace faultline::theory
