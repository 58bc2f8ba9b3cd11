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
  Pool(const Pool& other) : free_(other.free_), live_(other.live_) {
    chunks_.reserve(other.chunks_.size());
    for (const auto& chunk : other.chunks_) chunks_.push_back(std::make_unique<Chunk>(*chunk));
  }
  Pool& operator=(const Pool&) = delete;

  // A fresh record, value-initialised.
  Handle acquire() {
    if (free_.empty()) grow();
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    ++live_;
    Entry& e = entry(slot);
    ++e.generation;  // odd while alive
    std::destroy_at(&e.record);
    std::construct_at(&e.record);
    return {slot, e.generation};
  }

  void release(Handle handle) {
    Entry& e = entry(handle.slot);
    CHECK(e.generation == handle.generation);
    ++e.generation;
    free_.push_back(handle.slot);
    --live_;
  }

  // nullptr when the record was released since.
  Record* find(Handle handle) {
    if (!handle || handle.slot >= chunks_.size() * chunk_size) return nullptr;
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

  struct Entry {
    Record record{};
    std::uint32_t generation = 0;
  };
  struct Chunk {
    Entry entries[chunk_size];
  };

  Entry& entry(std::uint32_t slot) {
    return chunks_[slot >> chunk_bits]->entries[slot & (chunk_size - 1)];
  }

  void grow() {
    const auto first = static_cast<std::uint32_t>(chunks_.size()) * chunk_size;
    chunks_.push_back(std::make_unique<Chunk>());
    for (std::uint32_t i = chunk_size; i-- > 0;) free_.push_back(first + i);
  }

  std::vector<std::unique_ptr<Chunk>> chunks_;
  std::vector<std::uint32_t> free_;
  std::size_t live_ = 0;
};

}  // namespace faultline::sim
