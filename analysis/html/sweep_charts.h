// The charts of a sweep over one variation whose values are numbers.
#pragma once

#include <vector>

#include "analysis/html/chart.h"
#include "analysis/sweep/sweep.h"

namespace faultline::analysis::html {

// The percentiles of a latency share a chart, as do what was offered and the goodput. Empty: the
// values are no numbers, or more than one thing varies.
std::vector<Chart> charts_of_sweep(const SweepPlan& plan, const Sweep& sweep);

}  // namespace faultline::analysis::html
