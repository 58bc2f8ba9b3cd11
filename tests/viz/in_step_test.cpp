// Shows that two runs side by side are comparable: they are always at the same instant, and
// whatever is done by hand befalls both, at that instant.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/viz/shown.h"
#include "viz/view/session/session.h"

namespace faultline::viz::in_step_test {
namespace {

using nlohmann::ordered_json;
using testing::IsEmpty;
using testing::SizeIs;

// To the left a shop, to the right the same with three servers, a second cache and more work.
class InStep : public ::testing::Test {
 protected:
  static ordered_json larger_shop() {
    ordered_json json = small_shop();
    json["name"] = "larger";
    json["components"]["web"]["replicas"] = 3;
    json["components"]["spare"] = json["components"]["cache"];
    json["workloads"]["users"]["arrivals"] = "regular(400/s)";
    return json;
  }
  static ordered_json busy_shop() {
    ordered_json json = small_shop();
    json["workloads"]["users"]["arrivals"] = "regular(100/s)";
    return json;
  }
  Session session_{{scenario_of(busy_shop()), scenario_of(larger_shop())}, 7, {1280, 720}};

  const Playback& left() const { return session_.shown()[0]->playback; }
  const Playback& right() const { return session_.shown()[1]->playback; }
  void expect_same_time() const {
    EXPECT_EQ(left().now(), right().now());
    EXPECT_EQ(session_.now(), left().now());
  }
};

TEST_F(InStep, BothHaveTheSameSeedAndAStageOfTheirOwn) {
  EXPECT_EQ(left().world().seed(), 7U);
  EXPECT_EQ(right().world().seed(), 7U);
  ASSERT_THAT(session_.frame().stages, SizeIs(2));
  EXPECT_EQ(session_.frame().stages[0].right(), session_.frame().stages[1].x);
  EXPECT_EQ(session_.comparison(),
            "Left shop, right larger: the same seed, the same users, the same luck.");
}

TEST_F(InStep, BothAreAtTheSameInstant) {
  session_.set_playing(true);
  for (const double seconds : {0.016, 0.5, 3.3}) {
    session_.tick(seconds, {});
    expect_same_time();
  }
  session_.go_to(at_s(9.25));
  expect_same_time();
  session_.select("spare");
  for (const Command command :
       {Command::step_forward, Command::step_back, Command::second_back, Command::second_forward}) {
    session_.command(command);
    expect_same_time();
  }
  session_.command(Command::to_end);
  session_.tick(0, {});
  expect_same_time();
  session_.command(Command::restart);
  expect_same_time();
  EXPECT_EQ(session_.now(), at_s(0));
}

// A step is one of the run in which something is selected; the other goes along.
TEST_F(InStep, AStepIsOneOfTheSelectedRun) {
  session_.go_to(at_s(9.25));
  session_.select("spare");
  ASSERT_EQ(session_.selection().stage, 1U);
  const std::uint64_t events = right().world().executed();
  session_.command(Command::step_forward);
  EXPECT_EQ(right().world().executed(), events + 1);
  session_.command(Command::step_back);
  EXPECT_EQ(right().world().executed(), events);
}

// The right one has more to do: it comes less far before the screen wants its picture, and both go
// on until they are there.
TEST_F(InStep, TheyMeetWhereTheyAreHeading) {
  session_.command(Command::to_end);
  const auto at_once = [] { return true; };
  session_.tick(0, at_once);
  EXPECT_NE(left().now(), right().now());
  for (int tick = 0; tick < 1000 && session_.heading_for(); ++tick) session_.tick(0, at_once);
  expect_same_time();
  EXPECT_EQ(session_.now(), at_s(30));
}

TEST_F(InStep, AFaultByHandBefallsBoth) {
  session_.go_to(at_s(10));
  session_.select("web/1");
  session_.command(Command::crash);
  for (const Playback* run : {&left(), &right()}) {
    ASSERT_THAT(run->by_hand(), SizeIs(1));
    EXPECT_EQ(run->by_hand()[0].happening.crash, "web/1");
    EXPECT_EQ(run->by_hand()[0].at, at_s(10) + sim::Duration{1});
    EXPECT_EQ(run->world().find("web")->replicas()[1].state, models::Lifecycle::down);
  }
  expect_same_time();
}

// Also while one of them is still behind: what is compared suffers the same at the same instant.
TEST_F(InStep, AFaultByHandBefallsBothAtTheSameInstant) {
  session_.command(Command::to_end);
  session_.tick(0, [] { return true; });
  ASSERT_NE(left().now(), right().now());
  session_.select("web");
  session_.command(Command::crash);
  ASSERT_THAT(left().by_hand(), SizeIs(1));
  ASSERT_THAT(right().by_hand(), SizeIs(1));
  EXPECT_EQ(left().by_hand()[0].at, right().by_hand()[0].at);
}

// The left one has neither a third server nor a second cache, which stands on the right stage.
TEST_F(InStep, AFaultBefallsOnlyWhoHasWhatItStrikes) {
  session_.go_to(at_s(10));
  session_.select("web/2");
  session_.command(Command::crash);
  session_.select("spare");
  EXPECT_EQ(session_.selection().stage, 1U);
  session_.command(Command::flush);
  EXPECT_THAT(left().by_hand(), IsEmpty());
  EXPECT_THAT(right().by_hand(), SizeIs(2));
  expect_same_time();
  session_.select("web->db");
  session_.command(Command::cut);
  EXPECT_THAT(left().by_hand(), SizeIs(1));
  EXPECT_THAT(right().by_hand(), SizeIs(3));
}

// Where one run is over sooner it stays at its end, while the other goes on.
TEST(InStepTo, TheLaterEnd) {
  ordered_json shorter = small_shop();
  shorter["run"]["duration"] = "5s";
  Session session({scenario_of(shorter), scenario_of(small_shop())}, 1, {1280, 720});
  EXPECT_EQ(session.end(), at_s(30));
  session.go_to(at_s(12));
  EXPECT_EQ(session.shown()[0]->playback.now(), at_s(5));
  EXPECT_EQ(session.now(), at_s(12));
  EXPECT_FALSE(session.heading_for());
  session.go_to(at_s(3));
  EXPECT_EQ(session.shown()[0]->playback.now(), at_s(3));
}

// A card of either stage can be clicked, dragged and looked at more closely, each by itself.
TEST_F(InStep, EachHasItsStage) {
  const Shown& second = *session_.shown()[1];
  const std::size_t card = second.stage.find_card("db").value();
  const Point db = second.camera.to_screen(second.stage.cards()[card].box.centre());
  const double zoom = session_.shown()[0]->camera.zoom();
  session_.press(db);
  session_.release(db);
  EXPECT_EQ(session_.selection().stage, 1U);
  EXPECT_EQ(session_.selection().card, card);
  EXPECT_EQ(&session_.selected_shown(), &second);
  session_.wheel(db, 2);
  EXPECT_EQ(session_.shown()[0]->camera.zoom(), zoom);
  EXPECT_GT(second.camera.zoom(), zoom);
  session_.press(db);
  session_.point_at(db + Point{40, 40});
  session_.release(db + Point{40, 40});
  EXPECT_THAT(session_.shown()[0]->stage.put_by_hand(), IsEmpty());
  EXPECT_THAT(second.stage.put_by_hand(), SizeIs(1));
}

}  // namespace
}  // namespace faultline::viz::in_step_test
