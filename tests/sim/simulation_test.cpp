#include "sim/simulation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "sim/draw.h"

namespace faultline::sim::simulation_test {
namespace {

using testing::ElementsAre;

Event named(std::uint64_t request) {
  Event event;
  event.request = request;
  return event;
}

// Logs what happens as "request@ns", windows as "[begin,end)".
class Recorder : public Simulation {
 public:
  Recorder() : Simulation(1) {}
  Recorder(const Recorder&) = default;

  void plan(std::int64_t ns, std::uint64_t request) { schedule(Time{ns} - now(), named(request)); }
  void ask_to_stop() { stop(); }

  std::vector<std::string> log;
  std::uint64_t records = 0;
  std::function<void(Recorder&, const Event&)> on_event;

 protected:
  void handle(const Event& event) override {
    EXPECT_EQ(event.at, now());
    log.push_back(std::to_string(event.request) + "@" + std::to_string(now().ns));
    if (on_event) on_event(*this, event);
  }
  void close_window(Time begin, Time end) override {
    EXPECT_EQ(now(), end);
    log.push_back("[" + std::to_string(begin.ns) + "," + std::to_string(end.ns) + ")");
  }
  void at_mark(Time at) override {
    EXPECT_EQ(now(), at);
    log.push_back("mark@" + std::to_string(at.ns));
  }
  std::uint64_t live_records() const override { return records; }
};

// A model in which everything hangs together: each event schedules others, arms and cancels timers
// and, now and then, puts something on the timeline.
class Tangle : public Simulation {
 public:
  explicit Tangle(std::uint64_t seed) : Simulation(seed) {
    for (std::uint64_t i = 1; i <= 20; ++i) schedule(Duration{}, named(i));
  }
  Tangle(const Tangle&) = default;

 protected:
  void handle(const Event& event) override {
    Draw draw = luck().with(event.request).with(executed()).draw();
    cancel(timer_);
    const auto span = [&] { return Duration{static_cast<std::int64_t>(draw.below(30))}; };
    timer_ = arm(span(), named(event.request + 1));
    if (draw.below(2) == 0) schedule(span(), named(event.request + 2));
    if (draw.below(3) == 0) inject(now() + span(), named(event.request + 3));
    if (executed() % 50 == 0) schedule(span(), named(executed()));
  }

 private:
  TimerHandle timer_;
};

// Events run in order of time, and at one instant in the order in which they were scheduled.
TEST(Simulation, OrderAndTies) {
  Recorder sim;
  sim.plan(20, 1);
  sim.plan(10, 2);
  sim.plan(20, 3);
  sim.plan(10, 4);
  EXPECT_EQ(sim.run_until(Time{100}), Stop::reached);
  EXPECT_THAT(sim.log, ElementsAre("2@10", "4@10", "1@20", "3@20"));
}

// At one instant the timeline acts before the model, in its own order, whenever it was written.
TEST(Simulation, TimelineActsFirst) {
  Recorder sim;
  sim.plan(10, 1);
  sim.inject(Time{10}, named(100));
  sim.inject(Time{10}, named(101));
  sim.run_until(Time{11});
  EXPECT_THAT(sim.log, ElementsAre("100@10", "101@10", "1@10"));
}

// Running to 10 leaves what lies at 10 for later, and the clock at 10.
TEST(Simulation, RunsAreHalfOpen) {
  Recorder sim;
  sim.plan(9, 1);
  sim.plan(10, 2);
  sim.inject(Time{10}, named(100));
  sim.run_until(Time{10});
  EXPECT_THAT(sim.log, ElementsAre("1@9"));
  EXPECT_EQ(sim.now(), Time{10});
  sim.plan(10, 3);
  sim.run_until(Time{11});
  EXPECT_THAT(sim.log, ElementsAre("1@9", "100@10", "2@10", "3@10"));
}

// However a run is cut, into steps or into pieces, the same happens.
TEST(Simulation, CuttingARunChangesNothing) {
  const Time end{5000};
  Tangle whole(5);
  Tangle steps(5);
  Tangle pieces(5);
  whole.run_until(end);
  while (steps.step(end)) {
  }
  for (std::int64_t ns = 0; ns < end.ns; ns += 7) pieces.run_until(Time{ns});
  pieces.run_until(end);
  EXPECT_GT(whole.executed(), 1000U);
  EXPECT_EQ(whole.executed(), steps.executed());
  EXPECT_EQ(whole.digest(), steps.digest());
  EXPECT_EQ(whole.digest(), pieces.digest());
  EXPECT_EQ(steps.now(), end);
  Tangle other(6);
  other.run_until(end);
  EXPECT_NE(whole.digest(), other.digest());
}

// A clone taken in the middle and its original finish with one digest, and without meeting.
TEST(Simulation, CloneFinishesWithTheSameDigest) {
  Tangle original(8);
  original.run_until(Time{1234});
  Tangle clone(original);
  clone.run_until(Time{5000});
  const std::uint64_t untouched = original.executed();
  EXPECT_LT(untouched, clone.executed());
  original.run_until(Time{5000});
  EXPECT_EQ(original.digest(), clone.digest());
  EXPECT_EQ(original.executed(), clone.executed());
}

// What is put on the timeline at an instant that has begun acts one nanosecond later; in an instant
// that has not begun it still comes first.
TEST(Simulation, InjectionNeverActsUponAnInstantThatHasBegun) {
  Recorder sim;
  sim.plan(10, 1);
  sim.plan(10, 2);
  sim.plan(11, 3);
  ASSERT_TRUE(sim.step(Time{100}));
  EXPECT_EQ(sim.inject(Time{10}, named(100)), Time{11});
  EXPECT_EQ(sim.inject(Time{3}, named(101)), Time{11});
  sim.run_until(Time{12});
  EXPECT_EQ(sim.inject(Time{12}, named(102)), Time{12});
  sim.plan(12, 4);
  sim.run_until(Time{13});
  EXPECT_THAT(sim.log, ElementsAre("1@10", "2@10", "100@11", "101@11", "3@11", "102@12", "4@12"));
}

// A handler may write on the timeline for any instant to come: it acts then, not after the events
// that lie further on.
TEST(Simulation, HandlerWritesOnTheTimeline) {
  Recorder sim;
  sim.plan(1, 1);
  sim.plan(3, 2);
  sim.on_event = [](Recorder& r, const Event& event) {
    if (event.request == 1) r.inject(Time{2}, named(100));
    if (event.request == 100) r.inject(Time{3}, named(101));
  };
  sim.run_until(Time{10});
  EXPECT_THAT(sim.log, ElementsAre("1@1", "100@2", "101@3", "2@3"));
}

// Windows close at their exact bounds, before anything that happens there; the last one too.
TEST(Simulation, WindowsCloseAtTheirBounds) {
  Recorder sim;
  sim.set_window(Duration{10});
  sim.plan(9, 1);
  sim.plan(10, 2);
  sim.inject(Time{10}, named(100));
  sim.run_until(Time{30});
  EXPECT_THAT(sim.log, ElementsAre("1@9", "[0,10)", "100@10", "2@10", "[10,20)", "[20,30)"));
  sim.run_until(Time{30});
  EXPECT_EQ(sim.log.size(), 6U);
}

// A mark looks after the window closed and before the timeline acts; at the very end, too.
TEST(Simulation, MarksLookBeforeTheTimeline) {
  Recorder sim;
  sim.set_window(Duration{10});
  for (const std::int64_t ns : {5, 10, 5, 20}) sim.mark_at(Time{ns});
  sim.plan(5, 1);
  sim.inject(Time{10}, named(100));
  sim.run_until(Time{20});
  EXPECT_THAT(sim.log,
              ElementsAre("mark@5", "1@5", "[0,10)", "mark@10", "100@10", "[10,20)", "mark@20"));
}

// Windows are observation: with and without them the digest is the same.
TEST(Simulation, WindowsLeaveTheDigestAlone) {
  Tangle plain(3);
  Tangle watched(3);
  watched.set_window(Duration{13});
  plain.run_until(Time{3000});
  watched.run_until(Time{3000});
  EXPECT_EQ(plain.digest(), watched.digest());
}

// Without an end in sight the run ends when nothing is left to happen.
TEST(Simulation, RunsToTheEndOfTime) {
  Recorder sim;
  sim.plan(10, 1);
  EXPECT_EQ(sim.run_until(Time::max()), Stop::reached);
  EXPECT_FALSE(sim.step(Time::max()));
  EXPECT_THAT(sim.log, ElementsAre("1@10"));
}

// What would happen after the end of time does not happen; least of all in the past.
TEST(Simulation, BeyondTheEndOfTime) {
  Recorder sim;
  sim.plan(10, 1);
  sim.on_event = [](Recorder& r, const Event&) {
    r.schedule(Duration::max(), named(2));
    r.arm(Duration::max(), named(3));
  };
  EXPECT_EQ(sim.run_until(Time::max()), Stop::reached);
  EXPECT_THAT(sim.log, ElementsAre("1@10"));
}

// The event limit stops at exactly that many and stays stopped until it is raised.
TEST(Simulation, EventLimit) {
  Recorder sim;
  for (int i = 0; i < 10; ++i) sim.plan(i, 1);
  Limits limits;
  limits.events = 4;
  sim.set_limits(limits);
  EXPECT_EQ(sim.run_until(Time{100}), Stop::event_limit);
  EXPECT_EQ(sim.executed(), 4U);
  EXPECT_EQ(sim.run_until(Time{100}), Stop::event_limit);
  EXPECT_FALSE(sim.step(Time{100}));
  EXPECT_EQ(sim.executed(), 4U);
  sim.set_limits({});
  EXPECT_EQ(sim.run_until(Time{100}), Stop::reached);
  EXPECT_EQ(sim.executed(), 10U);
}

// The limit on live records is looked at every so many events, at the same ones in every run.
// Whoever repeats without end what takes no time is found out; a burst as long as allowed is not.
TEST(Simulation, StandsStill) {
  Recorder sim;
  Limits limits;
  limits.at_one_instant = 5000;
  sim.set_limits(limits);
  sim.on_event = [](Recorder& r, const Event& event) {
    if (event.request < 4000 || r.now() == Time{7}) r.plan(r.now().ns, event.request + 1);
  };
  sim.plan(3, 1);
  sim.plan(7, 1);
  EXPECT_EQ(sim.run_until(Time{100}), Stop::standstill);
  EXPECT_EQ(sim.now(), Time{7});
  EXPECT_LT(sim.executed(), 4000U + 5000U + 3 * 1024U);
}

TEST(Simulation, RecordLimit) {
  std::vector<std::uint64_t> stopped;
  for (int i = 0; i < 2; ++i) {
    Recorder sim;
    for (int k = 0; k < 10'000; ++k) sim.plan(k, 1);
    sim.on_event = [](Recorder& r, const Event&) { ++r.records; };
    Limits limits;
    limits.records = 3000;
    sim.set_limits(limits);
    EXPECT_EQ(sim.run_until(Time{100'000}), Stop::record_limit);
    stopped.push_back(sim.executed());
  }
  EXPECT_EQ(stopped[0], stopped[1]);
  EXPECT_GT(stopped[0], 3000U);
  EXPECT_LE(stopped[0], 3000U + 1024U);
}

// The interrupt flag is honoured within a stride of events.
TEST(Simulation, Interrupt) {
  std::atomic<bool> flag{false};
  Recorder sim;
  for (int k = 0; k < 10'000; ++k) sim.plan(k, 1);
  sim.on_event = [&](Recorder& r, const Event&) { flag = r.executed() == 5000 || flag; };
  Limits limits;
  limits.interrupt = &flag;
  sim.set_limits(limits);
  EXPECT_EQ(sim.run_until(Time{100'000}), Stop::interrupted);
  EXPECT_GE(sim.executed(), 5000U);
  EXPECT_LE(sim.executed(), 5000U + 1024U);
}

// A model that asks to stop is not given another event.
TEST(Simulation, Stop) {
  Recorder sim;
  for (int i = 1; i <= 5; ++i) sim.plan(i, static_cast<std::uint64_t>(i));
  sim.on_event = [](Recorder& r, const Event& event) {
    if (event.request == 2) r.ask_to_stop();
  };
  EXPECT_EQ(sim.run_until(Time{100}), Stop::asked);
  EXPECT_EQ(sim.run_until(Time{100}), Stop::asked);
  EXPECT_FALSE(sim.step(Time{100}));
  EXPECT_THAT(sim.log, ElementsAre("1@1", "2@2"));
  EXPECT_EQ(sim.now(), Time{2});
}

}  // namespace
}  // namespace faultline::sim::simulation_test
