#include "analysis/structure/predictions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/structure/queueing.h"
#include "models/database/database.h"
#include "models/edge/balancer/load_balancer.h"
#include "models/service/service.h"
#include "models/workload/client.h"

namespace faultline::analysis {
namespace {

// What of a scenario decides which formula fits a station.
struct QueueFacts {
  std::uint64_t servers = 1;  // of one replica
  double load = 0;            // of one replica, in busy servers
  double service_s = 0;
  double arrivals_cv2 = 1;
  double service_cv2 = 1;
  std::optional<std::uint64_t> room;
  bool sharing = false;
  std::vector<std::string> prevents;      // any formula
  std::vector<std::string> approximates;  // makes what there is one
};

bool nearly(double a, double b) { return std::abs(a - b) < 1e-6; }

// How the arrivals of the workloads come.
void look_at_arrivals(const WorkPlans& plans, QueueFacts& facts) {
  std::vector<const models::Client*> clients;
  for (const auto& component : plans.scenario().components) {
    const auto* client = dynamic_cast<const models::Client*>(component.get());
    if (client != nullptr) clients.push_back(client);
  }
  for (const models::Client* client : clients) {
    const auto& settings = client->settings;
    const std::string of = "arrivals of " + client->name();
    using Kind = models::ArrivalSettings::Kind;
    if (settings.users) {
      facts.prevents.push_back(client->name() + " waits for answers before it asks again");
    } else if (!settings.arrivals) {
      facts.prevents.push_back(of + " are not random");
    } else if (settings.arrivals->kind == Kind::bursty) {
      facts.prevents.push_back(of + " come in bursts");
    } else if (settings.curve) {
      facts.prevents.push_back(of + " change over time");
    } else if (settings.session) {
      facts.approximates.push_back(of + " come in sessions, taken as Poisson");
    } else if (settings.arrivals->kind == Kind::regular) {
      if (clients.size() == 1) {
        facts.arrivals_cv2 = 0;
      } else {
        facts.prevents.push_back(of + " are regular");
      }
    }
    if (settings.call.retries && settings.call.retries->max > 0) {
      facts.approximates.push_back("retries of " + client->name() + " are ignored");
    }
  }
}

// How many replicas the work is spread over.
double sharing_nodes(const StationLoad& station) {
  if (!station.leader_reads) return static_cast<double>(station.replicas);
  if (*station.leader_reads >= 1) return 1;
  return static_cast<double>(station.replicas - (*station.leader_reads > 0 ? 0 : 1));
}

// Who spreads the arrivals over the replicas, and how.
void look_at_spread(const WorkPlans& plans, const StationLoad& station, double nodes,
                    QueueFacts& facts) {
  if (nodes == 1) return;
  if (station.leader_reads && station.write_work > 0) {
    facts.prevents.push_back("its leader has the writes besides its reads");
  }
  using Policy = models::LoadBalancerSettings::Policy;
  Policy policy = Policy::round_robin;
  for (const auto& component : plans.scenario().components) {
    const auto* balancer = dynamic_cast<const models::LoadBalancer*>(component.get());
    if (balancer != nullptr && balancer->settings.backends == station.name) {
      policy = balancer->settings.policy;
      if (balancer->settings.sharding || balancer->settings.sessions) {
        facts.prevents.push_back("each user keeps to some of the replicas");
      }
    }
  }
  if (policy == Policy::round_robin) {
    facts.arrivals_cv2 /= nodes;
  } else if (policy != Policy::random) {
    facts.prevents.push_back("its balancer looks at its replicas before it chooses");
  }
}

std::size_t computes_in(const models::Steps& steps) {
  std::size_t count = 0;
  for (const auto& step : steps) {
    if (step.compute) ++count;
    for (const auto& branch : step.parallel) count += computes_in(branch);
  }
  return count;
}

void look_at_service(const models::Service& service, QueueFacts& facts) {
  const auto& settings = service.settings;
  facts.room = settings.backlog;
  facts.sharing = settings.discipline == sim::Discipline::processor_sharing;
  const bool in_turn = settings.discipline == sim::Discipline::fifo || facts.sharing;
  if (!in_turn) facts.approximates.push_back("those who wait are not served in turn");
  if (settings.autoscaling) facts.prevents.push_back("the number of its replicas changes");
  if (settings.rate_limit) facts.prevents.push_back("it limits the rate of its callers");
  if (settings.shedding) facts.prevents.push_back("it sheds load");
  if (settings.process) facts.prevents.push_back("its processes ail");
  if (settings.memory) facts.prevents.push_back("its replicas remember what they read");
  if (settings.speed != 1) {
    facts.service_s /= settings.speed;
    facts.load /= settings.speed;
  }
  std::size_t most = 0;
  bool calls = false;
  for (const auto& [name, steps] : settings.endpoints) {
    most = std::max(most, computes_in(steps));
    for (const auto& step : steps) {
      calls = calls || !(step.call + step.read + step.write + step.publish).empty();
      calls = calls || !step.parallel.empty();
    }
  }
  const bool held = settings.worker == models::WorkerUse::held;
  if (held && calls) facts.prevents.push_back("its workers are held while they wait for others");
  if (!held && most > 1) {
    facts.approximates.push_back("a request comes back for more work: taken as a new arrival");
  }
}

void look_at_database(const models::Database& database, QueueFacts& facts) {
  const auto& settings = database.settings();
  facts.room = settings.backlog;
  if (settings.connections) facts.prevents.push_back("its connections are limited");
  if (settings.reads == models::DatabaseSettings::Reads::nearest) {
    facts.prevents.push_back("each caller reads at its nearest node");
  }
}

bool comes_from_queues(const WorkPlans& plans, const Traffic& traffic, const std::string& name) {
  for (const StationLoad& other : traffic.stations) {
    if (!other.workers || other.name == name || other.name.find(" -> ") != std::string::npos) {
      continue;
    }
    for (const auto& call : plans.component(other.name).static_calls()) {
      if (call.callee == name) return true;
    }
  }
  return false;
}

// Who stands before the station: a queue that lets through so many at once, a cache that lets
// through what it has not.
void look_at_callers(const WorkPlans& plans, const std::string& name, QueueFacts& facts) {
  bool behind_cache = false;
  for (const auto& component : plans.scenario().components) {
    const auto calls = component->static_calls();
    const bool asks = std::any_of(calls.begin(), calls.end(),
                                  [&](const auto& call) { return call.callee == name; });
    if (!asks) continue;
    if (component->type() == "queue") {
      facts.prevents.push_back(component->name() + " delivers no more than so many at once");
    }
    behind_cache = behind_cache || component->type() == "cache" || component->type() == "cdn";
    const auto* service = dynamic_cast<const models::Service*>(component.get());
    if (service == nullptr) continue;
    for (const auto& [endpoint, steps] : service->settings.endpoints) {
      for (const auto& step : steps) {
        behind_cache = behind_cache || (step.read == name && !step.cache.empty());
      }
    }
  }
  if (behind_cache) {
    facts.approximates.push_back("it gets the misses of a full cache, taken as Poisson");
  }
}

Wait wait_of(const QueueFacts& facts, double mean) {
  const auto at = [&](double quantile) {
    return facts.service_s * wait_quantile(facts.servers, facts.load, mean, quantile);
  };
  return {mean * facts.service_s, at(0.5), at(0.95), at(0.99)};
}

void fit(const QueueFacts& facts, Prediction& prediction) {
  const auto c = static_cast<double>(facts.servers);
  if (facts.sharing) {
    if (facts.servers > 1) {
      prediction.failing.push_back("several workers share their speed");
      return;
    }
    prediction.model = "M/G/1-PS";
    prediction.sojourn = true;
    prediction.exact = nearly(facts.arrivals_cv2, 1) && facts.approximates.empty();
    prediction.predicted = Wait{facts.service_s * sharing_sojourn(facts.load), {}, {}, {}};
    return;
  }
  const bool exponential = nearly(facts.service_cv2, 1);
  const bool poisson = nearly(facts.arrivals_cv2, 1);
  if (facts.room) {
    const LossQueue bounded = mmck(facts.servers, *facts.room, facts.load);
    if (bounded.lost > 1e-6) {
      prediction.model = fmt::format("M/M/{}/{}", facts.servers, facts.servers + *facts.room);
      prediction.exact = exponential && poisson && facts.approximates.empty();
      if (!exponential) prediction.failing.push_back("service times are not exponential");
      if (!poisson) prediction.failing.push_back("arrivals are not Poisson");
      prediction.lost = bounded.lost;
      prediction.predicted = Wait{bounded.mean_wait * facts.service_s, {}, {}, {}};
      return;
    }
  }
  if (facts.load >= c) {
    prediction.failing.push_back("it is asked for more than it can do: the wait grows without end");
    return;
  }
  const double mean = ggc_wait(facts.servers, facts.load, facts.arrivals_cv2, facts.service_cv2);
  prediction.exact = poisson && (exponential || facts.servers == 1) && facts.approximates.empty();
  prediction.model =
      fmt::format("{}/{}/{}", poisson ? "M" : "G", exponential ? "M" : "G", facts.servers);
  if (!poisson) prediction.failing.push_back("arrivals in turn are not Poisson (Allen-Cunneen)");
  if (!exponential && facts.servers > 1) {
    prediction.failing.push_back("service times are not exponential (Allen-Cunneen)");
  } else if (!exponential) {
    prediction.failing.push_back("percentiles as if the wait of those who wait were exponential");
  }
  prediction.predicted = wait_of(facts, mean);
}

const models::Client* only_closed_loop(const WorkPlans& plans) {
  const models::Client* found = nullptr;
  for (const auto& component : plans.scenario().components) {
    const auto* client = dynamic_cast<const models::Client*>(component.get());
    if (client == nullptr) continue;
    if (found != nullptr || !client->settings.users) return nullptr;
    found = client;
  }
  return found;
}

// One closed loop before one station of one replica: everything else is thinking.
bool fit_closed(const WorkPlans& plans, const Traffic& traffic, const QueueFacts& facts,
                const StationLoad& station, Prediction& prediction) {
  const models::Client* users = only_closed_loop(plans);
  const auto limited = std::count_if(traffic.stations.begin(), traffic.stations.end(),
                                     [](const auto& one) { return one.workers.has_value(); });
  const bool once = users != nullptr && nearly(station.jobs_per_s, traffic.mean_per_s);
  if (!once || limited != 1 || station.replicas != 1 || facts.prevents.size() != 1) return false;
  const auto count = users->settings.users->count;
  const double cycle = static_cast<double>(count) / traffic.mean_per_s;
  const ClosedQueue closed =
      repairman(count, cycle - facts.service_s, facts.servers, facts.service_s);
  prediction.model = fmt::format("M/M/{} of {} users", facts.servers, count);
  prediction.exact = nearly(facts.service_cv2, 1) && facts.approximates.empty();
  if (!nearly(facts.service_cv2, 1)) {
    prediction.failing.push_back("service times are not exponential");
  }
  prediction.throughput_per_s = closed.throughput_per_s;
  prediction.predicted = Wait{closed.response_s - facts.service_s, {}, {}, {}};
  return true;
}

std::optional<double> figure_s(const nlohmann::ordered_json& metric, const char* key) {
  const auto found = metric.find(key);
  if (found == metric.end() || !found->is_number()) return std::nullopt;
  return found->get<double>() / 1000;
}

}  // namespace

std::vector<Prediction> predict_waits(const WorkPlans& plans, const Traffic& traffic) {
  std::vector<Prediction> predictions;
  for (const StationLoad& station : traffic.stations) {
    if (!station.workers || station.name.find(" -> ") != std::string::npos) continue;
    const models::Component& component = plans.component(station.name);
    const auto* service = dynamic_cast<const models::Service*>(&component);
    const auto* database = dynamic_cast<const models::Database*>(&component);
    if ((service == nullptr && database == nullptr) || station.work <= 0) continue;
    const double nodes = sharing_nodes(station);
    QueueFacts facts{.servers = *station.workers,
                     .load = station.work / nodes,
                     .service_s = station.service_s(),
                     .service_cv2 = station.service_cv2(),
                     .room = {},
                     .prevents = {},
                     .approximates = {}};
    look_at_arrivals(plans, facts);
    look_at_spread(plans, station, nodes, facts);
    if (service != nullptr) look_at_service(*service, facts);
    if (database != nullptr) look_at_database(*database, facts);
    look_at_callers(plans, station.name, facts);
    if (comes_from_queues(plans, traffic, station.name)) {
      facts.approximates.push_back("arrivals come out of another queue, taken as Poisson");
    }
    Prediction prediction{.station = station.name,
                          .model = {},
                          .failing = {},
                          .predicted = {},
                          .simulated = {},
                          .lost = {},
                          .throughput_per_s = {}};
    const bool closed = fit_closed(plans, traffic, facts, station, prediction);
    if (!closed && facts.prevents.empty()) fit(facts, prediction);
    auto& failing = prediction.failing;
    if (!closed) failing.insert(failing.end(), facts.prevents.begin(), facts.prevents.end());
    failing.insert(failing.end(), facts.approximates.begin(), facts.approximates.end());
    predictions.push_back(std::move(prediction));
  }
  return predictions;
}

void add_measured(const Result& result, std::vector<Prediction>& predictions) {
  for (Prediction& prediction : predictions) {
    const auto& component = result.json["components"][prediction.station];
    for (const char* name : {"waiting_ms", "waiting_time_ms"}) {
      const auto metric = component.find(name);
      if (metric == component.end() || prediction.sojourn) continue;
      const auto mean = figure_s(*metric, "mean");
      if (!mean) continue;
      prediction.simulated =
          Wait{*mean, figure_s(*metric, "p50"), figure_s(*metric, "p95"), figure_s(*metric, "p99")};
    }
  }
}

scenarios::Scenario undisturbed(scenarios::Scenario scenario) {
  scenario.timeline.clear();
  scenario.faults.clear();
  return scenario;
}

}  // namespace faultline::analysis
