// AdaptiveLimit: how many requests a server takes at once, found out by itself from how long they
// take.
//
// Parameters   algorithm   aimd      one more for every `limit` answers in good time while the
// limit
//                                    is made use of; `backoff` of it after one that was late or
//                                    failed, once for all that were under way at that moment
//                          gradient  every `window` it is scaled by how long requests took of old
//                                    over how long they take now, and some waiting is allowed
//              initial, min, max    >= 1, max >= initial >= min
//              late        aimd: answers that took longer are late
//              backoff     aimd: factor in (0, 1)
//              window      gradient: between two changes
//              tolerance   gradient: how many times the old latency is no sign of overload
// Source       aimd: Chiu and Jain, "Analysis of the Increase and Decrease Algorithms for
//              Congestion Avoidance", 1989, with one decrease per round trip as in TCP; gradient:
//              as Netflix's concurrency-limits (Gradient2), 2018: the new limit is
//              limit * clamp(tolerance * long / short, 0.5, 1) + sqrt(limit), smoothed
#pragma once

#include <cstdint>
#include <optional>

#include "models/fields.h"
#include "sim/time.h"
#include "sim/wide.h"

namespace faultline::models {

struct AdaptiveLimitSettings {
  enum class Algorithm : std::uint8_t { aimd, gradient };

  Algorithm algorithm = Algorithm::aimd;
  std::uint64_t initial = 20;
  std::uint64_t min = 1;
  std::uint64_t max = 1000;
  std::optional<sim::Duration> late;
  double backoff = 0.9;
  sim::Duration window = sim::Duration::from_seconds(1);
  double tolerance = 1.5;

  void describe(Fields& fields);
};

class AdaptiveLimit {
 public:
  // `now`: when its first window begins.
  explicit AdaptiveLimit(const AdaptiveLimitSettings& settings, sim::Time now = {})
      : settings_(settings), limit_(static_cast<double>(settings.initial)), since_(now) {}

  std::uint64_t limit() const { return static_cast<std::uint64_t>(limit_); }

  // A request that came at `began` has been answered at `now`, `ok` or not; with it, `in_system`
  // were there.
  void answered(sim::Time began, sim::Time now, bool ok, std::uint64_t in_system);

 private:
  bool used(std::uint64_t in_system) const { return static_cast<double>(in_system) * 2 >= limit_; }
  void add(sim::Time began, sim::Time now, bool good, std::uint64_t in_system);
  void scale(sim::Time now);
  void set(double limit);

  AdaptiveLimitSettings settings_;
  double limit_;
  sim::Time decreased_;  // aimd: when last

  sim::Time since_;  // gradient: when its window began
  sim::Int128 took_ns_ = 0;
  std::uint64_t answers_ = 0;
  bool used_ = false;
  double of_old_ns_ = 0;  // 0: not known
};

}  // namespace faultline::models
