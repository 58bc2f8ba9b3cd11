// Breaking: what a command to break something means for what is selected.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "scenarios/happening.h"
#include "viz/view/session/command.h"
#include "viz/view/session/selection.h"
#include "viz/view/stage/stage.h"

namespace faultline::viz {

bool breaks(Command command);

// Else why it cannot be done to what is selected, as a sentence.
using Breaking = std::variant<std::vector<scenarios::Happening>, std::string>;
Breaking breaking(Command command, const Selection& selection, const Stage& stage,
                  const models::World& world);

}  // namespace faultline::viz
