// Random faults: entries of a timeline, all of them undone before the architecture gets quiet.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/timeline.h"
#include "tests/properties/random_architecture.h"

namespace faultline::properties {

struct RandomFault {
  std::shared_ptr<models::Action> action;
  sim::Time at;
  std::optional<sim::Duration> lasts;
};

// `targets`: names of components, and a number of replicas each of them has at most.
RandomFault random_fault(const Recipe& recipe, std::uint32_t index,
                         const std::vector<std::pair<std::string, std::uint64_t>>& targets);

}  // namespace faultline::properties
