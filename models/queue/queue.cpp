// From visible to acknowledged: how messages are delivered.
#include "models/queue/queue.h"

#include <algorithm>
#include <utility>

#include "models/world.h"
#include "sim/check.h"

namespace faultline::models {
namespace {

enum OwnKind : std::uint16_t {
  kind_stored = first_own_kind,  // a: the broker; the rest is the station's
  kind_visibility_end,           // a, b: the delivery
  kind_show,                     // a, b: the message
};

constexpr std::uint64_t receive_salt = 0x7265636569766573ULL;
constexpr std::uint64_t partition_salt = sim::salt_of("partition");

// Which tries led to this delivery: those of the publish, and the receives before. Unlike any that
// a retry of a call makes of the same publish.
std::uint32_t lineage_of_receive(std::uint32_t published, std::uint32_t before) {
  if (before == 0) return published;
  const std::uint64_t word = (std::uint64_t{published} << 32) | before;
  return static_cast<std::uint32_t>(sim::mix64(sim::mix64(word) + receive_salt) >> 32);
}

}  // namespace

std::vector<StaticCall> Queue::static_calls() const {
  std::vector<StaticCall> calls;
  const auto add = [&](const SubscriberSettings& subscriber) {
    StaticCall call{.endpoint = {}, .callee = subscriber.deliver_to, .operation = Operation::serve};
    if (!subscriber.endpoint.empty()) call.callee_endpoint = subscriber.endpoint;
    calls.push_back(std::move(call));
  };
  if (settings.subscribers.empty()) add(settings);
  for (const auto& [name, subscriber] : settings.subscribers) add(subscriber);
  return calls;
}

void Queue::bind(World& world) {
  make_replicas(world, settings.hosting);
  if (settings.subscribers.empty()) subscribe(world, "", settings);
  for (const auto& [name, subscriber] : settings.subscribers) subscribe(world, name, subscriber);
  sim::StationSettings storing;
  storing.workers.reset();
  Lane lane;
  lane.partitions.resize(settings.partitions.value_or(0));
  for (std::uint32_t i = 0; i < replicas().size(); ++i) {
    const sim::StationOwner owner{.target = id(), .completion_kind = kind_stored, .a = i};
    brokers_.push_back({.storing = sim::Station(storing, owner, world.now()),
                        .lanes = std::vector<Lane>(subscriptions_.size(), lane)});
  }
}

void Queue::subscribe(World& world, const std::string& name, const SubscriberSettings& subscriber) {
  Subscription subscription;
  subscription.site = world.add_call_site(*this, subscriber.deliver_to, subscriber.call);
  if (!subscriber.endpoint.empty()) {
    subscription.endpoint = world.intern_endpoint(subscriber.endpoint);
  }
  subscription.settings = subscriber;
  if (!name.empty()) {
    subscription.luck_salt = sim::salt_of(name);
    subscription.backlog_name = name + "_backlog";
    subscription.oldest_age_name = name + "_oldest_age_s";
    subscription.time_in_queue_name = name + "_time_in_queue_ms";
    subscription.acknowledged_name = name + "_acknowledged";
  }
  subscriptions_.push_back(std::move(subscription));
}

std::uint32_t Queue::partition_of(std::uint64_t key) const {
  return static_cast<std::uint32_t>(sim::mix64(key ^ partition_salt) % *settings.partitions);
}

std::optional<ReplicaIndex> Queue::route(World& world, const Attempt& attempt) {
  if (!settings.partitions) return Component::route(world, attempt);
  return static_cast<ReplicaIndex>(partition_of(attempt.key) % replicas().size());
}

void Queue::on_event(World& world, const sim::Event& event) {
  const sim::Handle handle{event.a, event.b};
  switch (event.kind) {
    case kind_stored:
      return on_stored(world, event);
    case kind_visibility_end:
      return on_visibility_end(world, handle);
    default:
      break;
  }
  const Message* message = messages_.find(handle);
  if (message == nullptr) return;  // acknowledged late, or dropped, while it was delayed
  const auto [broker, subscription] = std::pair(message->broker, message->subscription);
  show(world, handle);
  deliver_what_fits(world, broker, subscription);
}

void Queue::deliver_what_fits(World& world, ReplicaIndex broker) {
  for (SubscriptionIndex i = 0; i < subscriptions_.size(); ++i) deliver_what_fits(world, broker, i);
}

void Queue::deliver_what_fits(World& world, ReplicaIndex index, SubscriptionIndex subscription) {
  Lane& lane = brokers_[index].lanes[subscription];
  if (!replicas()[index].serves() || replicas()[index].speed <= 0) return;
  const std::uint64_t limit = subscriptions_[subscription].settings.concurrency;
  while (lane.in_flight < limit && !lane.visible.empty()) {
    const sim::Handle first = lane.visible.take_first();
    // What was acknowledged late or dropped, while it was visible, is still listed.
    if (messages_.find(first) != nullptr) deliver(world, first);
  }
}

void Queue::deliver(World& world, sim::Handle handle) {
  Message& message = messages_[handle];
  Subscription& subscription = subscriptions_[message.subscription];
  message.state = MessageState::in_flight;
  subscription.backlog.add(world.now(), -1);
  subscription.in_flight.add(world.now(), 1);
  ++lane_of(message).in_flight;
  ++delivered_;
  if (message.receives == 0) {
    const std::int64_t waited_ns = (world.now() - message.stored).ns;
    time_in_queue_.record(waited_ns);
    if (!subscription.backlog_name.empty()) subscription.time_in_queue.record(waited_ns);
  } else {
    ++redelivered_;
  }
  if (message.unheard > 0) ++duplicates_;
  ++message.unheard;

  const auto [slot, delivery] = deliveries_.acquire();
  delivery.message = handle;
  delivery.broker = message.broker;
  delivery.subscription = message.subscription;
  delivery.visibility =
      world.arm(subscription.settings.visibility_timeout, {.request = message.request.id,
                                                           .a = slot.slot,
                                                           .b = slot.generation,
                                                           .target = id(),
                                                           .kind = kind_visibility_end});
  Attempt& call = world.prepare(subscription.site, message.broker, message.request);
  call.cookie = slot;
  call.endpoint = message.endpoint;
  call.key = message.key;
  call.version = message.version;
  call.bytes = message.bytes;
  call.luck = message.luck;
  call.base_lineage = lineage_of_receive(message.lineage, message.receives++);
  call.lineage = call.base_lineage;
  if (const auto owner = owner_of(world, message)) call.send_to(*owner);
  world.begin(call);
}

// A partition has one consumer: of the replicas that are up, the one whose turn it is by number.
std::optional<ReplicaIndex> Queue::owner_of(const World& world, const Message& message) const {
  if (!settings.partitions) return std::nullopt;
  const CallSite& site = world.call_sites()[subscriptions_[message.subscription].site];
  if (site.callee_is_name) return std::nullopt;
  const std::vector<Replica>& consumers = world.component(site.callee).replicas();
  const auto up = [](const Replica& replica) { return replica.state == Lifecycle::up; };
  const auto living = std::count_if(consumers.begin(), consumers.end(), up);
  if (living == 0) return std::nullopt;
  auto left = static_cast<std::ptrdiff_t>(message.partition) % living;
  for (ReplicaIndex i = 0;; ++i) {
    if (up(consumers[i]) && left-- == 0) return i;
  }
}

void Queue::answered(World& world, const Attempt& attempt) {
  Delivery& delivery = deliveries_[attempt.cookie];
  const ReplicaIndex broker = delivery.broker;
  const SubscriptionIndex subscription = delivery.subscription;
  const sim::Handle handle = delivery.message;
  const bool in_time = delivery.in_flight;
  if (in_time) {
    world.cancel(delivery.visibility);
    land(world, delivery);
  }
  deliveries_.release(attempt.cookie);
  if (Message* message = messages_.find(handle)) {
    --message->unheard;
    if (message->state == MessageState::dead) {
      // Nobody asks any more what became of it.
    } else if (attempt.outcome.ok()) {
      acknowledge(world, handle);
    } else if (in_time) {
      give_back(world, handle, subscriptions_[subscription].settings.redelivery_delay);
    }
  }
  deliver_what_fits(world, broker, subscription);
}

void Queue::on_visibility_end(World& world, sim::Handle handle) {
  Delivery& delivery = deliveries_[handle];
  delivery.visibility = {};
  land(world, delivery);
  if (messages_.find(delivery.message) != nullptr) give_back(world, delivery.message, {});
  deliver_what_fits(world, delivery.broker, delivery.subscription);
}

// It does not count as in flight any more.
void Queue::land(World& world, Delivery& delivery) {
  delivery.in_flight = false;
  subscriptions_[delivery.subscription].in_flight.add(world.now(), -1);
  --brokers_[delivery.broker].lanes[delivery.subscription].in_flight;
}

void Queue::give_back(World& world, sim::Handle handle, sim::Duration after) {
  Message& message = messages_[handle];
  const auto& most = subscriptions_[message.subscription].settings.max_receives;
  if (most && message.receives - message.forgiven >= *most) return bury(world, handle);
  if (after.ns == 0) return show(world, handle);
  message.state = MessageState::delayed;
  world.schedule(after, {.request = message.request.id,
                         .a = handle.slot,
                         .b = handle.generation,
                         .target = id(),
                         .kind = kind_show});
}

// In a partition, it can be delivered once it is the first.
void Queue::show(World& world, sim::Handle handle) {
  Message& message = messages_[handle];
  message.state = MessageState::visible;
  subscriptions_[message.subscription].backlog.add(world.now(), 1);
  if (!message.ahead) lane_of(message).visible.add(message.place, handle);
}

void Queue::acknowledge(World& world, sim::Handle handle) {
  const Message& message = messages_[handle];
  ++acknowledged_;
  ++subscriptions_[message.subscription].acknowledged;
  time_to_done_.record((world.now() - message.first_stored).ns);
  remove(world, handle);
}

void Queue::bury(World& world, sim::Handle handle) {
  Message& message = messages_[handle];
  Lane& lane = lane_of(message);
  ++dead_lettered_;
  take_out(world, handle);
  message.state = MessageState::dead;
  lane.dead.push_back(handle);
  if (lane.dead.size() <= settings.dead_letter_capacity) return;
  ++dropped_;
  messages_.release(lane.dead.front());
  lane.dead.pop_front();
}

void Queue::remove(World& world, sim::Handle handle) {
  take_out(world, handle);
  messages_.release(handle);
}

// Out of its lane, which makes room for others.
void Queue::take_out(World& world, sim::Handle handle) {
  const Message& message = messages_[handle];
  Lane& lane = lane_of(message);
  lane.take_out(messages_, message);
  lane.free(message.bytes);
  if (message.state == MessageState::visible) {
    subscriptions_[message.subscription].backlog.add(world.now(), -1);
  }
  if (message.behind && !message.ahead) {
    lane.visible.add(messages_[message.behind].place, message.behind);
  }
  admit_waiting(world, message.broker);
}

}  // namespace faultline::models
