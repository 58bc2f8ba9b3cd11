// The picture of the panel: live charts of all users, or of what is selected.
#pragma once

#include "viz/screen/brush.h"
#include "viz/view/session/session.h"

namespace faultline::viz {

void paint_panel(Brush& brush, const Session& session);

}  // namespace faultline::viz
