// ObjectStoreSettings: the parameters of an object store; see object_store.h for what they do.
#pragma once

#include <cstdint>
#include <optional>

#include "models/component.h"
#include "models/policy.h"
#include "sim/distribution.h"

namespace faultline::models {

struct ObjectStoreSettings {
  HostingSettings hosting;
  std::uint64_t copies = 1;
  std::optional<std::uint64_t> acknowledgements;  // absent: all copies
  sim::Distribution first_byte;
  std::optional<double> bandwidth;            // bits per second
  std::optional<sim::Distribution> capacity;  // bytes of one node, constant
  sim::Distribution bytes = sim::Distribution::constant(1024.0 * 1024.0);
  CallPolicy call;

  void describe(Fields& fields);
};

}  // namespace faultline::models
