// From the arrival of a publish until its message is stored, with a copy for every subscriber.
#include <algorithm>

#include "models/queue/queue.h"
#include "models/world.h"

namespace faultline::models {
namespace {

enum Step : std::uint64_t { store_step = 1 };

}  // namespace

void Queue::receive(World& world, Attempt& attempt) {
  if (attempt.operation != Operation::publish && attempt.operation != Operation::serve) {
    return world.reply(attempt, {.status = Status::failed});
  }
  Broker& broker = brokers_[attempt.to];
  const auto limit =
      settings.capacity_bytes ? settings.capacity_bytes->constant_value() : std::nullopt;
  const bool never_fits = limit && static_cast<double>(attempt.bytes) > *limit;
  const bool fits_now = broker.waiting.empty() && fits_all(broker, attempt.bytes);
  if (never_fits || (settings.on_full == OnFull::reject && !fits_now)) {
    return world.reply(attempt, {.status = Status::rejected});
  }
  const auto [handle, publication] = publications_.acquire();
  publication.attempt = attempt.self;
  if (settings.on_full == OnFull::wait && !fits_now) {
    publishers_waiting_.add(world.now(), 1);
    broker.waiting.push_back(handle);
    return;
  }
  admit(world, handle);
}

bool Queue::fits(const Lane& lane, std::uint64_t bytes) const {
  if (settings.capacity && lane.held >= *settings.capacity) return false;
  if (!settings.capacity_bytes) return true;
  return static_cast<double>(lane.held_bytes + bytes) <= *settings.capacity_bytes->constant_value();
}

bool Queue::fits_all(const Broker& broker, std::uint64_t bytes) const {
  return std::all_of(broker.lanes.begin(), broker.lanes.end(),
                     [&](const Lane& lane) { return fits(lane, bytes); });
}

void Queue::admit(World& world, sim::Handle handle) {
  Publication& publication = publications_[handle];
  Attempt& attempt = world.attempt(publication.attempt);
  Broker& broker = brokers_[attempt.to];
  for (SubscriptionIndex i = 0; i < subscriptions_.size(); ++i) {
    Lane& lane = broker.lanes[i];
    if (settings.on_full == OnFull::drop_oldest) make_room(world, lane, attempt.bytes);
    if (fits(lane, attempt.bytes)) {
      lane.reserve(attempt.bytes);
      copy(attempt, i, publication);
    } else {
      ++publication.dropped;
    }
  }
  if (!publication.first_copy) {
    ++published_;
    dropped_ += publication.dropped;
    publications_.release(handle);
    return world.reply(attempt, {.version = attempt.version});
  }
  sim::Draw draw = world.luck_of(attempt, *this, store_step).draw();
  publication.work = settings.store_time.sample_duration(draw);
  broker.storing.arrive(world, attempt.request.id, publication.work, handle);
}

// Drops the oldest that are not in flight until there is room, or none is left.
void Queue::make_room(World& world, Lane& lane, std::uint64_t bytes) {
  for (sim::Handle handle = lane.oldest; handle && !fits(lane, bytes);) {
    const Message& message = messages_[handle];
    const sim::Handle next = message.newer;
    if (message.state != MessageState::in_flight) {
      ++dropped_;
      remove(world, handle);
    }
    handle = next;
  }
  while (!lane.visible.empty() && messages_.find(lane.visible.first()) == nullptr) {
    lane.visible.take_first();
  }
}

void Queue::copy(const Attempt& attempt, SubscriptionIndex subscription, Publication& publication) {
  const auto [handle, message] = messages_.acquire();
  message.request = attempt.request;
  const auto& salt = subscriptions_[subscription].luck_salt;
  message.luck = salt ? attempt.luck.with(*salt) : attempt.luck;
  message.key = attempt.key;
  message.version = attempt.version;
  message.bytes = attempt.bytes;
  message.lineage = attempt.lineage;
  message.endpoint = subscriptions_[subscription].endpoint.value_or(attempt.endpoint);
  message.broker = attempt.to;
  message.subscription = subscription;
  if (settings.partitions) message.partition = partition_of(attempt.key);
  message.newer = publication.first_copy;
  publication.first_copy = handle;
}

void Queue::admit_waiting(World& world, ReplicaIndex index) {
  Broker& broker = brokers_[index];
  while (!broker.waiting.empty()) {
    const sim::Handle next = broker.waiting.front();
    if (!fits_all(broker, world.attempt(publications_[next].attempt).bytes)) return;
    broker.waiting.pop_front();
    publishers_waiting_.add(world.now(), -1);
    admit(world, next);
  }
}

void Queue::on_stored(World& world, const sim::Event& event) {
  const auto index = static_cast<ReplicaIndex>(event.a);
  Broker& broker = brokers_[index];
  const sim::Station::Finished finished = broker.storing.completed(world, event);
  broker.storing.release(world, finished.job);
  const Publication publication = publications_[finished.cookie];
  publications_.release(finished.cookie);
  ++published_;
  dropped_ += publication.dropped;
  Attempt& attempt = world.attempt(publication.attempt);
  if (world.observed()) {
    world.tell([&](Observer& o) {
      o.span({SpanKind::service, id(), index, attempt.request.id, publication.attempt,
              finished.started, world.now()});
    });
  }
  account_service(world, attempt, publication.work);
  world.reply(attempt, {.version = attempt.version});
  for (sim::Handle handle = publication.first_copy; handle;) {
    Message& message = messages_[handle];
    const sim::Handle next = message.newer;
    message.stored = message.first_stored = world.now();
    lane_of(message).append(messages_, handle, message);
    show(world, handle);
    deliver_what_fits(world, index, message.subscription);
    handle = next;
  }
}

}  // namespace faultline::models
