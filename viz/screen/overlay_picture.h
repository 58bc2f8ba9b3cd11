// What lies above the rest: help, lesson, and what the pointer is over.
#pragma once

#include "viz/screen/brush.h"
#include "viz/view/session/session.h"

namespace faultline::viz {

void paint_overlay(Brush& brush, const Session& session);

}  // namespace faultline::viz
