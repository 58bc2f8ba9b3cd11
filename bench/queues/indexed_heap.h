// A 4-ary heap whose events know their place, so that a cancelled one is taken out at once.
#pragma once

#include <cstddef>

#include "bench/queues/fired.h"

namespace faultline::bench {

class IndexedHeap {
 public:
  Handle push(std::int64_t time, std::uint64_t id) {
    std::uint32_t slot;
    if (free_.empty()) {
      slot = static_cast<std::uint32_t>(records_.size());
      records_.emplace_back();
    } else {
      slot = free_.back();
      free_.pop_back();
    }
    records_[slot].id = id;
    heap_.emplace_back();
    sift_up(heap_.size() - 1, {time, sequence_++, slot});
    return {slot, 0};
  }

  void cancel(Handle handle) { remove(records_[handle.slot].place); }

  Fired pop_min() {
    const Node top = heap_.front();
    const Fired fired{top.time, records_[top.slot].id};
    remove(0);
    return fired;
  }

 private:
  struct Node {
    std::int64_t time = 0;
    std::uint64_t sequence = 0;
    std::uint32_t slot = 0;

    bool before(const Node& other) const {
      return time != other.time ? time < other.time : sequence < other.sequence;
    }
  };
  struct Record {
    std::uint64_t id = 0;
    std::size_t place = 0;
  };

  void remove(std::size_t place) {
    free_.push_back(heap_[place].slot);
    const Node last = heap_.back();
    heap_.pop_back();
    if (place == heap_.size()) return;
    if (place > 0 && last.before(heap_[(place - 1) / 4])) {
      sift_up(place, last);
    } else {
      sift_down(place, last);
    }
  }

  void put(std::size_t place, const Node& node) {
    heap_[place] = node;
    records_[node.slot].place = place;
  }

  void sift_up(std::size_t place, const Node& node) {
    while (place > 0 && node.before(heap_[(place - 1) / 4])) {
      put(place, heap_[(place - 1) / 4]);
      place = (place - 1) / 4;
    }
    put(place, node);
  }

  void sift_down(std::size_t place, const Node& node) {
    for (;;) {
      const std::size_t first_child = place * 4 + 1;
      if (first_child >= heap_.size()) break;
      std::size_t least = first_child;
      for (std::size_t c = first_child + 1; c < first_child + 4 && c < heap_.size(); ++c) {
        if (heap_[c].before(heap_[least])) least = c;
      }
      if (!heap_[least].before(node)) break;
      put(place, heap_[least]);
      place = least;
    }
    put(place, node);
  }

  std::vector<Node> heap_;
  std::vector<Record> records_;
  std::vector<std::uint32_t> free_;
  std::uint64_t sequence_ = 0;
};

}  // namespace faultline::bench
