// What a queue tells of itself.
#include <algorithm>

#include "models/queue/queue.h"
#include "models/world.h"

namespace faultline::models {

std::optional<double> Queue::oldest_age_s(sim::Time now, SubscriptionIndex subscription) const {
  std::optional<double> oldest;
  for (const Broker& broker : brokers_) {
    const sim::Handle handle = broker.lanes[subscription].oldest;
    if (!handle) continue;
    oldest = std::max(oldest.value_or(0), (now - messages_[handle].stored).seconds());
  }
  return oldest;
}

std::optional<sim::TimeWeighted::Mark> Queue::work_held(sim::Time now) const {
  sim::TimeWeighted::Mark held{now};
  for (const Subscription& subscription : subscriptions_) {
    held.area += subscription.backlog.mark(now).area + subscription.in_flight.mark(now).area;
  }
  return held;
}

void Queue::measure(const World& world, sim::Metrics& metrics) const {
  Component::measure(world, metrics);
  const sim::Time now = world.now();
  std::uint64_t held = 0;
  std::uint64_t stored = 0;
  std::uint64_t dead = 0;
  for (const Broker& broker : brokers_) {
    for (const Lane& lane : broker.lanes) {
      held += lane.held;
      stored += lane.stored;
      dead += lane.dead.size();
    }
  }
  sim::TimeWeighted::Mark backlog{now};
  sim::TimeWeighted::Mark in_flight{now};
  std::optional<double> oldest;
  for (SubscriptionIndex i = 0; i < subscriptions_.size(); ++i) {
    backlog.area += subscriptions_[i].backlog.mark(now).area;
    in_flight.area += subscriptions_[i].in_flight.mark(now).area;
    oldest = std::max(oldest, oldest_age_s(now, i));
  }
  metrics.level({"backlog", "messages", "Visible: stored and waiting to be delivered."}, backlog);
  metrics.level({"in_flight", "messages", "Delivered, and neither answered nor visible again."},
                in_flight);
  metrics.state({"messages", "messages", "Held in any state, being stored included, now."},
                static_cast<double>(held));
  metrics.state({"stored", "messages", "Stored, and not yet done, dead or dropped, now."},
                static_cast<double>(stored));
  metrics.state({"oldest_age_s", "s", "Age of the oldest message stored, now."}, oldest);
  metrics.times({"time_in_queue_ms", "ms", "From stored to first delivered."}, time_in_queue_);
  metrics.times({"time_to_done_ms", "ms", "From stored to acknowledged by the consumer."},
                time_to_done_);
  metrics.counter({"published", "messages", "Stored or dropped, each once for all subscribers."},
                  published_);
  metrics.level({"publishers_waiting", "publishes", "That a full broker has not taken in yet."},
                publishers_waiting_.mark(now));
  metrics.counter({"delivered", "deliveries", "Begun, repeated ones included."}, delivered_);
  metrics.counter({"redelivered", "deliveries", "Begun for the second time or later."},
                  redelivered_);
  metrics.counter({"duplicates", "deliveries",
                   "Begun while the end of an earlier one of the same message was unheard."},
                  duplicates_);
  metrics.counter({"acknowledged", "messages", "Done: the consumer succeeded."}, acknowledged_);
  metrics.counter({"dropped", "messages", "Given up by a full broker or a full dead-letter queue."},
                  dropped_);
  metrics.counter({"dead_lettered", "messages", "Given up after so many deliveries."},
                  dead_lettered_);
  metrics.state({"dead_letter_depth", "messages", "In the dead-letter queue, now."},
                static_cast<double>(dead));
  metrics.counter({"redriven", "messages", "Dead letters put back to be delivered again."},
                  redriven_);
  if (settings.subscribers.empty()) return;
  for (SubscriptionIndex i = 0; i < subscriptions_.size(); ++i) {
    const Subscription& own = subscriptions_[i];
    metrics.level({own.backlog_name, "messages", "Of this subscriber."}, own.backlog.mark(now));
    metrics.state({own.oldest_age_name, "s", "Of this subscriber."}, oldest_age_s(now, i));
    metrics.times({own.time_in_queue_name, "ms", "Of this subscriber."}, own.time_in_queue);
    metrics.counter({own.acknowledged_name, "messages", "By this subscriber."}, own.acknowledged);
  }
}

}  // namespace faultline::models
