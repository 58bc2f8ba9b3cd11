#include "analysis/structure/structure.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

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
    left_out.push_back("the endpoints of the log that " + log.workload +
                       " replays: every line counts as a request for any endpoint (*)");
  }
  return left_out;
}

Availability find_availability(const WorkPlans& plans, const models::World& world,
                               const std::vector<WorkloadRate>& rates) {
  Availability found;
  const auto& scenario = plans.scenario();
  found.targets = failing_targets(scenario, world, &found.not_counted);
  std::set<std::string> failing;
  for (const FailingTarget& target : found.targets) {
    for (const auto& [component, replica] : target.takes) failing.insert(component);
  }
  double total = 0;
  double answered = 0;
  for (const WorkloadRate& rate : rates) {
    for (const auto& [endpoint, share] : endpoint_shares(scenario, rate.workload)) {
      const Ways ways(plans, world, rate.workload, endpoint);
      KindAvailability kind = availability_of(ways, found.targets);
      kind.workload = rate.workload;
      kind.endpoint = endpoint;
      total += rate.mean_per_s * share;
      answered += rate.mean_per_s * share * kind.availability;
      found.kinds.push_back(std::move(kind));
    }
  }
  if (total > 0) found.of_users = answered / total;
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
  structure.availability = find_availability(plans, *world, structure.traffic.workloads);
  structure.predictions = predict_waits(plans, structure.traffic);
  structure.left_out = left_out_of(scenario);
  return structure;
}

}  // namespace faultline::analysis
