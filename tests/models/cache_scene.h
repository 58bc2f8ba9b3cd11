// A cache asked by one probe, with a store behind it where its settings name one.
#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "models/cache/cache.h"
#include "sim/snapshot.h"
#include "tests/models/probe.h"

namespace faultline::models {

struct CacheScene {
  World world;
  Cache* cache = nullptr;
  Probe* probe = nullptr;
  Stub* origin = nullptr;      // takes 10 ms, answers 100 bytes
  bool origin_fails = false;   // from now on
  std::uint64_t answered = 0;  // by the origin, and the version of its last answer

  explicit CacheScene(const CacheSettings& settings, sim::Duration latency = {},
                      sim::Duration within = {})
      : world(1, tiny_geography(latency, within)) {
    using namespace sim::literals;
    auto made = std::make_unique<Cache>("cache");
    made->settings = settings;
    cache = made.get();
    world.add(std::move(made));
    if (!settings.origin.empty()) {
      auto stub = std::make_unique<Stub>(settings.origin, 10_ms, [this](const Attempt&) {
        return Outcome{.status = origin_fails ? Status::failed : Status::ok,
                       .bytes = 100,
                       .version = ++answered};
      });
      origin = stub.get();
      world.add(std::move(stub));
    }
    auto asking = std::make_unique<Probe>("probe", "cache");
    probe = asking.get();
    world.add(std::move(asking));
  }
  void ask(sim::Duration at, Operation operation, std::uint64_t key, std::uint64_t version = 0,
           std::uint32_t bytes = 0) {
    probe->ask({.at = at, .operation = operation, .key = key, .version = version, .bytes = bytes});
  }
  void run(sim::Duration until) { world.run_until(sim::Time{} + until); }
  const Outcome& outcome(std::size_t ask) const { return probe->answer_to(ask)->outcome; }
  sim::Duration answered_at(std::size_t ask) const {
    return probe->answer_to(ask)->at - sim::Time{};
  }
  double figure(std::string_view name) const {
    const sim::Snapshot::Reading got = reading(world, *cache, name);
    if (got.kind == sim::MetricKind::state) return *got.value;
    if (got.kind == sim::MetricKind::counter) return static_cast<double>(got.part);
    return *sim::ratio(got.part, got.whole);
  }
};

inline CacheSettings small_cache(std::uint64_t capacity = 2) {
  using namespace sim::literals;
  CacheSettings settings;
  settings.capacity = capacity;
  settings.service_time = sim::Distribution::constant(1_ms);
  return settings;
}

}  // namespace faultline::models
