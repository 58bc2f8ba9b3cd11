// The picture of a stage: regions, wires, messages under way, cards.
#pragma once

#include "viz/screen/brush.h"
#include "viz/view/session/session.h"

namespace faultline::viz {

void paint_stage(Brush& brush, const Session& session, std::size_t stage);

}  // namespace faultline::viz
