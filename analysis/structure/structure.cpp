#include "analysis/structure/structure.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace faultline::analysis {
namespace {

std::vector<std::string> left_out_of(const scenarios::Scenario& scenario) {
  std::vector<std::string> left_out;
  if (!scenario.timeline.empty()) {
    left_out.push_back(fmt::format("the timeline ({}): this is the scenario as it is undisturbed",
                                   scenario.timeline.size() == 1
                                       ? "1 entry"
                                       : fmt::format("{} entries", scenario.timeline.size())));
  }
  for (const auto& log : scenario.replayed) {
    left_out.push_back("the endpoints and keys of the log that " + log.workload +
                       " replays: every line counts as a request for any endpoint (*)");
  }
  return left_out;
}

// Of components whose replicas share the work.
std::map<std::string, std::uint64_t> replicas_for_load(const Traffic& traffic) {
  std::map<std::string, std::uint64_t> least;
  for (const StationLoad& station : traffic.stations) {
    if (!station.workers || station.replicas < 2 || station.leader_reads) continue;
    const double replicas = std::ceil(station.work / static_cast<double>(*station.workers));
    least[station.name] = static_cast<std::uint64_t>(std::max(1.0, replicas));
  }
  return least;
}

Availability find_availability(const WorkPlans& plans, const models::World& world,
                               const Traffic& traffic) {
  Availability found;
  const auto& scenario = plans.scenario();
  found.targets = failing_targets(scenario, world, &found.not_counted);
  std::set<std::string> failing;
  for (const FailingTarget& target : found.targets) {
    for (const auto& [component, replica] : target.takes) failing.insert(component);
  }
  const auto least = replicas_for_load(traffic);
  double total = 0;
  double answered = 0;
  double carried = 0;
  for (const WorkloadRate& rate : traffic.workloads) {
    for (const auto& [endpoint, share] : endpoint_shares(scenario, rate.workload)) {
      const Ways ways(plans, world, rate.workload, endpoint);
      KindAvailability kind = availability_of(ways, found.targets);
      const Ways loaded(plans, world, rate.workload, endpoint, least);
      kind.carrying = availability_of(loaded, found.targets).availability;
      kind.workload = rate.workload;
      kind.endpoint = endpoint;
      total += rate.mean_per_s * share;
      answered += rate.mean_per_s * share * kind.availability;
      carried += rate.mean_per_s * share * kind.carrying;
      found.kinds.push_back(std::move(kind));
    }
  }
  if (total > 0) {
    found.of_users = answered / total;
    found.of_users_carrying = carried / total;
  }
  for (const auto& component : scenario.components) {
    const bool asked = component->type() != "workload";
    if (asked && !failing.contains(component->name()))
      found.never_fail.push_back(component->name());
  }
  return found;
}

}  // namespace

void add_run(const Result& result, Structure& structure) {
  structure.run = true;
  add_measured(result, structure.predictions);
  for (const auto& [cache, estimate] : structure.hit_ratios) {
    const auto& measured = result.json["components"][cache]["hit_ratio"];
    if (measured.is_number()) structure.measured_hit_ratios[cache] = measured.get<double>();
  }
}

Structure examine_structure(const scenarios::Scenario& scenario, const StructurePlan& plan) {
  const auto world = scenario.make_world(scenario.run.seed);
  Structure structure;
  structure.scenario = scenario.name;
  structure.about = scenario.about;
  structure.hit_ratios = estimate_hit_ratios(scenario, *world, plan.given);
  const WorkPlans plans(scenario, structure.hit_ratios);
  structure.dependencies = find_dependencies(plans, *world);
  structure.paths = find_critical_paths(plans, *world);
  structure.traffic = find_traffic(plans, *world);
  structure.availability = find_availability(plans, *world, structure.traffic);
  structure.predictions = predict_waits(plans, structure.traffic);
  structure.left_out = left_out_of(scenario);
  return structure;
}

}  // namespace faultline::analysis
