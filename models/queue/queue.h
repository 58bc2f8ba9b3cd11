// Queue: a durable broker that stores messages and delivers them, at least once each, to one
// service or a copy of each to every subscriber.
//
// States       starting, up, draining, down; what is stored survives a crash
// Parameters   deliver-to          component that consumes
//              endpoint            of it; absent: the one under which the message was published
//              concurrency         messages in flight per broker >= 1
//              visibility-timeout  > 0: without an answer for so long, a message is visible again
//              max-receives        deliveries of one message >= 1, then it is a dead letter;
//                                  absent: no end
//              redelivery-delay    >= 0: from a failure until the message is visible again
//              call                timeout and retries within one delivery
//              subscribers         name -> all of the above; instead of the above
//              partitions          >= 1: order among the messages of one key; absent: none
//              capacity            messages per broker and subscriber >= 1, in flight and being
//                                  stored included; absent: no limit
//              capacity-bytes      the same in bytes of their bodies
//              on-full             reject, wait, drop-newest, drop-oldest
//              dead-letter-capacity  dead letters per broker and subscriber, default 100,000
//              store-time          distribution of Duration, from arrival to stored
// Metrics      see measure.cpp
// Not modelled how brokers replicate what they store; cost per delivery and per acknowledgement
// Invariant    published x subscribers == acknowledged + dropped + dead_letter_depth + stored
//
// Messages are delivered in the order in which they were stored; one that becomes visible again
// has its old place. A publish is acknowledged when the message is stored. Success of the
// consumer deletes the message, even after its visibility has run out; a failure makes it visible
// again. When the visibility runs out, the consumer works on, but its delivery no longer counts
// as in flight and its failure is no longer heard. Replicas are brokers of their own, each with
// its own messages; publishers go to them in turn, or, where there are partitions, to the one that
// has the key's.
//
// A message keeps its request, and so its luck and trace; each subscriber's copy has luck of its
// own. Every delivery draws anew: receive n has a lineage of its own.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/component.h"
#include "models/queue/lane.h"
#include "models/queue/message.h"
#include "models/queue/settings.h"
#include "sim/histogram.h"
#include "sim/pool.h"
#include "sim/station.h"

namespace faultline::models {

class Queue final : public Component {
 public:
  explicit Queue(std::string name) : Component(std::move(name)) {}

  std::unique_ptr<Component> clone() const override { return std::make_unique<Queue>(*this); }
  std::string_view type() const override { return "queue"; }
  void describe(Fields& fields) override { settings.describe(fields); }
  std::vector<StaticCall> static_calls() const override;
  void bind(World& world) override;
  std::optional<ReplicaIndex> route(World& world, const Attempt& attempt) override;
  void receive(World& world, Attempt& attempt) override;
  void answered(World& world, const Attempt& attempt) override;
  void on_event(World& world, const sim::Event& event) override;
  void changed(World& world, std::string_view name) override;

  // A user's own request publishes, too.
  bool takes(Operation operation) const override {
    return operation == Operation::publish || operation == Operation::serve;
  }
  bool suffers(Fault fault) const override {
    return fault == Fault::crash || fault == Fault::slow || fault == Fault::redrive;
  }
  void lost_work(World& world, ReplicaIndex replica) override;
  void came_up(World& world, ReplicaIndex replica) override;
  void speed_changed(World& world, ReplicaIndex replica) override;
  void redrive(World& world, ReplicaIndex replica) override;
  void measure(const World& world, sim::Metrics& metrics) const override;
  std::uint64_t live_records() const override { return messages_.live() + deliveries_.live(); }
  std::optional<sim::TimeWeighted::Mark> work_held(sim::Time now) const override;
  const sim::Station* station_of(ReplicaIndex replica) const override {
    return &brokers_[replica].storing;
  }

  QueueSettings settings;  // to be filled before `bind`

 private:
  // One subscriber, over all brokers.
  struct Subscription {
    CallSiteId site = 0;
    std::optional<EndpointId> endpoint{};
    std::optional<std::uint64_t> luck_salt{};  // a subscriber's
    SubscriberSettings settings{};
    std::string backlog_name{};  // of its own metrics; empty where there are no subscribers
    std::string oldest_age_name{};
    std::string time_in_queue_name{};
    std::string acknowledged_name{};
    sim::TimeWeighted backlog{};
    sim::TimeWeighted in_flight{};
    sim::Histogram time_in_queue{};
    std::uint64_t acknowledged = 0;
  };
  struct Broker {
    sim::Station storing;
    std::vector<Lane> lanes{};          // by subscription
    std::deque<sim::Handle> waiting{};  // publications that there is no room for yet
  };

  void subscribe(World& world, const std::string& name, const SubscriberSettings& settings);
  Lane& lane_of(const Message& message) {
    return brokers_[message.broker].lanes[message.subscription];
  }

  std::uint32_t partition_of(std::uint64_t key) const;
  std::optional<double> oldest_age_s(sim::Time now, SubscriptionIndex subscription) const;

  // Publishing (publishing.cpp).
  bool fits(const Lane& lane, std::uint64_t bytes) const;
  bool fits_all(const Broker& broker, std::uint64_t bytes) const;
  void admit(World& world, sim::Handle publication);
  void admit_waiting(World& world, ReplicaIndex broker);
  void make_room(World& world, Lane& lane, std::uint64_t bytes);
  void copy(const Attempt& attempt, SubscriptionIndex subscription, Publication& publication);
  void on_stored(World& world, const sim::Event& event);

  // Delivering (queue.cpp).
  void deliver_what_fits(World& world, ReplicaIndex broker);
  void deliver_what_fits(World& world, ReplicaIndex broker, SubscriptionIndex subscription);
  void deliver(World& world, sim::Handle message);
  std::optional<ReplicaIndex> owner_of(const World& world, const Message& message) const;
  void on_visibility_end(World& world, sim::Handle delivery);
  void land(World& world, Delivery& delivery);
  void give_back(World& world, sim::Handle message, sim::Duration after);
  void show(World& world, sim::Handle message);
  void bury(World& world, sim::Handle message);
  void acknowledge(World& world, sim::Handle message);
  void remove(World& world, sim::Handle message);
  void take_out(World& world, sim::Handle message);
  void lose_publication(sim::Handle publication);

  std::vector<Subscription> subscriptions_;
  std::vector<Broker> brokers_;
  sim::Pool<Publication> publications_;
  sim::Pool<Message> messages_;
  sim::Pool<Delivery> deliveries_;

  sim::TimeWeighted publishers_waiting_;
  sim::Histogram time_in_queue_;
  sim::Histogram time_to_done_;
  std::uint64_t published_ = 0;
  std::uint64_t delivered_ = 0;
  std::uint64_t redelivered_ = 0;
  std::uint64_t duplicates_ = 0;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint64_t dead_lettered_ = 0;
  std::uint64_t redriven_ = 0;
};

}  // namespace faultline::models
