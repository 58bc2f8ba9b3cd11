// Shows that a real window does what is asked of it with keys and mouse.
#include <gtest/gtest.h>

#include <sstream>

#include "tests/window/live_window.h"
#include "tests/window/on_screen.h"

namespace faultline::viz::live_window_test {
namespace {

using Dump = LiveWindow::Dump;

double now_in(const Dump& dump) { return dump.at("now_s"); }
std::uint64_t executed_in(const Dump& dump) { return dump.at("runs")[0].at("executed"); }
bool is_down(const Dump& dump, const std::string& card, int replica) {
  return cell_in(dump, card, replica).at("state") == "down";
}

// All of the window is on the screen when it opens, where there is room.
TEST(LiveWindow, OpensOnTheScreen) {
  LiveWindow window({"retry-storm"});
  double width = 0, height = 0;
  std::istringstream(run({"xdotool", "getdisplaygeometry"}).out) >> width >> height;
  const Box place = window.first_place();
  ASSERT_GE(width, place.width);
  ASSERT_GE(height, place.height);
  EXPECT_TRUE(is_around({0, 0, width, height}, place)) << "at " << place.x << ", " << place.y;
}

// The space bar lets time pass and stops it, and Up doubles the speed meanwhile.
TEST(LiveWindow, PlaysAndPauses) {
  LiveWindow window({"retry-storm"});
  const Dump first = window.dump();
  EXPECT_EQ(first["playing"], false);
  EXPECT_EQ(now_in(first), 0);
  window.key("space");
  window.until([](const Dump& dump) { return dump["playing"] == true; });
  window.key("Up");
  window.until([](const Dump& dump) { return dump["speed"] == 2.0; });
  window.key("space");
  const Dump last = window.until([](const Dump& dump) { return dump["playing"] == false; });
  EXPECT_GT(now_in(last), 0);
  EXPECT_LT(now_in(last), last["end_s"]);
}

// Right executes one event and Left takes it back; with Shift both are a second.
TEST(LiveWindow, Steps) {
  LiveWindow window({"retry-storm", "--at", "5s"});
  const Dump before = window.dump();
  window.key("Right");
  window.until([&](const Dump& dump) { return executed_in(dump) == executed_in(before) + 1; });
  window.key("Left");
  window.until([&](const Dump& dump) { return executed_in(dump) == executed_in(before); });
  window.key("shift+Right");
  const Dump second = window.until([&](const Dump& dump) { return now_in(dump) > 5.5; });
  EXPECT_NEAR(now_in(second), 6, 0.1);  // the event taken back may be a moment before 5 s
  window.key("shift+Left");
  const Dump back = window.until([&](const Dump& dump) { return now_in(dump) < 5.5; });
  EXPECT_NEAR(now_in(back), now_in(second) - 1, 1e-6);
}

// A click on a replica selects it, C crashes it, and the picture that S saves has it crossed out,
// though S is pressed before the screen can have shown the crash.
TEST(LiveWindow, CrashesWhatIsClicked) {
  LiveWindow window({"cache-outage", "--at", "12s"});
  const Dump before = window.dump();
  ASSERT_FALSE(is_down(before, "web", 4));
  window.click(cell_box(before, "web", 4).centre());
  const Dump selected =
      window.until([](const Dump& dump) { return dump["selection"].is_object(); });
  EXPECT_EQ(selected["selection"]["card"], "web");
  EXPECT_EQ(selected["selection"]["replica"], 4);
  window.keys({"c", "s"});
  const Dump saved = window.until(
      [](const Dump& dump) { return dump["answer"].get<std::string>().starts_with("Saved"); });
  EXPECT_TRUE(is_down(saved, "web", 4));
  EXPECT_FALSE(is_down(saved, "web", 3));
  sf::Image image;
  ASSERT_TRUE(image.loadFromFile((window.folder() / "cache-outage-1.png").string()));
  EXPECT_EQ(image.getSize(), sf::Vector2u(1280, 720));
  const Theme& colours = theme(ThemeName::light);
  EXPECT_TRUE(is_crossed(image, cell_box(saved, "web", 4), colours));
  EXPECT_FALSE(is_crossed(image, cell_box(saved, "web", 3), colours));
  EXPECT_TRUE(
      comes_true([&] { return is_crossed(window.seen(), cell_box(saved, "web", 4), colours); }));
}

// A card that is dragged moves as far as the mouse, and no other does.
TEST(LiveWindow, MovesCards) {
  LiveWindow window({"retry-storm"});
  const Dump before = window.dump();
  const Box lb = card_box(before, "lb");
  const Point by{-30, 90};
  window.drag(lb.centre(), lb.centre() + by);
  const Dump after =
      window.until([&](const Dump& dump) { return card_box(dump, "lb").y > lb.y + by.y - 2; });
  EXPECT_NEAR(card_box(after, "lb").x, lb.x + by.x, 1.5);
  EXPECT_NEAR(card_box(after, "lb").y, lb.y + by.y, 1.5);
  EXPECT_EQ(card_box(after, "web"), card_box(before, "web"));
  EXPECT_EQ(after["selection"]["card"], "lb");
}

// A click on the time line jumps there, back and forth.
TEST(LiveWindow, JumpsAlongTheTimeLine) {
  LiveWindow window({"retry-storm", "--at", "60s"});
  const Dump before = window.dump();
  const Box axis = box_in(before["time_axis"]);
  for (const double share : {0.1, 0.8}) {
    const double at = share * before["end_s"].get<double>();
    window.click({axis.x + axis.width * share, axis.centre().y});
    window.until([&](const Dump& dump) { return std::abs(now_in(dump) - at) < 0.3; });
  }
}

// A window made small shows all of itself at its new size, and still does what it is told.
TEST(LiveWindow, CanBeResized) {
  LiveWindow window({"retry-storm", "--at", "12s"});
  window.dump();
  window.resize(640, 480);
  const Dump small = window.until([](const Dump& dump) {
    return dump["size"] == Dump{640.0, 480.0};
  });
  const Theme& colours = theme(ThemeName::light);
  EXPECT_TRUE(comes_true([&] {
    const sf::Image image = window.seen();
    return image.getSize() == sf::Vector2u(640, 480) &&
           near(pixel(image, {3, 470}), colours.panel, 2) &&
           count_near(image, card_box(small, "web"), colours.card, 2) > 500;
  }));
  window.click(cell_box(small, "web", 0).centre());
  window.key("c");
  window.until([](const Dump& dump) { return is_down(dump, "web", 0); });
  window.resize(200, 150);
  window.key("t");
  window.until([](const Dump& dump) { return dump["theme"] == "dark"; });
}

// Escape lets go of what is selected and leaves the window open.
TEST(LiveWindow, StaysOpenOnEscape) {
  LiveWindow window({"retry-storm", "--select", "web/0"});
  EXPECT_EQ(window.dump()["selection"]["card"], "web");
  window.key("Escape");
  window.until([](const Dump& dump) { return dump["selection"].is_null(); });
  window.key("h");
  window.until([](const Dump& dump) { return dump["above"] == "help"; });
  window.key("Escape");
  window.until([](const Dump& dump) { return dump["above"] == "nothing"; });
}

// What was done by hand is saved by E as a scenario of which `faultline run` makes the very run
// that the window shows to the end.
TEST(LiveWindow, SavesWhatIsRunAgain) {
  LiveWindow window({"retry-storm", "--at", "12s", "--seed", "7"});
  const Dump before = window.dump();
  window.click(cell_box(before, "web", 1).centre());
  window.key("shift+c");  // for ten seconds
  window.until([](const Dump& dump) { return is_down(dump, "web", 1); });
  window.key("e");
  window.until(
      [](const Dump& dump) { return dump["answer"].get<std::string>().starts_with("Saved"); });
  window.key("End");
  const Dump last = window.until([](const Dump& dump) { return dump["now_s"] == dump["end_s"]; });
  const Ended again = run({FAULTLINE_BINARY, "run", "retry-storm-by-hand.json", "--format", "json"},
                          {.folder = window.folder()});
  ASSERT_EQ(again.status, 0) << again.err;
  const Dump result = Dump::parse(again.out);
  EXPECT_EQ(result["seed"], 7);
  EXPECT_EQ(result["digest"], last["runs"][0]["digest"]);
  EXPECT_EQ(result["outcome_digest"], last["runs"][0]["outcome_digest"]);
  const Ended untouched =
      run({FAULTLINE_BINARY, "run", "retry-storm", "--seed", "7", "--format", "json"});
  EXPECT_NE(Dump::parse(untouched.out)["digest"], result["digest"]);
}

// Without a scenario there is a list of those that ship; letters narrow it down, Enter opens.
TEST(LiveWindow, OffersTheLibrary) {
  LiveWindow window({});
  const Theme& colours = theme(ThemeName::light);
  const Box list{24, 100, 1232, 560};
  EXPECT_TRUE(comes_true([&] { return count_near(window.seen(), list, colours.ink, 40) > 2000; }));
  EXPECT_FALSE(std::filesystem::exists(window.folder() / "state.json"));
  window.type("retry-storm-bu");
  window.key("Return");
  EXPECT_EQ(window.dump()["runs"][0]["scenario"], "retry-storm-budget");
}

// A scenario with mistakes gives a window that names them, as does the terminal; Escape closes it,
// and the exit status says that nothing could be run.
TEST(LiveWindow, ShowsWhatIsWrongWithAScenario) {
  const scenarios::ScratchFolder folder;
  const std::string file = folder.write("wrong.json", R"({
    "name": "wrong", "run": { "duration": "ten" },
    "components": { "web": { "type": "servise" } },
    "workloads": {} })");
  LiveWindow window({file});
  const Box text{24, 60, 1232, 200};
  EXPECT_TRUE(comes_true(
      [&] { return count_near(window.seen(), text, theme(ThemeName::light).ink, 40) > 500; }));
  EXPECT_TRUE(window.program().running());
  window.key("Escape");
  const Ended ended = window.program().wait();
  EXPECT_EQ(ended.status, 2);
  for (const char* part : {"wrong.json", "/run/duration", "servise", "service"}) {
    EXPECT_NE(ended.err.find(part), std::string::npos) << part << " is not in\n" << ended.err;
  }
}

}  // namespace
}  // namespace faultline::viz::live_window_test
