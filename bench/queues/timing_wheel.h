// A hierarchical timing wheel of 1 ns, 11 levels of 64 slots, events in doubly linked lists: cancel
// takes an event out at once. Slots are appended to and cascade in order, so ties are first in,
// first out. Source: Varghese and Lauck, "Hashed and hierarchical timing wheels", SOSP 1987.
#pragma once

#include <array>
#include <bit>
#include <cstddef>

#include "bench/queues/fired.h"

namespace faultline::bench {

class TimingWheel {
 public:
  // The first records are the anchors of the slots' lists.
  TimingWheel() : records_(levels * fan_out) {
    for (std::uint32_t i = 0; i < records_.size(); ++i) {
      records_[i].previous = records_[i].next = i;
    }
  }

  Handle push(std::int64_t time, std::uint64_t id) {
    std::uint32_t slot;
    if (free_.empty()) {
      slot = static_cast<std::uint32_t>(records_.size());
      records_.emplace_back();
    } else {
      slot = free_.back();
      free_.pop_back();
    }
    records_[slot].time = time;
    records_[slot].id = id;
    link(slot);
    return {slot, 0};
  }

  void cancel(Handle handle) {
    unlink(handle.slot);
    free_.push_back(handle.slot);
  }

  Fired pop_min() {
    for (;;) {
      const auto level = static_cast<unsigned>(std::countr_zero(occupied_levels_));
      const auto digit = static_cast<unsigned>(std::countr_zero(occupied_[level]));
      const std::uint32_t anchor = level * fan_out + digit;
      const std::uint32_t first = records_[anchor].next;
      // At level 0 a slot is one instant; a lone event is the earliest wherever it is.
      if (level == 0 || records_[first].next == anchor) {
        last_ = records_[first].time;
        cancel({first, 0});
        return {records_[first].time, records_[first].id};
      }
      cascade(anchor, level, digit);
    }
  }

 private:
  static constexpr unsigned digit_bits = 6;
  static constexpr unsigned fan_out = 1U << digit_bits;
  static constexpr unsigned levels = 11;

  struct Record {
    std::int64_t time = 0;
    std::uint64_t id = 0;
    std::uint32_t previous = 0;
    std::uint32_t next = 0;
    std::uint32_t anchor = 0;
  };

  // Moves the clock to the start of the slot and its events to the levels below.
  void cascade(std::uint32_t anchor, unsigned level, unsigned digit) {
    const std::uint64_t below = (std::uint64_t{1} << (level * digit_bits)) - 1;
    std::uint32_t slot = records_[anchor].next;
    last_ = static_cast<std::int64_t>(static_cast<std::uint64_t>(records_[slot].time) & ~below);
    records_[anchor].previous = records_[anchor].next = anchor;
    empty(level, digit);
    while (slot != anchor) {
      const std::uint32_t next = records_[slot].next;
      link(slot);
      slot = next;
    }
  }

  void link(std::uint32_t slot) {
    const auto time = static_cast<std::uint64_t>(records_[slot].time);
    const std::uint64_t difference = time ^ static_cast<std::uint64_t>(last_);
    const auto level = static_cast<unsigned>(std::bit_width(difference | 1) - 1) / digit_bits;
    const auto digit = static_cast<unsigned>(time >> (level * digit_bits)) & (fan_out - 1);
    occupied_[level] |= std::uint64_t{1} << digit;
    occupied_levels_ |= 1U << level;
    const std::uint32_t anchor = level * fan_out + digit;
    const std::uint32_t tail = records_[anchor].previous;
    records_[slot].anchor = anchor;
    records_[slot].previous = tail;
    records_[slot].next = anchor;
    records_[tail].next = slot;
    records_[anchor].previous = slot;
  }

  void unlink(std::uint32_t slot) {
    const Record& record = records_[slot];
    records_[record.previous].next = record.next;
    records_[record.next].previous = record.previous;
    if (record.previous == record.next && record.next == record.anchor) {
      empty(record.anchor / fan_out, record.anchor % fan_out);
    }
  }

  void empty(unsigned level, unsigned digit) {
    occupied_[level] &= ~(std::uint64_t{1} << digit);
    if (occupied_[level] == 0) occupied_levels_ &= ~(1U << level);
  }

  std::int64_t last_ = 0;
  std::uint32_t occupied_levels_ = 0;
  std::array<std::uint64_t, levels> occupied_{};
  std::vector<Record> records_;
  std::vector<std::uint32_t> free_;
};

}  // namespace faultline::bench
