#include "models/edge/balancer/sharding.h"

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>
#include <utility>

#include "sim/draw.h"

namespace faultline::models {
namespace {

constexpr std::array<std::string_view, 2> kind_words = {"cells", "shuffle"};

}  // namespace

void ShardingSettings::describe(Fields& fields) {
  fields.choice_of({"kind",
                    "cells: the backends are parted, and a user belongs to one part; shuffle: a "
                    "user has some of them, as others have others."},
                   kind_words, kind);
  fields.count({"size", "Backends of one user.", true}, size, {1, 10'000});
}

void find_shard(const ShardingSettings& settings, std::uint64_t salt, std::uint64_t user,
                const std::vector<bool>& members, std::vector<bool>& serves) {
  serves.assign(members.size(), false);
  // By rank: where a backend is added to shuffle shards, few users move.
  std::vector<std::pair<std::uint64_t, std::size_t>> ranks;
  const std::uint64_t luck = sim::mix64(sim::mix64(user) ^ salt);
  const bool shuffles = settings.kind == ShardingSettings::Kind::shuffle;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (members[i]) ranks.emplace_back(shuffles ? sim::mix64(luck + i) : i, i);
  }
  const std::size_t size = std::min<std::size_t>(ranks.size(), settings.size);
  if (size == 0) return;
  std::size_t first = 0;
  std::size_t end = size;
  if (shuffles) {
    const auto last = ranks.begin() + static_cast<std::ptrdiff_t>(size) - 1;
    std::nth_element(ranks.begin(), last, ranks.end(), std::greater<>());
  } else {
    const std::size_t cells = ranks.size() / size;
    first = luck % cells * size;
    end = luck % cells == cells - 1 ? ranks.size() : first + size;
  }
  for (std::size_t i = first; i < end; ++i) serves[ranks[i].second] = true;
}

}  // namespace faultline::models
