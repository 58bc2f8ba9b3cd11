// Shows what is known of messages under way: what becomes of each, which are kept where there are
// too many, and how many went each way.
#include "viz/view/run/messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "tests/viz/shown.h"

namespace faultline::viz::messages_test {
namespace {

using namespace sim::literals;
using models::Attempt;
using models::Status;
using testing::ElementsAre;
using testing::Pair;

constexpr models::ComponentId users = 1;
constexpr models::ComponentId web = 2;
constexpr std::uint64_t two_to_63 = std::uint64_t{1} << 63U;

// Places 0 to 2 lie in regions 0, 1, 1; an answer is late after 300 ms.
class MessagesTest : public ::testing::Test {
 protected:
  Messages messages_{{0, 1, 1}, 300_ms};

  // A try of request `id`, sent at 1 s from place 0 to place 2.
  static Attempt attempt(std::uint64_t id, std::uint8_t tries = 0) {
    Attempt attempt;
    attempt.self = {.slot = static_cast<std::uint32_t>(id), .generation = 7};
    attempt.request.id = id;
    attempt.request.sent = at_s(1);
    attempt.here = {0};
    attempt.there = {2};
    attempt.callee = web;
    attempt.tries = tries;
    return attempt;
  }
  static Attempt ended(std::uint64_t id, Status status) {
    Attempt ended = attempt(id);
    ended.outcome.status = status;
    return ended;
  }
  void ask(const Attempt& attempt, sim::Time now) {
    messages_.departed(attempt, users, now, now + 10_ms);
  }
  void answer(const Attempt& attempt, sim::Time now) {
    messages_.answered(attempt, users, now, now + 10_ms);
  }
  Fate fate_of_answer(Status status, sim::Time now) {
    answer(ended(1, status), now);
    return messages_.kept().back().fate;
  }
};

TEST_F(MessagesTest, AFirstTryAsksAndAFurtherOneTriesAgain) {
  ask(attempt(1, 0), at_s(1));
  ask(attempt(1, 1), at_s(1));
  ask(attempt(1, 3), at_s(1));
  ASSERT_EQ(messages_.kept().size(), 3U);
  EXPECT_EQ(messages_.kept()[0].fate, Fate::asking);
  EXPECT_EQ(messages_.kept()[1].fate, Fate::retrying);
  EXPECT_EQ(messages_.kept()[2].fate, Fate::retrying);
}

TEST_F(MessagesTest, AnAnswerGoesBackOnTheWayOfItsRequest) {
  ask(attempt(1), at_s(1));
  answer(attempt(1), at_s(1.1));
  ASSERT_EQ(messages_.kept().size(), 2U);
  const Message& there = messages_.kept()[0];
  const Message& back = messages_.kept()[1];
  const Way way{.from = users, .to = web, .from_region = 0, .to_region = 1};
  EXPECT_EQ(there.way, way);
  EXPECT_EQ(back.way, way);
  EXPECT_FALSE(there.answer);
  EXPECT_TRUE(back.answer);
  EXPECT_EQ(there.departs, at_s(1));
  EXPECT_EQ(there.arrives, at_s(1.01));
  EXPECT_EQ(back.departs, at_s(1.1));
  EXPECT_EQ(back.arrives, at_s(1.11));
  EXPECT_EQ(there.lot, back.lot);
  EXPECT_FALSE(there.lost || back.lost);
}

// The request was sent at 1 s: 300 ms later is in time, a nanosecond after that is not.
TEST_F(MessagesTest, AnAnswerIsInTimeOrLate) {
  EXPECT_EQ(fate_of_answer(Status::ok, at_s(1)), Fate::answered);
  EXPECT_EQ(fate_of_answer(Status::ok, at_s(1.3)), Fate::answered);
  EXPECT_EQ(fate_of_answer(Status::ok, at_s(1.3) + 1_ns), Fate::late);
}

// Early or late: a refusal is no failure, and neither is ever called late.
TEST_F(MessagesTest, AnAnswerIsARefusalOrAnError) {
  for (const sim::Time now : {at_s(1.1), at_s(9)}) {
    EXPECT_EQ(fate_of_answer(Status::rejected, now), Fate::shed);
    for (const Status status : {Status::failed, Status::timed_out, Status::reset,
                                Status::unavailable, Status::name_failure}) {
      EXPECT_EQ(fate_of_answer(status, now), Fate::failed) << name_of(status);
    }
  }
}

// What belongs to no request, such as a health check, keeps no user waiting.
TEST_F(MessagesTest, WhatBelongsToNoRequestIsNeverLate) {
  Attempt check = attempt(0);
  check.self = {.slot = 5, .generation = 1};
  answer(check, at_s(100));
  EXPECT_EQ(messages_.kept().back().fate, Fate::answered);
}

// It would have arrived a tenth of a second later.
TEST_F(MessagesTest, ALostOneIsMarked) {
  messages_.departed(attempt(1), users, at_s(1), std::nullopt);
  messages_.answered(attempt(2), users, at_s(2), std::nullopt);
  ASSERT_EQ(messages_.kept().size(), 2U);
  EXPECT_TRUE(messages_.kept()[0].lost);
  EXPECT_EQ(messages_.kept()[0].fate, Fate::asking);
  EXPECT_EQ(messages_.kept()[0].arrives, at_s(1.1));
  EXPECT_TRUE(messages_.kept()[1].lost);
}

// What departed exactly two seconds ago is still kept.
TEST_F(MessagesTest, AreForgottenAfterTwoSeconds) {
  ask(attempt(1), at_s(1));
  ask(attempt(2), at_s(2));
  ask(attempt(3), at_s(3));
  EXPECT_EQ(messages_.kept().size(), 3U);
  ask(attempt(4), at_s(3) + 1_ns);
  ASSERT_EQ(messages_.kept().size(), 3U);
  EXPECT_EQ(messages_.kept().front().departs, at_s(2));
  ask(attempt(5), at_s(60));
  EXPECT_EQ(messages_.kept().size(), 1U);
}

// The answers and the calls that others make in between are not tries of their own way.
TEST_F(MessagesTest, AreCountedByTheirWay) {
  Attempt elsewhere = attempt(3);
  elsewhere.there = {0};
  ask(attempt(1), at_s(1));
  ask(attempt(2, 1), at_s(1));
  ask(elsewhere, at_s(1));
  messages_.departed(attempt(4), users, at_s(1), std::nullopt);
  answer(attempt(1), at_s(1.1));
  const Way way{.from = users, .to = web, .from_region = 0, .to_region = 1};
  const Way other{.from = users, .to = web, .from_region = 0, .to_region = 0};
  EXPECT_THAT(messages_.close_window(1_s), ElementsAre(Pair(other, 1U), Pair(way, 3U)));
  EXPECT_TRUE(messages_.close_window(1_s).empty());
  ask(attempt(5), at_s(2));
  EXPECT_THAT(messages_.close_window(1_s), ElementsAre(Pair(way, 1U)));
}

// Requests with a call there and back, and another one in between: all four messages or none, and
// about one request in ten.
TEST_F(MessagesTest, OfARequestAllAreKeptOrNone) {
  constexpr std::uint64_t requests = 2000;
  messages_.begin({.one_in = 10});
  for (std::uint64_t id = 1; id <= requests; ++id) {
    Attempt inner = attempt(id);
    inner.self = {.slot = static_cast<std::uint32_t>(id + requests), .generation = 3};
    ask(attempt(id), at_s(1));
    messages_.departed(inner, web, at_s(1), at_s(1.01));
    messages_.answered(inner, web, at_s(1.1), at_s(1.11));
    answer(attempt(id), at_s(1.2));
  }
  std::map<std::uint64_t, int> by_lot;
  for (const Message& message : messages_.kept()) ++by_lot[message.lot];
  EXPECT_GT(by_lot.size(), requests / 10 * 3 / 4);
  EXPECT_LT(by_lot.size(), requests / 10 * 5 / 4);
  for (const auto& [lot, messages] : by_lot) EXPECT_EQ(messages, 4) << lot;
}

// Health checks are drawn by lot, too: each with its answer, and not all or none of them.
TEST_F(MessagesTest, WhatBelongsToNoRequestIsALotOfItsOwn) {
  messages_.begin({.one_in = 2});
  for (std::uint32_t slot = 1; slot <= 400; ++slot) {
    Attempt check = attempt(0);
    check.self = {.slot = slot % 20, .generation = slot / 20};
    ask(check, at_s(1));
    answer(check, at_s(1.1));
  }
  std::map<std::uint64_t, int> by_lot;
  for (const Message& message : messages_.kept()) ++by_lot[message.lot];
  EXPECT_GT(by_lot.size(), 150U);
  EXPECT_LT(by_lot.size(), 250U);
  for (const auto& [lot, messages] : by_lot) EXPECT_EQ(messages, 2) << lot;
}

// 6,000 a second can all be kept; 6,001 are thinned out to a half, 30,001 to a tenth. Answers count
// as well as requests.
TEST_F(MessagesTest, AreThinnedOutAsTheyGrowMore) {
  const auto sample_after = [&](int messages, sim::Duration window) {
    for (int i = 0; i < messages; ++i) {
      i % 2 == 0 ? ask(attempt(1), at_s(1)) : answer(attempt(1), at_s(1));
    }
    messages_.close_window(window);
    return messages_.sample().one_in;
  };
  EXPECT_EQ(messages_.sample().one_in, 1U);
  EXPECT_EQ(sample_after(6000, 1_s), 1U);
  EXPECT_EQ(sample_after(6001, 1_s), 2U);
  EXPECT_EQ(sample_after(30001, 1_s), 10U);
  EXPECT_EQ(sample_after(6001, 500_ms), 5U);
  EXPECT_EQ(sample_after(6001, 2_s), 1U);
}

TEST_F(MessagesTest, BeginAnew) {
  for (int i = 0; i < 6001; ++i) ask(attempt(1), at_s(1));
  messages_.begin({.one_in = 1});
  EXPECT_TRUE(messages_.kept().empty());
  EXPECT_TRUE(messages_.close_window(1_s).empty());
  EXPECT_EQ(messages_.sample().one_in, 1U);
}

TEST(RoundNumbers, AreTheLeastNotBelow) {
  const std::vector<std::pair<double, std::uint64_t>> expected = {
      {-1, 1},    {0, 1},      {0.3, 1},     {1, 1},
      {1.01, 2},  {2, 2},      {3, 5},       {5, 5},
      {5.01, 10}, {10, 10},    {11, 20},     {49, 50},
      {51, 100},  {999, 1000}, {1234, 2000}, {4e9, 5'000'000'000}};
  for (const auto& [value, number] : expected) EXPECT_EQ(round_number_from(value), number) << value;
}

// Lots spread evenly: whoever is in a sample is in every larger one, and one in so many is.
TEST(Samples, LieInsideOneAnother) {
  constexpr std::uint64_t lots = 10'000;
  const std::vector<std::uint64_t> sizes = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000};
  std::vector<std::uint64_t> sampled(sizes.size());
  for (std::uint64_t i = 0; i < lots; ++i) {
    const std::uint64_t lot = two_to_63 / (lots / 2) * i;
    for (std::size_t s = 0; s < sizes.size(); ++s) {
      sampled[s] += is_sampled(lot, sizes[s]) ? 1 : 0;
      const bool in_the_larger = s == 0 || is_sampled(lot, sizes[s - 1]);
      EXPECT_TRUE(in_the_larger || !is_sampled(lot, sizes[s])) << lot;
    }
  }
  EXPECT_EQ(sampled[0], lots);
  for (std::size_t s = 1; s < sizes.size(); ++s) {
    EXPECT_NEAR(static_cast<double>(sampled[s]), static_cast<double>(lots / sizes[s]), 1.0);
  }
  EXPECT_TRUE(is_sampled(UINT64_MAX, 1));
  EXPECT_TRUE(is_sampled(UINT64_MAX, 0));
  EXPECT_FALSE(is_sampled(UINT64_MAX, 2));
}

}  // namespace
}  // namespace faultline::viz::messages_test
