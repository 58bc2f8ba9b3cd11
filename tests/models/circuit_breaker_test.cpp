// Shows the states of a circuit breaker by hand: when it opens, what it lets through, what counts.
#include "models/resilience/circuit_breaker.h"

#include <gtest/gtest.h>

namespace faultline::models::circuit_breaker_test {
namespace {

using namespace sim::literals;
using State = CircuitBreaker::State;

sim::Time at(sim::Duration after) { return sim::Time{} + after; }

// Asks and reports at one instant; false: it was withheld.
bool call(CircuitBreaker& breaker, sim::Time now, bool failed, sim::Duration took = 1_ms) {
  const auto permit = breaker.ask(now);
  if (permit) breaker.report(*permit, now, failed, took);
  return permit.has_value();
}

CircuitBreakerSettings last_four() {
  CircuitBreakerSettings settings;
  settings.calls = 4;
  settings.minimum_calls = 4;
  settings.failure_rate = 0.5;
  settings.open_for = 10_s;
  return settings;
}

// Of the last four calls two have failed: it opens with the second failure, not with the first, and
// not while fewer than four were made.
TEST(CircuitBreaker, OpensAtTheShareOfTheLastCalls) {
  CircuitBreaker breaker(last_four());
  call(breaker, at(1_s), true);
  call(breaker, at(1_s), true);
  call(breaker, at(1_s), false);
  EXPECT_EQ(breaker.state(), State::closed) << "three of four needed";
  call(breaker, at(1_s), false);
  EXPECT_EQ(breaker.state(), State::open);
  EXPECT_EQ(breaker.opened(), 1U);

  CircuitBreaker slides(last_four());
  for (const bool failed : {true, false, false, false}) call(slides, at(1_s), failed);
  call(slides, at(1_s), true);  // the first failure is out of sight
  EXPECT_EQ(slides.state(), State::closed);
  call(slides, at(1_s), true);
  EXPECT_EQ(slides.state(), State::open);
}

// Open for ten seconds; then one trial, whose failure opens it for ten more, whose success closes
// it; nothing of before counts then.
TEST(CircuitBreaker, TriesOneCallAfterItsTime) {
  CircuitBreaker breaker(last_four());
  for (int i = 0; i < 4; ++i) call(breaker, at(1_s), true);
  EXPECT_FALSE(call(breaker, at(10999_ms), false));
  const auto trial = breaker.ask(at(11_s));
  ASSERT_TRUE(trial);
  EXPECT_EQ(breaker.state(), State::half_open);
  EXPECT_FALSE(breaker.ask(at(11_s))) << "one trial at a time";
  breaker.report(*trial, at(12_s), true, 1_s);
  EXPECT_EQ(breaker.state(), State::open);
  EXPECT_FALSE(call(breaker, at(21999_ms), false));
  EXPECT_TRUE(call(breaker, at(22_s), false));
  EXPECT_EQ(breaker.state(), State::closed);
  for (int i = 0; i < 3; ++i) call(breaker, at(23_s), true);
  EXPECT_EQ(breaker.state(), State::closed) << "three calls since it closed";
  EXPECT_EQ(breaker.withheld(), 3U);
  EXPECT_EQ(breaker.opened(), 2U);
}

// With three trials all three must end well, and a fourth call has to wait for that.
TEST(CircuitBreaker, ClosesWhenAllTrialsEndWell) {
  CircuitBreakerSettings settings = last_four();
  settings.trial_calls = 3;
  CircuitBreaker breaker(settings);
  for (int i = 0; i < 4; ++i) call(breaker, at(1_s), true);
  std::vector<CircuitBreaker::Permit> trials;
  for (int i = 0; i < 3; ++i) trials.push_back(*breaker.ask(at(12_s)));
  EXPECT_FALSE(breaker.ask(at(12_s)));
  breaker.report(trials[0], at(12_s), false, 1_ms);
  breaker.report(trials[1], at(12_s), false, 1_ms);
  EXPECT_EQ(breaker.state(), State::half_open);
  breaker.report(trials[2], at(12_s), false, 1_ms);
  EXPECT_EQ(breaker.state(), State::closed);
}

// A call made before it opened that ends well afterwards is no successful trial, and one that
// failed does not open it anew.
TEST(CircuitBreaker, IgnoresCallsOfAnEarlierState) {
  CircuitBreaker breaker(last_four());
  const auto early = breaker.ask(at(1_s));
  const auto another = breaker.ask(at(1_s));
  for (int i = 0; i < 4; ++i) call(breaker, at(1_s), true);
  const auto trial = breaker.ask(at(11_s));
  breaker.report(*early, at(11_s), false, 10_s);
  EXPECT_EQ(breaker.state(), State::half_open);
  breaker.report(*another, at(11_s), true, 10_s);
  EXPECT_EQ(breaker.state(), State::half_open);
  breaker.report(*trial, at(11_s), false, 1_ms);
  EXPECT_EQ(breaker.state(), State::closed);
}

// By number instead of share: the third failure of many calls.
TEST(CircuitBreaker, OpensAtANumberOfFailures) {
  CircuitBreakerSettings settings = last_four();
  settings.calls = 100;
  settings.minimum_calls = 1;
  settings.failures = 3;
  CircuitBreaker breaker(settings);
  for (int i = 0; i < 50; ++i) call(breaker, at(1_s), false);
  call(breaker, at(1_s), true);
  call(breaker, at(1_s), true);
  EXPECT_EQ(breaker.state(), State::closed);
  call(breaker, at(1_s), true);
  EXPECT_EQ(breaker.state(), State::open);
}

// Calls that succeed, but take longer than 100 ms, open it when they are half of them.
TEST(CircuitBreaker, OpensWhenCallsAreSlow) {
  CircuitBreakerSettings settings = last_four();
  settings.slow_call = 100_ms;
  settings.slow_rate = 0.5;
  CircuitBreaker breaker(settings);
  call(breaker, at(1_s), false, 101_ms);
  call(breaker, at(1_s), false, 100_ms);
  call(breaker, at(1_s), false, 99_ms);
  EXPECT_EQ(breaker.state(), State::closed);
  call(breaker, at(1_s), false, 2_s);
  EXPECT_EQ(breaker.state(), State::open);
}

// In a window of ten seconds, failures of eleven seconds ago do not count; those of nine do.
TEST(CircuitBreaker, ForgetsWhatTheWindowHasLeft) {
  CircuitBreakerSettings settings = last_four();
  settings.window = 10_s;
  settings.minimum_calls = 4;
  for (const auto& [later, opens] : {std::pair{9_s, true}, std::pair{11_s, false}}) {
    CircuitBreaker breaker(settings);
    for (int i = 0; i < 2; ++i) call(breaker, at(20_s), true);
    for (int i = 0; i < 2; ++i) call(breaker, at(20_s + later), false);
    EXPECT_EQ(breaker.state() == State::open, opens) << later.seconds();
  }
}

// A tenth that is used again after a whole turn holds nothing of the turn before.
TEST(CircuitBreaker, ForgetsAWholeTurn) {
  CircuitBreakerSettings settings = last_four();
  settings.window = 10_s;
  CircuitBreaker breaker(settings);
  for (int i = 0; i < 3; ++i) call(breaker, at(5500_ms), true);
  for (int i = 0; i < 4; ++i) call(breaker, at(1000_s + 5500_ms), i == 0);
  EXPECT_EQ(breaker.state(), State::closed) << "one of four";
}

// It was open from 1 s to 11 s, when it was asked again, and from then on half-open.
TEST(CircuitBreaker, MeasuresTheTimeItIsOpen) {
  CircuitBreaker breaker(last_four());
  for (int i = 0; i < 4; ++i) call(breaker, at(1_s), true);
  EXPECT_EQ(breaker.open_time().mark(at(5_s)).area, (4_s).ns);
  EXPECT_TRUE(breaker.ask(at(11_s)));
  EXPECT_EQ(breaker.open_time().mark(at(20_s)).area, (10_s).ns);
}

}  // namespace
}  // namespace faultline::models::circuit_breaker_test
