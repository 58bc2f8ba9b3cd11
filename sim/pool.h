// Pool: records of one type, reused, addressed by slot and checked by generation.
//
// A handle to a released record is recognised (`find` gives nullptr), so that a late timer or a
// late answer for something gone is never followed. Records do not move: a reference stays valid
// while the record lives. Copying a pool copies every record: handles mean the same in the copy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/check.h"

namespace faultline::sim {

struct Handle {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;  // 0: names nothing

  explicit operator bool() const { return generation != 0; }
  friend bool operator==(const Handle&, const Handle&) = default;
};

template <class Record>
class Pool {
 public:
  Pool() = default;
  Pool(const Pool& other) : first_free_(other.first_free_), live_(other.live_) {
    chunks_.reserve(other.chunks_.size());
    for (const auto& chunk : other.chunks_) chunks_.push_back(std::make_unique<Chunk>(*chunk));
  }
  Pool& operator=(const Pool&) = delete;

  struct Acquired {
    Handle handle;
    Record& record;  // value-initialised
  };
  Acquired acquire() {
    if (first_free_ == none) [[unlikely]]
      grow();
    const std::uint32_t slot = first_free_;
    Entry& e = entry(slot);
    first_free_ = e.next_free;
    ++e.generation;  // odd while alive
    ++live_;
    e.record = blank;
    return {{slot, e.generation}, e.record};
  }

  void release(Handle handle) {
    Entry& e = entry(handle.slot);
    CHECK(e.generation == handle.generation);
    ++e.generation;
    e.next_free = first_free_;
    first_free_ = handle.slot;
    --live_;
  }

  // nullptr when the record was released since. The handle is this pool's, or names nothing.
  Record* find(Handle handle) {
    if (!handle) return nullptr;
    Entry& e = entry(handle.slot);
    return e.generation == handle.generation ? &e.record : nullptr;
  }
  const Record* find(Handle handle) const { return const_cast<Pool*>(this)->find(handle); }

  Record& operator[](Handle handle) {
    Entry& e = entry(handle.slot);
    CHECK(e.generation == handle.generation);
    return e.record;
  }
  const Record& operator[](Handle handle) const { return (*const_cast<Pool*>(this))[handle]; }

  std::size_t live() const { return live_; }

  // In slot order, which is the same in every run.
  template <class Visit>
  void for_each(Visit visit) {
    for (std::uint32_t slot = 0; slot < chunks_.size() * chunk_size; ++slot) {
      Entry& e = entry(slot);
      if ((e.generation & 1) != 0) visit(Handle{slot, e.generation}, e.record);
    }
  }
  template <class Visit>
  void for_each(Visit visit) const {
    const_cast<Pool*>(this)->for_each(
        [&](Handle handle, const Record& record) { visit(handle, record); });
  }

 private:
  static constexpr std::uint32_t chunk_bits = 8;
  static constexpr std::uint32_t chunk_size = 1U << chunk_bits;
  static constexpr std::uint32_t none = UINT32_MAX;
  // Copied into what is acquired: g++ clears a record in place by `rep stos`, three times as slow.
  inline static const Record blank{};

  struct Entry {
    Record record{};
    std::uint32_t generation = 0;
    std::uint32_t next_free = none;
  };
  struct Chunk {
    Entry entries[chunk_size];
  };

  Entry& entry(std::uint32_t slot) {
    return chunks_[slot >> chunk_bits]->entries[slot & (chunk_size - 1)];
  }

  [[gnu::noinline]] void grow() {
    const auto first = static_cast<std::uint32_t>(chunks_.size()) * chunk_size;
    chunks_.push_back(std::make_unique<Chunk>());
    for (std::uint32_t i = chunk_size; i-- > 0;) {
      entry(first + i).next_free = first_free_;
      first_free_ = first + i;
    }
  }

  std::vector<std::unique_ptr<Chunk>> chunks_;
  std::uint32_t first_free_ = none;
  std::size_t live_ = 0;
};

}  // namespace faultline::sim
