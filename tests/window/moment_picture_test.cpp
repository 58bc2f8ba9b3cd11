// Shows that a picture depends on the moment alone: not on how one came there, nor on the process.
#include <gtest/gtest.h>

#include "tests/window/on_screen.h"

namespace faultline::viz::moment_picture_test {
namespace {

class MomentPictures : public OnScreen {
 protected:
  // The time line differs rightly: it shows how far the run is simulated.
  static void expect_same(const Session& a, const Session& b) {
    const sf::Image one = picture_of(a);
    const sf::Image other = picture_of(b);
    EXPECT_EQ(differing(one, other, a.frame().caption), 0U);
    for (const Box& stage : a.frame().stages) EXPECT_EQ(differing(one, other, stage), 0U);
    EXPECT_EQ(differing(one, other, a.frame().panel), 0U);
  }
};

// Who goes straight to a moment sees the same as who comes back to it from later, be the
// architecture well then or not; who is elsewhere does not.
TEST_F(MomentPictures, AreTheSameOnTheWayBack) {
  for (const char* name : {"retry-storm", "cache-outage", "database-disaster", "queue-backlog"}) {
    SCOPED_TRACE(name);
    Session straight = session_of({name});
    Session back = session_of({name});
    straight.go_to(at_s(40.5));
    back.go_to(at_s(60));
    EXPECT_GT(differing(picture_of(straight), picture_of(back), back.frame().stages.front()), 0U);
    back.go_to(at_s(40.5));
    expect_same(straight, back);
  }
}

// Who plays to a moment in many small pieces, one of them an event forth and back, sees the same as
// who jumps there.
TEST_F(MomentPictures, AreTheSameForPlayingAndJumping) {
  Session played = session_of({"retry-storm"});
  Session jumped = session_of({"retry-storm"});
  played.set_playing(true);
  for (int i = 0; i < 250; ++i) {
    if (i == 200) {
      played.command(Command::step_forward);
      played.command(Command::step_back);
      played.set_playing(true);
    }
    played.tick(0.1, {});
  }
  played.go_to(at_s(25));
  jumped.go_to(at_s(25));
  expect_same(played, jumped);
}

// Two runs side by side are the same on the way back, too.
TEST_F(MomentPictures, OfTwoRunsAreTheSameOnTheWayBack) {
  Session straight = session_of({"retry-storm", "retry-storm-budget"});
  Session back = session_of({"retry-storm", "retry-storm-budget"});
  straight.go_to(at_s(24.25));
  back.go_to(at_s(90));
  back.go_to(at_s(24.25));
  expect_same(straight, back);
}

// A fault that is made in the past shows as it does to one who has never been later: nothing is
// left of the history that is no more, on the stage or in the charts.
TEST_F(MomentPictures, OfANewHistoryShowNothingOfTheOld) {
  Session straight = session_of({"retry-storm"});
  Session back = session_of({"retry-storm"});
  straight.go_to(at_s(15));
  for (const double seconds : {25.0, 15.5, 15.0}) back.go_to(at_s(seconds));
  for (Session* session : {&straight, &back}) {
    ASSERT_TRUE(session->select("web/1"));
    session->command(Command::crash);
    session->command(Command::clear);
  }
  for (const double seconds : {15.4, 18.4}) {
    straight.go_to(at_s(seconds));
    back.go_to(at_s(seconds));
    expect_same(straight, back);
  }
}

// A fault by hand changes the picture, and starting anew gives back the first one.
TEST_F(MomentPictures, StartingAnewForgetsWhatWasDoneByHand) {
  Session untouched = session_of({"retry-storm"});
  untouched.go_to(at_s(15));
  Session broken = session_of({"retry-storm"});
  broken.go_to(at_s(10));
  ASSERT_TRUE(broken.select("web/1"));
  broken.command(Command::crash);
  broken.command(Command::clear);
  broken.go_to(at_s(15));
  EXPECT_GT(differing(picture_of(untouched), picture_of(broken), broken.frame().stages.front()),
            100U);
  broken.command(Command::restart);
  broken.go_to(at_s(15));
  expect_same(untouched, broken);
}

}  // namespace
}  // namespace faultline::viz::moment_picture_test
