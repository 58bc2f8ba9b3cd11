// The picture of the caption: what is happening, in letters for the back row.
#pragma once

#include "viz/screen/brush.h"
#include "viz/view/session/session.h"

namespace faultline::viz {

void paint_caption(Brush& brush, const Session& session);

}  // namespace faultline::viz
