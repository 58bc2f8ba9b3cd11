// How often `faultline run` shall run: read from the words of its options.
#pragma once

#include <optional>

#include "analysis/ensemble/ensemble.h"
#include "cli/commands.h"
#include "scenarios/problems.h"

namespace faultline::cli {

struct RunsOptions {
  analysis::EnsemblePlan plan;
  std::optional<std::size_t> batches;
  bool find_warmup = false;
};

// Whether more was asked for than one run and its report.
bool asks_for_many(const RunArguments& arguments);

// `scenario` may be null when it was wrong. Adds a problem for everything that is wrong; what it
// returns is of use only if there is none.
RunsOptions read_runs_options(const RunArguments& arguments, const scenarios::Scenario* scenario,
                              scenarios::Problems& problems);

}  // namespace faultline::cli
