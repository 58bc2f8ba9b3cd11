// A sweep as JSON, for programs. Its layout is documented in docs/sweeps.md.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "analysis/sweep/sweep.h"

namespace faultline::analysis {

nlohmann::ordered_json sweep_json(const std::string& scenario, const SweepPlan& plan,
                                  const Sweep& sweep);

}  // namespace faultline::analysis
