// HandFault: something that whoever watches has done to a running architecture, as the entry of
// the timeline that would have done it.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "models/timeline.h"
#include "scenarios/happening.h"
#include "sim/time.h"

namespace faultline::viz {

struct HandFault {
  std::string label;  // the entry's key: in their order, and after that of most others
  scenarios::Happening happening;
  sim::Time at;
  std::optional<sim::Duration> lasts;

  std::shared_ptr<const models::Action> action() const;
  // {"at": "60.000000001s", "crash": "web/0"}
  nlohmann::ordered_json entry() const;
};

}  // namespace faultline::viz
