// ProcessorSharing: jobs that are all served at once, each at the same rate.
//
// With n jobs on c servers of a given speed, every job progresses at speed x min(1, c / n). Because
// the rate is common, one number says how far everybody is: the attained work V, which grows at
// that rate. A job that joins at V0 with work w is done when V reaches V0 + w, so the order of
// completion is fixed on joining and a heap by V0 + w gives the next one in O(log n) (the
// virtual-time argument of Parekh and Gallager, "A generalized processor sharing approach to flow
// control", 1993).
//
// V, the rate and the work are integers, in units of 2^-48 ns of work: the rate is rounded once
// when it changes and everything after is exact, so nothing is lost however often jobs come and go.
//
// Invariant    no two jobs share a slot; slots are the caller's
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/time.h"
#include "sim/wide.h"

namespace faultline::sim {

class ProcessorSharing {
 public:
  // Largest speed for which the integers cannot overflow.
  static constexpr double speed_max = 16384.0;

  // `servers` nullopt: as many as there are jobs. `speed` 0 stops all progress.
  void set_capacity(Time now, std::optional<std::uint32_t> servers, double speed);

  void add(Time now, std::uint32_t slot, Duration work);
  // Takes a job out, finished or not; returns the work it still had to do, rounded up.
  Duration remove(Time now, std::uint32_t slot);
  void clear();

  struct Next {
    std::uint32_t slot;
    Duration after;
  };
  // Who finishes first (among equals, who joined first), and how long from `now` that takes unless
  // something changes; nullopt when nobody progresses.
  std::optional<Next> next(Time now);

  std::size_t size() const { return heap_.size(); }

 private:
  struct Entry {
    Int128 done_at;  // in V
    std::uint64_t sequence;
    std::uint32_t slot;
  };

  static bool before(const Entry& a, const Entry& b) {
    return a.done_at != b.done_at ? a.done_at < b.done_at : a.sequence < b.sequence;
  }
  void advance(Time now);
  void update_rate();
  void put(std::size_t place, const Entry& entry);
  void sift_up(std::size_t place);
  void sift_down(std::size_t place);

  std::optional<std::uint32_t> servers_ = 1;
  double speed_ = 1.0;
  std::int64_t rate_ = 0;  // of V, per nanosecond
  Int128 attained_ = 0;    // V at `since_`
  Time since_;
  std::uint64_t joined_ = 0;
  std::vector<Entry> heap_;
  std::vector<std::uint32_t> place_of_;  // slot -> place in the heap; meaningful for members only
};

}  // namespace faultline::sim
