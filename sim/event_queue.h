// EventQueue: the future event list, a monotone radix queue with O(1) cancel.
//
// Events leave in order of time and, at one instant, in the order they were pushed. The queue is
// monotone: nothing may be pushed before the last event that left. A time is read as digits of six
// bits; an event waits in the bucket of the highest digit in which its time differs from the last
// time that left, under the value of that digit. When nothing is left at that time, the first
// bucket in order is split around its earliest event (Ahuja, Mehlhorn, Orlin, Tarjan, "Faster
// algorithms for the shortest path problem", JACM 37, 1990). An event moves at most ten times, and
// in practice once or twice. Splitting keeps order, so ties stay first in, first out at no cost,
// also for a burst of 100,000 events at one instant.
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
  EventQueue() : buckets_(levels * fan_out) {}

  // event.at must not be before the last event popped.
  void push(const Event& event) {
    ++live_;
    const EventWords words = EventWords::of(event);
    place(words.at, words.request, words.record, words.rest);
  }

  TimerHandle push_timer(Event event) {
    event.timer = take_timer();
    push(event);
    return {event.timer, timers_[event.timer].generation};
  }

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
  static constexpr unsigned digit_bits = 6;
  static constexpr unsigned fan_out = 1U << digit_bits;
  static constexpr unsigned levels = (63 + digit_bits - 1) / digit_bits;

  struct Timer {
    std::uint32_t generation = 1;
    bool cancelled = false;
  };

  void place(std::uint64_t at, std::uint64_t request, std::uint64_t record, std::uint64_t rest);
  bool pop_now(Event& out);
  std::size_t earliest_living(EventBucket& bucket);
  void split(EventBucket& bucket, std::size_t first, Event& out);
  void leave(const EventWords& event, Event& out);
  bool drop_if_dead(const EventWords& event);
  std::uint32_t take_timer();
  void free_timer(std::uint32_t slot);
  void sweep();
  void sweep_from(EventBucket& bucket, std::size_t begin);

  // What happens at `last_`, consumed from `head_`; and what happens later, by level and digit.
  EventBucket now_;
  std::size_t head_ = 0;
  std::vector<EventBucket> buckets_;
  std::uint64_t occupied_levels_ = 0;
  std::array<std::uint64_t, levels> occupied_{};
  std::uint64_t last_ = 0;
  std::size_t live_ = 0;
  std::size_t dead_ = 0;
  std::vector<Timer> timers_ = std::vector<Timer>(1);  // slot 0 means "no timer"
  std::vector<std::uint32_t> free_timers_;
};

inline void EventQueue::place(std::uint64_t at, std::uint64_t request, std::uint64_t record,
                              std::uint64_t rest) {
  const std::uint64_t difference = at ^ last_;
  if (difference == 0) return now_.append(at, request, record, rest);
  const unsigned level = static_cast<unsigned>(std::bit_width(difference) - 1) / digit_bits;
  const unsigned digit = static_cast<unsigned>(at >> (level * digit_bits)) & (fan_out - 1);
  occupied_[level] |= std::uint64_t{1} << digit;
  occupied_levels_ |= std::uint64_t{1} << level;
  buckets_[level * fan_out + digit].append(at, request, record, rest);
}

inline std::uint32_t EventQueue::take_timer() {
  if (free_timers_.empty()) {
    free_timers_.push_back(static_cast<std::uint32_t>(timers_.size()));
    timers_.emplace_back();
  }
  const std::uint32_t slot = free_timers_.back();
  free_timers_.pop_back();
  return slot;
}

inline void EventQueue::free_timer(std::uint32_t slot) {
  timers_[slot].cancelled = false;
  free_timers_.push_back(slot);
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

inline bool EventQueue::drop_if_dead(const EventWords& event) {
  const std::uint32_t timer = event.timer();
  if (timer == 0 || !timers_[timer].cancelled) return false;
  free_timer(timer);
  --dead_;
  return true;
}

inline void EventQueue::leave(const EventWords& event, Event& out) {
  out = event.event();
  --live_;
  if (out.timer == 0) return;
  ++timers_[out.timer].generation;
  free_timer(out.timer);
}

inline bool EventQueue::pop_before(Time bound, Event& out) {
  const auto limit = static_cast<std::uint64_t>(bound.ns);
  if (head_ < now_.size()) {
    if (last_ >= limit) return false;
    if (pop_now(out)) return true;
  }
  while (occupied_levels_ != 0) {
    const auto level = static_cast<unsigned>(std::countr_zero(occupied_levels_));
    const auto digit = static_cast<unsigned>(std::countr_zero(occupied_[level]));
    EventBucket& bucket = buckets_[level * fan_out + digit];
    const std::size_t first = earliest_living(bucket);
    if (first < bucket.size() && bucket[first].at >= limit) return false;
    occupied_[level] &= occupied_[level] - 1;
    if (occupied_[level] == 0) occupied_levels_ &= occupied_levels_ - 1;
    if (bucket.empty()) continue;
    split(bucket, first, out);
    return true;
  }
  return false;
}

// The next of those at `last_`; false when the rest of them were cancelled.
inline bool EventQueue::pop_now(Event& out) {
  bool found = false;
  while (!found && head_ < now_.size()) {
    const EventWords& event = now_[head_++];
    if (drop_if_dead(event)) continue;
    leave(event, out);
    found = true;
  }
  if (head_ == now_.size()) {
    now_.shorten(0);
    head_ = 0;
  }
  return found;
}

// Drops the dead; where the first of the earliest is then, 0 in an empty bucket.
inline std::size_t EventQueue::earliest_living(EventBucket& bucket) {
  std::size_t kept = 0;
  std::size_t first = 0;
  for (std::size_t i = 0; i < bucket.size(); ++i) {
    if (drop_if_dead(bucket[i])) continue;
    if (kept != i) bucket[kept] = bucket[i];
    if (bucket[kept].at < bucket[first].at) first = kept;
    ++kept;
  }
  bucket.shorten(kept);
  return first;
}

// Takes the event at `first` out and places the others anew, as its time is the last that left.
// They share every digit from this bucket's on with it, so none of them comes back here.
inline void EventQueue::split(EventBucket& bucket, std::size_t first, Event& out) {
  last_ = bucket[first].at;
  leave(bucket[first], out);
  for (std::size_t i = 0; i < bucket.size(); ++i) {
    const EventWords& event = bucket[i];
    if (i != first) place(event.at, event.request, event.record, event.rest);
  }
  bucket.shorten(0);
}

inline void EventQueue::sweep() {
  sweep_from(now_, head_);
  for (EventBucket& bucket : buckets_) sweep_from(bucket, 0);
}

// An emptied bucket stays marked as occupied until its turn comes.
inline void EventQueue::sweep_from(EventBucket& bucket, std::size_t begin) {
  std::size_t kept = begin;
  for (std::size_t i = begin; i < bucket.size(); ++i) {
    if (!drop_if_dead(bucket[i])) bucket[kept++] = bucket[i];
  }
  bucket.shorten(kept);
}

}  // namespace faultline::sim
