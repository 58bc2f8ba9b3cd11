// Redelivery: receives of one message are independent trials, so that their number is geometric,
// cut off at the maximum.
//
// Source: Feller, "An Introduction to Probability Theory and Its Applications", vol. 1 (1968),
// VI.8.
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <utility>

#include "models/queue/queue.h"
#include "sim/snapshot.h"
#include "tests/models/probe.h"
#include "tests/theory/validation.h"

namespace faultline::theory {
namespace {

using namespace models;
using namespace sim::literals;

// With failures of probability p and at most m receives, a message becomes a dead letter with
// probability p^m and is delivered (1 - p^m) / (1 - p) times on average. Both within the 99.9 %
// confidence interval (standard deviations known from the same law) of 40,000 messages.
TEST(QueueTheory, RedeliversAsTheGeometricLawSays) {
  constexpr double p = 0.37;
  constexpr int m = 3;
  constexpr int messages = 40'000;
  World world(shifted(11), tiny_geography());
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
  const double q = std::pow(p, m);
  const double deviation = std::sqrt((square - mean * mean) / (q * (1 - q)));
  const Estimate share = share_of(dead, messages, q);
  Validation redelivery(
      {Topic::queues, "Redelivery", "p = 0.37, at most 3 receives", "Feller 1968, VI.8"});
  redelivery.holds("P(dead letter)", "p^m", q, share, 0.1);
  redelivery.holds("deliveries per message", "(1 - p^m) / (1 - p)", (1 - q) / (1 - p),
                   {delivered / messages, share.half_width * deviation});
}

}  // namespace
}  // namespace faultline::theory
