#include "analysis/structure/risk.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <nlohmann/json.hpp>

#include "analysis/parallel.h"
#include "analysis/run.h"
#include "analysis/structure/failures.h"
#include "analysis/structure/predictions.h"

namespace faultline::analysis {
namespace {

struct Span {
  sim::Time begin;
  sim::Duration lasts;
};

Span span_of(const scenarios::Scenario& scenario, const FailureCandidate& candidate) {
  const sim::Duration third = (scenario.run.duration - scenario.run.warmup) / 3;
  Span span{sim::Time{} + scenario.run.warmup + third, third};
  if (candidate.mttr_s) {
    const auto stated = sim::Duration::from_seconds(*candidate.mttr_s);
    if (stated < span.lasts) span.lasts = stated;
  }
  return span;
}

double json_number(const nlohmann::ordered_json& json, const char* key) {
  return json[key].is_number() ? json[key].get<double>() : 0;
}

std::optional<double> json_figure(const nlohmann::ordered_json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

FailureImpact impact_of(const FailureCandidate& candidate, const Span& span, const Result& calm,
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
      const FailureCandidate& candidate = candidates[i - 1];
      const Span span = span_of(scenario, candidate);
      changed.timeline.push_back(failing_action(candidate, span.begin, span.lasts));
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
