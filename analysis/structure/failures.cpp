#include "analysis/structure/failures.h"

#include <fmt/format.h>

#include <functional>

#include "analysis/structure/availability.h"

namespace faultline::analysis {
namespace {

// How often any of the targets that `matches` fails, and for how long in the mean.
void rate_candidate(const std::vector<FailingTarget>& targets, FailureCandidate& candidate,
                    const std::function<bool(const FailingTarget&)>& matches) {
  double per_year = 0;
  double down = 0;
  for (const FailingTarget& target : targets) {
    if (!matches(target)) continue;
    per_year += target.per_year();
    down += target.per_year() * target.down_s;
  }
  if (per_year <= 0) return;
  candidate.per_year = per_year;
  candidate.mttr_s = down / per_year;
}

}  // namespace

std::vector<FailureCandidate> failure_candidates(const scenarios::Scenario& scenario,
                                                 const models::World& world) {
  const auto targets = failing_targets(scenario, world, nullptr);
  std::vector<FailureCandidate> candidates;
  for (const auto& component : scenario.components) {
    const std::string& name = component->name();
    const models::Component& bound = *world.find(name);
    if (bound.replicas().empty() || !bound.suffers(models::Fault::crash)) continue;
    const auto is_one = [&](const FailingTarget& target) {
      return target.takes.size() == 1 && target.takes.begin()->first == name;
    };
    const std::size_t count = bound.replicas().size();
    if (count > 1) {
      const bool leads = bound.has_role("leader");
      const std::string one = name + (leads ? "/leader" : "/0");
      candidates.push_back(
          {.what = leads ? "crash " + one : fmt::format("crash {}, or any of {}", one, count),
           .target = one,
           .kind = FailureKind::node});
      rate_candidate(targets, candidates.back(), is_one);
      // Whichever replica fails, it is the leader once in `count` times.
      if (leads && candidates.back().per_year) {
        *candidates.back().per_year /= static_cast<double>(count);
      }
    }
    candidates.push_back({.what = count > 1 ? "crash all " + name : "crash " + name,
                          .target = name,
                          .kind = count > 1 ? FailureKind::component : FailureKind::node});
    rate_candidate(targets, candidates.back(), [&](const FailingTarget& target) {
      return target.target == name || (count == 1 && is_one(target));
    });
  }
  const auto zones = replicas_by_zone(world);
  const auto regions = replicas_by_region(world);
  const auto add_place = [&](const std::string& place, FailureKind kind) {
    candidates.push_back({.what = "outage " + place, .target = place, .kind = kind});
    rate_candidate(targets, candidates.back(),
                   [&](const FailingTarget& target) { return target.target == place; });
  };
  const auto named = [&](const std::string& place) {
    return models::Address{place}.is_place(world);
  };
  for (const auto& [zone, replicas] : zones) {
    if (zones.size() > 1 && named(zone)) add_place(zone, FailureKind::zone);
  }
  for (const auto& [region, replicas] : regions) {
    if (regions.size() > 1 && regions.size() < zones.size() && named(region))
      add_place(region, FailureKind::region);
  }
  return candidates;
}

std::shared_ptr<const models::Action> failing_action(const FailureCandidate& candidate,
                                                     sim::Time at,
                                                     std::optional<sim::Duration> lasts) {
  std::shared_ptr<models::Action> action;
  const models::Address target{candidate.target};
  if (candidate.is_place()) {
    action = std::make_shared<models::OutageAction>(target);
  } else {
    action = std::make_shared<models::CrashAction>(target);
  }
  action->label = action->what = candidate.what;
  action->at = at;
  action->lasts = lasts;
  return action;
}

}  // namespace faultline::analysis
