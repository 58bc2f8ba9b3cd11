#include "models/queue/queue.h"

#include <algorithm>

#include "models/world.h"
#include "sim/check.h"

namespace faultline::models {
namespace {

enum OwnKind : std::uint16_t {
  kind_stored = first_own_kind,  // a: the broker; the rest is the station's
  kind_visibility_end,           // a, b: the delivery
  kind_show,                     // a, b: the message
};

enum Step : std::uint64_t { store_step = 1 };

constexpr std::uint64_t receive_salt = 0x7265636569766573ULL;

// Which tries led to this delivery: those of the publish, and the receives before. Unlike any that
// a retry of a call makes of the same publish.
std::uint32_t lineage_of_receive(std::uint32_t published, std::uint32_t before) {
  if (before == 0) return published;
  const std::uint64_t word = (std::uint64_t{published} << 32) | before;
  return static_cast<std::uint32_t>(sim::mix64(sim::mix64(word) + receive_salt) >> 32);
}

}  // namespace

void Queue::describe(Fields& fields) {
  QueueSettings& s = settings;
  s.hosting.describe(fields);
  fields.name({"deliver-to", "The component that consumes the messages.", true},
              Reference::component, s.deliver_to);
  fields.text({"endpoint", "Of the consumer; absent: the one the message was published under."},
              s.endpoint);
  fields.count({"concurrency", "Messages of one broker in flight at once.", true, true},
               s.concurrency, {1, 1'000'000});
  fields.duration({"visibility-timeout",
                   "Without an answer for so long, a message is delivered again.", false, true},
                  s.visibility_timeout, sim::Duration{1});
  fields.count({"max-receives",
                "Deliveries of a message before it is a dead letter; absent: no end.", false, true},
               s.max_receives, {1, 1'000'000});
  fields.duration(
      {"redelivery-delay", "From a failure until the message is visible again.", false, true},
      s.redelivery_delay);
  fields.count({"capacity",
                "Messages one broker holds, in flight included, before it rejects; absent: no "
                "limit.",
                false, true},
               s.capacity, {1, 1'000'000'000});
  fields.distribution(
      {"store-time", "From the arrival of a message until it is stored.", false, true},
      s.store_time);
  fields.nested({"call", "Timeout and retries within one delivery."}, "call", s.call);
}

void Queue::bind(World& world) {
  make_replicas(world, settings.hosting);
  site_ = world.add_call_site(*this, settings.deliver_to, settings.call);
  if (!settings.endpoint.empty()) endpoint_ = world.intern_endpoint(settings.endpoint);
  sim::StationSettings storing;
  storing.workers.reset();
  for (std::uint32_t i = 0; i < replicas().size(); ++i) {
    const sim::StationOwner owner{.target = id(), .completion_kind = kind_stored, .a = i};
    brokers_.push_back({.storing = sim::Station(storing, owner, world.now())});
  }
}

void Queue::receive(World& world, Attempt& attempt) {
  if (attempt.operation != Operation::publish && attempt.operation != Operation::serve) {
    return world.reply(attempt, {.status = Status::failed});
  }
  Broker& broker = brokers_[attempt.to];
  if (settings.capacity && broker.held >= *settings.capacity) {
    return world.reply(attempt, {.status = Status::rejected});
  }
  ++broker.held;
  sim::Draw draw = world.luck_of(attempt, *this, store_step).draw();
  const auto [handle, message] = messages_.acquire();
  message.publish = attempt.self;
  message.request = attempt.request;
  message.luck = attempt.luck;
  message.store_work = settings.store_time.sample_duration(draw);
  message.key = attempt.key;
  message.version = attempt.version;
  message.bytes = attempt.bytes;
  message.lineage = attempt.lineage;
  message.endpoint = endpoint_.value_or(attempt.endpoint);
  message.broker = attempt.to;
  broker.storing.arrive(world, message.request.id, message.store_work, handle);
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
  if (message == nullptr) return;  // acknowledged late, while it was delayed
  show(world, handle);
  deliver_what_fits(world, message->broker);
}

void Queue::on_stored(World& world, const sim::Event& event) {
  Broker& broker = brokers_[event.a];
  const sim::Station::Finished finished = broker.storing.completed(world, event);
  broker.storing.release(world, finished.job);
  const sim::Handle handle = finished.cookie;
  Message& message = messages_[handle];
  message.stored = world.now();
  message.place = broker.next_place++;
  message.older = broker.newest;
  (broker.newest ? messages_[broker.newest].newer : broker.oldest) = handle;
  broker.newest = handle;
  ++published_;
  if (world.observed()) {
    world.tell([&](Observer& o) {
      o.span({SpanKind::service, id(), message.broker, message.request.id, message.publish,
              finished.started, world.now()});
    });
  }
  Attempt& publish = world.attempt(message.publish);
  account_service(world, publish, message.store_work);
  world.reply(publish, {.version = message.version});
  message.publish = {};
  show(world, handle);
  deliver_what_fits(world, message.broker);
}

void Queue::deliver_what_fits(World& world, ReplicaIndex index) {
  Broker& broker = brokers_[index];
  if (!replicas()[index].serves() || replicas()[index].speed <= 0) return;
  while (broker.in_flight < settings.concurrency && !broker.visible.empty()) {
    const sim::Handle first = broker.visible.take_first();
    // What was acknowledged late, while it was visible, is still listed.
    if (messages_.find(first) != nullptr) deliver(world, first);
  }
}

void Queue::deliver(World& world, sim::Handle handle) {
  Message& message = messages_[handle];
  message.state = State::in_flight;
  backlog_.add(world.now(), -1);
  in_flight_.add(world.now(), 1);
  ++brokers_[message.broker].in_flight;
  ++delivered_;
  if (message.receives == 0) {
    time_in_queue_.record((world.now() - message.stored).ns);
  } else {
    ++redelivered_;
  }
  if (message.unheard > 0) ++duplicates_;
  ++message.unheard;

  const auto [slot, delivery] = deliveries_.acquire();
  delivery.message = handle;
  delivery.broker = message.broker;
  delivery.visibility = world.arm(settings.visibility_timeout, {.request = message.request.id,
                                                                .a = slot.slot,
                                                                .b = slot.generation,
                                                                .target = id(),
                                                                .kind = kind_visibility_end});
  Attempt& call = world.prepare(site_, message.broker, message.request);
  call.cookie = slot;
  call.endpoint = message.endpoint;
  call.key = message.key;
  call.version = message.version;
  call.bytes = message.bytes;
  call.luck = message.luck;
  call.base_lineage = lineage_of_receive(message.lineage, message.receives++);
  call.lineage = call.base_lineage;
  world.begin(call);
}

void Queue::answered(World& world, const Attempt& attempt) {
  Delivery& delivery = deliveries_[attempt.cookie];
  const ReplicaIndex broker = delivery.broker;
  const sim::Handle handle = delivery.message;
  const bool in_time = delivery.in_flight;
  if (in_time) {
    world.cancel(delivery.visibility);
    land(world, delivery);
  }
  deliveries_.release(attempt.cookie);
  if (Message* message = messages_.find(handle)) {
    --message->unheard;
    if (attempt.outcome.ok()) {
      acknowledge(world, handle);
    } else if (in_time) {
      give_back(world, handle, settings.redelivery_delay);
    }
  }
  deliver_what_fits(world, broker);
}

void Queue::on_visibility_end(World& world, sim::Handle handle) {
  Delivery& delivery = deliveries_[handle];
  delivery.visibility = {};
  land(world, delivery);
  if (messages_.find(delivery.message) != nullptr) give_back(world, delivery.message, {});
  deliver_what_fits(world, delivery.broker);
}

// It does not count as in flight any more.
void Queue::land(World& world, Delivery& delivery) {
  delivery.in_flight = false;
  in_flight_.add(world.now(), -1);
  --brokers_[delivery.broker].in_flight;
}

void Queue::give_back(World& world, sim::Handle handle, sim::Duration after) {
  Message& message = messages_[handle];
  if (settings.max_receives && message.receives >= *settings.max_receives) {
    ++dead_lettered_;
    return remove(world, handle);
  }
  if (after.ns == 0) return show(world, handle);
  message.state = State::delayed;
  world.schedule(after, {.request = message.request.id,
                         .a = handle.slot,
                         .b = handle.generation,
                         .target = id(),
                         .kind = kind_show});
}

void Queue::show(World& world, sim::Handle handle) {
  Message& message = messages_[handle];
  message.state = State::visible;
  backlog_.add(world.now(), 1);
  brokers_[message.broker].visible.add(message.place, handle);
}

void Queue::acknowledge(World& world, sim::Handle handle) {
  ++acknowledged_;
  time_to_done_.record((world.now() - messages_[handle].stored).ns);
  remove(world, handle);
}

void Queue::remove(World& world, sim::Handle handle) {
  const Message& message = messages_[handle];
  Broker& broker = brokers_[message.broker];
  (message.older ? messages_[message.older].newer : broker.oldest) = message.newer;
  (message.newer ? messages_[message.newer].older : broker.newest) = message.older;
  if (message.state == State::visible) backlog_.add(world.now(), -1);
  --broker.held;
  messages_.release(handle);
}

void Queue::changed(World& world, std::string_view name) {
  if (name != "concurrency") return;
  for (ReplicaIndex i = 0; i < brokers_.size(); ++i) deliver_what_fits(world, i);
}

void Queue::speed_changed(World& world, ReplicaIndex replica) {
  brokers_[replica].storing.set_speed(world, replicas()[replica].speed);
  deliver_what_fits(world, replica);
}

// What was being stored is lost, and its publisher told so; what was in flight stays stored, but
// whoever answers now is not heard.
void Queue::lost_work(World& world, ReplicaIndex replica) {
  Broker& broker = brokers_[replica];
  if (broker.storing.up()) {
    for (const sim::Handle handle : broker.storing.crash(world)) {
      messages_.release(handle);
      --broker.held;
    }
  }
  deliveries_.for_each([&](sim::Handle handle, Delivery& delivery) {
    if (delivery.broker != replica) return;
    world.cancel(delivery.visibility);
    if (delivery.in_flight) land(world, delivery);
    deliveries_.release(handle);
  });
}

void Queue::came_up(World& world, ReplicaIndex replica) {
  Broker& broker = brokers_[replica];
  broker.storing.restart(world);
  for (sim::Handle handle = broker.oldest; handle;) {
    const sim::Handle next = messages_[handle].newer;
    if (messages_[handle].state == State::in_flight) give_back(world, handle, {});
    handle = next;
  }
  deliver_what_fits(world, replica);
}

void Queue::measure(const World& world, sim::Metrics& metrics) const {
  Component::measure(world, metrics);
  std::uint64_t held = 0;
  std::optional<double> oldest_age_s;
  for (const Broker& broker : brokers_) {
    held += broker.held;
    if (!broker.oldest) continue;
    const double age_s = (world.now() - messages_[broker.oldest].stored).seconds();
    oldest_age_s = std::max(oldest_age_s.value_or(0), age_s);
  }
  metrics.level({"backlog", "messages", "Visible: stored and waiting to be delivered."},
                backlog_.mark(world.now()));
  metrics.level({"in_flight", "messages", "Delivered, and neither answered nor visible again."},
                in_flight_.mark(world.now()));
  metrics.state({"messages", "messages", "Held in any state, being stored included, now."},
                static_cast<double>(held));
  metrics.state({"oldest_age_s", "s", "Age of the oldest message stored, now."}, oldest_age_s);
  metrics.times({"time_in_queue_ms", "ms", "From stored to first delivered."}, time_in_queue_);
  metrics.times({"time_to_done_ms", "ms", "From stored to acknowledged by the consumer."},
                time_to_done_);
  metrics.counter({"published", "messages", "Stored."}, published_);
  metrics.counter({"delivered", "deliveries", "Begun, repeated ones included."}, delivered_);
  metrics.counter({"redelivered", "deliveries", "Begun for the second time or later."},
                  redelivered_);
  metrics.counter({"duplicates", "deliveries",
                   "Begun while the end of an earlier one of the same message was unheard."},
                  duplicates_);
  metrics.counter({"acknowledged", "messages", "Done: the consumer succeeded."}, acknowledged_);
  metrics.counter({"dead_lettered", "messages", "Given up after so many deliveries."},
                  dead_lettered_);
  metrics.state({"dead_letter_depth", "messages", "In the dead-letter queue, now."},
                static_cast<double>(dead_lettered_));
}

std::vector<StaticCall> Queue::static_calls() const {
  StaticCall call{.endpoint = {}, .callee = settings.deliver_to, .operation = Operation::serve};
  if (!settings.endpoint.empty()) call.callee_endpoint = settings.endpoint;
  return {call};
}

}  // namespace faultline::models
