#include "analysis/structure/critical_path.h"

#include <algorithm>

namespace faultline::analysis {
namespace {

class PathWalk {
 public:
  PathWalk(const WorkPlans& plans, const PlanTimes& times) : plans_(plans), times_(times) {}

  void walk(const std::string& at, const WorkPlan& plan, std::size_t depth, double share) {
    for (const PlanStep& step : plan) {
      if (step.waited && step.share > 0) walk(at, step, depth, share * step.share);
    }
  }
  std::vector<PathStep> steps;

 private:
  void walk(const std::string& at, const PlanStep& step, std::size_t depth, double share) {
    if (step.kind == PlanStep::Kind::work) {
      const double seconds = times_.of(at, step);
      if (seconds > 0) steps.push_back({at, "work", depth, share, seconds});
    } else if (step.kind == PlanStep::Kind::ask) {
      const std::string& callee = step.asked.component;
      if (plans_.component(callee).type() == "dns") {
        return walk(at, plans_.of(step.asked), depth, share);
      }
      const double hop = times_.round_trip(at, callee);
      if (hop > 0) steps.push_back({at, "to " + callee + " and back", depth, share, hop});
      walk(callee, plans_.of(step.asked), depth + 1, share);
    } else if (!step.branches.empty()) {
      const auto longest = std::max_element(step.branches.begin(), step.branches.end(),
                                            [&](const WorkPlan& a, const WorkPlan& b) {
                                              return times_.of(at, a) < times_.of(at, b);
                                            });
      if (step.kind == PlanStep::Kind::together) return walk(at, *longest, depth, share);
      const auto parts = times_.shares(at, step);
      for (std::size_t i = 0; i < parts.size(); ++i) {
        if (parts[i] > 0) walk(at, step.branches[i], depth, share * parts[i]);
      }
    }
  }

  const WorkPlans& plans_;
  const PlanTimes& times_;
};

}  // namespace

std::vector<CriticalPath> find_critical_paths(const WorkPlans& plans, models::World& world) {
  const PlanTimes times(plans, world);
  std::vector<CriticalPath> paths;
  for (const auto& component : plans.scenario().components) {
    if (component->type() != "workload") continue;
    for (const auto& [endpoint, share] : endpoint_shares(plans.scenario(), component->name())) {
      const WorkPlan plan = plans.of_workload(component->name(), endpoint);
      PathWalk walk(plans, times);
      walk.walk(component->name(), plan, 0, 1);
      paths.push_back(
          {component->name(), endpoint, times.of(component->name(), plan), std::move(walk.steps)});
    }
  }
  std::stable_sort(paths.begin(), paths.end(), [](const CriticalPath& a, const CriticalPath& b) {
    return a.seconds > b.seconds;
  });
  return paths;
}

}  // namespace faultline::analysis
