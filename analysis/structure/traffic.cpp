#include "analysis/structure/traffic.h"

#include <algorithm>
#include <cmath>

#include "models/cache/cache.h"
#include "models/database/database.h"
#include "models/edge/balancer/load_balancer.h"
#include "models/edge/cdn/cdn.h"
#include "models/object_store/object_store.h"
#include "models/queue/queue.h"
#include "models/service/service.h"
#include "models/workload/client.h"

namespace faultline::analysis {
namespace {

constexpr double ns_per_s = 1e9;

double seconds_of(const sim::Distribution& law) { return law.mean() / ns_per_s; }

std::uint64_t replicas_of(const models::World& world, const std::string& name) {
  const auto& replicas = world.find(name)->replicas();
  return static_cast<std::uint64_t>(std::count_if(
      replicas.begin(), replicas.end(),
      [](const models::Replica& replica) { return replica.state != models::Lifecycle::absent; }));
}

// How many of a component's replicas share its work, and the workers of each.
void size_station(const models::Component& component, const models::World& world,
                  StationLoad& station) {
  station.replicas = std::max<std::uint64_t>(1, replicas_of(world, component.name()));
  if (const auto* service = dynamic_cast<const models::Service*>(&component)) {
    station.workers = service->settings.workers;
    station.holds = service->settings.worker == models::WorkerUse::held;
    station.scaled = service->settings.autoscaling.has_value();
  } else if (const auto* database = dynamic_cast<const models::Database*>(&component)) {
    using Reads = models::DatabaseSettings::Reads;
    station.workers = database->settings().workers;
    const Reads reads = database->settings().reads;
    const bool only_followers = reads == Reads::followers || reads == Reads::same_follower;
    if (station.replicas > 1) {
      station.leader_reads = reads == Reads::leader ? 1
                             : only_followers       ? 0
                                                    : 1 / static_cast<double>(station.replicas);
    }
  } else if (const auto* balancer = dynamic_cast<const models::LoadBalancer*>(&component)) {
    const auto& capacity = balancer->settings.capacity;
    if (capacity) station.workers = capacity->rate > 0 ? 1 : capacity->workers;
  } else if (const auto* cache = dynamic_cast<const models::Cache*>(&component)) {
    station.workers = cache->settings.workers;
  } else if (const auto* cdn = dynamic_cast<const models::Cdn*>(&component)) {
    station.workers = cdn->settings.workers;
  }
}

// Sends the requests of one kind through the plans, and adds up what they ask for.
class Flows {
 public:
  Flows(const WorkPlans& plans, models::World& world, const PlanTimes& times)
      : plans_(plans), world_(world), times_(times) {}

  void send(const std::string& caller, const WorkPlan& plan, double per_s, double peak) {
    for (const PlanStep& step : plan) {
      const double rate = per_s * step.share;
      if (rate <= 0) continue;
      if (step.kind == PlanStep::Kind::ask) arrive(caller, step.asked, rate, peak);
      const bool alternatives = step.kind == PlanStep::Kind::one_of;
      const auto shares = alternatives ? times_.shares(caller, step)
                                       : std::vector<double>(step.branches.size(), 1.0);
      for (std::size_t i = 0; i < shares.size(); ++i) {
        send(caller, step.branches[i], rate * shares[i], peak);
      }
    }
  }
  std::vector<StationLoad> stations() const {
    std::vector<StationLoad> all;
    for (const auto& [name, station] : stations_) all.push_back(station);
    for (StationLoad& station : all) {
      if (station.asks_per_s > 0) station.peak_factor /= station.asks_per_s;
    }
    return all;
  }

 private:
  StationLoad& station(const std::string& name) {
    const auto [found, is_new] = stations_.try_emplace(name);
    if (is_new) {
      found->second.name = name;
      found->second.peak_factor = 0;
      size_station(plans_.component(name), world_, found->second);
    }
    return found->second;
  }

  // `peak_factor` adds up rates at the peak until all is known.
  void arrive(const std::string& caller, const Asked& asked, double per_s, double peak) {
    if (plans_.component(asked.component).type() == "dns") {
      return send(caller, plans_.of(asked), per_s, peak);
    }
    StationLoad& here = station(asked.component);
    here.asks_per_s += per_s;
    here.peak_factor += per_s * peak;
    using models::Operation;
    const bool reads = asked.operation == Operation::read || asked.operation == Operation::serve;
    if (reads && !writes(asked)) here.reads_per_s += per_s;
    const WorkPlan plan = plans_.of(asked);
    if (here.holds) {
      here.waits = here.waits || waits_for_others(plan);
      add_job(here, per_s, times_.of(asked), 0);
      add_variances(here, plan, per_s);
    } else {
      const double before = here.work;
      add_work(here, plan, per_s);
      if (writes(asked)) here.write_work += here.work - before;
    }
    send(asked.component, plan, per_s, peak);
    deliver(asked, per_s, peak);
  }

  static bool waits_for_others(const WorkPlan& plan) {
    return std::any_of(plan.begin(), plan.end(), [](const PlanStep& step) {
      const bool asks = step.kind == PlanStep::Kind::ask && step.waited;
      return asks || std::any_of(step.branches.begin(), step.branches.end(), waits_for_others);
    });
  }

  static void add_job(StationLoad& here, double per_s, double mean, double variance) {
    here.jobs_per_s += per_s;
    here.work += per_s * mean;
    here.second_moment += per_s * (variance + mean * mean);
  }

  static double variance_of(const PlanStep& step) {
    return step.work.variance() / (ns_per_s * ns_per_s);
  }

  void add_work(StationLoad& here, const WorkPlan& plan, double per_s) {
    for (const PlanStep& step : plan) {
      const double rate = per_s * step.share;
      if (step.kind == PlanStep::Kind::work) {
        add_job(here, rate, seconds_of(step.work), variance_of(step));
      }
      if (step.kind == PlanStep::Kind::together) {
        for (const WorkPlan& branch : step.branches) add_work(here, branch, rate);
      }
    }
  }

  // Of a worker held for all steps of its own: their variances add up.
  void add_variances(StationLoad& here, const WorkPlan& plan, double per_s) {
    for (const PlanStep& step : plan) {
      if (step.kind == PlanStep::Kind::work) here.second_moment += per_s * variance_of(step);
    }
  }

  void deliver(const Asked& asked, double per_s, double peak) {
    const WorkPlan plan = plans_.afterwards(asked);
    if (plan.empty()) return;
    const auto& queue = dynamic_cast<const models::Queue&>(plans_.component(asked.component));
    std::vector<std::uint64_t> limits;
    if (queue.settings.subscribers.empty()) limits = {queue.settings.concurrency};
    for (const auto& [name, subscriber] : queue.settings.subscribers) {
      limits.push_back(subscriber.concurrency);
    }
    for (std::size_t i = 0; i < plan.size(); ++i) {
      const Asked& to = plan[i].asked;
      const std::string name = asked.component + " -> " + to.component;
      const auto [found, is_new] = stations_.try_emplace(name);
      StationLoad& lane = found->second;
      if (is_new) {
        lane.name = name;
        lane.peak_factor = 0;
        lane.replicas = std::max<std::uint64_t>(1, replicas_of(world_, asked.component));
        lane.workers = limits[i];
        lane.holds = lane.waits = true;
      }
      lane.asks_per_s += per_s;
      lane.peak_factor += per_s * peak;
      const double held = times_.of(to) + times_.round_trip(asked.component, to.component);
      add_job(lane, per_s, held, 0);
    }
    send(asked.component, plan, per_s, peak);
  }

  const WorkPlans& plans_;
  models::World& world_;
  const PlanTimes& times_;
  std::map<std::string, StationLoad> stations_;
};

WorkloadRate rate_of(const models::Client& client, const WorkPlans& plans, const PlanTimes& times) {
  const auto& settings = client.settings;
  const auto& run = plans.scenario().run;
  const sim::Time end = sim::Time{} + run.duration;
  const sim::Time begin = sim::Time{} + run.warmup;
  const double span = (end - begin).ns > 0 ? static_cast<double>((end - begin).ns) / ns_per_s : 1;
  WorkloadRate rate{.workload = client.name()};
  if (settings.arrivals) {
    const auto& arrivals = *settings.arrivals;
    double mean = arrivals.rate_per_s;
    double high = mean;
    if (arrivals.kind == models::ArrivalSettings::Kind::bursty) {
      const auto up = static_cast<double>(arrivals.high_for.ns);
      const auto down = static_cast<double>(arrivals.low_for.ns);
      mean = (arrivals.rate_per_s * up + arrivals.low_rate_per_s * down) / (up + down);
      high = std::max(arrivals.rate_per_s, arrivals.low_rate_per_s);
    }
    const double visits = settings.session ? std::max(1.0, settings.session->requests.mean()) : 1;
    const auto curve = settings.curve ? settings.curve->apply(1, end) : models::RateCurve(1);
    double top = 0;
    for (int i = 0; i <= 1000; ++i) {
      top = std::max(top, curve.rate(begin + (end - begin) / 1000 * i));
    }
    rate.mean_per_s = mean * visits * (curve.integral(end) - curve.integral(begin)) / span;
    rate.peak_per_s = high * visits * top;
  } else if (settings.users) {
    double response = 0;
    for (const auto& [endpoint, share] : endpoint_shares(plans.scenario(), client.name())) {
      response += share * times.of(client.name(), plans.of_workload(client.name(), endpoint));
    }
    const double cycle = seconds_of(settings.users->think) + response;
    if (cycle > 0) rate.mean_per_s = static_cast<double>(settings.users->count) / cycle;
    rate.peak_per_s = rate.mean_per_s;
    rate.bound = true;
  } else if (settings.job) {
    const double period =
        settings.job->every ? static_cast<double>(settings.job->every->ns) / ns_per_s : span;
    rate.mean_per_s = rate.peak_per_s = static_cast<double>(settings.job->calls) / period;
  } else {
    for (const auto& log : plans.scenario().replayed) {
      if (log.workload != client.name()) continue;
      rate.mean_per_s =
          static_cast<double>(log.requests) * ns_per_s / static_cast<double>(run.duration.ns);
      rate.peak_per_s = rate.mean_per_s;
    }
  }
  return rate;
}

}  // namespace

double StationLoad::service_cv2() const {
  const double mean = service_s();
  if (mean <= 0) return 0;
  return std::max(0.0, second_moment / jobs_per_s / (mean * mean) - 1);
}

std::optional<double> StationLoad::utilisation() const {
  if (!workers) return std::nullopt;
  const auto each = static_cast<double>(*workers);
  if (!leader_reads) return work / static_cast<double>(replicas) / each;
  const double reads = work - write_work;
  const double leader = write_work + reads * *leader_reads;
  const double follower = reads * (1 - *leader_reads) / static_cast<double>(replicas - 1);
  return std::max(leader, follower) / each;
}

const StationLoad* Traffic::bottleneck() const {
  if (stations.empty() || stations.front().utilisation().value_or(0) <= 0) return nullptr;
  return &stations.front();
}

std::vector<models::PlaceId> PlanTimes::places_of(const std::string& caller) const {
  const models::Component& component = *world_.find(caller);
  if (const auto* client = dynamic_cast<const models::Client*>(&component)) {
    return {*world_.geography().home(client->settings.from)};
  }
  std::vector<models::PlaceId> places;
  for (const auto& replica : component.replicas()) places.push_back(replica.place);
  return places;
}

std::vector<double> PlanTimes::shares(const std::string& caller, const PlanStep& step) const {
  if (!step.weights.empty()) return step.weights;
  const std::size_t count = step.branches.size();
  std::vector<double> shares(count, 1 / static_cast<double>(std::max<std::size_t>(1, count)));
  const auto places = places_of(caller);
  if (!step.nearest || places.empty()) return shares;
  std::fill(shares.begin(), shares.end(), 0.0);
  for (const models::PlaceId place : places) {
    std::vector<sim::Duration> ways;
    for (const WorkPlan& branch : step.branches) {
      const auto& replicas = world_.find(branch.front().asked.component)->replicas();
      ways.push_back(replicas.empty() ? sim::Duration::max()
                                      : world_.distance(place, replicas.front().place));
    }
    const auto nearest = std::min_element(ways.begin(), ways.end()) - ways.begin();
    shares[static_cast<std::size_t>(nearest)] += 1 / static_cast<double>(places.size());
  }
  return shares;
}

double PlanTimes::round_trip(const std::string& caller, const std::string& callee) const {
  const models::Component& to = *world_.find(callee);
  const auto line = world_.geography().line(caller, callee);
  const auto back = world_.geography().line(callee, caller);
  if (line && back) {
    const auto there = world_.distance(line->first, line->second);
    return (there + world_.distance(back->first, back->second)).seconds();
  }
  double sum = 0;
  double pairs = 0;
  for (const auto start : places_of(caller)) {
    for (const auto& replica : to.replicas()) {
      sum +=
          (world_.distance(start, replica.place) + world_.distance(replica.place, start)).seconds();
      ++pairs;
    }
  }
  return pairs > 0 ? sum / pairs : 0;
}

double PlanTimes::of(const std::string& caller, const PlanStep& step) const {
  switch (step.kind) {
    case PlanStep::Kind::work:
      return seconds_of(step.work);
    case PlanStep::Kind::ask: {
      // An address is no machine: who asks goes to where it leads.
      if (plans_.component(step.asked.component).type() == "dns") {
        return of(caller, plans_.of(step.asked));
      }
      const auto [known, is_new] = known_.try_emplace(step.asked, 0);
      if (is_new) {
        const double inside = of(step.asked);
        known_[step.asked] = inside;
      }
      return known_[step.asked] + round_trip(caller, step.asked.component);
    }
    case PlanStep::Kind::together: {
      double longest = 0;
      for (const WorkPlan& branch : step.branches) longest = std::max(longest, of(caller, branch));
      return longest;
    }
    case PlanStep::Kind::one_of: {
      const auto parts = shares(caller, step);
      double sum = 0;
      for (std::size_t i = 0; i < parts.size(); ++i) sum += parts[i] * of(caller, step.branches[i]);
      return sum;
    }
  }
  return 0;
}

double PlanTimes::of(const std::string& caller, const WorkPlan& plan) const {
  double sum = 0;
  for (const PlanStep& step : plan) {
    if (step.waited) sum += step.share * of(caller, step);
  }
  return sum;
}

std::vector<WorkloadRate> workload_rates(const WorkPlans& plans, const PlanTimes& times) {
  std::vector<WorkloadRate> rates;
  for (const auto& component : plans.scenario().components) {
    const auto* client = dynamic_cast<const models::Client*>(component.get());
    if (client != nullptr) rates.push_back(rate_of(*client, plans, times));
  }
  return rates;
}

Traffic find_traffic(const WorkPlans& plans, models::World& world) {
  const PlanTimes times(plans, world);
  Traffic traffic;
  traffic.workloads = workload_rates(plans, times);
  Flows flows(plans, world, times);
  for (const WorkloadRate& rate : traffic.workloads) {
    traffic.mean_per_s += rate.mean_per_s;
    const double peak = rate.mean_per_s > 0 ? rate.peak_per_s / rate.mean_per_s : 1;
    for (const auto& [endpoint, share] : endpoint_shares(plans.scenario(), rate.workload)) {
      flows.send(rate.workload, plans.of_workload(rate.workload, endpoint), rate.mean_per_s * share,
                 peak);
    }
  }
  traffic.stations = flows.stations();
  std::stable_sort(traffic.stations.begin(), traffic.stations.end(),
                   [](const StationLoad& a, const StationLoad& b) {
                     return a.utilisation().value_or(-1) > b.utilisation().value_or(-1);
                   });
  return traffic;
}

}  // namespace faultline::analysis
