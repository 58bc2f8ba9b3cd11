// The picture of one card: name, replicas as cells, backlog, and what matters for its kind.
#pragma once

#include "viz/screen/brush.h"
#include "viz/view/session/session.h"

namespace faultline::viz {

void paint_card(Brush& brush, const Shown& shown, std::size_t card, bool selected,
                std::optional<models::ReplicaIndex> selected_replica);

}  // namespace faultline::viz
