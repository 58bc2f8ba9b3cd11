// Batch means: one long run cut into equal spans of time, which stand for independent runs when
// each is long compared with what the system remembers. Cheaper than runs where the warm-up is
// long; `correlation` says whether it may be believed.
#pragma once

#include <cstdint>
#include <optional>

#include "analysis/ensemble/ensemble.h"
#include "analysis/run.h"

namespace faultline::analysis {

struct BatchMeans {
  Run run;
  std::vector<OneRun> batches;  // `seed` is the number of the batch, from 1
  std::vector<Summary> summaries;
  // Of the mean latencies of neighbours (lag 1), around 0 for independent batches; nullopt: fewer
  // than 3 batches, or no two differ.
  std::optional<double> correlation;

  // It is within what chance brings about: 2 / sqrt(batches).
  bool independent() const;
};

// `count` >= 2 batches from the end of the warm-up to that of the run. There are no batches when
// the run did not come to its end.
BatchMeans run_in_batches(const scenarios::Scenario& scenario, std::size_t count,
                          RunOptions options);

// Of each value with the next one.
std::optional<double> lag_one_correlation(std::span<const double> values);

}  // namespace faultline::analysis
