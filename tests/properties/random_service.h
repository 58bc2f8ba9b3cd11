// Random settings of a service of a random architecture.
#pragma once

#include <string>

#include "models/component.h"
#include "models/service/service.h"
#include "tests/properties/dice.h"
#include "tests/properties/random_architecture.h"
#include "tests/properties/random_steps.h"

namespace faultline::properties {

// `most`: replicas.
models::HostingSettings random_hosting(const Recipe& recipe, Dice& dice, std::uint64_t most);

models::ServiceSettings random_service(const Recipe& recipe, const std::string& name,
                                       std::uint64_t most, const StepSources& sources);

}  // namespace faultline::properties
