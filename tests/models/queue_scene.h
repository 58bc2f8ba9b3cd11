// A probe that publishes, a queue, and workers that answer as they are told: what tests of queues
// share.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "models/queue/queue.h"
#include "sim/snapshot.h"
#include "tests/models/probe.h"

namespace faultline::models {

using namespace sim::literals;

struct QueueScene {
  World world{1, tiny_geography()};
  Probe* probe = nullptr;
  Queue* queue = nullptr;
  Stub* workers = nullptr;
  Stub* others = nullptr;  // a second consumer, for a second subscriber

  explicit QueueScene(const QueueSettings& settings, sim::Duration work = 10_ms,
                      Stub::Respond respond = {}) {
    probe = add(std::make_unique<Probe>("probe", "queue"));
    queue = add(std::make_unique<Queue>("queue"));
    queue->settings = settings;
    others = add(std::make_unique<Stub>("the-others", 10_ms));
    workers = add(std::make_unique<Stub>("workers", work, std::move(respond)));
  }
  template <class Type>
  Type* add(std::unique_ptr<Type> component) {
    Type* raw = component.get();
    world.add(std::move(component));
    return raw;
  }
  void publish(sim::Duration at, std::uint64_t key, std::uint32_t bytes = 0) {
    probe->ask(
        {.at = at, .operation = Operation::publish, .key = key, .version = key, .bytes = bytes});
  }
  void run(sim::Duration until) { world.run_until(sim::Time{} + until); }
  static std::vector<std::uint64_t> keys_of(const Stub& consumer) {
    std::vector<std::uint64_t> keys;
    for (const Stub::Heard& heard : consumer.heard()) keys.push_back(heard.key);
    return keys;
  }
  static std::vector<std::int64_t> ms_of(const Stub& consumer) {
    std::vector<std::int64_t> times;
    for (const Stub::Heard& heard : consumer.heard()) times.push_back(heard.at.ns / 1'000'000);
    return times;
  }
  std::vector<std::uint64_t> keys_heard() const { return keys_of(*workers); }
  std::vector<std::int64_t> ms_heard() const { return ms_of(*workers); }
  sim::Figure figure(std::string_view name) const {
    const sim::Snapshot now = world.snapshot(queue->id());
    for (const sim::Figure& figure : sim::between(empty(queue->settings), now)) {
      if (figure.metric.name == name) return figure;
    }
    ADD_FAILURE() << "no metric " << name;
    return {};
  }
  double value(std::string_view name) const { return *figure(name).value; }

 private:
  // A queue that nothing has happened to.
  static sim::Snapshot empty(const QueueSettings& settings) {
    World fresh(1, tiny_geography());
    auto queue = std::make_unique<Queue>("queue");
    queue->settings = settings;
    const ComponentId id = fresh.add(std::move(queue));
    fresh.add(std::make_unique<Stub>("the-others"));
    fresh.add(std::make_unique<Stub>("workers"));
    fresh.start();
    return fresh.snapshot(id);
  }
};

inline QueueSettings plain_queue(std::uint64_t concurrency = 1) {
  QueueSettings settings;
  settings.deliver_to = "workers";
  settings.endpoint = "handle";
  settings.concurrency = concurrency;
  settings.visibility_timeout = 100_ms;
  return settings;
}

}  // namespace faultline::models
