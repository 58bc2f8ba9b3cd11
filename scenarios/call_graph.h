// The calls that components may make, as their settings tell: who calls which endpoint of whom.
#pragma once

#include <memory>
#include <vector>

#include "models/component.h"
#include "scenarios/document.h"
#include "scenarios/problems.h"

namespace faultline::scenarios {

// Adds a problem for every endpoint that is called and not served, and for every circle of calls,
// which would never end.
void check_calls(const std::vector<std::shared_ptr<const models::Component>>& components,
                 const Document& document, Problems& problems);

}  // namespace faultline::scenarios
