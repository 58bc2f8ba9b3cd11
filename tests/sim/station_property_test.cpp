#include <gtest/gtest.h>

#include <algorithm>

#include "sim/draw.h"
#include "tests/draws.h"
#include "tests/sim/station_lab.h"

namespace faultline::sim::station_property_test {
namespace {

void expect_consistent(const StationLab& lab) {
  const Station& station = lab.station;
  const StationCounts& c = station.counts();
  ASSERT_EQ(c.arrived,
            c.rejected + c.completed + c.given_up + c.aborted + c.lost + station.in_system());
  ASSERT_LE(station.waiting(), station.in_system());
  ASSERT_LE(station.busy().current(), station.workers_up().current());
  ASSERT_TRUE(station.up() || station.in_system() == 0);
}

// One random act upon the station.
void act(StationLab& lab, Draw& draw, std::vector<JobId>& known) {
  Station& station = lab.station;
  const auto any = [&] { return known[draw.below(known.size())]; };
  const std::uint64_t what = draw.below(100);
  if (!station.up()) {
    if (what < 20) station.restart(lab);
    return;
  }
  if (what < 55) {
    const auto demand = static_cast<std::int64_t>(draw.below(40));
    const auto priority = static_cast<int>(draw.below(4));
    const auto number = static_cast<std::uint32_t>(draw.below(1000));
    if (const auto id = lab.arrive(number, demand, priority)) known.push_back(*id);
  } else if (what < 70 && !known.empty()) {
    station.give_up(lab, any());
  } else if (what < 78 && !known.empty()) {
    station.abort(lab, any());
  } else if (what < 84) {
    station.set_workers(lab, static_cast<std::uint32_t>(draw.below(6)));
  } else if (what < 90) {
    constexpr double speeds[] = {0.0, 0.3, 1.0, 1.0, 2.5};
    station.set_speed(lab, speeds[draw.below(5)]);
  } else if (what < 93) {
    station.pause(lab);
  } else if (what < 99) {
    station.resume(lab);
  } else {
    const std::uint32_t there = station.in_system();
    ASSERT_EQ(station.crash(lab).size(), there);
  }
}

class AnyDiscipline : public testing::TestWithParam<Discipline> {};

// Whatever is done to a station, no job is lost from the books, no stale completion is executed
// (the station CHECKs each), and once it is left alone it empties.
TEST_P(AnyDiscipline, RandomActsConserveJobs) {
  StationSettings settings;
  settings.discipline = GetParam();
  settings.backlog_max = 20;
  StationLab lab(settings);
  Draw draw(0xfa17);
  std::vector<JobId> held;
  lab.on_done = [&](StationLab& l, std::uint32_t, JobId job) {
    const std::uint64_t next = draw.below(4);
    if (next == 0) return held.push_back(job);
    if (next == 1) return l.station.extend(l, job, Duration{static_cast<std::int64_t>(next * 3)});
    l.station.release(l, job);
  };
  std::vector<JobId> known;
  const int acts = draws(100'000);
  for (int i = 0; i < acts; ++i) {
    act(lab, draw, known);
    if (known.size() > 100) known.erase(known.begin(), known.begin() + 50);
    // Held jobs that are still there are let go at some time.
    if (!held.empty() && draw.below(4) == 0) {
      lab.station.abort(lab, held.back());
      held.pop_back();
    }
    expect_consistent(lab);
    if (HasFatalFailure()) return;
    lab.run_until(lab.now() + Duration{static_cast<std::int64_t>(draw.below(10))});
    expect_consistent(lab);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(lab.station.counts().completed, 1000U * static_cast<unsigned>(acts) / 100'000U);
  if (!lab.station.up()) lab.station.restart(lab);
  lab.on_done = nullptr;
  for (const JobId& job : held) lab.station.abort(lab, job);
  lab.station.resume(lab);
  lab.station.set_speed(lab, 1.0);
  lab.station.set_workers(lab, 3);
  lab.run_until(lab.now() + Duration{100'000});
  EXPECT_EQ(lab.station.in_system(), 0U);
  EXPECT_EQ(lab.station.busy().current(), 0);
  EXPECT_EQ(lab.station.backlog().current(), 0);
}

// Jobs that are neither refused nor removed get exactly the work they asked for, and a station
// that always works is done when the work is: the same instant under every discipline.
TEST_P(AnyDiscipline, WorkIsConserved) {
  StationSettings settings;
  settings.discipline = GetParam();
  StationLab lab(settings);
  Draw draw(0xcafe);
  std::int64_t total = 0;
  for (std::uint32_t i = 0; i < 2000; ++i) {
    const auto demand = static_cast<std::int64_t>(1 + draw.below(1000));
    const auto when = static_cast<std::int64_t>(draw.below(1000));
    lab.arrive_at(i == 0 ? 0 : when, i, i == 0 ? 1000 : demand, static_cast<int>(i % 3));
    total += i == 0 ? 1000 : demand;
  }
  lab.run(total + 10'000);
  EXPECT_EQ(lab.done.size(), 2000U);
  EXPECT_EQ(lab.station.work_done(), total);
  // Sharing ends a job on a whole nanosecond and so wastes less than its share of one: with n jobs
  // left 1 / n, and 1 + 1/2 + .. + 1/2000 = 8.2 in all.
  EXPECT_GE(lab.done.back().second, total);
  EXPECT_LE(lab.done.back().second, total + (GetParam() == Discipline::processor_sharing ? 9 : 0));
}

INSTANTIATE_TEST_SUITE_P(Station, AnyDiscipline,
                         testing::Values(Discipline::fifo, Discipline::lifo,
                                         Discipline::adaptive_lifo, Discipline::priority,
                                         Discipline::processor_sharing));

}  // namespace
}  // namespace faultline::sim::station_property_test
