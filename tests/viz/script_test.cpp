// Shows that a script is read to the end with all its mistakes, and that each of its verbs does to
// a session what a hand would do.
#include "viz/view/session/script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "tests/viz/shown.h"

namespace faultline::viz::script_test {
namespace {

using scenarios::ScratchFolder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class ScriptTest : public ::testing::Test {
 protected:
  ScratchFolder folder_;
  Session session_{{scenario_of(small_shop())}, 1, {1280, 720}};

  std::vector<ScriptLine> read(const std::string& text, scenarios::Problems& problems) const {
    return read_script(folder_.write("script.txt", text), problems);
  }
  // True: all of it was done by the session itself.
  bool follow(const std::string& text) {
    scenarios::Problems problems;
    bool done = true;
    for (const ScriptLine& line : read(text, problems)) done = viz::follow(line, session_) && done;
    EXPECT_EQ(problems.text(), "");
    return done;
  }
  const Stage& stage() const { return session_.shown().front()->stage; }
  const Camera& camera() const { return session_.shown().front()->camera; }
  Point middle_of(const std::string& card) const {
    return camera().to_screen(stage().cards()[stage().find_card(card).value()].box.centre());
  }
  static std::string words(Point point) {
    return std::to_string(point.x) + " " + std::to_string(point.y);
  }
};

TEST_F(ScriptTest, ReadsVerbsWordsAndRemarks) {
  scenarios::Problems problems;
  const auto lines = read(
      "# a remark\n"
      "\n"
      "at 2.5s\n"
      "   drag 1 2   -3.5 4  # and another\n"
      "key Shift+Right#close by\n",
      problems);
  EXPECT_EQ(problems.text(), "");
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].number, 3);
  EXPECT_EQ(lines[0].verb, "at");
  EXPECT_THAT(lines[0].words, ElementsAre("2.5s"));
  EXPECT_EQ(lines[1].number, 4);
  EXPECT_THAT(lines[1].words, ElementsAre("1", "2", "-3.5", "4"));
  EXPECT_EQ(lines[2].number, 5);
  EXPECT_THAT(lines[2].words, ElementsAre("Shift+Right"));
}

// Every mistake, each with the number of its line and what would have been right.
TEST_F(ScriptTest, FindsAllMistakes) {
  scenarios::Problems problems;
  read(
      "at 2s\n"
      "at noon\n"
      "play 3\n"
      "# fine\n"
      "key Q\n"
      "speed fast\n"
      "point 1\n"
      "click 1 2 3\n"
      "drag 1 2 3\n"
      "wheel 1 2\n"
      "resize 640\n"
      "select\n"
      "screenshot\n"
      "dump a b\n"
      "jump 3s\n"
      "key Shift+Right\n",
      problems);
  const std::vector<std::pair<int, std::string>> expected = {
      {2, "at TIME"},         {3, "play DURATION"},      {5, "key KEY"},
      {6, "speed FACTOR"},    {7, "point X Y"},          {8, "click X Y"},
      {9, "drag X Y X Y"},    {10, "wheel X Y NOTCHES"}, {11, "resize WIDTH HEIGHT"},
      {12, "select NAME"},    {13, "screenshot FILE"},   {14, "dump FILE"},
      {15, "one of at, play"}};
  ASSERT_EQ(problems.count(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const scenarios::Problem& problem = problems.kept()[i];
    EXPECT_EQ(problem.origin.position->line, expected[i].first);
    EXPECT_THAT(problem.message, StartsWith("expected " + expected[i].second));
    EXPECT_THAT(problem.origin.file, HasSubstr("script.txt"));
  }
  EXPECT_EQ(problems.kept()[1].value, "play 3");
}

TEST_F(ScriptTest, SaysWhenThereIsNone) {
  scenarios::Problems problems;
  EXPECT_TRUE(read_script(folder_.path() / "none.txt", problems).empty());
  ASSERT_EQ(problems.count(), 1U);
  EXPECT_THAT(problems.text(), HasSubstr("cannot be read"));
}

TEST_F(ScriptTest, GoesToATime) {
  EXPECT_TRUE(follow("at 12.5s"));
  EXPECT_EQ(session_.now(), at_s(12.5));
  EXPECT_TRUE(follow("at 3s"));
  EXPECT_EQ(session_.now(), at_s(3));
  EXPECT_TRUE(follow("at 1h"));
  EXPECT_EQ(session_.now(), at_s(30));
}

// Two seconds of the one who watches, at half speed; then it stands still again.
TEST_F(ScriptTest, PlaysForAWhile) {
  EXPECT_TRUE(follow("at 10s\nspeed 0.5\nplay 2s"));
  EXPECT_NEAR(session_.now().seconds(), 11, 1e-6);
  EXPECT_EQ(session_.speed().value(), 0.5);
  EXPECT_FALSE(session_.playing());
  EXPECT_TRUE(follow("speed 5\nplay 0.5s"));
  EXPECT_NEAR(session_.now().seconds(), 13.5, 1e-6);
}

// With shift a fault lasts for ten seconds; where a key takes one elsewhere, one is there at once.
TEST_F(ScriptTest, PressesKeys) {
  EXPECT_TRUE(follow("at 10s\nselect web/1\nkey Shift+C\nkey Shift+Right"));
  EXPECT_EQ(session_.now(), at_s(11) + sim::Duration{2});
  const auto& by_hand = session_.shown().front()->playback.by_hand();
  ASSERT_EQ(by_hand.size(), 1U);
  EXPECT_EQ(by_hand[0].happening.crash, "web/1");
  EXPECT_EQ(by_hand[0].lasts, sim::Duration::from_seconds(10));
  EXPECT_TRUE(follow("key End"));
  EXPECT_EQ(session_.now(), at_s(30));
  EXPECT_TRUE(follow("key T"));
  EXPECT_TRUE(session_.dark());
}

// A picture, and where to save what the key saves, are for whoever has a screen.
TEST_F(ScriptTest, LeavesPicturesToOthers) {
  for (const char* line : {"key S", "key E", "screenshot a.png", "dump a.json"}) {
    EXPECT_FALSE(follow(line)) << line;
  }
  EXPECT_TRUE(session_.answer().empty());
  EXPECT_FALSE(std::filesystem::exists("a.png"));
}

TEST_F(ScriptTest, Selects) {
  EXPECT_TRUE(follow("select cache"));
  EXPECT_EQ(session_.selection().card, stage().find_card("cache"));
  EXPECT_TRUE(follow("select web->db"));
  ASSERT_TRUE(session_.selection().wire);
  EXPECT_EQ(stage().wires()[*session_.selection().wire].to, stage().find_card("db"));
  EXPECT_TRUE(follow("select nobody"));
  EXPECT_EQ(session_.answer(), "There is no nobody.");
  EXPECT_TRUE(session_.selection().wire);
}

TEST_F(ScriptTest, PointsAndClicks) {
  EXPECT_TRUE(follow("point 5 6"));
  EXPECT_EQ(session_.pointer(), (Point{5, 6}));
  EXPECT_FALSE(session_.selection().any());
  EXPECT_TRUE(follow("click " + words(middle_of("cache"))));
  EXPECT_EQ(session_.selection().card, stage().find_card("cache"));
  EXPECT_FALSE(session_.pointer());
}

// A card goes where it is dragged; on the axis of time the run goes along, even if that takes a
// while.
TEST_F(ScriptTest, Drags) {
  const std::size_t cache = stage().find_card("cache").value();
  const Point from = middle_of("cache");
  EXPECT_TRUE(follow("drag " + words(from) + " " + words(from + Point{60, -40})));
  EXPECT_NEAR(middle_of("cache").x, from.x + 60, 1e-3);
  EXPECT_NEAR(middle_of("cache").y, from.y - 40, 1e-3);
  EXPECT_EQ(stage().put_by_hand().count("cache"), 1U);
  EXPECT_EQ(session_.selection().card, cache);

  const Box axis = time_axis(session_.frame());
  const Point begin{axis.x, axis.centre().y};
  EXPECT_TRUE(follow("drag " + words(begin) + " " + words(begin + Point{axis.width / 2, 0})));
  EXPECT_NEAR(session_.now().seconds(), 15, 1e-6);
}

TEST_F(ScriptTest, TurnsTheWheel) {
  const double zoom = camera().zoom();
  const Point web = middle_of("web");
  EXPECT_TRUE(follow("wheel " + words(web) + " 2"));
  EXPECT_NEAR(camera().zoom(), zoom * 1.15 * 1.15, 1e-9);
  EXPECT_TRUE(follow("wheel " + words(web) + " -2"));
  EXPECT_NEAR(camera().zoom(), zoom, 1e-9);
}

TEST_F(ScriptTest, Resizes) {
  EXPECT_TRUE(follow("resize 640 480"));
  EXPECT_EQ(session_.frame().size, (Point{640, 480}));
}

TEST_F(ScriptTest, Saves) {
  EXPECT_TRUE(follow("at 5s\nselect web\nkey C\nsave " + folder_.path().string()));
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "shop-by-hand.json"));
  EXPECT_THAT(session_.answer(), StartsWith("Saved."));
}

}  // namespace
}  // namespace faultline::viz::script_test
