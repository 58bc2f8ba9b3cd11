// Metrics: how whoever measures something names it, once, for everyone who reads it.
//
// A component lists its metrics in one function, `measure(Metrics&)`, in an order that never
// changes during a run. Who passes which `Metrics` decides what happens: a snapshot is taken, a
// table of definitions is written, a name is looked up. Values are given as they have accumulated
// since the start of the run; a figure over any span of time is the difference of two snapshots.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/gauge.h"
#include "sim/histogram.h"
#include "sim/wide.h"

namespace faultline::sim {

struct Metric {
  std::string_view name;     // as in the result, snake_case, its unit last where it has one
  std::string_view unit;     // "requests", "ms", "0..1", ...
  std::string_view meaning;  // one sentence
};

class Metrics {
 public:
  virtual ~Metrics() = default;

  // Something counted; over a span: how many.
  virtual void counter(const Metric&, std::uint64_t count) = 0;
  // Something counted; over a span: how many per second.
  virtual void rate(const Metric&, std::uint64_t count) = 0;
  // part / whole, both accumulated; over a span: the quotient of their growth, null when 0/0.
  virtual void ratio(const Metric&, Int128 part, Int128 whole) = 0;
  // Something that holds its value between changes; over a span: its time-weighted mean.
  virtual void level(const Metric&, const TimeWeighted::Mark&) = 0;
  // Something as it stands now; over a span: its value at the end.
  virtual void state(const Metric&, std::optional<double> value) = 0;
  // A distribution of nanoseconds; over a span: mean and percentiles in milliseconds.
  virtual void times(const Metric&, const Histogram&) = 0;
};

}  // namespace faultline::sim
