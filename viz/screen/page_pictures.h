// The pages that are no run: the list to choose from, and what is wrong with a scenario.
#pragma once

#include <string>

#include "viz/screen/canvas.h"
#include "viz/view/session/chooser.h"

namespace faultline::viz {

void paint_chooser(Canvas& canvas, Point size, const Chooser& chooser);
// `problems`: a line each.
void paint_problems(Canvas& canvas, Point size, const std::string& problems);

}  // namespace faultline::viz
