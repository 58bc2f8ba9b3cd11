// CircuitBreaker: a caller that counts how its calls to one callee end, and makes none for a while
// when too many end badly.
//
// States       closed: all calls are made and counted. Open: none is, for `open_for`. Half-open:
//              `trial_calls` are made, and how they end decides between the other two.
// Parameters   window        the calls of so long ago count, in tenths of it; absent: the last
//                            `calls` do
//              minimum_calls below so many in the window it stays closed
//              failure_rate, failures   the share, or number, of failed calls that opens it
//              slow_call, slow_rate     calls that take longer, and the share of them that opens it
//              open_for, trial_calls
// Metrics      share of time open, how often it opened, calls withheld
// Invariant    a call that began in an earlier state is not counted in a later one
// Source       Nygard, "Release It!", 2007; names as in Resilience4j's CircuitBreaker
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/fields.h"
#include "sim/gauge.h"
#include "sim/time.h"

namespace faultline::models {

struct CircuitBreakerSettings {
  std::optional<sim::Duration> window;
  std::uint64_t calls = 20;
  std::uint64_t minimum_calls = 10;
  double failure_rate = 0.5;
  std::optional<std::uint64_t> failures;
  std::optional<sim::Duration> slow_call;
  double slow_rate = 0.5;
  sim::Duration open_for = sim::Duration::from_seconds(5);
  std::uint64_t trial_calls = 1;

  void describe(Fields& fields);
};

class CircuitBreaker {
 public:
  enum class State : std::uint8_t { closed, open, half_open };
  // Names the stretch between two changes of state in which a call was let through.
  using Permit = std::uint32_t;

  explicit CircuitBreaker(const CircuitBreakerSettings& settings, sim::Time now = {});

  // Whether a call may be made now. Its permit is to be handed back by `report`.
  std::optional<Permit> ask(sim::Time now);
  void report(Permit permit, sim::Time now, bool failed, sim::Duration took);
  // The caller no longer waits for this call: it counts for nothing.
  void withdraw(Permit permit);
  // The caller forgets what it knows, as a process that starts anew.
  void reset(sim::Time now);

  State state() const { return state_; }
  std::uint64_t opened() const { return opened_; }
  std::uint64_t withheld() const { return withheld_; }
  const sim::TimeWeighted& open_time() const { return open_time_; }

 private:
  struct Counts {
    std::uint64_t calls = 0;
    std::uint64_t failed = 0;
    std::uint64_t slow = 0;

    void add(const Counts& other);
    void remove(const Counts& other);
  };
  static constexpr std::int64_t tenths = 10;

  void count(sim::Time now, const Counts& one);
  void forget_old(sim::Time now);
  void report_trial(sim::Time now, bool bad);
  bool must_open() const;
  void enter(State state, sim::Time now);

  CircuitBreakerSettings settings_;
  State state_ = State::closed;
  Permit era_ = 0;
  Counts sum_;
  std::vector<Counts> parts_;  // single calls, or tenths of the window; `next_` is the oldest
  std::size_t next_ = 0;
  std::int64_t tenth_ = 0;  // the number of the newest since time 0
  sim::Time open_until_;
  std::uint64_t trials_ = 0;  // made
  std::uint64_t good_trials_ = 0;
  std::uint64_t opened_ = 0;
  std::uint64_t withheld_ = 0;
  sim::TimeWeighted open_time_{0};
};

}  // namespace faultline::models
