// Sharding: which backends serve a user, so that what one user does harms those few alone.
//
// Parameters   kind   cells: the backends are parted into cells of `size`, and each user belongs to
//                     one; shuffle: each user has `size` backends of their own choice, that few
//                     others share all of
//              size   1 .. backends
// Source       MacCarthaigh, "Workload isolation using shuffle-sharding", Amazon Builders' Library,
//              2019
// Not modelled shards that take account of each other; what is left over where `size` does not
//              divide the number of backends makes the last cell larger
#pragma once

#include <cstdint>
#include <vector>

#include "models/fields.h"
#include "models/ids.h"

namespace faultline::models {

struct ShardingSettings {
  enum class Kind : std::uint8_t { cells, shuffle };

  Kind kind = Kind::shuffle;
  std::uint64_t size = 1;

  void describe(Fields& fields);
};

// Which of the backends that are members serve `user`, by index. `salt` tells one balancer's users
// from another's.
void find_shard(const ShardingSettings& settings, std::uint64_t salt, std::uint64_t user,
                const std::vector<bool>& members, std::vector<bool>& serves);

}  // namespace faultline::models
