// Queues: the time that messages wait for a consumer, and how often they are received.
//
// Sources: Kleinrock, "Queueing Systems", vol. 1 (1975); Feller, "An Introduction to Probability
// Theory and Its Applications", vol. 1 (1968), VI.8.
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/queue/queue.h"
#include "sim/snapshot.h"
#include "tests/models/probe.h"
#include "tests/theory/formulas.h"
#include "tests/theory/lab.h"
#include "tests/theory/validation.h"

namespace faultline::theory::queue_theory_test {
namespace {

using namespace models;
using namespace sim::literals;

// The growth of a component's metrics between two instants.
double grown(const sim::Snapshot& from, const sim::Snapshot& to, std::string_view name) {
  for (const sim::Figure& figure : sim::between(from, to)) {
    if (figure.metric.name == name) return figure.value.value_or(0);
  }
  ADD_FAILURE() << "no metric " << name;
  return 0;
}

// Messages published at random, to consumers who take an exponential time each, `concurrency` at
// once: M/M/c. 30 stretches of 20,000 messages, after three that are forgotten.
TEST(QueueTheory, MessagesWaitAsErlangCSays) {
  constexpr double mean_ms = 10;
  for (const auto& [c, load] : {std::pair(1U, 0.7), std::pair(4U, 0.8), std::pair(16U, 0.75)}) {
    Lab lab(31 + c);
    const double rate_per_ms = load * c / mean_ms;
    auto queue = std::make_unique<Queue>("queue");
    queue->settings.deliver_to = "workers";
    queue->settings.concurrency = c;
    const Queue& broker = lab.add(std::move(queue));
    lab.add(poisson(rate_per_ms, "queue"));
    lab.add(service("workers", c, sim::Distribution::exponential(mean_ms * ms)));
    lab.start();
    const auto stretch = sim::Duration::from_ns(20'000 / rate_per_ms * ms);
    lab.world().run_until(sim::Time{} + stretch * 3);
    std::vector<double> waits_ms;
    for (int i = 0; i < 30; ++i) {
      const sim::Snapshot before = lab.world().snapshot(broker.id());
      lab.world().run_until(lab.world().now() + stretch);
      waits_ms.push_back(grown(before, lab.world().snapshot(broker.id()), "time_in_queue_ms"));
    }
    std::ostringstream parameters;
    parameters << "M/M/" << c << ", load " << load << ", service 10 ms";
    Validation waiting({Topic::queues, "Waiting for a consumer, c = " + std::to_string(c),
                        parameters.str(), "Kleinrock 1975, 3.5"});
    waiting.holds("mean time in queue, ms", "C(c, a) m / (c - a)",
                  erlang_c(c, load * c) * mean_ms / (c - load * c), estimate(waits_ms), 0.15);
  }
}

// A consumer slower than the visibility lasts is given the message again every V, until the first
// of its executions ends; all of them are done to the end. Executions of exponential time m, each
// drawn anew: the chance that more than n are begun is exp(-(V/m) n (n + 1) / 2).
TEST(QueueTheory, ReceivesUntilTheFirstExecutionEnds) {
  constexpr double mean_ms = 20;
  constexpr int messages = 2'000;
  for (const double share : {0.5, 1.0}) {
    std::vector<double> receives;
    std::vector<double> repeated;
    for (std::uint64_t run = 0; run < 30; ++run) {
      Lab lab(1000 + run);
      auto queue = std::make_unique<Queue>("queue");
      queue->settings.deliver_to = "workers";
      queue->settings.concurrency = 100'000;
      queue->settings.visibility_timeout = sim::Duration::from_ns(share * mean_ms * ms);
      auto workers = service("workers", 100'000, sim::Distribution::exponential(mean_ms * ms));
      workers->settings.executions = ExecutionSettings{.once = false};
      const Queue& broker = lab.add(std::move(queue));
      const Service& consumer = lab.add(std::move(workers));
      auto probe = std::make_unique<Probe>("probe", "queue");
      for (int i = 0; i < messages; ++i) {
        probe->ask({.at = 1_ms * i, .operation = Operation::publish});
      }
      lab.add(std::move(probe));
      lab.start();
      const sim::Snapshot of_broker = lab.world().snapshot(broker.id());
      const sim::Snapshot of_consumer = lab.world().snapshot(consumer.id());
      lab.world().run_until(sim::Time{} + 5_s);
      const sim::Snapshot end = lab.world().snapshot(broker.id());
      receives.push_back(grown(of_broker, end, "delivered") / messages);
      repeated.push_back(
          grown(of_consumer, lab.world().snapshot(consumer.id()), "repeated_executions") /
          messages);
    }
    double expected = 0;
    for (int n = 0; n < 100; ++n) expected += std::exp(-share * n * (n + 1) / 2);
    std::ostringstream parameters;
    parameters << "visibility " << share * mean_ms << " ms, executions of 20 ms";
    Validation visibility(
        {Topic::queues,
         "Visibility shorter than the work, V/m = " + std::string(share < 1 ? "0.5" : "1"),
         parameters.str(), "docs/models/queue.md"});
    visibility.holds("receives per message", "sum exp(-(V/m) n (n + 1) / 2)", expected,
                     estimate(receives));
    visibility.holds("repeated executions per message", "the same, less one", expected - 1,
                     estimate(repeated));
  }
}

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
}  // namespace faultline::theory::queue_theory_test
