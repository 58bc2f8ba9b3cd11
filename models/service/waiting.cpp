// Who waits for a worker of a service, and gives up or is no longer needed.
#include "models/service/service.h"
#include "models/world.h"

namespace faultline::models {

// In line for a worker, but not for ever.
void Service::wait(World& world, sim::Handle handle, Frame& frame) {
  const sim::Station& station = stations_[frame.replica];
  if (!station.is_waiting(frame.job)) {
    line_empty_[frame.replica] = world.now();
    return;
  }
  const Attempt& attempt = world.attempt(frame.incoming);
  const auto patience = settings.shedding->patience(world.now(), line_empty_[frame.replica],
                                                    world.deadline_of(attempt));
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
  if (leave_line(world, handle, *frame)) ++shed_;
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
