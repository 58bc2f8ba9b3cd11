#include "sim/station.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/station_lab.h"

namespace faultline::sim::station_test {
namespace {

using testing::ElementsAre;
using testing::Pair;
using Lab = StationLab;

StationSettings with(Discipline discipline, std::uint32_t workers = 1) {
  StationSettings settings;
  settings.workers = workers;
  settings.discipline = discipline;
  return settings;
}

std::vector<std::uint32_t> numbers(const std::vector<Handle>& cookies) {
  std::vector<std::uint32_t> result;
  for (const Handle& cookie : cookies) result.push_back(cookie.slot);
  return result;
}

// First come, first served: 0..10, 10..15, 15..16.
TEST(Station, FifoByHand) {
  Lab lab(with(Discipline::fifo));
  lab.arrive_at(0, 1, 10);
  lab.arrive_at(1, 2, 5);
  lab.arrive_at(2, 3, 1);
  EXPECT_THAT(lab.run(), ElementsAre(Pair(1, 10), Pair(2, 15), Pair(3, 16)));
  EXPECT_EQ(lab.station.work_done(), 16);
}

// The last to come is the first to be served once the worker is free, and nobody is interrupted.
TEST(Station, LifoByHand) {
  Lab lab(with(Discipline::lifo));
  lab.arrive_at(0, 1, 10);
  lab.arrive_at(1, 2, 5);
  lab.arrive_at(2, 3, 1);
  EXPECT_THAT(lab.run(), ElementsAre(Pair(1, 10), Pair(3, 11), Pair(2, 16)));
}

// While three wait the last is next; once no more than two do, the first.
TEST(Station, AdaptiveLifoByHand) {
  StationSettings settings = with(Discipline::adaptive_lifo);
  settings.lifo_above = 2;
  Lab lab(settings);
  for (std::uint32_t i = 1; i <= 4; ++i) lab.arrive_at(i, i, 10);
  EXPECT_THAT(lab.run(), ElementsAre(Pair(1, 11), Pair(4, 21), Pair(2, 31), Pair(3, 41)));
}

// Higher priority goes first, equals in order of arrival, and what is in service stays.
TEST(Station, PriorityByHand) {
  Lab lab(with(Discipline::priority));
  lab.arrive_at(0, 1, 10, -3);
  lab.arrive_at(1, 2, 5, 1);
  lab.arrive_at(2, 3, 1, 2);
  lab.arrive_at(3, 4, 5, 1);
  lab.arrive_at(4, 5, 2, -3);
  EXPECT_THAT(lab.run(),
              ElementsAre(Pair(1, 10), Pair(3, 11), Pair(2, 16), Pair(4, 21), Pair(5, 23)));
}

// Equal jobs that share from the same instant finish at the same instant, in order of arrival.
TEST(Station, SharingEqualJobsFinishTogether) {
  Lab lab(with(Discipline::processor_sharing));
  lab.arrive_at(0, 1, 10);
  lab.arrive_at(0, 2, 10);
  lab.arrive_at(0, 3, 10);
  EXPECT_THAT(lab.run(), ElementsAre(Pair(1, 30), Pair(2, 30), Pair(3, 30)));
  EXPECT_EQ(lab.completions, 3U);
}

// 30 and 10 from 0, 10 more from 10. Until 10 each gets half: 25 and 5 are left. A third each until
// the second is done at 25 (20 and 5 left), half each until the third is done at 35 (15 left).
TEST(Station, SharingDifferentDemandsByHand) {
  Lab lab(with(Discipline::processor_sharing));
  lab.arrive_at(0, 1, 30);
  lab.arrive_at(0, 2, 10);
  lab.arrive_at(10, 3, 10);
  EXPECT_THAT(lab.run(), ElementsAre(Pair(2, 25), Pair(3, 35), Pair(1, 50)));
  EXPECT_EQ(lab.station.work_done(), 50);
}

// Two servers: a job never gets more than one of them; three jobs get two thirds each.
TEST(Station, SharingTwoServersByHand) {
  Lab lab(with(Discipline::processor_sharing, 2));
  lab.arrive_at(0, 1, 10);
  lab.arrive_at(100, 2, 10);
  lab.arrive_at(100, 3, 10);
  lab.arrive_at(100, 4, 10);
  EXPECT_THAT(lab.run(), ElementsAre(Pair(1, 10), Pair(2, 115), Pair(3, 115), Pair(4, 115)));
  EXPECT_EQ(lab.station.busy().mark(Time{1000}).area, 10 + 2 * 15);
  EXPECT_EQ(lab.station.backlog().mark(Time{1000}).area, 15);
}

// At half speed from 4 on, the 6 that are left take 12; the next job takes twice its demand.
TEST(Station, SpeedChangeInMidService) {
  for (const Discipline d : {Discipline::fifo, Discipline::lifo, Discipline::priority}) {
    Lab lab(with(d));
    lab.arrive_at(0, 1, 10);
    lab.arrive_at(0, 2, 5);
    lab.at(4, [](Lab& l) { l.station.set_speed(l, 0.5); });
    EXPECT_THAT(lab.run(), ElementsAre(Pair(1, 16), Pair(2, 26)));
    EXPECT_EQ(lab.completions, 2U);
    EXPECT_EQ(lab.station.work_done(), 15);
  }
}

// Both have 5 left at 10; a quarter each then takes 20.
TEST(Station, SpeedChangeWhileSharing) {
  Lab lab(with(Discipline::processor_sharing));
  lab.arrive_at(0, 1, 10);
  lab.arrive_at(0, 2, 10);
  lab.at(10, [](Lab& l) { l.station.set_speed(l, 0.5); });
  EXPECT_THAT(lab.run(), ElementsAre(Pair(1, 30), Pair(2, 30)));
  EXPECT_EQ(lab.completions, 2U);
}

// A pause adds its length and nothing else, and leaves the speed as it was.
TEST(Station, PauseAndResume) {
  for (const Discipline d : {Discipline::fifo, Discipline::processor_sharing}) {
    Lab lab(with(d));
    lab.arrive_at(0, 1, 10);
    lab.at(1, [](Lab& l) { l.station.set_speed(l, 2.0); });  // 9 left, 4.5 ns
    lab.at(3, [](Lab& l) { l.station.pause(l); });           // 5 left
    lab.at(50, [](Lab& l) { l.station.set_speed(l, 0.5); });
    lab.arrive_at(100, 2, 3);
    lab.at(103, [](Lab& l) { l.station.resume(l); });
    if (d == Discipline::fifo) {
      EXPECT_THAT(lab.run(), ElementsAre(Pair(1, 113), Pair(2, 119)));
    } else {  // 3 each at a quarter: 12; then the 2 that are left at a half: 4
      EXPECT_THAT(lab.run(), ElementsAre(Pair(2, 115), Pair(1, 119)));
    }
  }
}

// A speed of nothing is a pause.
TEST(Station, SpeedZeroStandsStill) {
  Lab lab(with(Discipline::fifo));
  lab.arrive_at(0, 1, 10);
  lab.at(4, [](Lab& l) { l.station.set_speed(l, 0.0); });
  lab.at(1000, [](Lab& l) { l.station.set_speed(l, 1.0); });
  EXPECT_THAT(lab.run(), ElementsAre(Pair(1, 1006)));
}

// Speed that goes up and down a thousand times loses at most half a unit of work each time.
TEST(Station, ManySpeedChangesKeepTheWork) {
  for (const Discipline d : {Discipline::fifo, Discipline::processor_sharing}) {
    Lab lab(with(d));
    lab.arrive_at(0, 1, 1'000'000);
    for (int i = 0; i < 1000; ++i) {
      lab.at(i * 100, [i](Lab& l) { l.station.set_speed(l, i % 2 == 0 ? 0.3 : 1.7); });
    }
    lab.at(100'000, [](Lab& l) { l.station.set_speed(l, 1.0); });
    ASSERT_EQ(lab.run(2'000'000).size(), 1U);
    EXPECT_NEAR(static_cast<double>(lab.done[0].second), 1e6, d == Discipline::fifo ? 500 : 1);
  }
}

// The worker that joins at 5 takes the second job at once.
TEST(Station, WorkersAdded) {
  Lab lab(with(Discipline::fifo));
  for (std::uint32_t i = 1; i <= 3; ++i) lab.arrive_at(0, i, 10);
  lab.at(5, [](Lab& l) { l.station.set_workers(l, 2); });
  EXPECT_THAT(lab.run(), ElementsAre(Pair(1, 10), Pair(2, 15), Pair(3, 20)));
}

// The busy worker that is taken away finishes its job, counts as up until then, and takes no other.
TEST(Station, WorkersTaken) {
  Lab lab(with(Discipline::fifo, 2));
  for (std::uint32_t i = 1; i <= 4; ++i) lab.arrive_at(0, i, 10);
  lab.at(5, [](Lab& l) { l.station.set_workers(l, 1); });
  EXPECT_THAT(lab.run(), ElementsAre(Pair(1, 10), Pair(2, 10), Pair(3, 20), Pair(4, 30)));
  EXPECT_EQ(lab.station.workers_up().mark(Time{100}).area, 2 * 10 + 90);
  EXPECT_EQ(lab.station.busy().mark(Time{100}).area, 40);
}

// Shared capacity follows the workers at once: 5 each left at 5, then half each.
TEST(Station, WorkersTakenWhileSharing) {
  Lab lab(with(Discipline::processor_sharing, 2));
  lab.arrive_at(0, 1, 10);
  lab.arrive_at(0, 2, 10);
  lab.at(5, [](Lab& l) { l.station.set_workers(l, 1); });
  EXPECT_THAT(lab.run(), ElementsAre(Pair(1, 15), Pair(2, 15)));
}

// No worker, no service; all who wait are served when one comes.
TEST(Station, NoWorkersAtFirst) {
  Lab lab(with(Discipline::fifo, 0));
  lab.arrive_at(0, 1, 10);
  lab.at(40, [](Lab& l) { l.station.set_workers(l, 1); });
  EXPECT_THAT(lab.run(), ElementsAre(Pair(1, 50)));
}

// Without a limit on workers nobody waits.
TEST(Station, UnlimitedWorkers) {
  StationSettings settings;
  settings.workers = std::nullopt;
  settings.backlog_max = 0;
  Lab lab(settings);
  for (std::uint32_t i = 1; i <= 100; ++i) lab.arrive_at(0, i, 10);
  EXPECT_EQ(lab.run().size(), 100U);
  EXPECT_EQ(lab.done.back().second, 10);
  EXPECT_EQ(lab.station.busy().max(), 100);
  EXPECT_EQ(utilisation(Station(settings, {}).mark(Time{}), lab.station.mark(Time{50})),
            std::nullopt);
}

// A job that gives up leaves the middle of the queue; one in service, or gone, cannot give up.
TEST(Station, GiveUp) {
  Lab lab(with(Discipline::fifo));
  for (std::uint32_t i = 1; i <= 4; ++i) lab.arrive_at(0, i, 10);
  lab.at(5, [](Lab& l) {
    EXPECT_FALSE(l.station.give_up(l, l.jobs[1]));
    EXPECT_TRUE(l.station.give_up(l, l.jobs[3]));
    EXPECT_FALSE(l.station.give_up(l, l.jobs[3]));
  });
  lab.arrive_at(6, 5, 10);  // takes the slot that job 3 left
  lab.at(7, [](Lab& l) {
    EXPECT_EQ(l.jobs[5].slot, l.jobs[3].slot);
    EXPECT_FALSE(l.station.give_up(l, l.jobs[3]));
    EXPECT_FALSE(l.station.give_up(l, JobId{}));
  });
  EXPECT_THAT(lab.run(), ElementsAre(Pair(1, 10), Pair(2, 20), Pair(4, 30), Pair(5, 40)));
  EXPECT_EQ(lab.station.counts().given_up, 1U);
}

// An aborted job frees its worker at once and its completion is never executed.
TEST(Station, Abort) {
  Lab lab(with(Discipline::fifo));
  lab.arrive_at(0, 1, 10);
  lab.arrive_at(0, 2, 10);
  lab.at(4, [](Lab& l) {
    EXPECT_FALSE(l.station.abort(l, l.jobs[2]));  // waits
    EXPECT_TRUE(l.station.abort(l, l.jobs[1]));
    EXPECT_FALSE(l.station.abort(l, l.jobs[1]));
  });
  EXPECT_THAT(lab.run(), ElementsAre(Pair(2, 14)));
  EXPECT_EQ(lab.completions, 1U);
  EXPECT_EQ(lab.station.counts().aborted, 1U);
  EXPECT_EQ(lab.station.work_done(), 14);
}

// Aborting one of two sharers gives the other the whole server: 8 left at 4, alone until 12.
TEST(Station, AbortWhileSharing) {
  Lab lab(with(Discipline::processor_sharing));
  lab.arrive_at(0, 1, 6);
  lab.arrive_at(0, 2, 10);
  lab.at(4, [](Lab& l) { EXPECT_TRUE(l.station.abort(l, l.jobs[1])); });
  EXPECT_THAT(lab.run(), ElementsAre(Pair(2, 12)));
  EXPECT_EQ(lab.completions, 1U);
  EXPECT_EQ(lab.station.work_done(), 12);
}

// A crash names its victims (in service, then in the order of their turn), executes none of their
// completions, and leaves an empty station that counts no worker as up until it restarts.
TEST(Station, CrashLosesAll) {
  const auto victims = [](Discipline discipline) {
    Lab lab(with(discipline, 2));
    for (std::uint32_t i = 1; i <= 5; ++i) lab.arrive_at(i, i, 100, static_cast<int>(i % 2));
    std::vector<std::uint32_t> lost;
    lab.at(10, [&](Lab& l) { lost = numbers(l.station.crash(l)); });
    lab.at(30, [](Lab& l) { l.station.restart(l); });
    lab.arrive_at(40, 6, 7);
    EXPECT_THAT(lab.run(), ElementsAre(Pair(6, 47)));
    EXPECT_EQ(lab.completions, 1U);
    EXPECT_EQ(lab.station.counts().lost, 5U);
    EXPECT_EQ(lab.station.workers_up().mark(Time{100}).area, 2 * (10 + 70));
    EXPECT_EQ(lab.station.in_system(), 0U);
    return lost;
  };
  EXPECT_THAT(victims(Discipline::fifo), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(victims(Discipline::lifo), ElementsAre(1, 2, 5, 4, 3));
  EXPECT_THAT(victims(Discipline::priority), ElementsAre(1, 2, 3, 5, 4));
  EXPECT_THAT(victims(Discipline::processor_sharing), ElementsAre(1, 2, 3, 4, 5));
}

// The limit is on who waits: with one place the third is turned away, sharing or not.
TEST(Station, BoundedBacklog) {
  for (const Discipline d : {Discipline::fifo, Discipline::processor_sharing}) {
    StationSettings settings = with(d);
    settings.backlog_max = 1;
    Lab lab(settings);
    for (std::uint32_t i = 1; i <= 3; ++i) lab.arrive_at(0, i, 10);
    lab.arrive_at(50, 4, 10);
    EXPECT_EQ(lab.run().size(), 3U);
    EXPECT_EQ(lab.done.back(), Lab::Log::value_type(4, 60));
    EXPECT_EQ(lab.station.counts().rejected, 1U);
    EXPECT_EQ(lab.station.backlog().max(), 1);
  }
}

// A job holds its worker after service: extended at 5 it stays until 12, then, held until 20, it
// keeps the next one waiting; the worker counts as busy all along.
TEST(Station, HeldWorker) {
  Lab lab(with(Discipline::fifo));
  lab.arrive_at(0, 1, 5);
  lab.arrive_at(0, 2, 5);
  lab.on_done = [](Lab& l, std::uint32_t number, JobId job) {
    if (number == 2) return l.station.release(l, job);
    if (l.now().ns == 5) return l.station.extend(l, job, Duration{7});
  };
  lab.at(20, [](Lab& l) { l.station.release(l, l.jobs[1]); });
  EXPECT_THAT(lab.run(), ElementsAre(Pair(1, 5), Pair(1, 12), Pair(2, 25)));
  EXPECT_EQ(lab.station.busy().mark(Time{100}).area, 25);
  EXPECT_EQ(lab.station.work_done(), 17);
  EXPECT_EQ(lab.station.counts().completed, 2U);
}

// A held job takes no share: the other has the server for itself from 10 on.
TEST(Station, HeldWhileSharing) {
  Lab lab(with(Discipline::processor_sharing));
  lab.arrive_at(0, 1, 5);
  lab.arrive_at(0, 2, 15);
  lab.on_done = [](Lab& l, std::uint32_t number, JobId job) {
    if (number == 2 || l.now().ns > 10) l.station.release(l, job);
  };
  lab.at(12, [](Lab& l) { l.station.extend(l, l.jobs[1], Duration{3}); });
  // Job 2 has 8 left at 12; both get a half until job 1 is done at 18, with 5 left.
  EXPECT_THAT(lab.run(), ElementsAre(Pair(1, 10), Pair(1, 18), Pair(2, 23)));
}

// Busy over up: 10 of 2 x 10 until the crash, nothing while down, 5 of 2 x 10 after.
TEST(Station, UtilisationIsNothingWhileDown) {
  Lab lab(with(Discipline::fifo, 2));
  lab.arrive_at(0, 1, 100);
  lab.at(10, [](Lab& l) { l.station.crash(l); });
  lab.at(20, [](Lab& l) { l.station.restart(l); });
  lab.arrive_at(25, 2, 100);
  std::vector<Station::Mark> marks;
  for (const std::int64_t t : {0, 10, 20, 30}) {
    lab.run_until(Time{t});
    marks.push_back(lab.station.mark(lab.now()));
  }
  EXPECT_EQ(utilisation(marks[0], marks[1]), 0.5);
  EXPECT_EQ(utilisation(marks[1], marks[2]), std::nullopt);
  EXPECT_EQ(utilisation(marks[2], marks[3]), 0.25);
}

// A station is a value: a copy taken in mid-service goes on by itself to the same end.
TEST(Station, CopyGoesOnAlone) {
  for (const Discipline d : {Discipline::lifo, Discipline::processor_sharing}) {
    Lab lab(with(d, 2));
    for (std::uint32_t i = 1; i <= 9; ++i) lab.arrive_at(i * 3, i, 10 + i);
    lab.at(21, [](Lab& l) { l.station.set_speed(l, 0.25); });
    lab.run(20);
    Lab copy(lab);
    EXPECT_EQ(lab.run(), copy.run());
    EXPECT_EQ(lab.digest(), copy.digest());
    EXPECT_EQ(lab.done.size(), 9U);
  }
}

// Records are reused: ten thousand jobs of which at most two are present at once need two
// slots beside those of the two lists.
TEST(Station, SlotsAreReused) {
  Lab lab(with(Discipline::fifo));
  for (std::uint32_t i = 0; i < 10'000; ++i) lab.arrive_at(i * 10, i, 10);
  lab.at(99'999, [](Lab& l) {
    for (const JobId& job : l.jobs) EXPECT_LT(job.slot, 4U);
  });
  lab.run();
  EXPECT_EQ(lab.done.size(), 10'000U);
}

}  // namespace
}  // namespace faultline::sim::station_test
