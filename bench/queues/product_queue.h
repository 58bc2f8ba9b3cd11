// The product's own future event list behind the interface of the candidates: every event as a
// timer that can be cancelled.
#pragma once

#include "bench/queues/fired.h"
#include "sim/event_queue.h"

namespace faultline::bench {

class ProductQueue {
 public:
  using Handle = sim::TimerHandle;

  Handle push(std::int64_t time, std::uint64_t id) {
    sim::Event event;
    event.at = sim::Time{time};
    event.request = id;
    return queue_.push_timer(event);
  }
  void cancel(Handle handle) { queue_.cancel(handle); }
  Fired pop_min() {
    sim::Event event;
    queue_.pop_before(sim::Time::max(), event);
    return {event.at.ns, event.request};
  }

 private:
  sim::EventQueue queue_;
};

}  // namespace faultline::bench
