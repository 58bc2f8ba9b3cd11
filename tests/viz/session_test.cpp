// Shows that a session does what its help says, key by key.
#include "viz/view/session/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/viz/session_scene.h"
#include "viz/view/session/state_dump.h"

namespace faultline::viz::session_test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

using SessionTest = SessionScene;

// From the middle of a run each key changes what is to be seen;
// those that break something do so to what suffers it.
TEST_F(SessionTest, EveryKeyDoesSomething) {
  const std::map<Command, std::string> whom = {
      {Command::cut, "web->db"}, {Command::delay, "web->db"}, {Command::add_load, "users"}};
  for (const KeyBinding& binding : key_bindings()) {
    if (binding.command == Command::screenshot || binding.command == Command::save) continue;
    Session session({scenario_of(small_shop())}, 1, {1280, 720});
    session.go_to(at_s(12));
    session.wheel({400, 300}, 3);
    const auto named = whom.find(binding.command);
    ASSERT_TRUE(session.select(named == whom.end() ? "cache" : named->second));
    const std::string before = state_dump(session).dump();
    session.command(command_of(binding.key, binding.shift).value(), binding.shift);
    session.tick(0, {});
    EXPECT_NE(state_dump(session).dump(), before) << binding.key << ": " << binding.meaning;
    EXPECT_EQ(session.shown()[0]->playback.by_hand().size(), breaks(binding.command) ? 1U : 0U)
        << binding.key;
  }
}

TEST_F(SessionTest, SpacePlaysAndPauses) {
  session_.tick(1, {});
  EXPECT_EQ(now_s(), 0);
  session_.command(Command::pause);
  EXPECT_TRUE(session_.playing());
  session_.tick(0.5, {});
  EXPECT_EQ(session_.now(), at_s(0.5));
  session_.command(Command::pause);
  session_.tick(0.5, {});
  EXPECT_EQ(session_.now(), at_s(0.5));
}

TEST_F(SessionTest, ArrowsGoEventByEventAndSecondBySecond) {
  session_.go_to(at_s(12));
  const std::uint64_t events = playback().world().executed();
  session_.set_playing(true);
  session_.command(Command::step_forward);
  EXPECT_EQ(playback().world().executed(), events + 1);
  EXPECT_FALSE(session_.playing());
  session_.command(Command::step_back);
  EXPECT_EQ(playback().world().executed(), events);
  session_.go_to(at_s(12));
  session_.command(Command::second_forward);
  EXPECT_EQ(session_.now(), at_s(13));
  session_.command(Command::second_back);
  session_.command(Command::second_back);
  EXPECT_EQ(session_.now(), at_s(11));
  session_.go_to(at_s(0.25));
  session_.command(Command::second_back);
  EXPECT_EQ(now_s(), 0);
  session_.go_to(at_s(29.5));
  session_.command(Command::second_forward);
  EXPECT_EQ(session_.now(), at_s(30));
}

// Everything takes as long as it says, so that much happens at one instant; step by step it is
// taken back all the same.
TEST_F(SessionTest, StepsBackAmongEventsOfOneInstant) {
  session_.go_to(at_s(12));
  std::vector<std::pair<std::uint64_t, std::uint64_t>> on_the_way;
  const auto here = [&] {
    return std::pair(playback().world().executed(), playback().world().digest());
  };
  int at_once = 0;
  for (int step = 0; step < 8; ++step) {
    const sim::Time before = session_.now();
    on_the_way.push_back(here());
    session_.command(Command::step_forward);
    at_once += session_.now() == before ? 1 : 0;
  }
  ASSERT_GT(at_once, 2);
  for (std::size_t step = on_the_way.size(); step-- > 0;) {
    session_.command(Command::step_back);
    EXPECT_EQ(here(), on_the_way[step]);
  }
}

TEST_F(SessionTest, UpAndDownChangeTheSpeedInRoundSteps) {
  EXPECT_EQ(session_.speed().text(), "1x");
  for (const double step : {2, 5, 10, 20, 50, 100, 200, 500, 1000}) {
    session_.command(Command::faster);
    EXPECT_EQ(session_.speed().value(), step);
  }
  session_.command(Command::faster);
  session_.command(Command::faster);
  EXPECT_EQ(session_.speed().text(), "as fast as it goes");
  session_.set_speed(Speed(1));
  for (const double step : {0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.001}) {
    session_.command(Command::slower);
    EXPECT_EQ(session_.speed().value(), step);
  }
  EXPECT_EQ(session_.speed().text(), "0.001x");
  EXPECT_EQ(Speed(0.06).value(), 0.05);
  EXPECT_EQ(Speed(8).value(), 10);
  EXPECT_EQ(Speed(1.45).value(), 2) << "nearer by factor";
  EXPECT_EQ(Speed(1e9).value(), 1e6);
}

TEST_F(SessionTest, PlaysAtItsSpeed) {
  session_.set_playing(true);
  session_.set_speed(Speed(5));
  session_.tick(2, {});
  EXPECT_EQ(session_.now(), at_s(10));
  session_.set_speed(Speed(0.01));
  session_.tick(2, {});
  EXPECT_EQ(session_.now(), at_s(10.02));
}

// What it cannot simulate in time it does not owe: then it plays more slowly.
TEST_F(SessionTest, OwesNothingWhenItIsTooSlow) {
  session_.set_playing(true);
  session_.set_speed(Speed(1000));
  session_.tick(1, [] { return true; });
  EXPECT_LT(session_.now(), at_s(30));
  EXPECT_FALSE(session_.heading_for());
  EXPECT_TRUE(session_.playing());
}

// At the end it stops, and has to be asked to begin again.
TEST_F(SessionTest, StopsAtTheEnd) {
  session_.command(Command::to_end);
  EXPECT_EQ(session_.heading_for(), at_s(30));
  session_.tick(0, {});
  EXPECT_EQ(session_.now(), session_.end());
  EXPECT_FALSE(session_.heading_for());
  session_.go_to(at_s(29));
  session_.set_playing(true);
  session_.tick(5, {});
  EXPECT_EQ(session_.now(), at_s(30));
  EXPECT_FALSE(session_.playing());
  session_.command(Command::pause);
  EXPECT_TRUE(session_.playing());
  EXPECT_EQ(now_s(), 0);
  session_.go_to(at_s(7));
  session_.command(Command::to_begin);
  EXPECT_EQ(now_s(), 0);
}

// On its way to the end it comes only as far as the screen can wait, and goes on at the next tick.
TEST_F(SessionTest, GoesOnWhereTheScreenDidNotWait) {
  session_.command(Command::to_end);
  const auto at_once = [] { return true; };
  session_.tick(0, at_once);
  const sim::Time first = session_.now();
  EXPECT_GT(first, at_s(0));
  EXPECT_LT(first, at_s(30));
  EXPECT_EQ(session_.heading_for(), at_s(30));
  session_.tick(0, at_once);
  EXPECT_GT(session_.now(), first);
  for (int tick = 0; tick < 1000 && session_.heading_for(); ++tick) session_.tick(0, at_once);
  EXPECT_EQ(session_.now(), at_s(30));
}

// What was done by hand is gone; where cards were put, and how one looks at them, is not.
TEST_F(SessionTest, StartsAnew) {
  session_.go_to(at_s(12));
  session_.select("web");
  session_.command(Command::crash);
  drag(middle_of("db"), middle_of("db") + Point{80, 50});
  const Box db = box("db");
  const double zoom = run().camera.zoom();
  session_.command(Command::restart);
  EXPECT_EQ(now_s(), 0);
  EXPECT_EQ(session_.frontier(), at_s(0));
  session_.command(Command::to_end);
  session_.command(Command::restart);
  EXPECT_FALSE(session_.heading_for());
  EXPECT_THAT(playback().by_hand(), IsEmpty());
  EXPECT_EQ(box("db"), db);
  EXPECT_EQ(run().camera.zoom(), zoom);
}

TEST_F(SessionTest, FitsAllOfTheStage) {
  session_.wheel({300, 300}, 9);
  drag({5, 600}, {700, 200});
  session_.command(Command::fit);
  const Box all = run().camera.to_screen(stage().bounds());
  const Box& room = session_.frame().stages[0];
  EXPECT_GE(all.x, room.x);
  EXPECT_GE(all.y, room.y);
  EXPECT_LE(all.right(), room.right());
  EXPECT_LE(all.bottom(), room.bottom());
  EXPECT_NEAR(all.centre().x, room.centre().x, 1);
}

TEST_F(SessionTest, ChangesItsTheme) {
  EXPECT_FALSE(session_.dark());
  session_.command(Command::theme);
  EXPECT_TRUE(session_.dark());
  session_.command(Command::theme);
  EXPECT_FALSE(session_.dark());
}

// Escape closes what lies above first, and only then forgets what is selected; so does a click.
TEST_F(SessionTest, ShowsHelpAndLessonAboveTheStage) {
  session_.select("web");
  session_.command(Command::help);
  EXPECT_EQ(session_.above(), Session::Above::help);
  session_.command(Command::lesson);
  EXPECT_EQ(session_.above(), Session::Above::lesson);
  session_.command(Command::clear);
  EXPECT_EQ(session_.above(), Session::Above::nothing);
  EXPECT_TRUE(session_.selection().any());
  session_.command(Command::clear);
  EXPECT_FALSE(session_.selection().any());
  session_.command(Command::help);
  session_.command(Command::help);
  EXPECT_EQ(session_.above(), Session::Above::nothing);
  session_.command(Command::help);
  click(middle_of("web"));
  EXPECT_EQ(session_.above(), Session::Above::nothing);
  EXPECT_FALSE(session_.selection().any());
}

TEST_F(SessionTest, BreaksWhatIsSelected) {
  session_.go_to(at_s(10));
  session_.select("web/0");
  session_.command(Command::crash, /*for_a_while=*/true);
  EXPECT_EQ(session_.answer(), "10.0 s: crash web/0 for 10 s. E saves it as a scenario.");
  const auto& replicas = playback().world().find("web")->replicas();
  EXPECT_EQ(replicas[0].state, models::Lifecycle::down);
  session_.go_to(at_s(19.9));
  EXPECT_EQ(playback().world().find("web")->replicas()[0].state, models::Lifecycle::down);
  session_.go_to(at_s(20.1));
  EXPECT_EQ(playback().world().find("web")->replicas()[0].state, models::Lifecycle::up);
  session_.select("cache");
  session_.command(Command::flush, true);
  EXPECT_THAT(session_.answer(), HasSubstr(": flush cache. "));
  EXPECT_FALSE(playback().by_hand()[1].lasts) << "it happens at once";
  session_.command(Command::faster);
  EXPECT_THAT(session_.answer(), IsEmpty()) << "until the next";
}

// An answer goes after four seconds of play, and stays while one stands still to read it.
TEST_F(SessionTest, AnswersGoByThemselves) {
  session_.command(Command::crash);
  session_.tick(10, {});
  session_.set_playing(true);
  session_.tick(3, {});
  EXPECT_THAT(session_.answer(), StartsWith("Select a component"));
  session_.tick(1.5, {});
  EXPECT_THAT(session_.answer(), IsEmpty());
}

// Down for good by hand, and up again by hand.
TEST_F(SessionTest, BringsBackWhatItBroke) {
  session_.go_to(at_s(10));
  session_.select("web");
  session_.command(Command::crash);
  session_.go_to(at_s(12));
  EXPECT_EQ(playback().world().find("web")->replicas()[1].state, models::Lifecycle::down);
  session_.command(Command::bring_back);
  session_.go_to(at_s(14));
  EXPECT_EQ(playback().world().find("web")->replicas()[1].state, models::Lifecycle::up);
}

TEST_F(SessionTest, SaysWhyItBreaksNothing) {
  session_.command(Command::crash);
  EXPECT_EQ(session_.answer(), "Select a component or a way first: click it.");
  session_.select("users");
  session_.command(Command::freeze);
  EXPECT_EQ(session_.answer(), "users cannot be stopped for a while.");
  session_.go_to(session_.end());
  session_.select("web");
  session_.command(Command::crash);
  EXPECT_EQ(session_.answer(), "The run is over: go back first.");
  EXPECT_THAT(playback().by_hand(), IsEmpty());
}

}  // namespace
}  // namespace faultline::viz::session_test
