// RetryBudget: a token bucket that bounds retries to a fraction of successes.
//
// Every success adds `ratio` tokens up to `burst`, every retry takes one; no token, no retry. The
// bucket starts full. While everything fails nothing is added, so retries stop by themselves
// (Brooker, "Fixing retries with token buckets and circuit breakers", 2022).
#pragma once

#include <algorithm>

#include "models/fields.h"

namespace faultline::models {

struct RetryBudgetSettings {
  double ratio = 0.1;  // tokens per success, 0..1
  double burst = 10;   // tokens held at most, >= 1

  void describe(Fields& fields) {
    fields.number({"ratio", "Tokens that one success adds."}, ratio, {0, 1});
    fields.number({"burst", "Tokens the bucket holds at most; it starts full."}, burst, {1});
  }
};

class RetryBudget {
 public:
  explicit RetryBudget(const RetryBudgetSettings& settings)
      : settings_(settings), tokens_(settings.burst) {}

  void success() { tokens_ = std::min(tokens_ + settings_.ratio, settings_.burst); }
  bool take() {
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }
  double tokens() const { return tokens_; }

 private:
  RetryBudgetSettings settings_;
  double tokens_;
};

}  // namespace faultline::models
