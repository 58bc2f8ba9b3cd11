#include "models/resilience/circuit_breaker.h"

#include <algorithm>

namespace faultline::models {

void CircuitBreakerSettings::describe(Fields& fields) {
  fields.duration({"window", "The calls of so long count; absent: the last `calls` do."}, window,
                  sim::Duration{10});
  fields.count({"calls", "How many calls count, where there is no `window`."}, calls, {1, 100'000});
  fields.count({"minimum-calls", "Below so many calls that count it stays closed."}, minimum_calls,
               {1, 100'000});
  fields.ratio({"failure-rate", "The share of failed calls that opens it."}, failure_rate);
  fields.count({"failures", "The number of failed calls that opens it, instead of their share."},
               failures, {1, 100'000});
  fields.duration({"slow-call", "A call that takes longer is slow; absent: none is."}, slow_call,
                  sim::Duration{1});
  fields.ratio({"slow-rate", "The share of slow calls that opens it."}, slow_rate);
  fields.duration({"open-for", "How long no call is made."}, open_for, sim::Duration{1});
  fields.count({"trial-calls", "Calls that are made after that, to see whether all is well."},
               trial_calls, {1, 1000});
  if (!window && minimum_calls > calls) {
    fields.reject("minimum-calls", "must not be above `calls`: it would never open");
  }
  if (!window && failures && *failures > calls) {
    fields.reject("failures", "must not be above `calls`: it would never open");
  }
  if (failure_rate <= 0) fields.reject("failure-rate", "expected a share above 0");
  if (slow_rate <= 0) fields.reject("slow-rate", "expected a share above 0");
}

void CircuitBreaker::Counts::add(const Counts& other) {
  calls += other.calls;
  failed += other.failed;
  slow += other.slow;
}

void CircuitBreaker::Counts::remove(const Counts& other) {
  calls -= other.calls;
  failed -= other.failed;
  slow -= other.slow;
}

CircuitBreaker::CircuitBreaker(const CircuitBreakerSettings& settings, sim::Time now)
    : settings_(settings),
      parts_(settings.window ? static_cast<std::size_t>(tenths) : settings.calls) {
  open_time_.set(now, 0);
}

std::optional<CircuitBreaker::Permit> CircuitBreaker::ask(sim::Time now) {
  if (state_ == State::open && now >= open_until_) enter(State::half_open, now);
  const bool has_trial = state_ == State::half_open && trials_ < settings_.trial_calls;
  if (state_ != State::closed && !has_trial) {
    ++withheld_;
    return std::nullopt;
  }
  if (has_trial) ++trials_;
  return era_;
}

void CircuitBreaker::report(Permit permit, sim::Time now, bool failed, sim::Duration took) {
  if (permit != era_) return;
  const bool slow = settings_.slow_call && took > *settings_.slow_call;
  if (state_ == State::half_open) return report_trial(now, failed || slow);
  count(now, {.calls = 1, .failed = failed ? 1U : 0U, .slow = slow ? 1U : 0U});
  if (must_open()) enter(State::open, now);
}

void CircuitBreaker::withdraw(Permit permit) {
  if (permit == era_ && state_ == State::half_open) --trials_;
}

void CircuitBreaker::reset(sim::Time now) { enter(State::closed, now); }

void CircuitBreaker::report_trial(sim::Time now, bool bad) {
  if (bad) return enter(State::open, now);
  if (++good_trials_ == settings_.trial_calls) enter(State::closed, now);
}

void CircuitBreaker::count(sim::Time now, const Counts& one) {
  sum_.add(one);
  if (settings_.window) {
    forget_old(now);
    parts_[static_cast<std::size_t>(tenth_ % tenths)].add(one);
    return;
  }
  sum_.remove(parts_[next_]);
  parts_[next_] = one;
  next_ = (next_ + 1) % parts_.size();
}

// Empties the tenths that have passed since the last call.
void CircuitBreaker::forget_old(sim::Time now) {
  const sim::Duration window = settings_.window.value_or(sim::Duration{});
  const std::int64_t length = std::max<std::int64_t>(1, window.ns / tenths);
  const std::int64_t current = now.ns / length;
  const std::int64_t passed = std::min(current - tenth_, tenths);
  for (std::int64_t i = 0; i < passed; ++i) {
    Counts& old = parts_[static_cast<std::size_t>((current - i) % tenths)];
    sum_.remove(old);
    old = {};
  }
  tenth_ = current;
}

bool CircuitBreaker::must_open() const {
  if (sum_.calls < settings_.minimum_calls) return false;
  const auto calls = static_cast<double>(sum_.calls);
  if (settings_.slow_call && static_cast<double>(sum_.slow) >= settings_.slow_rate * calls) {
    return true;
  }
  if (settings_.failures) return sum_.failed >= *settings_.failures;
  return static_cast<double>(sum_.failed) >= settings_.failure_rate * calls;
}

void CircuitBreaker::enter(State state, sim::Time now) {
  state_ = state;
  ++era_;
  sum_ = {};
  std::fill(parts_.begin(), parts_.end(), Counts{});
  trials_ = good_trials_ = 0;
  open_time_.set(now, state == State::open ? 1 : 0);
  if (state != State::open) return;
  open_until_ = now + settings_.open_for;
  ++opened_;
}

}  // namespace faultline::models
