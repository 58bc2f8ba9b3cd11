// Random steps and call policies, for the services of a random architecture.
#pragma once

#include <string>

#include "models/policy.h"
#include "models/service/steps.h"
#include "tests/properties/dice.h"
#include "tests/properties/random_architecture.h"

namespace faultline::properties {

// Whom a service may call; empty: nobody of that kind.
struct StepSources {
  std::string service{};
  std::string cache{};
  std::string store{};
  std::string queue{};
  std::string files{};
};

models::CallPolicy random_policy(const Recipe& recipe, Dice& dice);

models::Steps random_steps(const Recipe& recipe, const std::string& purpose,
                           const StepSources& sources);

}  // namespace faultline::properties
