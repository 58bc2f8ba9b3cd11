// ArrivalProcess: when the next request is issued by users who do not wait for each other.
//
// Text        poisson(70/s)    independent arrivals
//             regular(70/s)    equally spaced
//             bursty(high=200/s, low=20/s, high-for=2s, low-for=8s)
//                              Poisson with a rate that switches between two states which last for
//                              exponentially distributed times of these means (MMPP-2)
// The stated rate times a curve over time times a factor that may change while running. Arrivals
// are the inverse of the integrated rate applied to one unit-rate process, whose n-th step belongs
// to request n: at another rate the same requests come, at other times.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

#include "models/workload/curve_settings.h"
#include "models/workload/rate_curve.h"
#include "sim/draw.h"
#include "sim/parsed.h"
#include "sim/time.h"

namespace faultline::models {

struct ArrivalSettings {
  enum class Kind : std::uint8_t { poisson, regular, bursty };
  Kind kind = Kind::poisson;
  double rate_per_s = 0;      // of `bursty`: while high
  double low_rate_per_s = 0;  // the rest of `bursty` alone
  sim::Duration high_for{};
  sim::Duration low_for{};
};

sim::Parsed<ArrivalSettings> parse_arrivals(std::string_view text);

class ArrivalProcess {
 public:
  // `luck` keys the steps; `until` is the end of the run, for curves that repeat.
  ArrivalProcess(const ArrivalSettings& settings, const std::optional<CurveSettings>& curve,
                 sim::Luck luck, sim::Time until);

  // When the next request comes; nullopt: never (again), as things stand.
  std::optional<sim::Time> next() const;
  // It has come: on to the one after it.
  void advance();
  // From `now` on the rate is multiplied by `factor` (>= 0), on top of other causes' factors.
  void scale(sim::Time now, std::uint32_t cause, std::optional<double> factor);

  // `bursty`: when the state switches next, and switching it.
  std::optional<sim::Time> next_switch() const { return next_switch_; }
  void switch_state(sim::Time now);

 private:
  double step();
  void change_factor(sim::Time now, double factor);
  void refactor(sim::Time now);

  ArrivalSettings settings_;
  sim::Luck steps_luck_;
  sim::Luck switches_luck_;
  RateCurve curve_;
  std::uint64_t ordinal_ = 0;
  double due_ = 0;        // of the unit-rate process, when the next request comes
  double passed_ = 0;     // of the unit-rate process, by `changed_at_`
  sim::Time changed_at_;  // when the factor last changed
  double reached_ = 0;    // by the curve's integral, by `changed_at_`
  double factor_ = 1;     // current, of all causes and the state together
  std::map<std::uint32_t, double> causes_;
  bool high_ = true;
  std::uint64_t switches_ = 0;
  std::optional<sim::Time> next_switch_;
};

}  // namespace faultline::models
