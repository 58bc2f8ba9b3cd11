// What faults and changes of parameters do to a queue.
#include <utility>

#include "models/queue/queue.h"
#include "models/world.h"

namespace faultline::models {

void Queue::changed(World& world, std::string_view) {
  auto next = settings.subscribers.begin();
  for (Subscription& subscription : subscriptions_) {
    const bool named = next != settings.subscribers.end();
    subscription.settings = named ? (next++)->second : settings;
  }
  for (ReplicaIndex i = 0; i < brokers_.size(); ++i) {
    admit_waiting(world, i);
    deliver_what_fits(world, i);
  }
}

void Queue::speed_changed(World& world, ReplicaIndex replica) {
  brokers_[replica].storing.set_speed(world, replicas()[replica].speed);
  deliver_what_fits(world, replica);
}

// They are the newest now, with all their receives before them, and take room whether there is
// some or not.
void Queue::redrive(World& world, ReplicaIndex replica) {
  for (Lane& lane : brokers_[replica].lanes) {
    const std::deque<sim::Handle> dead = std::move(lane.dead);
    lane.dead.clear();
    for (const sim::Handle handle : dead) {
      Message& message = messages_[handle];
      ++redriven_;
      message.forgiven = message.receives;
      message.stored = world.now();
      lane.reserve(message.bytes);
      lane.append(messages_, handle, message);
      show(world, handle);
    }
  }
  deliver_what_fits(world, replica);
}

// What was being stored or waited to be is lost, and its publisher told so; what was in flight
// stays stored, but whoever answers now is not heard.
void Queue::lost_work(World& world, ReplicaIndex replica) {
  Broker& broker = brokers_[replica];
  if (broker.storing.up()) {
    for (const sim::Handle handle : broker.storing.crash(world)) lose_publication(handle);
  }
  publishers_waiting_.add(world.now(), -static_cast<std::int64_t>(broker.waiting.size()));
  for (const sim::Handle handle : broker.waiting) lose_publication(handle);
  broker.waiting.clear();
  deliveries_.for_each([&](sim::Handle handle, Delivery& delivery) {
    if (delivery.broker != replica) return;
    world.cancel(delivery.visibility);
    if (delivery.in_flight) land(world, delivery);
    deliveries_.release(handle);
  });
}

void Queue::lose_publication(sim::Handle publication) {
  for (sim::Handle handle = publications_[publication].first_copy; handle;) {
    const Message& copy = messages_[handle];
    const sim::Handle next = copy.newer;
    lane_of(copy).free(copy.bytes);
    messages_.release(handle);
    handle = next;
  }
  publications_.release(publication);
}

void Queue::came_up(World& world, ReplicaIndex replica) {
  Broker& broker = brokers_[replica];
  broker.storing.restart(world);
  for (const Lane& lane : broker.lanes) {
    for (sim::Handle handle = lane.oldest; handle;) {
      const Message& message = messages_[handle];
      const sim::Handle next = message.newer;
      if (message.state == MessageState::in_flight) give_back(world, handle, {});
      handle = next;
    }
  }
  deliver_what_fits(world, replica);
}

}  // namespace faultline::models
