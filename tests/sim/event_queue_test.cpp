#include "sim/event_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "sim/draw.h"
#include "tests/draws.h"

namespace faultline::sim::event_queue_test {
namespace {

Event event_at(std::int64_t ns, std::uint64_t number) {
  Event event;
  event.at = Time{ns};
  event.request = number;
  return event;
}

std::vector<std::uint64_t> drain(EventQueue& queue, Time bound = Time::max()) {
  std::vector<std::uint64_t> order;
  Event event;
  while (queue.pop_before(bound, event)) order.push_back(event.request);
  return order;
}

// A span of nanoseconds of any magnitude: the number of bits is uniform, so that every bucket of
// the queue is used.
std::int64_t any_span(Draw& draw) {
  const std::uint64_t bits = draw.below(45);
  return static_cast<std::int64_t>(draw.below((std::uint64_t{1} << bits) + 1));
}

// What was pushed leaves in the order of a stable sort by time, ties included.
TEST(EventQueue, OrdersLikeAStableSort) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Draw draw(seed);
    EventQueue queue;
    std::vector<Event> events;
    for (std::uint64_t i = 0; i < 2000; ++i) {
      const std::int64_t span = seed % 2 == 0 ? any_span(draw) : static_cast<int>(draw.below(50));
      events.push_back(event_at(span, i));
      queue.push(events.back());
    }
    std::stable_sort(events.begin(), events.end(),
                     [](const Event& a, const Event& b) { return a.at < b.at; });
    std::vector<std::uint64_t> expected;
    for (const Event& event : events) expected.push_back(event.request);
    ASSERT_EQ(drain(queue), expected);
    ASSERT_EQ(queue.stored(), 0U);
  }
}

// Pushes, pops, bounded pops and cancels in any mixture agree with a list kept sorted.
TEST(EventQueue, AgreesWithASortedList) {
  Draw draw(11);
  EventQueue queue;
  struct Entry {
    Event event;
    TimerHandle timer;
  };
  std::vector<Entry> reference;
  std::vector<TimerHandle> stale;
  std::int64_t now = 0;
  const int acts = draws(100'000);
  for (int i = 0; i < acts; ++i) {
    const std::uint64_t what = draw.below(10);
    if (what < 5 && reference.size() < 200) {
      const std::int64_t span = draw.below(3) == 0 ? any_span(draw) : draw.below(20) / 10;
      const Event event = event_at(now + span, static_cast<std::uint64_t>(i));
      Entry entry{event, {}};
      if (what < 3) {
        entry.timer = queue.push_timer(event);
      } else {
        queue.push(event);
      }
      const auto place =
          std::upper_bound(reference.begin(), reference.end(), entry,
                           [](const Entry& a, const Entry& b) { return a.event.at < b.event.at; });
      reference.insert(place, entry);
    } else if (what < 7 && !reference.empty()) {
      const auto victim = reference.begin() + static_cast<int>(draw.below(reference.size()));
      ASSERT_EQ(queue.armed(victim->timer), victim->timer.slot != 0);
      ASSERT_EQ(queue.cancel(victim->timer), victim->timer.slot != 0);
      if (victim->timer.slot != 0) {
        stale.push_back(victim->timer);
        reference.erase(victim);
      }
    } else {
      const std::int64_t bound = now + any_span(draw);
      Event event;
      const bool expected = !reference.empty() && reference.front().event.at < Time{bound};
      ASSERT_EQ(queue.pop_before(Time{bound}, event), expected);
      if (!expected) continue;
      ASSERT_EQ(event.request, reference.front().event.request);
      ASSERT_EQ(event.at, reference.front().event.at);
      now = event.at.ns;
      if (reference.front().timer.slot != 0) stale.push_back(reference.front().timer);
      reference.erase(reference.begin());
    }
    ASSERT_EQ(queue.live(), reference.size());
    if (!stale.empty()) {
      const TimerHandle gone = stale[draw.below(stale.size())];
      ASSERT_FALSE(queue.armed(gone));
      ASSERT_FALSE(queue.cancel(gone));
    }
  }
}

// A bounded pop that finds nothing leaves room: what is pushed afterwards may lie before everything
// that was seen, and still leaves first.
TEST(EventQueue, BoundedPopDoesNotLookPastItsBound) {
  EventQueue queue;
  Event event;
  queue.push(event_at(1000, 1));
  queue.push(event_at(1001, 2));
  EXPECT_FALSE(queue.pop_before(Time{1000}, event));
  queue.push(event_at(3, 3));
  EXPECT_FALSE(queue.pop_before(Time{3}, event));
  EXPECT_TRUE(queue.pop_before(Time{4}, event));
  EXPECT_EQ(event.request, 3U);
  EXPECT_FALSE(queue.pop_before(Time{1000}, event));
  queue.push(event_at(3, 4));
  queue.push(event_at(999, 5));
  EXPECT_EQ(drain(queue), (std::vector<std::uint64_t>{4, 5, 1, 2}));
}

// A cancelled timer never leaves; its handle and that of a fired one are recognised as stale, also
// when their slot serves another timer.
TEST(EventQueue, StaleHandlesAreRecognised) {
  EventQueue queue;
  Event event;
  const TimerHandle fires = queue.push_timer(event_at(1, 1));
  const TimerHandle cancelled = queue.push_timer(event_at(2, 2));
  EXPECT_TRUE(queue.cancel(cancelled));
  EXPECT_FALSE(queue.cancel(cancelled));
  EXPECT_EQ(drain(queue), (std::vector<std::uint64_t>{1}));
  const TimerHandle a = queue.push_timer(event_at(5, 3));
  const TimerHandle b = queue.push_timer(event_at(5, 4));
  for (const TimerHandle& gone : {fires, cancelled, TimerHandle{}}) {
    EXPECT_FALSE(queue.armed(gone));
    EXPECT_FALSE(queue.cancel(gone));
  }
  EXPECT_TRUE(queue.armed(a));
  EXPECT_TRUE(queue.armed(b));
  EXPECT_EQ(drain(queue), (std::vector<std::uint64_t>{3, 4}));
}

// A hundred thousand events at one instant, each pushing another at that instant, leave in the
// order in which they were pushed. That it ends within a test's patience shows it is not quadratic:
// the square would be 10^10 steps.
TEST(EventQueue, BurstAtOneInstant) {
  constexpr std::uint64_t burst = 100'000;
  EventQueue queue;
  Event event;
  for (std::uint64_t i = 0; i < burst; ++i) queue.push(event_at(77, i));
  for (std::uint64_t i = 0; i < 2 * burst; ++i) {
    ASSERT_TRUE(queue.pop_before(Time{78}, event));
    ASSERT_EQ(event.request, i);
    if (i < burst) queue.push(event_at(77, burst + i));
  }
  EXPECT_FALSE(queue.pop_before(Time::max(), event));
}

// A million pending events, held at a million while as many pass through, stay in order.
TEST(EventQueue, AMillionPending) {
  const int pending = draws(1'000'000);
  Draw draw(3);
  EventQueue queue;
  const auto span = [&] { return static_cast<std::int64_t>(draw.below(1'000'000'000)); };
  for (int i = 0; i < pending; ++i) queue.push(event_at(span(), 0));
  Event event;
  Time last;
  for (int i = 0; i < pending; ++i) {
    ASSERT_TRUE(queue.pop_before(Time::max(), event));
    ASSERT_LE(last, event.at);
    last = event.at;
    queue.push(event_at(last.ns + span(), 0));
  }
  EXPECT_EQ(queue.live(), static_cast<std::size_t>(pending));
}

// Nearly every request arms a timeout that it cancels: the dead never outnumber the living by more
// than two to one and a constant, whatever the timeout.
TEST(EventQueue, MemoryAfterManyCancelsStaysBounded) {
  EventQueue queue;
  Event event;
  std::vector<TimerHandle> timers;
  std::size_t most = 0;
  for (std::int64_t i = 0; i < 200'000; ++i) {
    timers.push_back(queue.push_timer(event_at(i + 1'000'000'000, 1)));
    queue.push(event_at(i, 0));
    ASSERT_TRUE(queue.pop_before(Time{i + 1}, event));
    if (i >= 100) {
      ASSERT_TRUE(queue.cancel(timers[static_cast<std::size_t>(i) - 100]));
    }
    ASSERT_LE(queue.stored(), 3 * queue.live() + 4100);
    most = std::max(most, queue.stored());
  }
  EXPECT_LT(most, 5000U);
  EXPECT_EQ(queue.live(), 100U);
  EXPECT_EQ(drain(queue).size(), 100U);
  EXPECT_EQ(queue.stored(), 0U);
}

// The dead are swept while an instant is half consumed, and from where nothing lives: what is left
// of the instant leaves in order, and no memory is kept for the dead.
TEST(EventQueue, SweepAmidAnInstant) {
  constexpr std::uint64_t count = 20'000;
  EventQueue queue;
  Event event;
  std::vector<TimerHandle> now;
  std::vector<TimerHandle> later;
  for (std::uint64_t i = 0; i < count; ++i) {
    now.push_back(queue.push_timer(event_at(77, i)));
    later.push_back(queue.push_timer(event_at(1'000'000, i)));
  }
  for (std::uint64_t i = 0; i < count / 4; ++i) ASSERT_TRUE(queue.pop_before(Time{78}, event));
  std::vector<std::uint64_t> expected;
  for (std::uint64_t i = 0; i < count; ++i) {
    EXPECT_TRUE(queue.cancel(later[i]));
    if (i < count / 4) continue;
    if (i % 100 == 0) {
      expected.push_back(i);
    } else {
      EXPECT_TRUE(queue.cancel(now[i]));
    }
  }
  EXPECT_EQ(queue.live(), expected.size());
  EXPECT_LT(queue.stored(), 5000U);
  EventQueue copy = queue;
  EXPECT_EQ(drain(queue), expected);
  EXPECT_EQ(drain(copy), expected);
  EXPECT_EQ(queue.stored(), 0U);
  queue.push(event_at(77, 1));
  EXPECT_EQ(drain(queue), std::vector<std::uint64_t>{1});
}

// A copy goes on by itself; handles mean the same in it.
TEST(EventQueue, CopyIsIndependent) {
  EventQueue queue;
  const TimerHandle timer = queue.push_timer(event_at(5, 1));
  queue.push(event_at(6, 2));
  EventQueue copy = queue;
  EXPECT_TRUE(copy.cancel(timer));
  EXPECT_TRUE(queue.armed(timer));
  EXPECT_EQ(drain(copy), (std::vector<std::uint64_t>{2}));
  EXPECT_EQ(drain(queue), (std::vector<std::uint64_t>{1, 2}));
}

}  // namespace
}  // namespace faultline::sim::event_queue_test
