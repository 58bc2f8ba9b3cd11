// A monotone radix queue with digits of `digit_bits` bits (1 is the textbook form) and events of 24
// bytes, or 32 with `Padding`. Cancelled events are dropped when their bucket is split.
// Source: Ahuja, Mehlhorn, Orlin, Tarjan, "Faster algorithms for the shortest path problem", JACM
// 37, 1990.
#pragma once

#include <array>
#include <bit>
#include <cstddef>

#include "bench/queues/fired.h"

namespace faultline::bench {

struct NoPadding {};
struct EightBytes {
  std::uint64_t payload = 0;
};

template <unsigned digit_bits, typename Padding = NoPadding>
class RadixQueue {
 public:
  RadixQueue() : buckets_(levels * fan_out) {}

  Handle push(std::int64_t time, std::uint64_t id) {
    Event event;
    event.time = time;
    event.id = id;
    event.handle = slots_.take();
    place(event);
    return event.handle;
  }

  void cancel(Handle handle) { slots_.give_back(handle); }

  Fired pop_min() {
    for (;;) {
      if (now_head_ < now_.size()) {
        const Event event = now_[now_head_++];
        if (now_head_ == now_.size()) {
          now_head_ = 0;
          now_.clear();
        }
        if (slots_.alive(event.handle)) return fire(event);
        continue;
      }
      std::vector<Event>& bucket = take_first_bucket();
      const std::size_t live = drop_dead(bucket);
      if (live == 0) {
        bucket.clear();
      } else {
        return split(bucket, live);
      }
    }
  }

 private:
  static constexpr unsigned fan_out = 1U << digit_bits;
  static constexpr unsigned levels = (63 + digit_bits - 1) / digit_bits;

  struct Event {
    std::int64_t time = 0;
    std::uint64_t id = 0;
    Handle handle;
    [[no_unique_address]] Padding padding;
  };

  void place(const Event& event) {
    const auto time = static_cast<std::uint64_t>(event.time);
    const std::uint64_t difference = time ^ static_cast<std::uint64_t>(last_);
    if (difference == 0) return now_.push_back(event);
    const auto level = static_cast<unsigned>(std::bit_width(difference) - 1) / digit_bits;
    const auto digit = static_cast<unsigned>(time >> (level * digit_bits)) & (fan_out - 1);
    occupied_[level] |= std::uint64_t{1} << digit;
    occupied_levels_ |= std::uint64_t{1} << level;
    buckets_[level * fan_out + digit].push_back(event);
  }

  std::vector<Event>& take_first_bucket() {
    const auto level = static_cast<unsigned>(std::countr_zero(occupied_levels_));
    const auto digit = static_cast<unsigned>(std::countr_zero(occupied_[level]));
    occupied_[level] &= occupied_[level] - 1;
    occupied_levels_ &= ~(static_cast<std::uint64_t>(occupied_[level] == 0) << level);
    return buckets_[level * fan_out + digit];
  }

  std::size_t drop_dead(std::vector<Event>& bucket) const {
    std::size_t live = 0;
    for (const Event& event : bucket) {
      if (slots_.alive(event.handle)) bucket[live++] = event;
    }
    return live;
  }

  // Takes the first of the earliest events out and places the others again, against its time.
  Fired split(std::vector<Event>& bucket, std::size_t live) {
    std::size_t first = 0;
    for (std::size_t i = 1; i < live; ++i) {
      if (bucket[i].time < bucket[first].time) first = i;
    }
    const Event earliest = bucket[first];
    last_ = earliest.time;
    for (std::size_t i = 0; i < live; ++i) {
      if (i != first) place(bucket[i]);
    }
    bucket.clear();
    return fire(earliest);
  }

  Fired fire(const Event& event) {
    slots_.give_back(event.handle);
    return {event.time, event.id};
  }

  std::int64_t last_ = 0;
  std::uint64_t occupied_levels_ = 0;
  std::array<std::uint64_t, levels> occupied_{};
  std::vector<Event> now_;
  std::size_t now_head_ = 0;
  std::vector<std::vector<Event>> buckets_;
  LivingSlots slots_;
};

}  // namespace faultline::bench
