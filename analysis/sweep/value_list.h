// ValueList: the values that something takes in a sweep, read from a short text.
//
//   1k/s,2k/s,5k/s    these
//   2..16:2           from 2 to at most 16, each 2 above the one before
//   log:10..10000:7   7, each the same factor above the one before
//   2..16, log:1..8   anywhere between: for a sample, which chooses
// Units       as scenarios write them, and kept: 10ms..50ms:10ms. Ends in different units become
//             durations, bytes or rates in one of them
// Whole ends  (4, not 4.0) have only whole values between them: counts must be whole
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/parsed.h"

namespace faultline::analysis {

class ValueList {
 public:
  static constexpr std::size_t most_values = 10'000;

  // What is between two ends.
  struct Between {
    double from = 0;
    double to = 0;
    std::string unit;
    bool is_duration = false;  // then in nanoseconds, whatever units were written
    bool geometric = false;
    bool whole = false;

    // With `share` from 0 to 1 of the way, to `digits` significant digits.
    double at(double share) const;
    std::string text(double value, int digits) const;
  };

  // Errors: no values, no range, more than `most_values`.
  static sim::Parsed<ValueList> parse(std::string_view text);

  // Empty: anywhere between.
  const std::vector<std::string>& values() const { return values_; }
  // The one at a share in [0, 1) of the list, or of the way from end to end.
  std::string at(double share) const;

 private:
  std::vector<std::string> values_;
  std::optional<Between> between_;
};

// Values as numbers in one unit, for an axis. nullopt: they are none, or differ in what they are.
struct NumericAxis {
  std::vector<double> numbers;
  std::string unit;
};
std::optional<NumericAxis> numeric_axis(const std::vector<std::string>& values);

}  // namespace faultline::analysis
