// What grew until a run met its limit of records in memory: the component that most of them are of.
#pragma once

#include <cstdint>
#include <string>

#include "models/world.h"

namespace faultline::analysis {

struct Growth {
  std::string component;
  std::uint64_t records = 0;  // requests it has, messages it holds, or tries that it waits to make
};

Growth what_grew(const models::World& world);

}  // namespace faultline::analysis
