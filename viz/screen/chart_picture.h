// The picture of one chart: title with unit, axis with round numbers, lines or stacked bands.
#pragma once

#include "viz/screen/brush.h"
#include "viz/view/charts/chart.h"

namespace faultline::viz {

// The axis of time runs from 0 to `end`. A chart of two runs has the second one's lines dashed.
void paint_chart(Brush& brush, const Box& box, const Chart& chart, const Chart* compared,
                 sim::Time end, sim::Time now);

}  // namespace faultline::viz
