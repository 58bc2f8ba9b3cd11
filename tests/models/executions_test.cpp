// What a service remembers of what it has done: double charges are counted, or avoided.
#include <gtest/gtest.h>

#include <memory>
#include <string_view>
#include <vector>

#include "models/queue/queue.h"
#include "models/service/service.h"
#include "tests/models/probe.h"

namespace faultline::models::executions_test {
namespace {

using namespace sim::literals;

// A probe that publishes to a queue, and a cashier with plenty of workers who takes 150 ms for a
// message that is visible again after 100.
struct Till {
  World world{1, tiny_geography()};
  Service* cashier = nullptr;
  Queue* queue = nullptr;
  Probe* probe = nullptr;

  explicit Till(std::optional<ExecutionSettings> executions) {
    auto owned = std::make_unique<Service>("cashier");
    cashier = owned.get();
    cashier->settings.workers = 100;
    cashier->settings.hosting.replicas = 2;
    cashier->settings.executions = executions;
    for (const char* endpoint : {"charge", "refund"}) {
      StepSettings work;
      work.compute = sim::Distribution::constant(150_ms);
      cashier->settings.endpoints[endpoint] = {work};
    }
    auto asking = std::make_unique<Probe>("probe", "queue");
    probe = asking.get();
    auto between = std::make_unique<Queue>("queue");
    queue = between.get();
    queue->settings.deliver_to = "cashier";
    queue->settings.concurrency = 10;
    queue->settings.visibility_timeout = 100_ms;
    world.add(std::move(owned));
    world.add(std::move(asking));
    world.add(std::move(between));
  }
  void publish(sim::Duration at, const char* endpoint = "charge") {
    probe->ask({.at = at, .endpoint = endpoint, .operation = Operation::publish});
  }
  std::uint64_t count(const Component& component, std::string_view metric) const {
    return static_cast<std::uint64_t>(reading(world, component, metric).part);
  }
  void run(sim::Duration until) { world.run_until(sim::Time{} + until); }
};

// Delivered at 0 and, while the first is at work, at 100 ms: done at 150 and once more at 250.
TEST(Executions, ADoubleChargeIsCounted) {
  Till till(ExecutionSettings{.once = false});
  till.publish(0_ms);
  till.world.start();
  till.run(1_s);
  EXPECT_EQ(till.count(*till.queue, "delivered"), 2u);
  EXPECT_EQ(till.count(*till.queue, "acknowledged"), 1u);
  EXPECT_EQ(till.count(*till.cashier, "executions"), 2u);
  EXPECT_EQ(till.count(*till.cashier, "repeated_executions"), 1u);
  EXPECT_EQ(till.count(*till.cashier, "skipped_executions"), 0u);
}

// The second delivery is refused while the first is at work, comes back and is given up on when the
// first is done.
TEST(Executions, WhatIsUnderWayIsNotBegunAgain) {
  Till till(ExecutionSettings{});
  till.queue->settings.redelivery_delay = 20_ms;
  till.publish(0_ms);
  till.world.start();
  till.run(1_s);
  EXPECT_EQ(till.count(*till.queue, "delivered"), 4u);  // at 0, 100, 120 and 140 ms
  EXPECT_EQ(till.count(*till.queue, "acknowledged"), 1u);
  EXPECT_EQ(till.count(*till.cashier, "executions"), 1u);
  EXPECT_EQ(till.count(*till.cashier, "repeated_executions"), 0u);
  EXPECT_EQ(till.count(*till.cashier, "skipped_executions"), 3u);
}

// A broker that crashes does not hear that the work was done, and delivers it again: what is done
// is answered at once. After the window nobody remembers.
TEST(Executions, WhatIsDoneIsAnsweredWithoutDoingItAgain) {
  for (const sim::Duration window : {10_s, 300_ms}) {
    Till till(ExecutionSettings{.window = window});
    till.queue->settings.visibility_timeout = 1_s;
    till.publish(0_ms);
    till.world.start();
    till.run(100_ms);
    till.queue->crash(till.world, 0);
    till.run(500_ms);
    till.queue->restart(till.world, 0);
    till.run(550_ms);
    const bool remembers = window == 10_s;
    EXPECT_EQ(till.count(*till.queue, "acknowledged"), remembers ? 1u : 0u);
    till.run(2_s);
    EXPECT_EQ(till.count(*till.cashier, "executions"), remembers ? 1u : 2u);
    EXPECT_EQ(till.count(*till.cashier, "skipped_executions"), remembers ? 1u : 0u);
  }
}

// A consumer that dies in the middle of a message has not done it: another replica does.
TEST(Executions, WhatDiedWithItsReplicaIsDoneByAnother) {
  Till till(ExecutionSettings{});
  till.queue->settings.visibility_timeout = 1_s;
  till.publish(0_ms);
  till.world.start();
  till.run(50_ms);
  till.cashier->crash(till.world, 0);
  till.run(2_s);
  EXPECT_EQ(till.count(*till.queue, "delivered"), 2u);
  EXPECT_EQ(till.count(*till.cashier, "executions"), 1u);
  EXPECT_EQ(till.count(*till.cashier, "skipped_executions"), 0u);
  EXPECT_EQ(till.count(*till.queue, "acknowledged"), 1u);
}

// What fails is not done: the cashier has no room for the first try, and does the second.
TEST(Executions, WhatFailedIsDoneAgain) {
  Till till(ExecutionSettings{});
  till.cashier->settings.workers = 1;
  till.cashier->settings.backlog = 0;
  till.cashier->settings.hosting.replicas = 1;
  till.queue->settings.visibility_timeout = 1_s;
  till.queue->settings.redelivery_delay = 200_ms;
  till.publish(0_ms);
  till.publish(10_ms, "refund");
  till.world.start();
  till.run(2_s);
  EXPECT_EQ(till.count(*till.cashier, "rejected"), 1u);
  EXPECT_EQ(till.count(*till.cashier, "executions"), 2u);
  EXPECT_EQ(till.count(*till.cashier, "skipped_executions"), 0u);
}

// One message for two endpoints of one service is two pieces of work; a user's retry is the same.
TEST(Executions, ARetryIsTheSameWorkAndAnotherEndpointIsNot) {
  Till till(ExecutionSettings{});
  SubscriberSettings each = till.queue->settings;
  each.visibility_timeout = 1_s;
  each.redelivery_delay = 500_ms;
  static_cast<SubscriberSettings&>(till.queue->settings) = {};
  till.queue->settings.subscribers["charges"] = each;
  till.queue->settings.subscribers["charges"].endpoint = "charge";
  till.queue->settings.subscribers["refunds"] = each;
  till.queue->settings.subscribers["refunds"].endpoint = "refund";
  till.queue->settings.subscribers["refunds"].call.timeout = 100_ms;
  till.queue->settings.subscribers["refunds"].call.retries.emplace();
  till.queue->settings.subscribers["refunds"].call.retries->max = 1;
  till.publish(0_ms);
  till.world.start();
  till.run(140_ms);
  // The retry at 100 ms finds the first try at work.
  EXPECT_EQ(till.count(*till.cashier, "skipped_executions"), 1u);
  till.run(149_ms);
  EXPECT_EQ(till.count(*till.cashier, "executions"), 0u);
  till.run(151_ms);
  EXPECT_EQ(till.count(*till.cashier, "executions"), 2u);
}

}  // namespace
}  // namespace faultline::models::executions_test
