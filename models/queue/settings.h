// QueueSettings: the parameters of a queue; see queue.h for what they do.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "models/component.h"
#include "models/policy.h"
#include "sim/distribution.h"

namespace faultline::models {

// How one subscriber gets its copies.
struct SubscriberSettings {
  std::string deliver_to;
  std::string endpoint;
  std::uint64_t concurrency = 1;
  sim::Duration visibility_timeout = sim::Duration::from_seconds(30);
  std::optional<std::uint64_t> max_receives;
  sim::Duration redelivery_delay;
  CallPolicy call;

  // `required`: it must say whom it delivers to, and how many at once.
  void describe(Fields& fields, bool required);
  void describe(Fields& fields) { describe(fields, true); }
  bool is_silent() const;  // none of it was said
};

enum class OnFull : std::uint8_t { reject, wait, drop_newest, drop_oldest };

// What it has of a subscriber is that of a queue with one, which needs no name.
struct QueueSettings : SubscriberSettings {
  HostingSettings hosting;
  std::map<std::string, SubscriberSettings> subscribers;
  std::optional<std::uint64_t> partitions;
  std::optional<std::uint64_t> capacity;
  std::optional<sim::Distribution> capacity_bytes;
  std::uint64_t dead_letter_capacity = 100'000;
  OnFull on_full = OnFull::reject;
  sim::Distribution store_time;

  void describe(Fields& fields);
};

}  // namespace faultline::models
