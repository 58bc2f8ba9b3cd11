// Shows, by numbers made by hand, how many replicas an autoscaler wants.
#include <gtest/gtest.h>

#include <optional>

#include "models/service/autoscaling.h"

namespace faultline::models::autoscaler_test {
namespace {

using namespace sim::literals;

// A fleet of replicas with four workers each, whose intervals last ten seconds.
class Fleet {
 public:
  explicit Fleet(const AutoscalingSettings& settings, std::uint64_t replicas = 4)
      : scaler(settings, replicas) {
    input_.workers = 4;
    scaler.evaluate(now_, input_);  // nothing has been measured yet
  }

  // An interval in which so many replicas were up on average, and so much of them was busy.
  std::optional<ScaleDecision> pass(double replicas, double utilisation, double waiting = 0,
                                    double queued = 0) {
    const double up = replicas * 4 * 10e9;
    now_ += 10_s;
    input_.up += static_cast<sim::Int128>(up);
    input_.busy += static_cast<sim::Int128>(up * utilisation);
    input_.waiting += static_cast<sim::Int128>(waiting * 10e9);
    input_.queued += static_cast<sim::Int128>(queued * 10e9);
    return scaler.evaluate(now_, input_);
  }
  // After such an interval.
  std::uint32_t wanted(double replicas, double utilisation, double waiting = 0, double queued = 0) {
    pass(replicas, utilisation, waiting, queued);
    return scaler.wanted();
  }

  Autoscaler scaler;

 private:
  sim::Time now_ = sim::Time{} + 3_s;
  AutoscalerInput input_;
};

AutoscalingSettings at_60_percent() {
  AutoscalingSettings settings;
  settings.maximum = 20;
  settings.utilisation = UtilisationTarget{.target = 0.6};
  settings.cool_down.in = {};
  return settings;
}

// ceil(4 * 0.9 / 0.6) = 6; from there, 6 * 0.3 / 0.6 = 3.
TEST(Autoscaler, FollowsItsTarget) {
  Fleet fleet(at_60_percent());
  const auto out = fleet.pass(4, 0.9);
  ASSERT_TRUE(out.has_value());
  EXPECT_EQ(out->from, 4U);
  EXPECT_EQ(out->to, 6U);
  EXPECT_EQ(out->why, "utilisation");
  EXPECT_DOUBLE_EQ(out->measured.value(), 0.9);
  EXPECT_EQ(fleet.wanted(6, 0.3), 3U);
  EXPECT_EQ(fleet.wanted(3, 0.7), 4U) << "3.5, and half a replica is a whole one";
}

// Two replicas all the time and two for half of it are three: 3 * 0.9 / 0.6 = 4.5.
TEST(Autoscaler, CountsReplicasAsLongAsTheyWereUp) {
  Fleet fleet(at_60_percent());
  EXPECT_EQ(fleet.wanted(3, 0.9), 5U);
}

// All that a saturated fleet can say is 100 %, be it asked for twice or for ten times as much: from
// 60 % on it grows by two thirds. While what was asked for boots, that does not change.
TEST(Autoscaler, CannotSeeHowFarItIsOverloaded) {
  Fleet fleet(at_60_percent(), 3);
  EXPECT_EQ(fleet.wanted(3, 1), 5U);
  EXPECT_EQ(fleet.wanted(3, 1), 5U);
  EXPECT_EQ(fleet.wanted(5, 1), 9U);
}

// Of six wanted four are up, at 90 %: 4 * 0.9 / 0.8 = 4.5, but the two that are missing would not
// be idle either. Of six that were up four are wanted, at 70 %: 5.25, but that is below the target.
TEST(Autoscaler, NeverTurnsAgainstWhatItMeasures) {
  AutoscalingSettings settings = at_60_percent();
  settings.utilisation->target = 0.8;
  Fleet dying(settings, 6);
  EXPECT_EQ(dying.wanted(4, 0.9), 6U);
  Fleet leaving(settings, 4);
  EXPECT_EQ(leaving.wanted(6, 0.7), 4U);
}

TEST(Autoscaler, KeepsWithinItsLimits) {
  AutoscalingSettings settings = at_60_percent();
  settings.minimum = 2;
  settings.maximum = 5;
  Fleet fleet(settings);
  EXPECT_EQ(fleet.wanted(4, 1), 5U);
  EXPECT_EQ(fleet.wanted(5, 0), 2U);
}

// 0.65 is 8 % above 0.6, and 0.67 is 12 %.
TEST(Autoscaler, ToleratesALittle) {
  Fleet fleet(at_60_percent());
  EXPECT_FALSE(fleet.pass(4, 0.65).has_value());
  EXPECT_FALSE(fleet.pass(4, 0.55).has_value());
  EXPECT_EQ(fleet.wanted(4, 0.67), 5U);
}

// Waiting per worker: 32 requests over 16 workers are 2, twice the target: 8 replicas; what is busy
// would want 6. Where the target of least need is met, the other one holds.
TEST(Autoscaler, HeedsTheHighestOfSeveral) {
  AutoscalingSettings settings = at_60_percent();
  settings.backlog = BacklogTarget{.target = 1};
  Fleet fleet(settings);
  const auto decision = fleet.pass(4, 0.9, 32);
  ASSERT_TRUE(decision.has_value());
  EXPECT_EQ(decision->to, 8U);
  EXPECT_EQ(decision->why, "backlog");
  EXPECT_EQ(fleet.wanted(8, 0.6, 0), 8U) << "on target; the empty backlog alone would want 1";
}

// 160 messages over 16 workers are 10, where 4 are aimed at: 4 * 10 / 4.
TEST(Autoscaler, GoesByAQueue) {
  AutoscalingSettings settings = at_60_percent();
  settings.utilisation.reset();
  settings.queue = QueueTarget{.name = "jobs", .target = 4};
  Fleet fleet(settings);
  EXPECT_EQ(fleet.wanted(4, 1, 0, 160), 10U);
}

// Scale-outs are 20 s apart, whatever was before; a scale-in waits for 30 s after any change.
TEST(Autoscaler, CoolsDown) {
  AutoscalingSettings settings = at_60_percent();
  settings.cool_down = {.out = 20_s, .in = 30_s};
  Fleet fleet(settings);
  EXPECT_EQ(fleet.wanted(4, 0.9), 6U);  // out
  EXPECT_EQ(fleet.wanted(6, 0.9), 6U);  // 10 s later
  EXPECT_EQ(fleet.wanted(6, 0.9), 9U);  // 20 s later
  EXPECT_EQ(fleet.wanted(9, 0.2), 9U);  // 10 s after that
  EXPECT_EQ(fleet.wanted(9, 0.2), 9U);  // 20 s
  EXPECT_EQ(fleet.wanted(9, 0.2), 3U);  // 30 s: in
  EXPECT_EQ(fleet.wanted(3, 0.9), 5U);  // out at once
}

TEST(Autoscaler, TakesSteps) {
  AutoscalingSettings settings = at_60_percent();
  settings.largest_step = 2;
  Fleet fleet(settings);
  EXPECT_EQ(fleet.wanted(4, 1), 6U);
  EXPECT_EQ(fleet.wanted(6, 1), 8U);
  EXPECT_EQ(fleet.wanted(8, 0), 6U);
}

// It begins at 3 s and evaluates at 13 s, 23 s, and so on: from 20 s on there are 9 at least,
// whatever step and cool-down say; from 40 s on they are 2 again, and the target decides.
TEST(Autoscaler, KeepsToItsSchedule) {
  AutoscalingSettings settings = at_60_percent();
  settings.minimum = 2;
  settings.largest_step = 3;
  settings.cool_down = {.out = 60_s, .in = {}};
  settings.schedule = {{.at = 20_s, .replicas = 9}, {.at = 40_s, .replicas = 2}};
  Fleet fleet(settings, 2);
  EXPECT_EQ(fleet.wanted(2, 0.9), 3U);
  const auto scheduled = fleet.pass(2, 0.6);
  ASSERT_TRUE(scheduled.has_value());
  EXPECT_EQ(scheduled->to, 9U);
  EXPECT_EQ(scheduled->why, "schedule");
  EXPECT_EQ(fleet.wanted(9, 0.1), 9U);
  EXPECT_EQ(fleet.wanted(9, 0.1), 6U);
}

// Without a target the schedule is all there is.
TEST(Autoscaler, MayHaveAScheduleOnly) {
  AutoscalingSettings settings;
  settings.maximum = 9;
  settings.cool_down.in = {};
  settings.schedule = {{.at = 20_s, .replicas = 9}, {.at = 40_s, .replicas = 2}};
  Fleet fleet(settings, 4);
  EXPECT_EQ(fleet.wanted(4, 1), 1U) << "before its first entry: the minimum";
  EXPECT_EQ(fleet.wanted(1, 0), 9U);
  fleet.pass(9, 1);
  EXPECT_EQ(fleet.wanted(9, 1), 2U);
}

// While no replica is up there is nothing to go by.
TEST(Autoscaler, StaysWhereNothingIsMeasured) {
  Fleet fleet(at_60_percent());
  EXPECT_EQ(fleet.wanted(0, 0), 4U);
}

// It decides nothing while it is out, and then goes by the last interval, not by what it missed.
TEST(Autoscaler, DecidesNothingWhileItIsOut) {
  Fleet fleet(at_60_percent());
  fleet.scaler.begin_outage(1);
  fleet.scaler.begin_outage(2);
  EXPECT_EQ(fleet.wanted(4, 1), 4U);
  fleet.scaler.end_outage(1);
  EXPECT_EQ(fleet.wanted(4, 1), 4U);
  fleet.scaler.end_outage(2);
  EXPECT_EQ(fleet.wanted(4, 0.6), 4U);
  EXPECT_EQ(fleet.wanted(4, 0.9), 6U);
}

}  // namespace
}  // namespace faultline::models::autoscaler_test
