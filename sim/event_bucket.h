// EventBucket: events in the order they came, in one piece of memory that is kept when they leave.
//
// Why not a vector: an event is built field by field a moment before it is stored. Copied as a
// whole, as a vector does, its bytes are loaded wider than they were just written, and the
// processor waits until they have reached the cache. So an event travels as four words in
// registers, and is stored as these. (A profile showed such waits; how much of a run they were
// could not be told from the noise of the machine.) And the queue finds a bucket of 16 bytes by a
// shift.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <memory>

#include "sim/event.h"

namespace faultline::sim {

struct EventWords {
  std::uint64_t at;
  std::uint64_t request;
  std::uint64_t record;  // a, and b above it
  std::uint64_t rest;    // timer, target, kind, from the lowest bit up

  static constexpr EventWords of(const Event& e) {
    return {static_cast<std::uint64_t>(e.at.ns), e.request, e.a | (std::uint64_t{e.b} << 32),
            e.timer | (std::uint64_t{e.target} << 32) | (std::uint64_t{e.kind} << 48)};
  }
  constexpr Event event() const { return std::bit_cast<Event>(*this); }
  std::uint32_t timer() const { return static_cast<std::uint32_t>(rest); }
};

static_assert(sizeof(EventWords) == sizeof(Event));
static_assert(std::endian::native == std::endian::little);
static_assert(
    EventWords::of({.at = {1}, .request = 2, .a = 3, .b = 4, .timer = 5, .target = 6, .kind = 7})
        .event()
        .kind == 7);

class EventBucket {
 public:
  EventBucket() = default;
  EventBucket(const EventBucket& other) { *this = other; }
  EventBucket& operator=(const EventBucket& other) {
    if (this == &other) return *this;
    events_.reset(other.size_ == 0 ? nullptr : new EventWords[other.size_]);
    size_ = capacity_ = other.size_;
    std::copy_n(other.events_.get(), size_, events_.get());
    return *this;
  }

  void append(const EventWords& event) {
    if (size_ == capacity_) [[unlikely]]
      grow();
    EventWords& last = events_[size_++];
    last.at = event.at;
    last.request = event.request;
    last.record = event.record;
    last.rest = event.rest;
  }

  std::uint32_t size() const { return size_; }
  EventWords* begin() { return events_.get(); }
  EventWords* end() { return events_.get() + size_; }
  // Drops what stands from `end` on. What was dropped can be read until the next `append`.
  void shorten(const EventWords* end) { size_ = static_cast<std::uint32_t>(end - events_.get()); }
  void clear() { size_ = 0; }

 private:
  [[gnu::noinline]] void grow() {
    const std::uint32_t capacity = capacity_ == 0 ? 8 : 2 * capacity_;
    auto larger = std::make_unique_for_overwrite<EventWords[]>(capacity);
    std::copy_n(events_.get(), size_, larger.get());
    events_ = std::move(larger);
    capacity_ = capacity;
  }

  std::unique_ptr<EventWords[]> events_;
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;
};

static_assert(sizeof(EventBucket) == 16);

}  // namespace faultline::sim
