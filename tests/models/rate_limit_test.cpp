// Shows how each algorithm counts requests, by arithmetic: what it lets through at once, at the
// edge of two windows, and in the long run.
#include "models/resilience/rate_limit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "sim/draw.h"
#include "sim/time.h"

namespace faultline::models::rate_limit_test {
namespace {

using namespace sim::literals;
using Algorithm = RateLimitSettings::Algorithm;

RateLimitSettings limit(Algorithm algorithm, double rate) {
  RateLimitSettings settings;
  settings.algorithm = algorithm;
  settings.rate = rate;
  return settings;
}

RateLimitSettings bucket(double rate, std::uint64_t burst) {
  RateLimitSettings settings = limit(Algorithm::token_bucket, rate);
  settings.burst = burst;
  return settings;
}

bool ask(RateLimiter& limiter, sim::Duration at, std::uint64_t key = 0) {
  if (limiter.wait(sim::Time{} + at, key).ns > 0) return false;
  limiter.take(sim::Time{} + at, key);
  return true;
}

// Of `count` requests at one instant, how many are let through.
int ask_at_once(RateLimiter& limiter, sim::Duration at, int count, std::uint64_t key = 0) {
  int let_through = 0;
  for (int i = 0; i < count; ++i) let_through += ask(limiter, at, key) ? 1 : 0;
  return let_through;
}

sim::Duration wait(const RateLimiter& limiter, sim::Duration at, std::uint64_t key = 0) {
  return limiter.wait(sim::Time{} + at, key);
}

// Ten tokens at first, and four more for every second; a bucket that is full stays so.
TEST(TokenBucket, LetsABurstThroughAndThenItsRate) {
  RateLimiter limiter(bucket(4, 10));
  EXPECT_EQ(ask_at_once(limiter, 1_s, 20), 10);
  EXPECT_EQ(ask_at_once(limiter, 1249_ms, 20), 0);
  EXPECT_EQ(ask_at_once(limiter, 1250_ms, 20), 1);
  EXPECT_EQ(ask_at_once(limiter, 3250_ms, 20), 8);
  EXPECT_EQ(ask_at_once(limiter, 100_s, 20), 10);
}

// It says when the next token is there: a quarter of a second after the last, and at that very
// instant it is.
TEST(TokenBucket, SaysWhenThereIsATokenAgain) {
  RateLimiter limiter(bucket(4, 2));
  ask_at_once(limiter, 1_s, 2);
  EXPECT_EQ(wait(limiter, 1_s), 250_ms);
  EXPECT_EQ(wait(limiter, 1100_ms), 150_ms);
  EXPECT_EQ(wait(limiter, 1250_ms), 0_s);
  // A third of a second is no whole number of nanoseconds: what is said is rounded up.
  RateLimiter thirds(bucket(3, 1));
  ask(thirds, 1_s);
  const sim::Duration said = wait(thirds, 1_s);
  EXPECT_EQ(said, sim::Duration{333'333'334});
  EXPECT_EQ(wait(thirds, 1_s + said), 0_s);
  EXPECT_GT(wait(thirds, 1_s + said - 2_us), 0_s);
}

TEST(TokenBucket, HoldsASecondsWorthUnlessToldOtherwise) {
  EXPECT_EQ(limit(Algorithm::token_bucket, 50).tokens(), 50);
  EXPECT_EQ(limit(Algorithm::token_bucket, 0.1).tokens(), 1);
}

// Five per second, in windows that begin with the seconds: five just before the edge and five just
// after, twice the rate within 2 ms.
TEST(FixedWindow, LetsTwiceTheRateThroughAtItsEdge) {
  RateLimiter limiter(limit(Algorithm::fixed_window, 5));
  EXPECT_EQ(ask_at_once(limiter, 999_ms, 20), 5);
  EXPECT_EQ(wait(limiter, 999_ms), 1_ms);
  EXPECT_EQ(ask_at_once(limiter, 1001_ms, 20), 5);
  EXPECT_EQ(wait(limiter, 1001_ms), 999_ms);
  EXPECT_EQ(ask_at_once(limiter, 1999_ms, 20), 0);
  EXPECT_EQ(ask_at_once(limiter, 2_s, 20), 5);
}

// 2.5 per second in windows of a second is two in each; in windows of two seconds it is five.
TEST(FixedWindow, LetsWholeRequestsThrough) {
  RateLimitSettings settings = limit(Algorithm::fixed_window, 2.5);
  EXPECT_EQ(RateLimiter(settings).keys(), 0U);
  RateLimiter short_one(settings);
  EXPECT_EQ(ask_at_once(short_one, 1_s, 20), 2);
  settings.window = 2_s;
  RateLimiter long_one(settings);
  EXPECT_EQ(ask_at_once(long_one, 1_s, 20), 5);
}

// The same edge: the five of the window before count in full at its beginning, and by a fifth less
// for every fifth of the window that passes.
TEST(SlidingWindow, DoesNot) {
  RateLimiter limiter(limit(Algorithm::sliding_window, 5));
  EXPECT_EQ(ask_at_once(limiter, 999_ms, 20), 5);
  EXPECT_EQ(ask_at_once(limiter, 1001_ms, 20), 0);
  EXPECT_EQ(ask_at_once(limiter, 1199_ms, 20), 0);
  EXPECT_EQ(ask_at_once(limiter, 1200_ms, 20), 1);
  EXPECT_EQ(ask_at_once(limiter, 1399_ms, 20), 0);
  EXPECT_EQ(ask_at_once(limiter, 1800_ms, 20), 3);
  EXPECT_EQ(ask_at_once(limiter, 3_s, 20), 5) << "a window has passed without a request";
}

// In the window itself it waits for the one before to fade; where this window alone is full, it
// waits on into the next.
TEST(SlidingWindow, SaysWhenThereIsRoomAgain) {
  RateLimiter limiter(limit(Algorithm::sliding_window, 5));
  ask_at_once(limiter, 999_ms, 5);
  EXPECT_EQ(wait(limiter, 1_s), 200_ms);
  EXPECT_EQ(wait(limiter, 1150_ms), 50_ms);
  EXPECT_EQ(wait(limiter, 999_ms), 201_ms);
  EXPECT_EQ(wait(limiter, 1200_ms), 0_s);
  ask(limiter, 1200_ms);
  EXPECT_EQ(wait(limiter, 1200_ms), 200_ms)
      << "one of this window, three of five of the one before";
  RateLimiter of_one(limit(Algorithm::sliding_window, 1));
  ask(of_one, 300_ms);
  EXPECT_EQ(wait(of_one, 400_ms), 1600_ms) << "until the window after is over";
}

// Each key has counts of its own.
TEST(RateLimiter, KeepsKeysApart) {
  for (const Algorithm algorithm :
       {Algorithm::token_bucket, Algorithm::fixed_window, Algorithm::sliding_window}) {
    RateLimiter limiter(limit(algorithm, 3));
    EXPECT_EQ(ask_at_once(limiter, 1_s, 10, 7), 3);
    EXPECT_EQ(ask_at_once(limiter, 1_s, 10, 8), 3);
    EXPECT_EQ(ask_at_once(limiter, 1_s, 10, 7), 0);
  }
}

// A hundred new users every second, for a thousand seconds: those who have been silent for long
// enough are forgotten, those whose counts still matter are not.
TEST(RateLimiter, ForgetsWhoIsAsNew) {
  for (const Algorithm algorithm :
       {Algorithm::token_bucket, Algorithm::fixed_window, Algorithm::sliding_window}) {
    RateLimiter limiter(limit(algorithm, 2));
    std::uint64_t user = 0;
    for (int second = 0; second < 1000; ++second) {
      for (int i = 0; i < 100; ++i) {
        const std::uint64_t now = ++user;
        EXPECT_EQ(ask_at_once(limiter, 1_s * second, 5, now), 2);
        EXPECT_EQ(ask_at_once(limiter, 1_s * second, 5, now - std::min<std::uint64_t>(i, 20)), 0);
      }
      EXPECT_LE(limiter.keys(), 1000U);
    }
  }
}

// Two hundred users ask in the last tenth of a window, and two hundred others in the first of the
// next. Those of the window before are not forgotten while they count.
TEST(RateLimiter, ForgetsNobodyTooEarly) {
  RateLimiter limiter(limit(Algorithm::sliding_window, 2));
  for (std::uint64_t user = 0; user < 200; ++user) ask_at_once(limiter, 900_ms, 2, user);
  for (std::uint64_t user = 200; user < 400; ++user) ask_at_once(limiter, 1050_ms, 2, user);
  for (std::uint64_t user = 0; user < 200; ++user) EXPECT_FALSE(ask(limiter, 1100_ms, user));
}

// Of three tokens that one has taken two have been refilled, of three that another has taken all.
TEST(UntoldRequests, AreNoneOnceTheirTokensAreRefilled) {
  RateLimiter view(bucket(1, 10));
  UntoldRequests untold(bucket(1, 10));
  const auto take = [&](sim::Duration at, std::uint64_t key) {
    for (int i = 0; i < 3; ++i) view.take(sim::Time{} + at, key);
    for (int i = 0; i < 3; ++i) untold.take(sim::Time{} + at, key);
  };
  take(1_s, 8);
  take(2_s, 7);
  untold.keep_missing(sim::Time{} + 4_s, view);
  ASSERT_EQ(untold.by_key().size(), 1U);
  EXPECT_EQ(untold.by_key().at(7).now, 1);
}

// In any stretch of time a bucket lets through no more than it holds and what has come since, and
// any window no more than it may; and where twice as much is asked for, not far less, even where a
// bucket of one token is full whenever nobody comes for a while.
TEST(RateLimiter, NeverLetsThroughMoreThanItsBound) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    sim::Draw draw = sim::Luck{seed}.draw();
    const double rate = 1 + 20 * draw.uniform();
    const std::uint64_t burst = 1 + draw.below(30);
    RateLimiter tokens(bucket(rate, burst));
    RateLimiter windows(limit(Algorithm::fixed_window, rate));
    std::vector<sim::Duration> through;
    std::vector<int> in_window(201);
    sim::Duration at;
    while (at < 200_s) {
      if (ask(tokens, at)) through.push_back(at);
      if (ask(windows, at)) ++in_window[static_cast<std::size_t>(at.ns / 1'000'000'000)];
      at += sim::Duration::from_seconds(draw.uniform() / rate);  // twice the rate, on average
    }
    for (std::size_t from = 0; from < through.size(); ++from) {
      for (std::size_t to = from; to < std::min(through.size(), from + 100); ++to) {
        const double seconds = (through[to] - through[from]).seconds();
        EXPECT_LE(static_cast<double>(to - from + 1),
                  static_cast<double>(burst) + rate * seconds + 1e-6);
      }
    }
    EXPECT_GE(static_cast<double>(through.size()), 0.7 * rate * 200);
    for (const int count : in_window) EXPECT_LE(count, rate);
  }
}

// Half way to the next token the rate becomes ten times as high: what has come until then has come
// at the old rate, and what is missing comes at the new one.
TEST(RateLimiter, CanBeChanged) {
  RateLimiter limiter(bucket(1, 1));
  ask(limiter, 1_s);
  limiter.change(sim::Time{} + 1500_ms, bucket(10, 1));
  EXPECT_EQ(wait(limiter, 1500_ms), 50_ms);
}

}  // namespace
}  // namespace faultline::models::rate_limit_test
