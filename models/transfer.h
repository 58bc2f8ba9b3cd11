// Transfer: how many bytes have crossed the borders at which networks are charged for.
//
// Counted       what was put on the links there: lost messages and copies too, and each border of a
//               way that crosses several
// Not counted   what users send; what stays within a zone; what goes by a line of its own between
//               two components (`network/links`), unless it leads to users: no zone is known of it
#pragma once

#include <cstdint>

namespace faultline::models {

class World;

struct Transfer {
  std::uint64_t to_clients = 0;  // bytes, from a region, or by a line of their own, to users
  std::uint64_t between_regions = 0;
  std::uint64_t between_zones = 0;  // of one region
};

// Since the start of the run.
Transfer transferred(const World& world);

}  // namespace faultline::models
