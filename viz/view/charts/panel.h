// Panel: which charts stand beside the stage: of all users, or of the component that is selected.
#pragma once

#include <optional>
#include <vector>

#include "viz/view/charts/chart.h"
#include "viz/view/run/playback.h"

namespace faultline::viz {

std::vector<ChartOrder> charts_of_users(const Chronicle& chronicle);
// Only of what it measures, and its callers can see.
std::vector<ChartOrder> charts_of(const models::Component& component, const Chronicle& chronicle);

}  // namespace faultline::viz
