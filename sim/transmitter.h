// Transmitter: the sending end of a link with limited bandwidth; it puts one message at a time on
// the wire.
//
// The way of a message is settled when it departs, so the turn at a distant transmitter is taken
// before the message gets there. A message that departs later but gets there sooner must not wait
// for one that is still on its way: the transmitter keeps the spans of future time already taken,
// and gives each message the first gap, at or after its arrival, into which it fits whole. For
// messages that arrive in the order they departed this is first come, first served.
//
// Not modelled  a bounded buffer: messages wait, they are not dropped
// Invariant     taken spans are disjoint, in order, and do not touch
#pragma once

#include <vector>

#include "sim/time.h"

namespace faultline::sim {

class Transmitter {
 public:
  // Takes the transmitter for `length` (>= 0), beginning at `arrival` (>= now) or as soon after as
  // it is free; returns when the last bit is on the wire. `now` never decreases from call to call:
  // what lies before it is forgotten.
  Time take(Time now, Time arrival, Duration length);

  // Until when it is taken without a pause, from `at` on; `at` itself if it is free then.
  Time busy_until(Time at) const;

 private:
  struct Span {
    Time begin;
    Time end;  // begin < end
  };
  std::vector<Span> taken_;
};

}  // namespace faultline::sim
