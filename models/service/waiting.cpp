// Who waits for a worker of a service, gives up or is no longer needed; and who is refused.
#include "models/service/service.h"
#include "models/world.h"

namespace faultline::models {
namespace {

constexpr std::uint64_t patience_draw = sim::salt_of("patience");

}  // namespace

bool Service::takes(const Attempt& attempt) const {
  const auto adapted = limits_.empty() ? std::nullopt : std::optional(limits_[attempt.to].limit());
  return settings.shedding->takes(present_[attempt.to], adapted, attempt.request.priority);
}

void Service::refuse(World& world, Attempt& attempt) {
  owe_refusal(attempt.to);
  world.reply(attempt, {.status = Status::rejected});
}

// Saying no is work, too. It is done at once by whoever works there, so that it comes on top of the
// next work that begins.
void Service::owe_refusal(ReplicaIndex replica) { refusals_due_[replica] += settings.refusal; }

sim::Duration Service::refusals_due(ReplicaIndex replica) {
  const sim::Duration due = refusals_due_[replica];
  refusals_due_[replica] = {};
  refusal_ns_ += due.ns;
  return due;
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
  owe_refusal(replica);
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
