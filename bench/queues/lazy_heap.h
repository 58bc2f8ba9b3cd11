// std::priority_queue with lazy cancel: a dead event stays until it reaches the top.
#pragma once

#include <queue>

#include "bench/queues/fired.h"

namespace faultline::bench {

class LazyHeap {
 public:
  Handle push(std::int64_t time, std::uint64_t id) {
    const Handle handle = slots_.take();
    heap_.push({time, sequence_++, id, handle});
    return handle;
  }

  void cancel(Handle handle) { slots_.give_back(handle); }

  Fired pop_min() {
    for (;;) {
      const Event event = heap_.top();
      heap_.pop();
      if (!slots_.alive(event.handle)) continue;
      slots_.give_back(event.handle);
      return {event.time, event.id};
    }
  }

 private:
  struct Event {
    std::int64_t time;
    std::uint64_t sequence;
    std::uint64_t id;
    Handle handle;

    bool operator<(const Event& other) const {
      return time != other.time ? time > other.time : sequence > other.sequence;
    }
  };

  std::priority_queue<Event> heap_;
  std::uint64_t sequence_ = 0;
  LivingSlots slots_;
};

}  // namespace faultline::bench
