// The whole picture of a session, as it is at this moment.
#pragma once

#include "viz/screen/canvas.h"
#include "viz/view/session/session.h"

namespace faultline::viz {

void paint(Canvas& canvas, const Session& session);

}  // namespace faultline::viz
