// Finding the warm-up of a scenario: for how long a run still shows that it began empty.
//
// MSER-5 (White, 1997; "marginal standard error rule"): of the series of mean latencies, in batches
// of five windows, the beginning is cut off whose loss makes the mean of the rest best known, that
// is, which minimises (the sum of squares around the mean of the rest) / (its length squared). The
// series is the average of several runs, in which chance shows less.
//
// Not modelled Whatever the timeline does: only what comes before its first entry is looked at.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "scenarios/scenario.h"

namespace faultline::analysis {

// How many of the first batches to cut off, at most half of them; nullopt: the best cut is at the
// half, so that no steady state is in sight, or there are fewer than `least_batches`.
inline constexpr std::size_t least_batches = 10;
std::optional<std::size_t> mser_cut(std::span<const double> batches);

struct FoundWarmup {
  std::optional<sim::Duration> length;
  std::string why_not;  // when there is none
};

// From `runs` >= 1 runs with the seeds from `first_seed` on. The length is a multiple of 5 windows.
FoundWarmup find_warmup(const scenarios::Scenario& scenario, std::uint64_t first_seed,
                        std::size_t runs, unsigned jobs);

}  // namespace faultline::analysis
