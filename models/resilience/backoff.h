// Backoff: how long a caller waits before it tries again.
//
// Parameters   kind    fixed: always `base`; exponential: base * 2^n for the n-th retry, n from 0
//              base    duration >= 0
//              cap     duration >= base
//              jitter  none, equal (half fixed, half drawn), full (drawn from 0), or decorrelated
//                      (drawn from base to three times the wait before)
// Source: Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
#pragma once

#include <cstddef>

#include "models/fields.h"
#include "sim/draw.h"
#include "sim/time.h"

namespace faultline::models {

enum class BackoffKind : std::uint8_t { fixed, exponential };
enum class Jitter : std::uint8_t { none, equal, full, decorrelated };

struct Backoff {
  BackoffKind kind = BackoffKind::exponential;
  sim::Duration base;
  sim::Duration cap = sim::Duration::max();
  Jitter jitter = Jitter::none;

  void describe(Fields& fields);

  // The wait before retry number `retry` (0: the first); `previous` is the wait before the one
  // before it (0 at first), which decorrelated jitter builds on.
  sim::Duration wait(unsigned retry, sim::Duration previous, sim::Draw draw) const;
};

}  // namespace faultline::models
