// Panel: which charts stand beside the stage, and where: of all users, or of the component that is
// selected.
#pragma once

#include <optional>
#include <vector>

#include "viz/view/charts/chart.h"
#include "viz/view/run/playback.h"
#include "viz/view/stage/geometry.h"

namespace faultline::viz {

// There is room for so many.
inline constexpr std::size_t charts_in_panel = 4;

std::vector<ChartOrder> charts_of_users(const Chronicle& chronicle);
// Only of what it measures.
std::vector<ChartOrder> charts_of(const models::Component& component, const Chronicle& chronicle);

// Where the chart of that number stands in a panel, below its heading.
Box chart_box(const Box& panel, double scale, std::size_t number);

}  // namespace faultline::viz
