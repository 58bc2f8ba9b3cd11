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
                std::vector<bool>& serves) {
  const std::size_t count = serves.size();
  const std::uint64_t luck = sim::mix64(sim::mix64(user) ^ salt);
  if (settings.kind == ShardingSettings::Kind::cells) {
    const std::uint64_t cells = std::max<std::uint64_t>(count / settings.size, 1);
    for (std::size_t i = 0; i < count; ++i) {
      serves[i] = std::min<std::uint64_t>(i / settings.size, cells - 1) == luck % cells;
    }
    return;
  }
  // Those with the highest hash of user and backend: where a backend is added, few users move.
  std::vector<std::pair<std::uint64_t, std::size_t>> ranks;
  for (std::size_t i = 0; i < count; ++i) ranks.emplace_back(sim::mix64(luck + i), i);
  const auto end = ranks.begin() + static_cast<std::ptrdiff_t>(std::min(count, settings.size));
  std::nth_element(ranks.begin(), end - 1, ranks.end(), std::greater<>());
  serves.assign(count, false);
  for (auto rank = ranks.begin(); rank != end; ++rank) serves[rank->second] = true;
}

}  // namespace faultline::models
