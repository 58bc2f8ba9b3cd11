#include "analysis/world_snapshot.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "models/workload/client.h"

namespace faultline::analysis {

using nlohmann::ordered_json;

namespace {

template <class Visit>
void each_client(const models::World& world, Visit visit) {
  for (models::ComponentId id = 0; id < world.component_count(); ++id) {
    if (const auto* client = dynamic_cast<const models::Client*>(&world.component(id))) {
      visit(*client);
    }
  }
}

ordered_json json_figure_of(std::optional<double> value) {
  return value ? ordered_json(*value) : ordered_json(nullptr);
}

void put_figure(ordered_json& object, const sim::Figure& figure) {
  const std::string name(figure.metric.name);
  switch (figure.kind) {
    case sim::MetricKind::times:
      object[name] = percentiles(figure.times);
      return;
    case sim::MetricKind::counter:
      object[name] = static_cast<std::uint64_t>(*figure.value);
      return;
    default:
      object[name] = json_figure_of(figure.value);
  }
}

// Counts that belong together stand together: requests, and outcomes by reason.
void put_users_figure(ordered_json& object, const sim::Figure& figure) {
  constexpr std::string_view outcome = "outcome_";
  const std::string name(figure.metric.name);
  if (name.starts_with(outcome)) {
    const auto count = static_cast<std::uint64_t>(*figure.value);
    std::string reason = name.substr(outcome.size());
    std::replace(reason.begin(), reason.end(), '_', '-');  // as in `status_names`
    if (count > 0) object["outcomes"][reason] = count;
  } else if (name == "offered" || name == "succeeded" || name == "failed" || name == "in_flight") {
    object["requests"][name] = static_cast<std::uint64_t>(*figure.value);
  } else {
    put_figure(object, figure);
  }
}

}  // namespace

void measure_users(const models::World& world, sim::Metrics& metrics) {
  models::Ledger all;
  std::uint64_t attempts = 0;
  std::uint64_t calls = 0;
  each_client(world, [&](const models::Client& client) {
    all.merge(client.felt());
    attempts += client.site(world).attempts;
    calls += client.site(world).calls;
  });
  all.measure(metrics);
  metrics.ratio({"attempts_per_request", "attempts/request", "Tries of users per request."},
                attempts, calls);
  metrics.rate({"retries_per_s", "1/s", "Tries of users after the first, per second."},
               attempts - calls);
}

models::Ledger measured_ledger(const models::World& world) {
  models::Ledger all;
  each_client(world, [&](const models::Client& client) { all.merge(client.measured()); });
  return all;
}

WorldSnapshot::WorldSnapshot(const models::World& world)
    : at(world.now()), users(world.now()), transferred(models::transferred(world)) {
  measure_users(world, users);
  components.reserve(world.component_count());
  provisioned.reserve(world.component_count());
  for (models::ComponentId id = 0; id < world.component_count(); ++id) {
    components.push_back(world.snapshot(id));
    provisioned.push_back(world.component(id).provisioned_until(at));
  }
}

ordered_json percentiles(const sim::Histogram& times) {
  const auto ms = [](std::optional<std::int64_t> ns) {
    return ns ? ordered_json(static_cast<double>(*ns) / 1e6) : ordered_json(nullptr);
  };
  const auto mean = times.mean();
  return {{"mean", mean ? ordered_json(*mean / 1e6) : ordered_json(nullptr)},
          {"p50", ms(times.quantile(0.5))},
          {"p90", ms(times.quantile(0.9))},
          {"p95", ms(times.quantile(0.95))},
          {"p99", ms(times.quantile(0.99))},
          {"p99.9", ms(times.quantile(0.999))},
          {"max", ms(times.max())}};
}

std::optional<double> instances_between(const models::World& world, const WorldSnapshot& from,
                                        const WorldSnapshot& to) {
  sim::Int128 area = 0;
  for (models::ComponentId id = 0; id < world.component_count(); ++id) {
    if (world.component(id).is_name()) continue;
    area += to.provisioned[id].area - from.provisioned[id].area;
  }
  return sim::ratio(area, (to.at - from.at).ns);
}

ordered_json figures_between(const models::World& world, const WorldSnapshot& from,
                             const WorldSnapshot& to) {
  ordered_json result;
  result["requests"] = ordered_json::object();
  result["outcomes"] = ordered_json::object();
  for (const sim::Figure& figure : sim::between(from.users, to.users)) {
    put_users_figure(result, figure);
  }
  result["instances"] = json_figure_of(instances_between(world, from, to));
  ordered_json components = ordered_json::object();
  ordered_json workloads = ordered_json::object();
  for (models::ComponentId id = 0; id < world.component_count(); ++id) {
    const models::Component& component = world.component(id);
    const bool is_workload = component.offers_load();
    ordered_json& object = (is_workload ? workloads : components)[component.name()];
    if (!is_workload) object["type"] = component.type();
    for (const sim::Figure& figure : sim::between(from.components[id], to.components[id])) {
      put_figure(object, figure);
    }
  }
  result["components"] = std::move(components);
  result["workloads"] = std::move(workloads);
  return result;
}

}  // namespace faultline::analysis
