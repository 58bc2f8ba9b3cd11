// The charts of one run: what users got, and what components went through, window by window; and
// latency by percentile.
#pragma once

#include <vector>

#include "analysis/html/chart.h"
#include "analysis/recorder.h"
#include "models/world.h"

namespace faultline::analysis::html {

// Those that have something to show.
std::vector<Chart> charts_of_users(const Recorder& recorder, const models::World& world);
std::vector<Chart> charts_of_components(const Recorder& recorder, const models::World& world);

// Of all requests that `latency_ms` of a result counts, and those that `failed_latency_ms` does.
Chart chart_of_percentiles(const models::World& world);

}  // namespace faultline::analysis::html
