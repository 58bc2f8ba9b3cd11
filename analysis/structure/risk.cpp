#include "analysis/structure/risk.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <nlohmann/json.hpp>

#include "analysis/parallel.h"
#include "analysis/run.h"
#include "analysis/structure/predictions.h"
#include "models/timeline.h"

namespace faultline::analysis {
namespace {

struct Candidate {
  std::string what;
  std::string target;
  bool place = false;
  std::optional<double> per_year{};
  std::optional<double> mttr_s{};
};

// How often any of the targets that `matches` fails, and for how long in the mean.
void rate_candidate(const std::vector<FailingTarget>& targets, Candidate& candidate,
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

std::vector<Candidate> failure_candidates(const scenarios::Scenario& scenario,
                                          const models::World& world) {
  const auto targets = failing_targets(scenario, world, nullptr);
  std::vector<Candidate> candidates;
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
          {leads ? "crash " + one : fmt::format("crash {}, or any of {}", one, count), one});
      rate_candidate(targets, candidates.back(), is_one);
      // Whichever replica fails, it is the leader once in `count` times.
      if (leads && candidates.back().per_year) {
        *candidates.back().per_year /= static_cast<double>(count);
      }
    }
    candidates.push_back({count > 1 ? "crash all " + name : "crash " + name, name});
    rate_candidate(targets, candidates.back(), [&](const FailingTarget& target) {
      return target.target == name || (count == 1 && is_one(target));
    });
  }
  const auto zones = replicas_by_zone(world);
  const auto regions = replicas_by_region(world);
  const auto add_place = [&](const std::string& place) {
    candidates.push_back({"outage " + place, place, true});
    rate_candidate(targets, candidates.back(),
                   [&](const FailingTarget& target) { return target.target == place; });
  };
  const auto named = [&](const std::string& place) {
    return models::Address{place}.is_place(world);
  };
  for (const auto& [zone, replicas] : zones) {
    if (zones.size() > 1 && named(zone)) add_place(zone);
  }
  for (const auto& [region, replicas] : regions) {
    if (regions.size() > 1 && regions.size() < zones.size() && named(region)) add_place(region);
  }
  return candidates;
}

struct Span {
  sim::Time begin;
  sim::Duration lasts;
};

Span span_of(const scenarios::Scenario& scenario, const Candidate& candidate) {
  const sim::Duration third = (scenario.run.duration - scenario.run.warmup) / 3;
  Span span{sim::Time{} + scenario.run.warmup + third, third};
  if (candidate.mttr_s) {
    const auto stated = sim::Duration::from_seconds(*candidate.mttr_s);
    if (stated < span.lasts) span.lasts = stated;
  }
  return span;
}

std::shared_ptr<const models::Action> failing_action(const Candidate& candidate, const Span& span) {
  std::shared_ptr<models::Action> action;
  const models::Address target{candidate.target};
  if (candidate.place) {
    action = std::make_shared<models::OutageAction>(target);
  } else {
    action = std::make_shared<models::CrashAction>(target);
  }
  action->label = action->what = candidate.what;
  action->at = span.begin;
  action->lasts = span.lasts;
  return action;
}

double json_number(const nlohmann::ordered_json& json, const char* key) {
  return json[key].is_number() ? json[key].get<double>() : 0;
}

std::optional<double> json_figure(const nlohmann::ordered_json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

FailureImpact impact_of(const Candidate& candidate, const Span& span, const Result& calm,
                        const Result& result, double measured_s) {
  FailureImpact impact{.failure = candidate.what,
                       .per_year = candidate.per_year,
                       .lasts_s = span.lasts.seconds(),
                       .availability = {},
                       .p99_ms = {},
                       .hours_per_year = {}};
  const auto& before = calm.json["requests"];
  const auto& after = result.json["requests"];
  impact.failed = json_number(after, "failed") - json_number(before, "failed");
  const double per_s = json_number(before, "offered") / measured_s;
  const double offered = per_s * impact.lasts_s;
  if (offered > 0) impact.impact = std::max(0.0, impact.failed / offered);
  for (const Phase& phase : result.phases) {
    if (phase.begin != span.begin) continue;
    impact.availability = json_figure(phase.figures, "availability");
    const auto latency = phase.figures.find("latency_ms");
    if (latency != phase.figures.end()) impact.p99_ms = json_figure(*latency, "p99");
  }
  if (impact.per_year && candidate.mttr_s) {
    impact.hours_per_year = *impact.per_year * *candidate.mttr_s / 3600 * impact.impact;
  }
  return impact;
}

}  // namespace

ImpactClass impact_class(double impact) {
  if (impact < 0.001) return ImpactClass::none;
  if (impact < 0.01) return ImpactClass::slight;
  if (impact < 0.1) return ImpactClass::serious;
  return impact < 0.5 ? ImpactClass::severe : ImpactClass::total;
}

LikelihoodClass likelihood_class(std::optional<double> per_year) {
  if (!per_year) return LikelihoodClass::unknown;
  if (*per_year < 1) return LikelihoodClass::rare;
  if (*per_year < 12) return LikelihoodClass::yearly;
  return *per_year < 365 ? LikelihoodClass::monthly : LikelihoodClass::daily;
}

std::optional<Risk> find_risk(const scenarios::Scenario& scenario, const RiskPlan& plan) {
  const scenarios::Scenario calm = undisturbed(scenario);
  const auto world = calm.make_world(plan.seed);
  const auto candidates = failure_candidates(scenario, *world);
  const double measured_s = (scenario.run.duration - scenario.run.warmup).seconds();
  std::vector<std::optional<Result>> results(candidates.size() + 1);
  std::mutex mutex;
  std::size_t done = 0;
  parallel_for(results.size(), plan.jobs, plan.interrupt, [&](std::size_t i) {
    scenarios::Scenario changed = calm;
    if (i > 0) {
      const Candidate& candidate = candidates[i - 1];
      changed.timeline.push_back(failing_action(candidate, span_of(scenario, candidate)));
    }
    RunOptions options;
    options.seed = plan.seed;
    options.interrupt = plan.interrupt;
    results[i] = run(changed, options).result;
    const std::lock_guard lock(mutex);
    if (plan.on_run) plan.on_run(++done, results.size());
  });
  if (plan.interrupt != nullptr && plan.interrupt->load()) return std::nullopt;
  Risk risk;
  risk.undisturbed_availability = json_figure(results[0]->json, "availability");
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Span span = span_of(scenario, candidates[i]);
    risk.failures.push_back(
        impact_of(candidates[i], span, *results[0], *results[i + 1], measured_s));
  }
  std::stable_sort(risk.failures.begin(), risk.failures.end(),
                   [](const FailureImpact& a, const FailureImpact& b) {
                     const double left = a.hours_per_year.value_or(-1);
                     const double right = b.hours_per_year.value_or(-1);
                     return left != right ? left > right : a.impact > b.impact;
                   });
  return risk;
}

}  // namespace faultline::analysis
