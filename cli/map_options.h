// What `faultline map` was asked for, read from the words of its options.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cli/commands.h"
#include "scenarios/problems.h"
#include "sim/time.h"

namespace faultline::cli {

struct MapOptions {
  std::vector<double> loads;            // rising
  std::vector<sim::Duration> triggers;  // rising; of a map
  std::optional<std::uint64_t> seed;
  unsigned jobs = 1;
};

// Adds a problem for everything that is wrong; what it returns is of use only if there is none.
MapOptions read_map_options(const MapArguments& arguments, scenarios::Problems& problems);

}  // namespace faultline::cli
