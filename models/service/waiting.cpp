// Who waits for a worker of a service, gives up or is no longer needed; and who is refused.
#include <algorithm>

#include "models/service/service.h"
#include "models/world.h"

namespace faultline::models {
namespace {

constexpr std::uint64_t patience_draw = sim::salt_of("patience");

}  // namespace

bool Service::has_room_for(const Attempt& attempt) const {
  const auto adapted = limits_.empty() ? std::nullopt : std::optional(limits_[attempt.to].limit());
  return settings.shedding->takes(present_[attempt.to], adapted, attempt.request.priority);
}

void Service::refuse(World& world, Attempt& attempt) {
  owe_refusal(world.now(), attempt.to);
  world.reply(attempt, {.status = Status::rejected});
}

double Service::idle_workers(ReplicaIndex replica) const {
  const sim::Station& station = stations_[replica];
  const double busy = station.in_system() - station.waiting();
  return std::max(0.0, static_cast<double>(settings.workers) - busy) * station.speed();
}

void Service::owe_refusal(sim::Time now, ReplicaIndex replica) {
  if (settings.refusal.ns == 0) return;
  refusals_[replica].owe(now, idle_workers(replica), settings.refusal);
  refusal_ns_ += settings.refusal.ns;
}

// A piece of work has ended: true when its worker goes on with what refusals have left to do.
bool Service::does_refusals(World& world, Frame& frame) {
  frame.has_done_refusals = !frame.has_done_refusals;
  if (!frame.has_done_refusals) return false;
  const sim::Duration due = refusals_[frame.replica].take(world.now(), idle_workers(frame.replica));
  if (due.ns > 0) stations_[frame.replica].extend(world, frame.job, due);
  frame.has_done_refusals = due.ns > 0;
  return frame.has_done_refusals;
}

// In line for a worker, but not for ever.
void Service::wait(World& world, sim::Handle handle, Frame& frame) {
  const sim::Station& station = stations_[frame.replica];
  if (!station.is_waiting(frame.job)) {
    line_empty_[frame.replica] = world.now();
    return;
  }
  const Attempt& attempt = world.attempt(frame.incoming);
  const auto patience = settings.shedding->patience(
      world.now(), line_empty_[frame.replica], world.deadline_of(attempt),
      world.luck_of(attempt, *this, patience_draw).draw());
  if (!patience) return;
  frame.patience = world.arm(*patience, {.request = attempt.request.id,
                                         .a = handle.slot,
                                         .b = handle.generation,
                                         .target = id(),
                                         .kind = kind_give_up});
}

void Service::give_up(World& world, sim::Handle handle) {
  Frame* frame = frames_.find(handle);
  if (frame == nullptr) return;  // gone in a crash
  frame->patience = {};
  const ReplicaIndex replica = frame->replica;
  if (!leave_line(world, handle, *frame)) return;
  ++shed_;
  owe_refusal(world.now(), replica);
}

// A request that waits for a worker is refused; false: it does not wait (any more).
bool Service::leave_line(World& world, sim::Handle handle, Frame& frame) {
  if (!stations_[frame.replica].give_up(world, frame.job)) return false;
  world.cancel(frame.patience);
  if (world.observed()) {
    const Span span{
        SpanKind::waiting, id(),        frame.replica, world.attempt(frame.incoming).request.id,
        frame.incoming,    frame.since, world.now()};
    world.tell([&](Observer& o) { o.span(span); });
  }
  frame.status = Status::rejected;
  finish(world, handle);
  return true;
}

// What waits for a worker no longer does. What has one, or waits for an answer, goes on.
void Service::cancelled(World& world, Attempt& attempt) {
  Frame* frame = frames_.find(attempt.work);
  if (frame != nullptr && leave_line(world, attempt.work, *frame)) ++cancelled_;
}

}  // namespace faultline::models
