// Shows what a picture consists of and where, in all sizes and both themes, by its pixels.
#include <gtest/gtest.h>

#include "tests/window/on_screen.h"
#include "viz/screen/brush.h"

namespace faultline::viz::screenshot_test {
namespace {

using nlohmann::ordered_json;

class Screenshots : public OnScreen {
 protected:
  // retry-storm while one of two servers is dead, seen in this size.
  static Session storm(Point size = {1280, 720}) {
    Session session = session_of({"retry-storm"}, size);
    session.go_to(at_s(22));
    return session;
  }
};

// Requests run from left to right: users, balancer, servers. Each card has its surface inside all
// four corners and its name in ink.
TEST_F(Screenshots, CardsStandInTheOrderOfCalls) {
  const Session session = storm();
  const Theme& colours = theme_of(session);
  const sf::Image image = picture_of(session);
  const ordered_json dump = state_dump(session);
  double right = 0;
  for (const char* name : {"shoppers", "lb", "web"}) {
    SCOPED_TRACE(name);
    const Box box = card_box(dump, name);
    EXPECT_GT(box.x, right);
    right = box.right();
    const double zoom = session.shown().front()->camera.zoom();
    const Box corners = box.grown(-6 * zoom);  // within the round of a corner and a wide rim
    for (const Point at :
         {Point{corners.x, corners.y}, Point{corners.right(), corners.y},
          Point{corners.x, corners.bottom()}, Point{corners.right(), corners.bottom()}}) {
      EXPECT_TRUE(near(pixel(image, at), colours.card, 4)) << at.x << " " << at.y;
    }
    const Box header{box.x + 12 * zoom, box.y + 8 * zoom, box.width - 24 * zoom, 24 * zoom};
    EXPECT_GT(count_near(image, header, colours.ink, 30), 20U);
  }
}

// The time line is filled from the left as far as the run is, and empty to the right of that.
TEST_F(Screenshots, TheTimeLineIsFilledUpToNow) {
  const Session session = storm();
  const Theme& colours = theme_of(session);
  const sf::Image image = picture_of(session);
  const Box axis = time_axis(session.frame());
  const double now = x_of(session.frame(), session.end(), session.now());
  const double round = axis.height / 2;
  const Box past{axis.x + round, axis.y + 4, now - 8 - axis.x - round, 3};
  const Box future{now + 8, axis.y + 4, axis.right() - round - now - 8, 3};
  // The mark of the crash crosses it.
  EXPECT_GT(count_near(image, past, colours.busy), past.width * past.height * 0.9);
  EXPECT_GT(count_near(image, future, colours.cell), future.width * future.height * 0.98);
  EXPECT_EQ(count_near(image, future, colours.busy), 0U);
}

// What is simulated but lies ahead of now is filled more faintly than what lies behind.
TEST_F(Screenshots, TheTimeLineTellsWhatIsSimulated) {
  Session session = storm();
  session.go_to(at_s(90));
  session.go_to(at_s(45));
  const Theme& colours = theme_of(session);
  const sf::Image image = picture_of(session);
  const auto colour_at = [&](double seconds) {
    const Box axis = time_axis(session.frame());
    return pixel(image, {x_of(session.frame(), session.end(), at_s(seconds)), axis.y + 4});
  };
  EXPECT_TRUE(near(colour_at(35), colours.busy));
  EXPECT_FALSE(near(colour_at(75), colours.busy));
  EXPECT_FALSE(near(colour_at(75), colours.cell));
  EXPECT_TRUE(near(colour_at(120), colours.cell));
}

// The charts hold lines in the colours of the series, and longer ones the longer the run is.
TEST_F(Screenshots, TheChartsGrowWithTheRun) {
  Session session = storm();
  const Theme& colours = theme_of(session);
  const sf::Image early = picture_of(session);
  session.go_to(at_s(150));
  const sf::Image later = picture_of(session);
  const Box panel = session.frame().panel;
  for (std::size_t i = 0; i < 3; ++i) {  // p99, p95, p50
    const std::size_t before = count_near(early, panel, colours.series[i], 6);
    EXPECT_GT(before, 60U) << i;
    EXPECT_GT(count_near(later, panel, colours.series[i], 6), before + 20) << i;
  }
}

// The legend shows the six fates of a request in their colours, from left to right.
TEST_F(Screenshots, TheLegendHasTheFatesInTheirColours) {
  const Session session = storm({2560, 1440});
  const sf::Image image = picture_of(session);
  const Box stage = session.frame().stages.front();
  const Box legend{stage.x, stage.bottom() - 48, stage.width, 48};
  double last = 0;
  for (std::size_t i = 0; i < fate_names.size(); ++i) {
    const Colour colour = colour_of(static_cast<Fate>(i), theme_of(session));
    // All of nine: letters, whose edges have every shade, are thinner.
    std::optional<double> first;
    for_pixels(image, legend, [&](Point at) {
      if (count_near(image, {at.x, at.y, 3, 3}, colour) == 9) {
        first = std::min(first.value_or(at.x), at.x);
      }
    });
    ASSERT_TRUE(first) << fate_names[i];
    EXPECT_GT(*first, last) << fate_names[i];
    last = *first;
  }
}

// In every size, from the least to that of a large screen, and in both themes, the background is as
// the theme says, the caption has letters, and the cards stand on the stage.
TEST_F(Screenshots, FitEverySizeAndTheme) {
  for (const Point size : {Point{320, 240}, {640, 480}, {1280, 720}, {3840, 2160}, {500, 1600}}) {
    Session session = storm(size);
    for (const bool dark : {false, true}) {
      SCOPED_TRACE(testing::Message() << size.x << "x" << size.y << (dark ? " dark" : ""));
      session.set_dark(dark);
      const Theme& colours = theme_of(session);
      const sf::Image image = picture_of(session);
      EXPECT_EQ(image.getSize().x, size.x);
      EXPECT_EQ(image.getSize().y, size.y);
      const Box stage = session.frame().stages.front();
      EXPECT_EQ(pixel(image, {stage.x + 5, stage.y + 5}), colours.background);
      const Box caption = session.frame().caption;
      EXPECT_EQ(pixel(image, {caption.x + 5, caption.y + 5}), colours.panel);
      EXPECT_GT(static_cast<double>(count_near(image, caption, colours.ink, 40)),
                200 * session.frame().scale * session.frame().scale);
      for (const Card& card : session.shown().front()->stage.cards()) {
        const Box box = card_box(state_dump(session), card.place);
        EXPECT_TRUE(is_around(stage, box)) << card.place;
        EXPECT_GT(count_near(image, box, colours.card, 2), 20U) << card.place;
      }
    }
  }
}

// Help, lesson and a selected component's charts lie where they should: the first two above
// everything in a sheet of the card's colour, the third in the panel.
TEST_F(Screenshots, WhatIsAskedForAppears) {
  Session session = storm();
  const Theme& colours = theme_of(session);
  const sf::Image plain = picture_of(session);
  const Point middle{640, 360};
  const Box around{middle.x - 200, middle.y - 150, 400, 300};
  for (const Command command : {Command::help, Command::lesson}) {
    session.command(command);
    const sf::Image sheet = picture_of(session);
    EXPECT_GT(count_near(sheet, around, colours.card, 2), around.width * around.height * 0.5);
    EXPECT_GT(count_near(sheet, around, colours.ink, 40), 300U);
    session.command(Command::clear);
    EXPECT_EQ(differing(plain, picture_of(session), whole(plain)), 0U);
  }
  ASSERT_TRUE(session.select("web"));
  EXPECT_GT(differing(plain, picture_of(session), session.frame().panel), 500U);
}

}  // namespace
}  // namespace faultline::viz::screenshot_test
