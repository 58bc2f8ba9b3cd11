// StateDump: what is before the one who watches, as JSON, for tests and for the curious: where the
// runs are, what is selected, how every replica is, and where on the screen it is to be seen.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "viz/view/session/session.h"

namespace faultline::viz {

nlohmann::ordered_json state_dump(const Session& session);

}  // namespace faultline::viz
