// Queue: a durable broker that stores messages and delivers them to a service, at least once each.
//
// States       starting, up, draining, down; what is stored survives a crash
// Parameters   deliver-to          component that consumes
//              endpoint            of it; absent: the one under which the message was published
//              concurrency         messages in flight per broker >= 1
//              visibility-timeout  > 0: without an answer for so long, a message is visible again
//              max-receives        deliveries of one message >= 1, then it is a dead letter;
//                                  absent: no end
//              redelivery-delay    >= 0: from a failure until the message is visible again
//              capacity            messages per broker >= 1, in flight and being stored included;
//                                  beyond it a publish is rejected; absent: no limit
//              store-time          distribution of Duration, from arrival to stored
//              call                timeout and retries within one delivery
// Metrics      backlog (visible), in_flight, oldest_age_s, time_in_queue_ms, time_to_done_ms,
//              published, delivered, redelivered, duplicates, acknowledged, dead_lettered,
//              dead_letter_depth, messages
// Not modelled how brokers replicate what they store; cost per delivery and per acknowledgement;
//              dead letters keep no content
// Invariant    published == acknowledged + dead_lettered + messages held
//
// Messages are delivered in the order in which they were stored; one that becomes visible again
// has its old place. A publish is acknowledged when the message is stored. Success of the
// consumer deletes the message, even after its visibility has run out; a failure makes it visible
// again. When the visibility runs out, the consumer works on, but its delivery no longer counts
// as in flight and its failure is no longer heard. Replicas are brokers of their own, each with
// its own messages; publishers go to them in turn.
//
// A message keeps its request, and so its luck and trace. Every delivery draws anew: receive n has
// a lineage of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/component.h"
#include "models/policy.h"
#include "models/queue/visible_messages.h"
#include "sim/distribution.h"
#include "sim/histogram.h"
#include "sim/pool.h"
#include "sim/station.h"

namespace faultline::models {

struct QueueSettings {
  HostingSettings hosting;
  std::string deliver_to;
  std::string endpoint;
  std::uint64_t concurrency = 0;
  sim::Duration visibility_timeout = sim::Duration::from_seconds(30);
  std::optional<std::uint64_t> max_receives;
  sim::Duration redelivery_delay;
  std::optional<std::uint64_t> capacity;
  sim::Distribution store_time;
  CallPolicy call;
};

class Queue final : public Component {
 public:
  explicit Queue(std::string name) : Component(std::move(name)) {}

  std::unique_ptr<Component> clone() const override { return std::make_unique<Queue>(*this); }
  std::string_view type() const override { return "queue"; }
  void describe(Fields& fields) override;
  void bind(World& world) override;
  void receive(World& world, Attempt& attempt) override;
  void answered(World& world, const Attempt& attempt) override;
  void on_event(World& world, const sim::Event& event) override;
  void changed(World& world, std::string_view name) override;
  void lost_work(World& world, ReplicaIndex replica) override;
  void came_up(World& world, ReplicaIndex replica) override;
  void speed_changed(World& world, ReplicaIndex replica) override;
  void measure(const World& world, sim::Metrics& metrics) const override;
  std::vector<StaticCall> static_calls() const override;

  QueueSettings settings;  // to be filled before `bind`

 private:
  enum class State : std::uint8_t { being_stored, visible, in_flight, delayed };

  struct Message {
    sim::Handle publish;  // the attempt that brings it, while it is being stored
    Request request;
    sim::Handle older;  // neighbours among those stored, in order
    sim::Handle newer;
    sim::Luck luck;
    sim::Time stored;
    sim::Duration store_work;
    std::uint64_t place = 0;  // in the order of storing
    std::uint64_t key = 0;
    std::uint64_t version = 0;
    std::uint32_t bytes = 0;
    std::uint32_t lineage = 0;   // of the publish
    std::uint32_t receives = 0;  // deliveries begun
    std::uint32_t unheard = 0;   // deliveries whose end has not been heard
    EndpointId endpoint = 0;
    ReplicaIndex broker = 0;
    State state = State::being_stored;
  };
  struct Delivery {  // lives until the consumer has answered, in time or late
    sim::Handle message;
    sim::TimerHandle visibility;
    ReplicaIndex broker = 0;
    bool in_flight = true;  // its visibility has not run out
  };
  struct Broker {
    sim::Station storing;
    VisibleMessages visible{};
    sim::Handle oldest{};
    sim::Handle newest{};
    std::uint64_t next_place = 0;
    std::uint64_t held = 0;  // messages, those being stored included
    std::uint64_t in_flight = 0;
  };

  void on_stored(World& world, const sim::Event& event);
  void on_visibility_end(World& world, sim::Handle delivery);
  void deliver_what_fits(World& world, ReplicaIndex broker);
  void deliver(World& world, sim::Handle message);
  void land(World& world, Delivery& delivery);
  void give_back(World& world, sim::Handle message, sim::Duration after);
  void show(World& world, sim::Handle message);
  void acknowledge(World& world, sim::Handle message);
  void remove(World& world, sim::Handle message);

  CallSiteId site_ = 0;
  std::optional<EndpointId> endpoint_;
  std::vector<Broker> brokers_;
  sim::Pool<Message> messages_;
  sim::Pool<Delivery> deliveries_;

  sim::TimeWeighted backlog_;
  sim::TimeWeighted in_flight_;
  sim::Histogram time_in_queue_;
  sim::Histogram time_to_done_;
  std::uint64_t published_ = 0;
  std::uint64_t delivered_ = 0;
  std::uint64_t redelivered_ = 0;
  std::uint64_t duplicates_ = 0;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t dead_lettered_ = 0;
};

}  // namespace faultline::models
