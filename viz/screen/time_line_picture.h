// The picture of the time line: how far the run is, what befalls it when, and which promises hold.
#pragma once

#include "viz/screen/brush.h"
#include "viz/view/session/session.h"

namespace faultline::viz {

void paint_time_line(Brush& brush, const Session& session);

}  // namespace faultline::viz
