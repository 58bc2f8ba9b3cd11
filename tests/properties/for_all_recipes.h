// for_all_recipes: holds a property against random architectures (RapidCheck, from a fixed seed, so
// that every run tries the same ones) and makes what fails smaller: fewer faults, fewer parts.
//
// The recipe of a failure is printed; to run that one alone:
//   FAULTLINE_RECIPE=seed:parts:faults properties_tests --gtest_filter=...
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "tests/properties/random_architecture.h"

namespace faultline::properties {

struct Trial {
  std::uint64_t seed;  // of RapidCheck's own choices
  int draws;           // usual number of architectures
  std::uint32_t parts = all_parts;
  std::uint32_t faults_max = 6;
};

// What is wrong; empty: the property holds.
using Property = std::function<std::string(const Recipe&)>;

// Inside a test of GoogleTest, once.
void for_all_recipes(const Trial& trial, const Property& property);

}  // namespace faultline::properties
