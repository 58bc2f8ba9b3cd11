// Redelivery: receives of one message are independent trials, so that their number is geometric,
// cut off at the maximum.
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <utility>

#include "models/queue/queue.h"
#include "sim/snapshot.h"
#include "tests/models/probe.h"

namespace faultline::models {
namespace {

using namespace sim::literals;

// With failures of probability p and at most m receives, a message becomes a dead letter with
// probability p^m and is delivered (1 - p^m) / (1 - p) times on average. Both within the 99.9 %
// confidence interval (3.29 standard deviations, known from the same law) of 40,000 messages.
TEST(QueueTheory, RedeliversAsTheGeometricLawSays) {
  constexpr double p = 0.37;
  constexpr int m = 3;
  constexpr int messages = 40'000;
  World world(11, tiny_geography());
  auto probe = std::make_unique<Probe>("probe", "queue");
  for (int i = 0; i < messages; ++i) {
    probe->ask({.at = 100_us * i, .operation = Operation::publish});
  }
  auto queue = std::make_unique<Queue>("queue");
  queue->settings.deliver_to = "workers";
  queue->settings.concurrency = 50;
  queue->settings.max_receives = m;
  world.add(std::move(probe));
  const ComponentId id = world.add(std::move(queue));
  world.add(std::make_unique<Stub>("workers", 1_ms, [](const Attempt& attempt) {
    const bool fails = attempt.luck.with(3).with(attempt.lineage).draw().uniform() < p;
    return Outcome{.status = fails ? Status::failed : Status::ok};
  }));
  world.start();
  world.run_until(sim::Time{} + 60_s);

  double dead = 0;
  double delivered = 0;
  const sim::Snapshot end = world.snapshot(id);
  for (const auto& reading : end.readings()) {
    if (reading.metric.name == "dead_lettered") dead = static_cast<double>(reading.part);
    if (reading.metric.name == "delivered") delivered = static_cast<double>(reading.part);
  }
  double mean = 0;
  double square = 0;
  for (int k = 1; k <= m; ++k) {
    const double probability = k < m ? std::pow(p, k - 1) * (1 - p) : std::pow(p, m - 1);
    mean += k * probability;
    square += k * k * probability;
  }
  EXPECT_NEAR(mean, (1 - std::pow(p, m)) / (1 - p), 1e-12);
  const double q = std::pow(p, m);
  EXPECT_NEAR(dead / messages, q, 3.29 * std::sqrt(q * (1 - q) / messages));
  EXPECT_NEAR(delivered / messages, mean, 3.29 * std::sqrt((square - mean * mean) / messages));
}

}  // namespace
}  // namespace faultline::models
