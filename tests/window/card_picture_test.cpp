// Shows that the picture tells how replicas are, where the state dump says that they are to be
// seen.
#include <gtest/gtest.h>

#include "tests/window/on_screen.h"

namespace faultline::viz::card_picture_test {
namespace {

using nlohmann::ordered_json;

class CardPictures : public OnScreen {
 protected:
  // How many pixels of a card's rim have this colour.
  static std::size_t on_rim(const sf::Image& image, const Box& card, Colour colour) {
    const Box outside = card.grown(1);
    const Box inside = card.grown(-4);
    return count_near(image, outside, colour) - count_near(image, inside, colour);
  }
};

// A replica that is crashed by hand is crossed out from then on and its card has a rim of the same
// colour; before, neither was so, and its neighbours are still well.
TEST_F(CardPictures, ADeadReplicaIsCrossedOut) {
  Session session = session_of({"cache-outage"});
  const Theme& colours = theme_of(session);
  session.go_to(at_s(12));
  const ordered_json before = state_dump(session);
  const sf::Image well = picture_of(session);
  const Box cell = cell_box(before, "web", 1);
  const Box card = card_box(before, "web");
  EXPECT_FALSE(near(pixel(well, cell.centre()), colours.down, 40));
  EXPECT_FALSE(is_crossed(well, cell, colours));
  EXPECT_EQ(on_rim(well, card, colours.down), 0U);

  ASSERT_TRUE(session.select("web/1"));
  session.command(Command::crash);
  session.command(Command::clear);
  const ordered_json after = state_dump(session);
  const sf::Image broken = picture_of(session);
  EXPECT_EQ(cell_in(after, "web", 1)["state"], "down");
  EXPECT_EQ(cell_box(after, "web", 1), cell);
  EXPECT_TRUE(near(pixel(broken, cell.centre()), colours.down, 40));
  EXPECT_TRUE(is_crossed(broken, cell, colours));
  EXPECT_GT(on_rim(broken, card, colours.down), (card.width + card.height) * 1.5);
  for (const int neighbour : {0, 2, 3}) {
    EXPECT_FALSE(is_crossed(broken, cell_box(after, "web", neighbour), colours)) << neighbour;
  }
}

// A replica that is brought back loses its cross.
TEST_F(CardPictures, AReplicaBroughtBackIsNoLongerCrossedOut) {
  Session session = session_of({"retry-storm"});
  session.go_to(at_s(12));
  ASSERT_TRUE(session.select("web/1"));
  session.command(Command::crash);
  session.go_to(at_s(13));
  const Box cell = cell_box(state_dump(session), "web", 1);
  EXPECT_TRUE(is_crossed(picture_of(session), cell, theme_of(session)));
  session.command(Command::bring_back);
  session.go_to(at_s(14));
  EXPECT_FALSE(is_crossed(picture_of(session), cell, theme_of(session)));
}

// The selected replica has a frame of its own, so that one sees which one a key will befall: while
// it lives, and when it is dead and to be brought back.
TEST_F(CardPictures, TheSelectedReplicaIsFramedDeadOrAlive) {
  Session session = session_of({"retry-storm"});
  session.go_to(at_s(12));
  const Box cell = cell_box(state_dump(session), "web", 1);
  const double zoom = cell.width / 28;
  const auto framed = [&] {
    const sf::Image image = picture_of(session);
    return count_near(image, cell.grown(4 * zoom), theme_of(session).selected, 25);
  };
  EXPECT_EQ(framed(), 0U);
  ASSERT_TRUE(session.select("web/1"));
  EXPECT_GT(framed(), cell.width * 2);
  session.command(Command::crash);
  ASSERT_EQ(cell_in(state_dump(session), "web", 1)["state"], "down");
  EXPECT_GT(framed(), cell.width * 2);
}

// A replica is filled from below as far as its workers are busy: in a storm all of it, in a
// scenario that has not begun nothing.
TEST_F(CardPictures, ACellIsFilledAsItIsBusy) {
  Session session = session_of({"retry-storm"});
  const Theme& colours = theme_of(session);
  const Box cell = cell_box(state_dump(session), "web", 1);
  const double area = cell.width * cell.height;
  EXPECT_EQ(count_near(picture_of(session), cell, colours.busy), 0U);
  session.go_to(at_s(22));
  EXPECT_GT(count_near(picture_of(session), cell, colours.busy), area * 0.9);
}

// Slow and frozen replicas are framed in the colour of slowness, and so is their card.
TEST_F(CardPictures, SlowReplicasShow) {
  Session well = session_of({"retry-storm"});
  const Theme& colours = theme_of(well);
  well.go_to(at_s(12));
  const Box cell = cell_box(state_dump(well), "web", 0).grown(6);
  const Box card = card_box(state_dump(well), "web");
  EXPECT_EQ(count_near(picture_of(well), cell, colours.slow), 0U);
  EXPECT_EQ(on_rim(picture_of(well), card, colours.slow), 0U);
  for (const Command command : {Command::slow, Command::freeze}) {
    Session broken = session_of({"retry-storm"});
    broken.go_to(at_s(12));
    ASSERT_TRUE(broken.select("web/0"));
    broken.command(command);
    broken.command(Command::clear);
    const sf::Image image = picture_of(broken);
    EXPECT_GT(count_near(image, cell, colours.slow, 25), cell.width * 2);
    EXPECT_GT(on_rim(image, card, colours.slow), (card.width + card.height) * 1.5);
  }
}

// A way that is cut bears a cross in its middle from the moment on at which it is cut, above the
// dots that are still under way.
TEST_F(CardPictures, ACutWayIsCrossed) {
  Session session = session_of({"retry-storm"});
  const Theme& colours = theme_of(session);
  session.go_to(at_s(12));
  const Shown& shown = *session.shown().front();
  const Wire* wire = nullptr;
  for (const Wire& each : shown.stage.wires()) {
    if (shown.stage.cards()[each.to].place == "web") wire = &each;
  }
  ASSERT_NE(wire, nullptr);
  const Point middle = shown.camera.to_screen(wire->curve.at(0.5));
  const Box around = Box{middle.x, middle.y, 0, 0}.grown(9 * shown.camera.zoom());
  EXPECT_EQ(count_near(picture_of(session), around, colours.down), 0U);
  ASSERT_TRUE(session.select("lb->web"));
  session.command(Command::cut);
  session.command(Command::clear);
  EXPECT_GT(count_near(picture_of(session), around, colours.down, 25), 40U);
  session.go_to(at_s(14));
  EXPECT_GT(count_near(picture_of(session), around, colours.down, 25), 40U);
}

}  // namespace
}  // namespace faultline::viz::card_picture_test
