#include "analysis/structure/structure.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

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

}  // namespace

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
  structure.left_out = left_out_of(scenario);
  return structure;
}

}  // namespace faultline::analysis
