// CacheSettings: the parameters of a cache, as a scenario names them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "models/cache/shelf.h"
#include "models/component.h"
#include "models/fields.h"
#include "sim/distribution.h"
#include "sim/time.h"

namespace faultline::models {

struct CacheSettings {
  enum class Spread : std::uint8_t { ring, modulo };
  static constexpr std::array<std::string_view, 2> spread_words = {"ring", "modulo"};
  enum class OnNodeDown : std::uint8_t { stay, rehash };
  static constexpr std::array<std::string_view, 2> on_node_down_words = {"stay", "rehash"};

  HostingSettings hosting;
  std::uint64_t capacity = 0;
  Eviction eviction = Eviction::lru;
  Spread spread = Spread::ring;
  std::uint64_t virtual_nodes = 160;
  OnNodeDown on_node_down = OnNodeDown::stay;
  std::optional<sim::Duration> ttl;
  double ttl_jitter = 0;
  sim::Distribution service_time;
  std::optional<std::uint64_t> workers;
  std::uint64_t prefill = 0;

  void describe(Fields& fields);

 private:
  void check(Fields& fields) const;
};

}  // namespace faultline::models
