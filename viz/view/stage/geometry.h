// Points and boxes of the picture. On the stage a unit is a pixel at the scale at which text has
// its natural size; x grows to the right, y downwards.
#pragma once

#include "analysis/layout/geometry.h"

namespace faultline::viz {

using analysis::layout::Box;
using analysis::layout::Point;

}  // namespace faultline::viz
