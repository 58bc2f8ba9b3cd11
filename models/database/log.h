// Log: what a node of a database has written down, in order, and may still have to pass on or undo.
//
// An entry is named by its version: the epoch of the leader that wrote it and its sequence number.
// One leader at most writes in an epoch and sequences have no gaps, so two logs that agree on the
// version at some place agree on everything before it (the log matching property of Ongaro and
// Ousterhout, "In search of an understandable consensus algorithm", USENIX ATC 2014).
//
// Invariant    entries first()..last() are kept; the version just before first() is remembered
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "sim/draw.h"
#include "sim/pool.h"
#include "sim/time.h"

namespace faultline::models::database {

using Sequence = std::uint32_t;  // 1 is the first write ever; 0 is before it
using Version = std::uint64_t;   // epoch in the upper half, sequence in the lower; 0: never written

constexpr Version version_of(std::uint32_t epoch, Sequence sequence) {
  return (Version{epoch} << 32) | sequence;
}
constexpr Sequence sequence_of(Version version) { return static_cast<Sequence>(version); }

struct Entry {
  Version version = 0;
  std::uint64_t key = 0;
  Version replaced = 0;       // what this node had under the key before; known once applied
  sim::Time time;             // committed; until then, and on followers, written at the leader
  sim::Luck luck;             // of the write, for the work of applying it
  sim::Handle attempt;        // the write that waits for its acknowledgements; none on followers
  std::uint32_t bytes = 0;    // on the network
  bool acknowledged = false;  // its writer was told that it is safe
};

class Log {
 public:
  Sequence first() const { return sequence_of(before_) + 1; }
  Sequence last() const { return sequence_of(before_) + static_cast<Sequence>(entries_.size()); }
  bool keeps(Sequence at) const { return at >= first() && at <= last(); }

  // `at` is kept; for `version_at` also the place just before.
  Entry& operator[](Sequence at);
  const Entry& operator[](Sequence at) const { return const_cast<Log&>(*this)[at]; }
  Version version_at(Sequence at) const;
  Version last_version() const { return version_at(last()); }

  void append(const Entry& entry);  // the next sequence
  void drop_last() { entries_.pop_back(); }
  void cut_before(Sequence at);       // forgets what lies before; at most up to last() + 1
  void begin_after(Version version);  // empties it: a snapshot stands for everything up to there

 private:
  Version before_ = 0;
  std::deque<Entry> entries_;
};

// The last place up to which both logs agree; nullopt when what is kept does not tell.
std::optional<Sequence> common_end(const Log& a, const Log& b);

}  // namespace faultline::models::database
