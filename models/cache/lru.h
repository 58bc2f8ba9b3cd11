// Lru: a map of bounded size from 64-bit keys to values, which forgets the least recently used.
//
// Parameters   capacity   entries >= 1
//              order      use, or arrival: then nothing renews an entry, and the first in goes
//              first
// Cost         O(1) per operation; no allocation once an entry had to go; a copy is four vectors'
// Memory       grows with the entries held, not with the capacity
// Invariant    every entry is in the table once and in the list once; size() <= capacity()
//
// An open-addressing table with linear probing, at most half full, holds indices of entries; a
// removal shifts back what it had displaced, so that nothing is left behind (Knuth, The Art of
// Computer Programming 3, 6.4, algorithm R). The entries form a list, most recently used first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/check.h"
#include "sim/draw.h"

namespace faultline::models {

enum class LruOrder : std::uint8_t { use, arrival };

template <class Value>
class Lru {
 public:
  explicit Lru(std::uint32_t capacity, LruOrder order = LruOrder::use)
      : capacity_(capacity), order_(order) {
    CHECK(capacity >= 1);
    clear();
  }

  std::uint32_t capacity() const { return capacity_; }
  std::uint32_t size() const { return size_; }

  // nullptr when the key is not there; otherwise it is the most recently used from now on. The
  // pointer is good until the next call.
  Value* use(std::uint64_t key) {
    const std::uint32_t index = table_[place_of(key)];
    return index == none ? nullptr : &use_entry(index).value;
  }

  // The same without using it.
  Value* peek(std::uint64_t key) {
    const std::uint32_t index = table_[place_of(key)];
    return index == none ? nullptr : &entries_[index].value;
  }
  const Value* peek(std::uint64_t key) const { return const_cast<Lru*>(this)->peek(key); }

  // Puts or replaces, and uses. True when another entry had to go for it, of which `gone(key,
  // value)` was told.
  bool put(std::uint64_t key, const Value& value) {
    return put(key, value, [](std::uint64_t, const Value&) {});
  }
  template <class Gone>
  bool put(std::uint64_t key, const Value& value, Gone gone) {
    const std::size_t place = place_of(key);
    if (table_[place] != none) {
      use_entry(table_[place]).value = value;
      return false;
    }
    const std::uint32_t index = allocate();
    entries_[index].key = key;
    entries_[index].value = value;
    link_first(index);
    table_[place] = index;
    ++size_;
    const bool over = size_ > capacity_;
    if (over) {
      gone(entries_[last_index()].key, entries_[last_index()].value);
      drop_last();
    }
    if (size_ * std::uint64_t{2} > table_.size()) grow();
    return over;
  }

  bool erase(std::uint64_t key) {
    const std::uint32_t index = table_[place_of(key)];
    if (index == none) return false;
    remove(index);
    return true;
  }

  // The least recently used; nullptr when empty.
  const Value* last() const { return size_ == 0 ? nullptr : &entries_[last_index()].value; }
  void drop_last() { remove(last_index()); }

  // From the least recently used on.
  template <class See>
  void for_each(See see) const {
    for (std::uint32_t i = last_index(); i != none; i = entries_[i].previous) {
      see(entries_[i].key, entries_[i].value);
    }
  }

  void clear() {
    entries_.assign(1, Entry{});
    table_.assign(smallest_table, none);
    first_free_ = none;
    size_ = 0;
  }

 private:
  static constexpr std::uint32_t none = 0;  // entry 0 is the ring's anchor, never in the table
  static constexpr std::size_t smallest_table = 16;

  struct Entry {
    std::uint64_t key = 0;
    Value value{};
    std::uint32_t next = none;  // towards the less recently used; while free, the next free entry
    std::uint32_t previous = none;
  };

  std::uint32_t last_index() const { return entries_[none].previous; }

  std::size_t home_of(std::uint64_t key) const {
    return static_cast<std::size_t>(sim::mix64(key)) & (table_.size() - 1);
  }

  // Where the key is, or the free place where it would be.
  std::size_t place_of(std::uint64_t key) const {
    std::size_t place = home_of(key);
    while (table_[place] != none && entries_[table_[place]].key != key) {
      place = (place + 1) & (table_.size() - 1);
    }
    return place;
  }

  Entry& use_entry(std::uint32_t index) {
    if (entries_[none].next != index && order_ == LruOrder::use) {
      unlink(index);
      link_first(index);
    }
    return entries_[index];
  }

  std::uint32_t allocate() {
    if (first_free_ == none) {
      entries_.emplace_back();
      return static_cast<std::uint32_t>(entries_.size() - 1);
    }
    const std::uint32_t index = first_free_;
    first_free_ = entries_[index].next;
    return index;
  }

  void remove(std::uint32_t index) {
    close_gap(place_of(entries_[index].key));
    unlink(index);
    entries_[index].next = first_free_;
    first_free_ = index;
    --size_;
  }

  // Frees a place of the table, and moves up what had to go past it.
  void close_gap(std::size_t gap) {
    const std::size_t mask = table_.size() - 1;
    for (std::size_t place = (gap + 1) & mask; table_[place] != none; place = (place + 1) & mask) {
      const std::size_t home = home_of(entries_[table_[place]].key);
      if (((place - home) & mask) < ((place - gap) & mask)) continue;
      table_[gap] = table_[place];
      gap = place;
    }
    table_[gap] = none;
  }

  void grow() {
    table_.assign(table_.size() * 2, none);
    for (std::uint32_t i = entries_[none].next; i != none; i = entries_[i].next) {
      table_[place_of(entries_[i].key)] = i;
    }
  }

  void unlink(std::uint32_t index) {
    const Entry& entry = entries_[index];
    entries_[entry.previous].next = entry.next;
    entries_[entry.next].previous = entry.previous;
  }

  void link_first(std::uint32_t index) {
    Entry& anchor = entries_[none];
    entries_[index].next = anchor.next;
    entries_[index].previous = none;
    entries_[anchor.next].previous = index;
    anchor.next = index;
  }

  std::uint32_t capacity_;
  LruOrder order_;
  std::uint32_t size_ = 0;
  std::uint32_t first_free_ = none;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> table_;  // its length is a power of two
};

}  // namespace faultline::models
