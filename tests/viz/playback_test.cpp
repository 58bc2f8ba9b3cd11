// Shows that a run can be moved through at will: what is seen of an instant does not depend on how
// one came there, and what is done by hand is what a timeline would have done.
#include "viz/view/run/playback.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <tuple>
#include <vector>

#include "tests/scenarios/scratch_folder.h"
#include "tests/viz/shown.h"

namespace faultline::viz::playback_test {
namespace {

using namespace sim::literals;

// All that is shown of an instant.
struct Seen {
  sim::Time now;
  std::uint64_t executed;
  std::uint64_t digest;
  std::vector<std::tuple<std::int64_t, std::int64_t, std::uint64_t, int, bool>> messages;
  std::size_t windows;
  std::optional<double> goodput;

  friend bool operator==(const Seen&, const Seen&) = default;
};

Seen seen(const Playback& playback) {
  Seen seen{.now = playback.now(),
            .executed = playback.world().executed(),
            .digest = playback.world().digest(),
            .messages = {},
            .windows = playback.chronicle().windows_until(playback.now()),
            .goodput = {}};
  for (const Message& message : playback.messages().kept()) {
    if (message.departs + Messages::horizon < playback.now()) continue;
    seen.messages.emplace_back(message.departs.ns, message.arrives.ns, message.lot,
                               static_cast<int>(message.fate), message.answer);
  }
  if (seen.windows > 0) {
    seen.goodput = playback.chronicle().value("*", "goodput_per_s", seen.windows - 1);
  }
  return seen;
}

// To 40.5 s straight; from 60 s back; and by way of the end of the run.
TEST(Playback, ShowsTheSameHoweverOneCame) {
  Playback straight = shown("retry-storm");
  EXPECT_TRUE(straight.go_to(at_s(40.5)));
  const Seen expected = seen(straight);
  EXPECT_GT(expected.messages.size(), 100U);
  EXPECT_TRUE(expected.goodput);

  Playback back = shown("retry-storm");
  back.go_to(at_s(60));
  back.go_to(at_s(40.5));
  EXPECT_EQ(seen(back), expected);
  back.go_to(at_s(180));
  back.go_to(at_s(3.25));
  back.go_to(at_s(40.5));
  EXPECT_EQ(seen(back), expected);
}

TEST(Playback, StepsBackToWhereItCameFrom) {
  Playback playback = shown("retry-storm");
  playback.go_to(at_s(21));
  playback.step();
  const Seen before = seen(playback);
  playback.step();
  EXPECT_EQ(playback.world().executed(), before.executed + 1);
  playback.step_back();
  EXPECT_EQ(seen(playback).executed, before.executed);
  EXPECT_EQ(seen(playback).digest, before.digest);
}

TEST(Playback, StopsWhenItIsEnoughAndGoesOn) {
  Playback playback = shown("retry-storm");
  int looks = 0;
  EXPECT_FALSE(playback.go_to(at_s(60), [&] { return ++looks == 2; }));
  EXPECT_LT(playback.now(), at_s(60));
  EXPECT_TRUE(playback.go_to(at_s(60)));
  Playback straight = shown("retry-storm");
  straight.go_to(at_s(60));
  EXPECT_EQ(seen(playback), seen(straight));
}

// The clones are thinned out, and going back still finds the first.
TEST(Playback, KeepsABoundedNumberOfClones) {
  Playback playback = shown("cache-outage");
  playback.go_to(playback.end());
  EXPECT_GT(playback.clones(), 10U);
  EXPECT_LE(playback.clones(), Playback::most_clones);
  playback.go_to(at_s(0.5));
  EXPECT_EQ(playback.now(), at_s(0.5));
}

scenarios::Happening crash(const std::string& whom) {
  scenarios::Happening happening;
  happening.crash = whom;
  return happening;
}

// A scenario that says what was done by hand has the same events in the same order.
TEST(Playback, DoesByHandWhatATimelineDoes) {
  Playback playback = shown("retry-storm");
  playback.go_to(at_s(12.5));
  playback.break_now(crash("web/1"), 3_s);
  playback.go_to(at_s(30));
  scenarios::Happening slow;
  slow.slow = "web";
  slow.factor = 0.5;
  playback.break_now(slow, {});
  playback.go_to(at_s(10));  // and back again: the clones know of what was done, or learn of it
  playback.go_to(at_s(60));

  nlohmann::ordered_json patch = {{"extends", "retry-storm"}};
  for (const HandFault& fault : playback.by_hand()) patch["timeline"][fault.label] = fault.entry();
  patch["timeline"]["trigger"] = nullptr;
  const scenarios::ScratchFolder folder;
  const auto with_trigger = [&] {
    auto whole = patch;
    whole["timeline"].erase("trigger");
    return folder.write("by-hand.json", whole.dump());
  }();
  Playback told = shown(with_trigger);
  told.go_to(at_s(60));
  EXPECT_EQ(seen(told), seen(playback));
  EXPECT_NE(told.world().digest(), [] {
    Playback untouched = shown("retry-storm");
    untouched.go_to(at_s(60));
    return untouched.world().digest();
  }());
}

// At 50 s web dies by hand; back at 30 s it is made slow instead. The death is forgotten, with all
// that was seen after 30 s.
TEST(Playback, BeginsAHistoryOfItsOwnInThePast) {
  Playback playback = shown("retry-storm");
  playback.go_to(at_s(50));
  playback.break_now(crash("web"), {});
  playback.go_to(at_s(80));
  playback.go_to(at_s(30));
  EXPECT_EQ(playback.frontier(), at_s(80));
  EXPECT_FALSE(playback.turned_at());
  scenarios::Happening load;
  load.load = "*";
  load.factor = 2;
  playback.break_now(load, 10_s);
  ASSERT_EQ(playback.by_hand().size(), 1U);
  EXPECT_EQ(playback.by_hand().front().happening.load, "*");
  EXPECT_EQ(playback.turned_at(), at_s(30));
  EXPECT_LT(playback.frontier(), at_s(30.001));
  EXPECT_EQ(playback.chronicle().windows(), 30U);
  playback.go_to(at_s(70));
  for (const models::Replica& replica : playback.world().find("web")->replicas()) {
    EXPECT_EQ(replica.state, models::Lifecycle::up);
  }
}

// What befell is told once, be the run repeated or not.
TEST(Playback, TellsWhatBefellOnce) {
  Playback playback = shown("retry-storm");
  playback.go_to(at_s(60));
  const auto count = playback.chronicle().happened().size();
  EXPECT_GE(count, 4U) << "the trigger, its end, and the replica that died and came up";
  playback.go_to(at_s(10));
  playback.go_to(at_s(60));
  EXPECT_EQ(playback.chronicle().happened().size(), count);
}

}  // namespace
}  // namespace faultline::viz::playback_test
