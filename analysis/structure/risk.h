// Risk: what users lose by each failure, one at a time, in a run with it beside one without.
//
// Failures     of each component the crash of one replica (a database's leader) and of all, the
//              outage of each zone and of each region with several; begun at a third of the time
//              after the warm-up, and lasting a third of it, or the MTTR where stated and shorter
// Pair         both runs have one seed, and neither the scenario's timeline nor its faults
// Impact       share of the requests offered while it lasts that fail more than in the undisturbed
//              run, in and after it
// Likelihood   failures a year by MTBF + MTTR, of all replicas that may be the one (of a leader:
//              shared out among all, as each may lead); unknown where no fault is stated. Risk =
//              likelihood x impact x how long it lasts: hours a year in which nobody is answered.
//              Where unknown, ordered by impact alone
#pragma once

#include <atomic>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "analysis/structure/availability.h"

namespace faultline::analysis {

struct FailureImpact {
  std::string failure;  // "crash web/0"
  std::optional<double> per_year;
  double lasts_s = 0;                  // in the run
  double failed = 0;                   // requests, more than undisturbed
  double impact = 0;                   // share of those offered while it lasts, may exceed 1
  std::optional<double> availability;  // while it lasts
  std::optional<double> p99_ms;        // while it lasts
  std::optional<double> hours_per_year;
};

struct Risk {
  std::optional<double> undisturbed_availability;
  std::vector<FailureImpact> failures;  // the worst first
};

struct RiskPlan {
  std::uint64_t seed = 1;
  unsigned jobs = 1;
  const std::atomic<bool>* interrupt = nullptr;
  std::function<void(std::size_t done, std::size_t of)> on_run;
};

// nullopt: interrupted.
std::optional<Risk> find_risk(const scenarios::Scenario& scenario, const RiskPlan& plan);

// Columns of the matrix, from what is barely felt to what is.
enum class ImpactClass { none, slight, serious, severe, total };
ImpactClass impact_class(double impact);  // below 0.1 %, 1 %, 10 %, 50 %
enum class LikelihoodClass { unknown, rare, yearly, monthly, daily };
LikelihoodClass likelihood_class(std::optional<double> per_year);  // below 1, 12, 365

std::string risk_text(const Risk& risk);
nlohmann::ordered_json risk_json(const Risk& risk);

}  // namespace faultline::analysis
