#include "models/connection/slow_start.h"

#include <gtest/gtest.h>

namespace faultline::models::slow_start_test {
namespace {

using namespace sim::literals;

constexpr Path far{.round_trip = 100_ms, .bandwidth_bits_per_s = {}, .retransmission_timeout = 1_s};

// Windows of 10, 20, 40: what fits into the first ones stalls 0, 1, 2 round trips; half a segment
// needs a whole one.
TEST(SlowStart, DoublesWithEveryRoundTrip) {
  EXPECT_EQ(SlowStart().send({}, 10 * segment_bytes, far), 0_ms);
  EXPECT_EQ(SlowStart().send({}, 10 * segment_bytes + 1, far), 100_ms);
  EXPECT_EQ(SlowStart().send({}, 30 * segment_bytes, far), 100_ms);
  EXPECT_EQ(SlowStart().send({}, 31 * segment_bytes, far), 200_ms);
  EXPECT_EQ(SlowStart().send({}, 70 * segment_bytes, far), 200_ms);
  EXPECT_EQ(SlowStart(1).send({}, 3 * segment_bytes, far), 100_ms);
}

// At 1,460 bytes in 4 ms, ten segments last 40 of the 104 ms until the first acknowledgement, and
// twenty 80: stalls of 64 and 24 ms, and then the wire is never idle again.
TEST(SlowStart, StallsOnlyUntilTheWindowOutlastsTheRoundTrip) {
  Path path = far;
  path.bandwidth_bits_per_s = segment_bytes * 8 / 0.004;
  EXPECT_EQ(SlowStart().send({}, 30 * segment_bytes, path), 64_ms);
  EXPECT_EQ(SlowStart().send({}, 70 * segment_bytes, path), 88_ms);
  EXPECT_EQ(SlowStart().send({}, 1000 * segment_bytes, path), 88_ms);
}

// A window that small bodies never filled is as it was; one that was filled has grown by what was
// acknowledged; silence brings it back.
TEST(SlowStart, GrowsByUseAndForgetsInSilence) {
  SlowStart end;
  for (int i = 0; i < 100; ++i) end.send({}, segment_bytes, far);
  EXPECT_EQ(end.window(), 10U);
  end.send({}, 30 * segment_bytes, far);
  EXPECT_EQ(end.window(), 40U);
  EXPECT_EQ(end.send(sim::Time{} + 1_s, 40 * segment_bytes, far), 0_ms);
  EXPECT_EQ(end.send(sim::Time{} + 3_s, 40 * segment_bytes, far), 200_ms);
}

}  // namespace
}  // namespace faultline::models::slow_start_test
