// Slo: what is promised of a metric, and whether it is kept, told from the runs of an ensemble.
//
// Holds        the interval for the mean over the runs lies on the right side of every bound
// Misses       it lies on the wrong side of one; or a run had no such figure
// Unclear      neither: it lies across a bound
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/ensemble/interval.h"
#include "scenarios/expectation.h"
#include "scenarios/problems.h"

namespace faultline::analysis {

struct Slo {
  scenarios::Expectation objective;
  std::string text;  // "latency_ms.p99 < 250"
};

// "METRIC < VALUE", also with <=, > and >=. A value may be in percent, or a duration where the
// metric is in milliseconds. `metrics`: the names there are. nullopt after adding a problem, which
// names `option`.
std::optional<Slo> parse_slo(std::string_view text, const std::vector<std::string>& metrics,
                             std::string_view option, scenarios::Problems& problems);

// One that a scenario states.
Slo slo_of(const scenarios::Expectation& objective);

enum class Standing : std::uint8_t { holds, misses, unclear };
std::string_view name_of(Standing standing);  // "holds"

struct SloStanding {
  Standing standing = Standing::unclear;
  std::optional<Interval> interval;  // at the confidence that was asked for
  std::size_t silent = 0;            // runs without such a figure
};

// `values`: of the runs; nullopt: a run had nothing to report.
SloStanding standing_of(const scenarios::Expectation& objective,
                        std::span<const std::optional<double>> values, double confidence);

}  // namespace faultline::analysis
