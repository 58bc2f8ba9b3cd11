#include "sim/event_queue.h"

#include <span>
#include <utility>

namespace faultline::sim {

// Takes the first event out of a bucket of several, which is the first bucket; nullptr when it does
// not lie before `limit`. It may be dead, but then it is the only one left.
const EventWords* EventQueue::take_from_many(EventBucket& bucket, unsigned level,
                                             std::uint64_t limit) {
  if (level == 0) {
    const EventWords* first = bucket.begin() + head_;
    if (first->at >= limit) return nullptr;
    if (++head_ == bucket.size()) {
      head_ = 0;
      vacate(bucket, level);
    }
    return first;
  }
  const EventWords* first = drop_dead(bucket, 0);
  if (first->at >= limit) return nullptr;
  const std::span<const EventWords> all(bucket.begin(), bucket.size());
  vacate(bucket, level);
  if (all.size() == 1) return first;
  // They share every digit from this bucket's on with the first, so none of them comes back here.
  last_ = first->at;
  for (const EventWords& event : all) {
    if (&event != first) place(event);
  }
  return first;
}

// Drops what stands before `begin`, and of the rest the dead, or all but one of them when nothing
// lives. The first of the earliest of what is left.
const EventWords* EventQueue::drop_dead(EventBucket& bucket, std::uint32_t begin) {
  EventWords* const front = bucket.begin();
  EventWords* const end = bucket.end();
  EventWords* kept = front;
  EventWords* first = front;
  for (EventWords* event = front + begin; event != end; ++event) {
    const std::uint32_t timer = event->timer();
    if (timers_[timer].dead() && (kept != front || event + 1 != end)) {
      retire(timer);
      continue;
    }
    if (kept != event) *kept = *event;
    if (kept->at < first->at) first = kept;
    ++kept;
  }
  bucket.shorten(kept);
  return first;
}

void EventQueue::add_timer() {
  free_timer_ = static_cast<std::uint32_t>(timers_.size());
  timers_.emplace_back();
}

// The bucket of which `head_` have left is the first in order.
void EventQueue::sweep() {
  std::uint32_t begin = std::exchange(head_, 0);
  for (unsigned level = 0; level < levels; ++level) {
    for (unsigned digit = 0; digit < fan_out; ++digit) {
      if ((occupied_[level] >> digit) % 2 == 0) continue;
      drop_dead(buckets_[level][digit], begin);
      begin = 0;
    }
  }
}

}  // namespace faultline::sim
