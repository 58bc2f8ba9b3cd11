// Who waits for a worker of a service that sheds.
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
  if (!stations_[frame->replica].give_up(world, frame->job)) return;
  ++shed_;
  frame->status = Status::rejected;
  finish(world, handle);
}

}  // namespace faultline::models
