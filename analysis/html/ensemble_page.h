// The page of many runs of a scenario, or of the batches of a long one.
#pragma once

#include <iosfwd>
#include <string>

#include "analysis/ensemble/batch_means.h"
#include "analysis/ensemble/ensemble.h"
#include "analysis/ensemble/ensemble_text.h"
#include "scenarios/scenario.h"

namespace faultline::analysis::html {

// `command`: that makes the same again.
void write_ensemble_page(const scenarios::Scenario& scenario, const Ensemble& ensemble,
                         const EnsembleHeading& heading, const std::string& command,
                         std::ostream& out);
void write_batches_page(const scenarios::Scenario& scenario, const BatchMeans& means,
                        const EnsembleHeading& heading, const std::string& command,
                        std::ostream& out);

}  // namespace faultline::analysis::html
