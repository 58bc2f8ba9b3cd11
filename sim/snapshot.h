// Snapshot: all metrics of one component as they have accumulated by one instant. Two snapshots
// make an interval: what the metrics say about the time between.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/histogram.h"
#include "sim/metrics.h"
#include "sim/time.h"

namespace faultline::sim {

enum class MetricKind : std::uint8_t { counter, rate, ratio, level, state, times };

class Snapshot final : public Metrics {
 public:
  explicit Snapshot(Time at) : at_(at) {}

  void counter(const Metric&, std::uint64_t count) override;
  void rate(const Metric&, std::uint64_t count) override;
  void ratio(const Metric&, Int128 part, Int128 whole) override;
  void level(const Metric&, const TimeWeighted::Mark&) override;
  void state(const Metric&, std::optional<double> value) override;
  void times(const Metric&, const Histogram&) override;

  struct Reading {
    Metric metric;
    MetricKind kind;
    Int128 part = 0;
    Int128 whole = 0;
    std::optional<double> value{};
    std::size_t histogram = 0;  // index among the histograms
  };

  Time at() const { return at_; }
  const std::vector<Reading>& readings() const { return readings_; }
  const Histogram& histogram(const Reading& reading) const {
    return histograms_[reading.histogram];
  }

 private:
  Time at_;
  std::vector<Reading> readings_;
  std::vector<Histogram> histograms_;
};

// What one metric says about the time between two snapshots.
struct Figure {
  Metric metric;
  MetricKind kind;
  std::optional<double> value{};  // null: nothing to report; for `times` the mean in ms
  double weight = 0;              // of the value, where spans are merged: what it was divided by
  Histogram times{};              // of `times` alone
};

// In the order in which the metrics were listed. Both snapshots are of one component, `from` the
// earlier.
std::vector<Figure> between(const Snapshot& from, const Snapshot& to);

}  // namespace faultline::sim
