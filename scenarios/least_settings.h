// The smallest world in which a component works: for listing what it measures.
#pragma once

#include <memory>

#include "models/component.h"
#include "models/world.h"

namespace faultline::scenarios {

// Started at time 0. What the component requires is given the least value that is valid; where it
// requires another component, that is a service which does nothing.
std::unique_ptr<models::World> least_world(std::unique_ptr<models::Component> component);

}  // namespace faultline::scenarios
