// What every candidate future event list in this folder offers, and what the benchmark asks of it:
//
//   Handle push(std::int64_t time, std::uint64_t id)   time is never before the last one popped
//   void   cancel(Handle)                              of an event that is still waiting
//   Fired  pop_min()                                   ties first in, first out; never when empty
#pragma once

#include <cstdint>
#include <vector>

namespace faultline::bench {

struct Fired {
  std::int64_t time = 0;
  std::uint64_t id = 0;
};

// An event's place in a table, and how often that place was used before.
struct Handle {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
};

// Tells the living from the dead for the lists that cancel lazily: an event is alive while the
// generation it was pushed with is its slot's.
class LivingSlots {
 public:
  Handle take() {
    if (free_.empty()) {
      generations_.push_back(0);
      return {static_cast<std::uint32_t>(generations_.size() - 1), 0};
    }
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    return {slot, generations_[slot]};
  }
  void give_back(Handle handle) {
    ++generations_[handle.slot];
    free_.push_back(handle.slot);
  }
  bool alive(Handle handle) const { return generations_[handle.slot] == handle.generation; }

 private:
  std::vector<std::uint32_t> generations_;
  std::vector<std::uint32_t> free_;
};

}  // namespace faultline::bench
