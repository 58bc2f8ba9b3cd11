// Shows that dots are where their messages are, by scenarios in which every time is known: one user
// calls at 1 s, and all takes as long as the file says.
#include "viz/view/stage/dots.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/viz/shown.h"

namespace faultline::viz::dots_test {
namespace {

using nlohmann::ordered_json;
using testing::AllOf;
using testing::Gt;
using testing::Lt;

// `users` call `web` at 1 s, so many at once; each message is `latency` under way, the work takes
// `compute`.
ordered_json calls(const std::string& latency, const std::string& compute, int at_once = 1) {
  return {{"run", {{"duration", "20s"}}},
          {"network", {{"links", {{"users<->web", {{"latency", latency}}}}}}},
          {"components",
           {{"web",
             {{"type", "service"},
              {"workers", 100000},
              {"endpoints", {{"*", ordered_json::array({{{"compute", compute}}})}}}}}}},
          {"workloads",
           {{"users",
             {{"to", "web"},
              {"job", {{"first", "1s"}, {"calls", at_once}, {"concurrency", at_once}}},
              {"call", {{"timeout", "15s"}}}}}}}};
}

// The wire runs straight from left to right: from x = 200 to x = 1200 at y = 0.
struct Scene {
  Playback playback;
  Stage stage;

  explicit Scene(const ordered_json& json)
      : playback(scenario_of(json), 1), stage(playback.world(), playback.regions()) {
    const std::size_t users = *stage.find_card("users");
    const std::size_t web = *stage.find_card("web");
    stage.move(users, {200 - stage.cards()[users].box.width, -stage.cards()[users].box.height / 2});
    stage.move(web, {1200, -stage.cards()[web].box.height / 2});
  }
  Dots at(double seconds, double speed = 1) {
    playback.go_to(at_s(seconds));
    return dots_of(playback, stage, Speed(speed));
  }
  // The only one there is.
  Dot dot(double seconds, double speed = 1) {
    const Dots dots = at(seconds, speed);
    EXPECT_EQ(dots.dots.size(), 1U) << seconds;
    return dots.dots.size() == 1 ? dots.dots.front() : Dot{};
  }
};

void expect_at(const Dot& dot, double x, double y) {
  EXPECT_NEAR(dot.at.x, x, 1e-6);
  EXPECT_NEAR(dot.at.y, y, 1e-6);
}

// 800 ms there, 200 ms of work, 800 ms back; there on the right side of the wire (below), and back
// on the other.
TEST(Dots, AreHalfWayAtHalfTheTime) {
  Scene scene(calls("800ms", "200ms"));
  EXPECT_TRUE(scene.at(0.999).dots.empty());
  expect_at(scene.dot(1.008), 210, 4.5);
  expect_at(scene.dot(1.4), 700, 4.5);
  expect_at(scene.dot(1.6), 950, 4.5);
  EXPECT_EQ(scene.dot(1.4).fate, Fate::asking);
  EXPECT_EQ(scene.dot(1.4).opacity, 1);
  EXPECT_TRUE(scene.at(1.8).dots.empty());
  EXPECT_TRUE(scene.at(1.9).dots.empty());
  expect_at(scene.dot(2.2), 950, -4.5);
  expect_at(scene.dot(2.4), 700, -4.5);
  EXPECT_EQ(scene.dot(2.4).fate, Fate::answered);
  EXPECT_TRUE(scene.at(2.8).dots.empty());
  EXPECT_FALSE(scene.at(2.4).stretched);
  EXPECT_EQ(scene.at(2.4).one_in, 1U);
}

// 10 ms under way, too quick for the eye: half a second of the screen's time at speed 1 and 2, and
// the truth when time goes a thousand times slower.
TEST(Dots, ShowQuickOnesForHalfASecond) {
  Scene scene(calls("10ms", "5s"));
  expect_at(scene.dot(1.25), 700, 4.5);
  EXPECT_TRUE(scene.at(1.25).stretched);
  EXPECT_EQ(scene.at(1.499).dots.size(), 1U);
  EXPECT_TRUE(scene.at(1.5).dots.empty());
  EXPECT_FALSE(scene.at(1.5).stretched);
  expect_at(scene.dot(1.5, 2), 700, 4.5);
  EXPECT_TRUE(scene.at(2, 2).dots.empty());

  expect_at(scene.dot(1.005, 0.001), 700, 4.5);
  EXPECT_FALSE(scene.at(1.005, 0.001).stretched);
  EXPECT_EQ(scene.at(1.00999, 0.001).dots.size(), 1U);
  EXPECT_TRUE(scene.at(1.01, 0.001).dots.empty());
}

// 500 ms are just long enough. Where some are drawn for longer than they take, others may not be.
TEST(Dots, TellWhetherAnyIsShownForLonger) {
  Scene exact(calls("500ms", "5s"));
  EXPECT_FALSE(exact.at(1.25).stretched);
  ordered_json json = calls("10ms", "5s");
  json["network"]["links"]["walkers<->web"] = {{"latency", "900ms"}};
  json["workloads"]["walkers"] = json["workloads"]["users"];
  Scene both(json);
  EXPECT_EQ(both.at(1.25).dots.size(), 2U);
  EXPECT_TRUE(both.at(1.25).stretched);
  EXPECT_EQ(both.at(1.75).dots.size(), 1U);
  EXPECT_FALSE(both.at(1.75).stretched);
}

// At speed 10 half a second of the screen would be five: two are all that messages are kept for.
TEST(Dots, AreStretchedToTwoSecondsAtMost) {
  Scene scene(calls("10ms", "5s"));
  expect_at(scene.dot(2, 10), 700, 4.5);
  EXPECT_EQ(scene.at(2.999, 10).dots.size(), 1U);
  EXPECT_TRUE(scene.at(3, 10).dots.empty());
  expect_at(scene.dot(2, 1e6), 700, 4.5);
}

// 5 s under way: after two it is shown no more, having come two fifths of the way.
TEST(Dots, LeaveOutWhatTakesTooLong) {
  Scene scene(calls("5s", "1ms"));
  expect_at(scene.dot(2), 400, 4.5);
  expect_at(scene.dot(2.75), 550, 4.5);
  EXPECT_TRUE(scene.at(3).dots.empty());
}

// It comes half way, fading, in the tenth of a second that it would have taken at least.
TEST(Dots, LetLostOnesVanishHalfWay) {
  ordered_json json = calls("10ms", "5s");
  json["timeline"]["trouble"] = {{"at", "0s"}, {"lose", "users->web"}};
  Scene scene(json);
  const Dot lost = scene.dot(1.05, 0.001);
  expect_at(lost, 450, 4.5);
  EXPECT_EQ(lost.fate, Fate::failed);
  EXPECT_NEAR(lost.opacity, 0.5, 1e-9);
  const Dot gone = scene.dot(1.0999, 0.001);
  EXPECT_THAT(gone.at.x, AllOf(Gt(699), Lt(700)));
  EXPECT_LT(gone.opacity, 0.01);
  EXPECT_TRUE(scene.at(1.1, 0.001).dots.empty());
  expect_at(scene.dot(1.25), 450, 4.5);
  EXPECT_NEAR(scene.dot(1.25).opacity, 0.5, 1e-9);
}

// An answer that is lost comes half way back.
TEST(Dots, LetLostAnswersVanishHalfWayBack) {
  ordered_json json = calls("10ms", "1s");
  json["timeline"]["trouble"] = {{"at", "1.5s"}, {"lose", "web->users"}};
  Scene scene(json);
  const Dot lost = scene.dot(2.06, 0.001);
  expect_at(lost, 950, -4.5);
  EXPECT_EQ(lost.fate, Fate::failed);
}

// 500 at once are drawn one by one; of 2,000 one dot stands for five.
TEST(Dots, StandForSeveralWhereThereAreTooMany) {
  Scene some(calls("800ms", "200ms", 500));
  EXPECT_EQ(some.at(1.4).one_in, 1U);
  EXPECT_EQ(some.at(1.4).dots.size(), 500U);
  expect_at(some.at(1.4).dots.front(), 700, 4.5);

  Scene many(calls("800ms", "200ms", 2000));
  EXPECT_EQ(many.at(1.4).one_in, 5U);
  EXPECT_THAT(many.at(1.4).dots.size(), AllOf(Gt(340U), Lt(460U)));
  EXPECT_EQ(many.at(1.9).one_in, 1U);
}

// 10,000 a second, each one second under way: whether of all messages or of a sample of them, the
// dots with what they stand for come to the truth.
TEST(Dots, StandForAsManyWhateverIsKept) {
  ordered_json json = calls("1s", "10s");
  json["workloads"]["users"].erase("job");
  json["workloads"]["users"]["arrivals"] = "regular(10k/s)";
  Scene scene(json);
  const Dots whole = scene.at(0.9);
  EXPECT_EQ(scene.playback.messages().sample().one_in, 1U);
  EXPECT_EQ(whole.one_in, 20U);
  EXPECT_NEAR(static_cast<double>(whole.dots.size() * whole.one_in), 9000, 1000);
  // Then those to the left are of the second window, in which one in two is kept.
  const Dots sampled = scene.at(1.9);
  EXPECT_EQ(scene.playback.messages().sample().one_in, 2U);
  EXPECT_LE(sampled.dots.size(), Dots::about);
  EXPECT_NEAR(static_cast<double>(sampled.dots.size() * sampled.one_in), 10000, 1500);
}

// 10,000 a second, each a hundredth of a second under way: few enough to draw, but one in two was
// kept.
TEST(Dots, AreNotSaidToBeMoreThanWasKept) {
  ordered_json json = calls("10ms", "10s");
  json["workloads"]["users"].erase("job");
  json["workloads"]["users"]["arrivals"] = "regular(10k/s)";
  Scene scene(json);
  const Dots dots = scene.at(1.9, 0.001);
  EXPECT_EQ(dots.one_in, 2U);
  EXPECT_NEAR(static_cast<double>(dots.dots.size()), 50, 20);
}

// The other way round the wire runs to the left, and so do those who ask, on their right: above.
TEST(Dots, KeepToTheRightOfTheWire) {
  Scene scene(calls("800ms", "5s"));
  const std::size_t web = *scene.stage.find_card("web");
  const Box& users = scene.stage.cards()[*scene.stage.find_card("users")].box;
  const Box& box = scene.stage.cards()[web].box;
  scene.stage.move(web, {users.x - 1000 - box.width, box.y});
  expect_at(scene.dot(1.4), users.x - 500, -4.5);
}

}  // namespace
}  // namespace faultline::viz::dots_test
