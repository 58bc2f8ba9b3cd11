// VisibleMessages: those a broker may deliver now, the one stored first on top.
//
// A binary heap by place in the order of storing: O(1) for what arrives in order, O(log n) for what
// comes back. A message that leaves its queue while it is here stays until it comes to the top,
// where its stale handle tells.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/pool.h"

namespace faultline::models {

class VisibleMessages {
 public:
  bool empty() const { return heap_.empty(); }
  sim::Handle first() const { return heap_.front().message; }

  void add(std::uint64_t place, sim::Handle message) {
    heap_.push_back({place, message});
    std::push_heap(heap_.begin(), heap_.end(), later);
  }

  sim::Handle take_first() {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    const sim::Handle message = heap_.back().message;
    heap_.pop_back();
    return message;
  }

 private:
  struct Entry {
    std::uint64_t place;  // unique within a lane
    sim::Handle message;
  };
  static bool later(const Entry& a, const Entry& b) { return a.place > b.place; }

  std::vector<Entry> heap_;
};

}  // namespace faultline::models
