// Shows what the mouse does to a session: it selects, drags cards, moves and enlarges the stage,
// and moves through time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/viz/session_scene.h"

namespace faultline::viz::mouse_test {
namespace {

using testing::IsEmpty;
using MouseTest = SessionScene;

TEST_F(MouseTest, AClickSelects) {
  click(middle_of("cache"));
  EXPECT_EQ(session_.selection().card, stage().find_card("cache"));
  const Cell& cell = stage().cards()[stage().find_card("web").value()].cells[1];
  click(on_screen(Point{box("web").x, box("web").y} + cell.box.centre()));
  EXPECT_EQ(session_.selection().card, stage().find_card("web"));
  EXPECT_EQ(session_.selection().replica, 1);
  const Wire& wire = stage().wires()[0];
  click(on_screen(wire.curve.at(0.5)) + Point{0, 5});
  EXPECT_EQ(session_.selection().wire, 0U);
  EXPECT_FALSE(session_.selection().card);
  click(on_screen({stage().bounds().x - 8, stage().bounds().y - 8}));
  EXPECT_FALSE(session_.selection().any());
}

TEST_F(MouseTest, SelectsByName) {
  EXPECT_TRUE(session_.select("web/1"));
  EXPECT_EQ(session_.selection().replica, 1);
  EXPECT_TRUE(session_.select("cache"));
  EXPECT_FALSE(session_.selection().replica);
  EXPECT_TRUE(session_.select("users->web"));
  EXPECT_FALSE(session_.select("web/2"));
  EXPECT_FALSE(session_.select("db->web"));
  EXPECT_TRUE(session_.selection().wire) << "what was selected before";
}

// Three pixels are a click; further it is a drag, as far on the stage as the pointer went.
TEST_F(MouseTest, ACardIsDragged) {
  session_.wheel(middle_of("db"), 3);
  const Box before = box("db");
  const Point from = middle_of("db");
  drag(from, from + Point{3, 0});
  EXPECT_EQ(box("db"), before);
  drag(from, from + Point{-60, 90});
  EXPECT_NEAR(box("db").x, before.x - 60 / run().camera.zoom(), 1e-9);
  EXPECT_NEAR(box("db").y, before.y + 90 / run().camera.zoom(), 1e-9);
  EXPECT_EQ(session_.selection().card, stage().find_card("db"));
  session_.point_at(Point{0, 0});
  EXPECT_NEAR(box("db").x, before.x - 60 / run().camera.zoom(), 1e-9) << "it was let go";
}

TEST_F(MouseTest, TheStageIsPanned) {
  session_.select("web");
  const Point web = middle_of("web");
  const Point empty = on_screen({stage().bounds().x - 8, stage().bounds().y - 8});
  drag(empty, empty + Point{35, 20});
  EXPECT_NEAR(middle_of("web").x, web.x + 35, 1e-9);
  EXPECT_NEAR(middle_of("web").y, web.y + 20, 1e-9);
  EXPECT_EQ(session_.selection().card, stage().find_card("web")) << "panning selects nothing else";
  EXPECT_THAT(stage().put_by_hand(), IsEmpty());
}

TEST_F(MouseTest, TheWheelKeepsWhatIsUnderThePointer) {
  const Point pointer{333, 444};
  const Point under = run().camera.to_stage(pointer);
  const double zoom = run().camera.zoom();
  for (const double notches : {1.0, 4.0, -7.0}) {
    session_.wheel(pointer, notches);
    EXPECT_NEAR(run().camera.to_stage(pointer).x, under.x, 1e-6);
    EXPECT_NEAR(run().camera.to_stage(pointer).y, under.y, 1e-6);
  }
  EXPECT_NEAR(run().camera.zoom(), zoom / (1.15 * 1.15), 1e-9);
  session_.wheel({1279, 300}, 5);
  EXPECT_NEAR(run().camera.zoom(), zoom / (1.15 * 1.15), 1e-9) << "there is no stage";
  session_.wheel(pointer, 100);
  EXPECT_EQ(run().camera.zoom(), Camera::most_zoom);
  session_.wheel(pointer, -100);
  EXPECT_EQ(run().camera.zoom(), Camera::least_zoom);
}

// Back it goes at once, as far as the pointer is; on to what nobody has seen yet, as it can.
TEST_F(MouseTest, TheTimeLineIsScrubbed) {
  const Box axis = time_axis(session_.frame());
  const auto at = [&](double share) { return Point{axis.x + share * axis.width, axis.y + 3}; };
  session_.go_to(at_s(20));
  session_.set_playing(true);
  session_.press(at(0.5));
  EXPECT_FALSE(session_.playing());
  EXPECT_EQ(session_.now(), at_s(15));
  EXPECT_FALSE(session_.heading_for());
  session_.point_at(at(0.1));
  EXPECT_EQ(session_.now(), at_s(3));
  session_.point_at(at(0.6));
  EXPECT_EQ(session_.now(), at_s(18)) << "it was there before";
  session_.point_at(at(0.9));
  EXPECT_EQ(session_.now(), at_s(18));
  EXPECT_EQ(session_.heading_for(), at_s(27));
  session_.release(at(0.9));
  session_.tick(0, {});
  EXPECT_EQ(session_.now(), at_s(27));
  drag(at(0.5), at(-1));
  EXPECT_EQ(now_s(), 0);
  EXPECT_NEAR(x_of(session_.frame(), session_.end(), at_s(7.5)), at(0.25).x, 1e-9);
}

}  // namespace
}  // namespace faultline::viz::mouse_test
