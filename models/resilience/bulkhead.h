// Bulkhead: a bound on the calls that one caller has under way to one callee, so that a slow callee
// cannot take all of the caller's workers.
//
// Parameters   max  calls under way at once; further ones are not made
// Metrics      calls withheld
// Source       Nygard, "Release It!", 2007
#pragma once

#include <cstdint>

#include "models/fields.h"

namespace faultline::models {

struct BulkheadSettings {
  std::uint64_t max = 10;

  void describe(Fields& fields) {
    fields.count({"max", "Calls under way at once; further ones are withheld.", true}, max,
                 {1, 1'000'000});
  }
};

class Bulkhead {
 public:
  explicit Bulkhead(const BulkheadSettings& settings) : max_(settings.max) {}

  bool enter() {
    if (under_way_ == max_) {
      ++withheld_;
      return false;
    }
    ++under_way_;
    return true;
  }
  void leave() { --under_way_; }
  // The caller forgets what it was doing, as a process that starts anew.
  void reset() { under_way_ = 0; }

  std::uint64_t withheld() const { return withheld_; }

 private:
  std::uint64_t max_;
  std::uint64_t under_way_ = 0;
  std::uint64_t withheld_ = 0;
};

}  // namespace faultline::models
