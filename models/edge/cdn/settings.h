// CdnSettings: the parameters of a CDN; see cdn.h for what they do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/component.h"
#include "models/policy.h"
#include "sim/distribution.h"
#include "sim/time.h"

namespace faultline::models {

// Where a caller turns whose own edge is out.
enum class CdnFallback : std::uint8_t { edge, origin, edge_then_origin };

struct CdnSettings {
  HostingSettings hosting;
  std::string origin;
  std::vector<std::string> cacheable;  // endpoints; empty: whatever does not write
  sim::Distribution capacity = sim::Distribution::constant(1.0);  // bytes of one edge, constant
  std::optional<sim::Duration> ttl;
  sim::Duration stale_while_revalidate;
  sim::Duration stale_if_error;
  bool coalescing = true;
  std::string shield;  // zone; empty: none
  sim::Duration invalidation_delay;
  std::uint64_t release = 0;
  double changes = 1;
  sim::Duration detection;
  CdnFallback fallback = CdnFallback::edge;
  sim::Distribution service_time;
  std::optional<std::uint64_t> workers;
  CallPolicy call;

  void describe(Fields& fields);

 private:
  void check(Fields& fields) const;
};

}  // namespace faultline::models
