#include "sim/transmitter.h"

#include <gtest/gtest.h>

#include "sim/draw.h"

namespace faultline::sim::transmitter_test {
namespace {

constexpr Time start{};

// Three messages at once leave one after the other; one after a pause finds the wire free.
TEST(Transmitter, ServesInTheOrderOfArrival) {
  Transmitter wire;
  EXPECT_EQ(wire.take(start, start, 10_ms), start + 10_ms);
  EXPECT_EQ(wire.take(start, start, 10_ms), start + 20_ms);
  EXPECT_EQ(wire.take(start, start + 5_ms, 5_ms), start + 25_ms);
  EXPECT_EQ(wire.busy_until(start), start + 25_ms);
  EXPECT_EQ(wire.take(start + 40_ms, start + 40_ms, 10_ms), start + 50_ms);
}

// A message that gets there sooner does not wait for one that departed before it but is still on
// its way; it is not squeezed into a gap too small for it either.
TEST(Transmitter, FillsTheGapBeforeMessagesStillOnTheirWay) {
  Transmitter wire;
  EXPECT_EQ(wire.take(start, start + 100_ms, 10_ms), start + 110_ms);
  EXPECT_EQ(wire.take(start, start + 5_ms, 20_ms), start + 25_ms);
  EXPECT_EQ(wire.take(start, start + 20_ms, 80_ms), start + 190_ms);  // 25..100 is too short
  EXPECT_EQ(wire.take(start, start + 20_ms, 75_ms), start + 100_ms);  // and fits to the nanosecond
  EXPECT_EQ(wire.busy_until(start + 5_ms), start + 190_ms);
}

// A message of no length takes nothing; a wire taken for centuries saturates instead of
// overflowing.
TEST(Transmitter, TakesNothingAndForever) {
  Transmitter wire;
  EXPECT_EQ(wire.take(start, start + 3_ms, 0_ms), start + 3_ms);
  EXPECT_EQ(wire.busy_until(start + 3_ms), start + 3_ms);
  const Duration half_a_year = 4380_min * 60;
  Time last = start;
  for (int i = 0; i < 1000; ++i) {
    const Time end = wire.take(start, start, half_a_year);
    EXPECT_GE(end, last);
    last = end;
  }
}

// What lies in the past is forgotten without changing what is granted: a wire that remembers
// everything (its `now` stays at the start) grants the same turns.
TEST(Transmitter, ForgettingThePastChangesNothing) {
  Transmitter forgetful;
  Transmitter faithful;
  Draw draw(7);
  Time now = start;
  for (int i = 0; i < 2000; ++i) {
    now += Duration{static_cast<std::int64_t>(draw.below(2'000'000))};
    const Time arrival = now + Duration{static_cast<std::int64_t>(draw.below(30'000'000))};
    const Duration length{static_cast<std::int64_t>(draw.below(1'500'000))};
    ASSERT_EQ(forgetful.take(now, arrival, length), faithful.take(start, arrival, length)) << i;
  }
}

}  // namespace
}  // namespace faultline::sim::transmitter_test
