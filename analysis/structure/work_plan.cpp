#include "analysis/structure/work_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/cache/cache.h"
#include "models/database/database.h"
#include "models/edge/balancer/load_balancer.h"
#include "models/edge/cdn/cdn.h"
#include "models/edge/dns/dns.h"
#include "models/object_store/object_store.h"
#include "models/queue/queue.h"
#include "models/service/service.h"
#include "models/workload/client.h"

namespace faultline::analysis {
namespace {

using models::Operation;
using Kind = PlanStep::Kind;

template <class Type>
const Type* as(const models::Component& component) {
  return dynamic_cast<const Type*>(&component);
}

PlanStep working(const sim::Distribution& work) {
  return {.kind = Kind::work, .what = "work", .work = work};
}

PlanStep asking(const std::string& callee, Operation operation, const std::string& endpoint = {}) {
  static const std::map<Operation, std::string> words = {
      {Operation::serve, "call"},
      {Operation::read, "read"},
      {Operation::write, "write"},
      {Operation::store, "fill"},
      {Operation::invalidate, "invalidate"},
      {Operation::publish, "publish to"},
  };
  return {.kind = Kind::ask,
          .what = words.at(operation) + " " + callee,
          .asked = {callee, endpoint, operation}};
}

// A step of a plan, with what is known of all that it does.
struct Circumstances {
  double share = 1;
  bool needed = true;
};

void add(WorkPlan& plan, PlanStep step, const Circumstances& under) {
  step.share *= under.share;
  step.needed = step.needed && under.needed;
  plan.push_back(std::move(step));
}

class ServicePlan {
 public:
  ServicePlan(const WorkPlans& plans, std::string asked_for)
      : plans_(plans), asked_for_(std::move(asked_for)) {}

  WorkPlan of(const models::Steps& steps) const {
    WorkPlan plan;
    for (const models::StepSettings& step : steps) {
      const Circumstances under{.share = step.sampling, .needed = !step.optional};
      if (step.compute) add(plan, working(*step.compute), under);
      if (!step.call.empty()) {
        const auto& endpoint = step.endpoint.empty() ? asked_for_ : step.endpoint;
        add(plan, asking(step.call, Operation::serve, endpoint), under);
      }
      if (!step.read.empty()) read(step, under, plan);
      if (!step.write.empty()) write(step, under, plan);
      if (!step.publish.empty()) add(plan, asking(step.publish, Operation::publish), under);
      if (!step.parallel.empty()) {
        PlanStep fork{.kind = Kind::together, .what = "in parallel"};
        for (const auto& branch : step.parallel) fork.branches.push_back(of(branch));
        add(plan, std::move(fork), under);
      }
    }
    return plan;
  }

 private:
  void read(const models::StepSettings& step, const Circumstances& under, WorkPlan& plan) const {
    Circumstances behind = under;
    if (!step.cache.empty()) {
      PlanStep look_up = asking(step.cache, Operation::read);
      look_up.needed = step.cache_down == models::CacheDown::fail;
      add(plan, std::move(look_up), under);
      behind.share *= 1 - plans_.hit_ratio(step.cache);
    }
    add(plan, asking(step.read, Operation::read), behind);
    if (step.cache.empty()) return;
    PlanStep fill = asking(step.cache, Operation::store);
    fill.needed = false;
    fill.waited = step.fill == models::Fill::wait;
    add(plan, std::move(fill), behind);
  }

  static void write(const models::StepSettings& step, const Circumstances& under, WorkPlan& plan) {
    add(plan, asking(step.write, Operation::write), under);
    if (step.invalidate.empty()) return;
    PlanStep forget = asking(step.invalidate, Operation::invalidate);
    forget.needed = false;
    add(plan, std::move(forget), under);
  }

  const WorkPlans& plans_;
  std::string asked_for_;
};

WorkPlan plan_of(const models::Service& service, const Asked& asked, const WorkPlans& plans) {
  const auto& endpoints = service.settings.endpoints;
  auto found = endpoints.find(asked.endpoint);
  if (found == endpoints.end()) found = endpoints.find("*");
  if (found == endpoints.end()) return {};
  return ServicePlan(plans, asked.endpoint).of(found->second);
}

WorkPlan plan_of(const models::LoadBalancer& balancer, const Asked& asked) {
  WorkPlan plan;
  if (balancer.settings.capacity) plan.push_back(working(balancer.settings.capacity->work()));
  plan.push_back(asking(balancer.settings.backends, asked.operation, asked.endpoint));
  return plan;
}

bool caches(const models::CdnSettings& settings, const Asked& asked) {
  const auto& names = settings.cacheable;
  if (names.empty()) return !writes(asked);
  return std::find(names.begin(), names.end(), asked.endpoint) != names.end();
}

WorkPlan plan_of(const models::Cdn& cdn, const Asked& asked, double hit_ratio) {
  WorkPlan plan = {working(cdn.settings.service_time)};
  PlanStep fetch = asking(cdn.settings.origin, asked.operation, asked.endpoint);
  if (caches(cdn.settings, asked)) fetch.share = 1 - hit_ratio;
  plan.push_back(std::move(fetch));
  return plan;
}

// Of the components it stands for, in order, by the weights of their addresses; 1 where none is
// stated.
std::vector<double> address_weights(const models::Dns& dns) {
  std::vector<double> weights;
  double total = 0;
  for (const std::string& name : dns.settings.components()) {
    double weight = 0;
    bool stated = false;
    for (const auto& [address, value] : dns.settings.weights) {
      if (address.substr(0, address.find('/')) != name) continue;
      weight += value;
      stated = true;
    }
    weights.push_back(stated ? weight : 1);
    total += weights.back();
  }
  for (double& weight : weights) weight /= total > 0 ? total : 1;
  return weights;
}

WorkPlan plan_of(const models::Dns& dns, const Asked& asked) {
  WorkPlan plan;
  if (!dns.settings.under.empty())
    plan.push_back(asking(dns.settings.under, Operation::read, "referral"));
  PlanStep places{.kind = Kind::one_of, .what = "one of its addresses"};
  for (const std::string& name : dns.settings.components()) {
    places.branches.push_back({asking(name, asked.operation, asked.endpoint)});
  }
  // A name without other policy stands for its first address alone.
  using Policy = models::DnsPolicy;
  if (dns.settings.policy == Policy::simple && places.branches.size() > 1) {
    places.branches.resize(1);
  }
  places.nearest = dns.settings.policy == Policy::geo;
  if (dns.settings.policy == Policy::failover) {
    places.weights.assign(places.branches.size(), 0);
    if (!places.weights.empty()) places.weights.front() = 1;
  } else if (dns.settings.policy == Policy::weighted) {
    places.weights = address_weights(dns);
  }
  if (!places.branches.empty()) plan.push_back(std::move(places));
  return plan;
}

WorkPlan plan_of(const models::Cache& cache, const Asked& asked, double hit_ratio) {
  WorkPlan plan = {working(cache.settings.service_time)};
  if (cache.settings.origin.empty()) return plan;
  using Writes = models::CacheSettings::Writes;
  if (writes(asked)) {
    PlanStep write = asking(cache.settings.origin, Operation::write);
    write.needed = write.waited = cache.settings.writes != Writes::back;
    plan.push_back(std::move(write));
  } else if (asked.operation == Operation::read || asked.operation == Operation::serve) {
    PlanStep fetch = asking(cache.settings.origin, Operation::read);
    fetch.share = 1 - hit_ratio;
    plan.push_back(std::move(fetch));
  }
  return plan;
}

}  // namespace

bool writes(const Asked& asked) {
  if (asked.operation != Operation::serve) return asked.operation == Operation::write;
  for (const std::string_view method : {"POST", "PUT", "PATCH", "DELETE"}) {
    if (asked.endpoint.starts_with(method)) return true;
  }
  return false;
}

WorkPlans::WorkPlans(const scenarios::Scenario& scenario, HitRatios hit_ratios)
    : scenario_(scenario), hit_ratios_(std::move(hit_ratios)) {
  for (const auto& component : scenario.components) {
    components_[component->name()] = component.get();
  }
}

const models::Component& WorkPlans::component(const std::string& name) const {
  return *components_.at(name);
}

double WorkPlans::hit_ratio(const std::string& cache) const {
  const auto found = hit_ratios_.find(cache);
  return found == hit_ratios_.end() ? 0 : std::min(found->second, 1.0);
}

WorkPlan WorkPlans::of_workload(const std::string& workload, const std::string& endpoint) const {
  const auto& settings = as<models::Client>(component(workload))->settings;
  WorkPlan plan = {asking(settings.to, Operation::serve, endpoint)};
  if (settings.then) plan.push_back(asking(settings.then->to, settings.then->does));
  return plan;
}

WorkPlan WorkPlans::of(const Asked& asked) const {
  const models::Component& what = component(asked.component);
  if (const auto* service = as<models::Service>(what)) return plan_of(*service, asked, *this);
  if (const auto* balancer = as<models::LoadBalancer>(what)) return plan_of(*balancer, asked);
  if (const auto* dns = as<models::Dns>(what)) return plan_of(*dns, asked);
  const double hits = hit_ratio(asked.component);
  if (const auto* cdn = as<models::Cdn>(what)) return plan_of(*cdn, asked, hits);
  if (const auto* cache = as<models::Cache>(what)) return plan_of(*cache, asked, hits);
  if (const auto* database = as<models::Database>(what)) {
    return {working(database->settings().service_time(writes(asked)))};
  }
  if (const auto* queue = as<models::Queue>(what)) return {working(queue->settings.store_time)};
  if (const auto* store = as<models::ObjectStore>(what))
    return {working(store->settings.first_byte)};
  return {};
}

WorkPlan WorkPlans::afterwards(const Asked& asked) const {
  const auto* queue = as<models::Queue>(component(asked.component));
  if (queue == nullptr || asked.operation != Operation::publish) return {};
  WorkPlan plan;
  const auto deliver = [&](const models::SubscriberSettings& subscriber) {
    const auto& endpoint = subscriber.endpoint.empty() ? asked.endpoint : subscriber.endpoint;
    PlanStep step = asking(subscriber.deliver_to, Operation::serve, endpoint);
    step.what = "deliver to " + subscriber.deliver_to;
    step.needed = step.waited = false;
    plan.push_back(std::move(step));
  };
  if (queue->settings.subscribers.empty()) deliver(queue->settings);
  for (const auto& [name, subscriber] : queue->settings.subscribers) deliver(subscriber);
  return plan;
}

std::map<std::string, double> endpoint_shares(const scenarios::Scenario& scenario,
                                              const std::string& workload) {
  const auto found =
      std::find_if(scenario.components.begin(), scenario.components.end(),
                   [&](const auto& component) { return component->name() == workload; });
  const auto& settings = as<models::Client>(**found)->settings;
  if (settings.mix.empty()) return {{"", 1.0}};
  double total = 0;
  for (const auto& [endpoint, weight] : settings.mix) total += weight;
  std::map<std::string, double> shares;
  for (const auto& [endpoint, weight] : settings.mix) shares[endpoint] = weight / total;
  return shares;
}

}  // namespace faultline::analysis
