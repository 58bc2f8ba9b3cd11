// An examined structure as JSON, "faultline-analysis/1": docs/analysis.md.
#include <nlohmann/json.hpp>

#include "analysis/structure/structure.h"

namespace faultline::analysis {
namespace {

using nlohmann::ordered_json;

ordered_json json_or_null(std::optional<double> value) {
  return value ? ordered_json(*value) : ordered_json(nullptr);
}

ordered_json names_json(const std::vector<ReplicaKey>& replicas) {
  ordered_json json = ordered_json::array();
  for (const ReplicaKey& replica : replicas) json.push_back(name_of(replica));
  return json;
}

ordered_json kind_json(const KindOfRequest& kind) {
  ordered_json passes = ordered_json::array();
  for (const ReplicaGroup& group : kind.passes) {
    passes.push_back({{"component", group.component},
                      {"role", group.role},
                      {"replicas", group.members.size()},
                      {"needed", group.needed}});
  }
  ordered_json some = ordered_json::object();
  for (const auto& [name, share] : kind.needed_by_some) some[name] = share;
  return {{"workload", kind.workload},
          {"endpoint", kind.endpoint},
          {"share", kind.share},
          {"passes", std::move(passes)},
          {"single_replicas", names_json(kind.single_replicas)},
          {"single_components", kind.single_components},
          {"single_zones", kind.single_zones},
          {"single_regions", kind.single_regions},
          {"fewest_replicas", names_json(kind.fewest_replicas)},
          {"fewest_zones", kind.fewest_zones},
          {"needed_by_some", std::move(some)}};
}

ordered_json path_json(const CriticalPath& path) {
  ordered_json steps = ordered_json::array();
  for (const PathStep& step : path.steps) {
    steps.push_back({{"at", step.at},
                     {"does", step.what},
                     {"depth", step.depth},
                     {"share", step.share},
                     {"mean_ms", step.seconds * 1000}});
  }
  return {{"workload", path.workload},
          {"endpoint", path.endpoint},
          {"mean_ms", path.seconds * 1000},
          {"steps", std::move(steps)}};
}

ordered_json station_json(const StationLoad& station, double mean_per_s) {
  const auto busy = station.utilisation();
  std::optional<double> peak;
  std::optional<double> factor;
  std::optional<double> full;
  if (busy) peak = *busy * station.peak_factor;
  if (busy && *busy > 0) factor = 1 / *busy;
  if (factor) full = mean_per_s * *factor;
  return {{"station", station.name},
          {"asked_per_s", station.asks_per_s},
          {"work", station.work},
          {"service_ms", station.service_s() * 1000},
          {"service_cv2", station.service_cv2()},
          {"replicas", station.replicas},
          {"workers", station.workers ? ordered_json(*station.workers) : ordered_json(nullptr)},
          {"utilisation", json_or_null(busy)},
          {"utilisation_at_peak", json_or_null(peak)},
          {"full_at_factor", json_or_null(factor)},
          {"full_at_per_s", json_or_null(full)}};
}

ordered_json wait_json(const std::optional<Wait>& wait) {
  if (!wait) return nullptr;
  const auto ms = [](std::optional<double> seconds) {
    return json_or_null(seconds ? std::optional(*seconds * 1000) : std::nullopt);
  };
  return {{"mean_ms", ms(wait->mean_s)},
          {"p50_ms", ms(wait->p50_s)},
          {"p95_ms", ms(wait->p95_s)},
          {"p99_ms", ms(wait->p99_s)}};
}

ordered_json prediction_json(const Prediction& prediction) {
  return {
      {"station", prediction.station},
      {"model", prediction.model.empty() ? ordered_json(nullptr) : ordered_json(prediction.model)},
      {"exact", prediction.exact},
      {"of", prediction.sojourn ? "time in it" : "wait"},
      {"predicted", wait_json(prediction.predicted)},
      {"simulated", wait_json(prediction.simulated)},
      {"lost", json_or_null(prediction.lost)},
      {"throughput_per_s", json_or_null(prediction.throughput_per_s)},
      {"assumptions", prediction.failing}};
}

ordered_json availability_json(const Availability& availability) {
  ordered_json targets = ordered_json::array();
  for (const FailingTarget& target : availability.targets) {
    targets.push_back({{"fault", target.label},
                       {"target", target.target},
                       {"mtbf_s", target.up_s},
                       {"mttr_s", target.down_s},
                       {"availability", target.availability()}});
  }
  ordered_json kinds = ordered_json::array();
  for (const KindAvailability& kind : availability.kinds) {
    const AllowedDowntime down = allowed_downtime(kind.availability);
    kinds.push_back({{"workload", kind.workload},
                     {"endpoint", kind.endpoint},
                     {"availability", kind.availability},
                     {"enough_for_load", kind.carrying},
                     {"upper_bound", kind.upper_bound},
                     {"down_s_per_day", down.day_s},
                     {"down_s_per_month", down.month_s},
                     {"down_s_per_year", down.year_s}});
  }
  return {{"of_users", json_or_null(availability.of_users)},
          {"of_users_enough_for_load", json_or_null(availability.of_users_carrying)},
          {"requests", std::move(kinds)},
          {"targets", std::move(targets)},
          {"never_fail", availability.never_fail},
          {"not_counted", availability.not_counted}};
}

}  // namespace

ordered_json structure_json(const Structure& structure) {
  ordered_json calls = ordered_json::array();
  for (const CallLine& call : structure.dependencies.calls) {
    calls.push_back({{"caller", call.caller},
                     {"callee", call.callee},
                     {"what", call.what},
                     {"share", call.share},
                     {"needed", call.needed},
                     {"waited", call.waited}});
  }
  ordered_json kinds = ordered_json::array();
  for (const auto& kind : structure.dependencies.kinds) kinds.push_back(kind_json(kind));
  ordered_json paths = ordered_json::array();
  for (const auto& path : structure.paths) paths.push_back(path_json(path));
  ordered_json rates = ordered_json::array();
  for (const WorkloadRate& rate : structure.traffic.workloads) {
    rates.push_back({{"workload", rate.workload},
                     {"mean_per_s", rate.mean_per_s},
                     {"peak_per_s", rate.peak_per_s},
                     {"upper_bound", rate.bound}});
  }
  ordered_json stations = ordered_json::array();
  for (const auto& station : structure.traffic.stations) {
    stations.push_back(station_json(station, structure.traffic.mean_per_s));
  }
  const StationLoad* first = structure.traffic.bottleneck();
  ordered_json json = {{"schema", "faultline-analysis/1"}, {"scenario", structure.scenario}};
  json["calls"] = std::move(calls);
  json["requests"] = std::move(kinds);
  json["not_needed"] = structure.dependencies.not_needed;
  json["critical_paths"] = std::move(paths);
  json["workloads"] = std::move(rates);
  json["hit_ratios"] = structure.hit_ratios;
  json["measured_hit_ratios"] = structure.measured_hit_ratios;
  json["stations"] = std::move(stations);
  json["bottleneck"] = first ? ordered_json(first->name) : ordered_json(nullptr);
  json["availability"] = availability_json(structure.availability);
  ordered_json waits = ordered_json::array();
  for (const auto& prediction : structure.predictions) waits.push_back(prediction_json(prediction));
  json["waits"] = std::move(waits);
  json["risk"] = structure.risk ? risk_json(*structure.risk) : ordered_json(nullptr);
  json["left_out"] = structure.left_out;
  return json;
}

}  // namespace faultline::analysis
