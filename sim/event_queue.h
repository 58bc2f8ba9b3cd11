// EventQueue: the future event list, a monotone radix queue with O(1) cancel.
//
// Events leave in order of time and, at one instant, in the order they were pushed. The queue is
// monotone: nothing may be pushed before the last event that left. An event sits in the bucket of
// the highest bit in which its time differs from the last time that left; when the first bucket
// runs empty, the next non-empty one is split around its minimum (Ahuja, Mehlhorn, Orlin, Tarjan,
// "Faster algorithms for the shortest path problem", JACM 1990). Each event moves at most 63 times
// and in practice a few. Splitting keeps order, so ties stay first in, first out at no cost, also
// for a burst of 100,000 events at one instant.
//
// A cancelled timer is marked in a table and dropped when its bucket is split; when the dead
// outnumber the living, all buckets are swept, so that memory stays proportional to what is live.
// Chosen by measurement: see bench/hold.cpp and docs/architecture.md.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/check.h"
#include "sim/event.h"
#include "sim/time.h"

namespace faultline::sim {

class EventQueue {
 public:
  // event.at must not be before the last event popped.
  void push(const Event& event) {
    const std::size_t bucket = bucket_of(event.at);
    buckets_[bucket].push_back(event);
    occupied_ |= std::uint64_t{1} << bucket;
    ++live_;
  }

  TimerHandle push_timer(Event event);

  // True when the timer was still waiting; it will not fire. O(1), amortised over sweeps.
  bool cancel(TimerHandle handle);

  bool armed(TimerHandle handle) const {
    return handle.slot != 0 && timers_[handle.slot].generation == handle.generation;
  }

  // Removes the first event that lies strictly before `bound`; false when there is none. The queue
  // never looks past `bound`, so what is pushed afterwards may lie anywhere from the last event on.
  bool pop_before(Time bound, Event& out);

  std::size_t live() const { return live_; }
  std::size_t stored() const { return live_ + dead_; }

 private:
  struct Timer {
    std::uint32_t generation = 1;
    bool cancelled = false;
  };

  std::size_t bucket_of(Time at) const {
    const auto difference =
        static_cast<std::uint64_t>(at.ns) ^ static_cast<std::uint64_t>(last_.ns);
    return static_cast<std::size_t>(std::bit_width(difference));
  }
  bool drop_if_dead(const Event& event);
  void split(std::size_t bucket, Time minimum);
  void sweep();
  void free_timer(std::uint32_t slot);

  // Bucket 0 holds what happens at `last_`, consumed from `head_`; bucket b > 0 what first differs
  // from `last_` in bit b - 1.
  std::array<std::vector<Event>, 64> buckets_;
  std::uint64_t occupied_ = 0;
  std::size_t head_ = 0;
  Time last_;
  std::size_t live_ = 0;
  std::size_t dead_ = 0;
  std::vector<Timer> timers_ = std::vector<Timer>(1);  // slot 0 means "no timer"
  std::vector<std::uint32_t> free_timers_;
};

inline TimerHandle EventQueue::push_timer(Event event) {
  if (free_timers_.empty()) {
    free_timers_.push_back(static_cast<std::uint32_t>(timers_.size()));
    timers_.emplace_back();
  }
  event.timer = free_timers_.back();
  free_timers_.pop_back();
  push(event);
  return {event.timer, timers_[event.timer].generation};
}

inline bool EventQueue::cancel(TimerHandle handle) {
  if (!armed(handle)) return false;
  Timer& timer = timers_[handle.slot];
  ++timer.generation;
  timer.cancelled = true;
  --live_;
  ++dead_;
  if (dead_ > 4096 && dead_ > 2 * live_) sweep();
  return true;
}

inline bool EventQueue::drop_if_dead(const Event& event) {
  if (event.timer == 0 || !timers_[event.timer].cancelled) return false;
  free_timer(event.timer);
  --dead_;
  return true;
}

inline void EventQueue::free_timer(std::uint32_t slot) {
  timers_[slot].cancelled = false;
  free_timers_.push_back(slot);
}

inline bool EventQueue::pop_before(Time bound, Event& out) {
  while (occupied_ != 0) {
    if ((occupied_ & 1) != 0) {
      if (last_ >= bound) return false;
      std::vector<Event>& now = buckets_[0];
      while (head_ < now.size()) {
        const Event& event = now[head_++];
        if (drop_if_dead(event)) continue;
        out = event;
        if (event.timer != 0) {
          ++timers_[event.timer].generation;
          free_timer(event.timer);
        }
        --live_;
        return true;
      }
      now.clear();
      head_ = 0;
      occupied_ &= ~std::uint64_t{1};
      continue;
    }
    const auto lowest = static_cast<std::size_t>(std::countr_zero(occupied_));
    std::vector<Event>& bucket = buckets_[lowest];
    Time minimum = Time::max();
    std::size_t kept = 0;
    for (std::size_t i = 0; i < bucket.size(); ++i) {
      const Event& event = bucket[i];
      if (drop_if_dead(event)) continue;
      if (event.at < minimum) minimum = event.at;
      if (kept != i) bucket[kept] = event;
      ++kept;
    }
    bucket.resize(kept);
    if (kept == 0) {
      occupied_ &= ~(std::uint64_t{1} << lowest);
      continue;
    }
    if (minimum >= bound) return false;
    split(lowest, minimum);
  }
  return false;
}

inline void EventQueue::split(std::size_t bucket, Time minimum) {
  last_ = minimum;
  occupied_ &= ~(std::uint64_t{1} << bucket);
  std::vector<Event>& from = buckets_[bucket];
  for (const Event& event : from) {
    const std::size_t to = bucket_of(event.at);
    buckets_[to].push_back(event);
    occupied_ |= std::uint64_t{1} << to;
  }
  from.clear();
}

inline void EventQueue::sweep() {
  for (std::size_t b = 0; b < buckets_.size(); ++b) {
    std::vector<Event>& bucket = buckets_[b];
    std::size_t kept = b == 0 ? head_ : 0;
    for (std::size_t i = kept; i < bucket.size(); ++i) {
      if (!drop_if_dead(bucket[i])) bucket[kept++] = bucket[i];
    }
    bucket.resize(kept);
    if (kept == (b == 0 ? head_ : 0)) {
      occupied_ &= ~(std::uint64_t{1} << b);
      if (b == 0) {
        bucket.clear();
        head_ = 0;
      }
    }
  }
}

}  // namespace faultline::sim
