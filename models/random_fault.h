// RandomFault: what befalls the architecture again and again, at times that nobody wrote down.
//
// Parameters   target  an address (models/address.h), or an arrow for faults of the network
//              apart   each replica of a component on its own; otherwise all that `target` means
//                      at once, as the machines of one zone would
//              up, down   see models/recurrence.h
// Not modelled failures that make others likelier, except through a target that holds them all;
//              wear; maintenance windows
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "models/timeline.h"
#include "sim/distribution.h"

namespace faultline::models {

struct RandomFault {
  using Make = std::function<std::unique_ptr<Action>(const std::string& target)>;

  std::string label;  // keys its draws
  std::string target;
  bool apart = true;
  sim::Distribution up;
  sim::Distribution down;
  Make make;

  // An action for each target there is in this world, whose components have been bound.
  std::vector<std::shared_ptr<const Action>> actions(const World& world) const;
};

}  // namespace faultline::models
