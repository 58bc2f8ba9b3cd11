// EventQueue: the future event list, a monotone radix queue with O(1) cancel.
//
// Events leave in order of time and, at one instant, in the order they were pushed. The queue is
// monotone: nothing may be pushed before the last event that left. A time is read as digits of five
// bits; an event waits in the bucket of the highest digit in which its time differs from the last
// time that left, under the value of that digit. So a bucket of the lowest digit holds one instant.
// When another is the first in order and holds several events, it is split around the earliest of
// them (Ahuja, Mehlhorn, Orlin, Tarjan, "Faster algorithms for the shortest path problem", JACM 37,
// 1990). An event moves at most twelve times, and in practice once or not at all. Splitting keeps
// order, so ties stay first in, first out at no cost, also for a burst of 100,000 events at one
// instant.
//
// A cancelled timer is marked in a table and dropped when its bucket is split; when the dead
// outnumber the living two to one, all buckets are swept, so that memory stays proportional to what
// is live. Chosen by measurement: see bench/hold.cpp and docs/architecture.md.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/event.h"
#include "sim/event_bucket.h"
#include "sim/time.h"

namespace faultline::sim {

class EventQueue {
 public:
  // event.at must not be before the last event popped.
  void push(const Event& event) {
    ++stored_;
    place(EventWords::of(event));
  }

  TimerHandle push_timer(Event event) {
    event.timer = take_timer();
    push(event);
    return {event.timer, timers_[event.timer].generation};
  }

  // True when the timer was still waiting; it will not fire. O(1), amortised over sweeps.
  bool cancel(TimerHandle handle);

  bool armed(TimerHandle handle) const {
    return timers_[handle.slot].generation == handle.generation;
  }

  // Removes the first event that lies strictly before `bound`; false when there is none. The queue
  // never looks past `bound`, so what is pushed afterwards may lie anywhere from the last event on.
  bool pop_before(Time bound, Event& out);

  std::size_t live() const { return stored_ - dead_; }
  std::size_t stored() const { return stored_; }

 private:
  static constexpr unsigned digit_bits = 5;
  static constexpr unsigned fan_out = 1U << digit_bits;
  static constexpr unsigned levels = (63 + digit_bits - 1) / digit_bits;

  // The generation of a timer is odd from its cancellation until it is dropped. That of slot 0,
  // which means "no timer", never changes, and no handle has it.
  struct Timer {
    std::uint32_t generation = 2;
    std::uint32_t next_free = 0;

    bool dead() const { return generation % 2 != 0; }
  };

  // The position of the lowest bit that is set; unlike std::countr_zero, does not ask for 0.
  static unsigned lowest_bit(std::uint32_t bits) {
    return static_cast<unsigned>(__builtin_ctz(bits));
  }
  void place(const EventWords& event);
  const EventWords* take_from_many(EventBucket& bucket, unsigned level, std::uint64_t limit);
  const EventWords* drop_dead(EventBucket& bucket, std::uint32_t begin);
  void vacate(EventBucket& bucket, unsigned level);
  std::uint32_t take_timer();
  bool retire(std::uint32_t timer);
  void add_timer();
  void sweep();

  std::size_t stored_ = 0;
  std::size_t dead_ = 0;
  std::vector<Timer> timers_ = std::vector<Timer>(1);
  std::uint32_t free_timer_ = 0;  // the first of a list through the table; 0 at its end
  std::uint32_t head_ = 0;        // so many of those at `last_` have left their bucket
  std::uint64_t last_ = 0;
  std::uint32_t occupied_levels_ = 0;
  std::array<std::uint32_t, levels> occupied_{};  // a bit for each digit
  std::array<std::array<EventBucket, fan_out>, levels> buckets_;
};

inline void EventQueue::place(const EventWords& event) {
  const std::uint64_t difference = (event.at ^ last_) | 1;
  const unsigned level = static_cast<unsigned>(std::bit_width(difference) - 1) / digit_bits;
  const unsigned digit = static_cast<unsigned>(event.at >> (level * digit_bits)) % fan_out;
  occupied_[level] |= 1U << digit;
  occupied_levels_ |= 1U << level;
  buckets_[level][digit].append(event);
}

// The first bucket, which is on `level`, is empty now.
inline void EventQueue::vacate(EventBucket& bucket, unsigned level) {
  bucket.clear();
  occupied_[level] &= occupied_[level] - 1;
  if (occupied_[level] == 0) occupied_levels_ &= occupied_levels_ - 1;
}

inline std::uint32_t EventQueue::take_timer() {
  if (free_timer_ == 0) [[unlikely]]
    add_timer();
  const std::uint32_t slot = free_timer_;
  free_timer_ = timers_[slot].next_free;
  return slot;
}

// An event leaves, and its timer, if any, can be armed anew; true when it was dead.
inline bool EventQueue::retire(std::uint32_t slot) {
  --stored_;
  if (slot == 0) return false;
  Timer& timer = timers_[slot];
  const bool was_dead = timer.dead();
  dead_ -= was_dead ? 1 : 0;
  timer.generation += was_dead ? 1 : 2;
  timer.next_free = free_timer_;
  free_timer_ = slot;
  return was_dead;
}

inline bool EventQueue::cancel(TimerHandle handle) {
  if (!armed(handle)) return false;
  ++timers_[handle.slot].generation;
  ++dead_;
  if (dead_ > 4096 && dead_ > 2 * live()) [[unlikely]]
    sweep();
  return true;
}

inline bool EventQueue::pop_before(Time bound, Event& out) {
  const auto limit = static_cast<std::uint64_t>(bound.ns);
  while (occupied_levels_ != 0) {
    const unsigned level = lowest_bit(occupied_levels_);
    EventBucket& bucket = buckets_[level][lowest_bit(occupied_[level])];
    const EventWords* next = bucket.begin();
    if (bucket.size() == 1) {
      if (next->at >= limit) return false;
      vacate(bucket, level);
    } else {
      next = take_from_many(bucket, level, limit);
      if (next == nullptr) return false;
    }
    if (retire(next->timer())) continue;
    last_ = next->at;
    out = next->event();
    return true;
  }
  return false;
}

}  // namespace faultline::sim
