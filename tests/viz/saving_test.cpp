// Shows that what was done by hand can be saved as a scenario that, run again, does the same event
// by event; and that such a scenario can itself be shown, broken further and saved.
#include "viz/view/run/saving.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/viz/shown.h"
#include "viz/view/session/session.h"

namespace faultline::viz::saving_test {
namespace {

using nlohmann::ordered_json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class SavingTest : public ::testing::Test {
 protected:
  scenarios::ScratchFolder folder_;
  std::filesystem::path shop_ = folder_.write("shop.json", small_shop().dump());

  // A session with `file`, saved.
  static Session session_of(const std::filesystem::path& file, std::uint64_t seed = 1) {
    return {{scenario_from(file)}, seed, {1280, 720}};
  }
  std::filesystem::path saved(Session& session, const std::string& name) const {
    session.save(folder_.path());
    EXPECT_EQ(session.answer(), "Saved. Run it again with: faultline run " +
                                    (folder_.path() / (name + ".json")).string());
    return folder_.path() / (name + ".json");
  }
  static void at(Session& session, double seconds, const std::string& whom, Command command,
                 bool for_a_while = false) {
    session.go_to(at_s(seconds));
    ASSERT_TRUE(session.select(whom)) << whom;
    session.command(command, for_a_while);
  }
  static ordered_json read(const std::filesystem::path& file) {
    std::ifstream stream(file);
    return ordered_json::parse(stream);
  }
  // At the same instants both runs have executed the same events with the same outcome.
  static void expect_same_run(Session& session, const std::filesystem::path& file) {
    const auto scenario = scenario_from(file);
    Playback again(scenario, scenario->run.seed);
    for (const double seconds : {10.0, 17.5, 30.0}) {
      session.go_to(at_s(seconds));
      again.go_to(at_s(seconds));
      const models::World& world = session.shown()[0]->playback.world();
      EXPECT_EQ(again.world().executed(), world.executed()) << seconds;
      EXPECT_EQ(again.world().digest(), world.digest()) << seconds;
      EXPECT_EQ(again.world().outcome_digest(), world.outcome_digest()) << seconds;
    }
  }
};

// Everything that can be done by hand, and another seed than the file's.
TEST_F(SavingTest, RunAgainItIsTheSame) {
  Session session = session_of(shop_, 42);
  at(session, 3, "web/1", Command::crash, true);
  at(session, 5, "web/0", Command::slow);
  at(session, 6.25, "cache", Command::flush);
  at(session, 7, "web->db", Command::delay, true);
  at(session, 8, "users", Command::add_load, true);
  at(session, 9, "web->cache", Command::cut, true);
  at(session, 15, "db", Command::freeze, true);
  at(session, 28, "web", Command::bring_back);
  const auto file = saved(session, "shop-by-hand");
  EXPECT_EQ(read(file)["run"]["seed"], 42);
  EXPECT_THAT(read(file)["timeline"], SizeIs(8));
  expect_same_run(session, file);

  Session untouched = session_of(shop_, 42);
  untouched.go_to(at_s(30));
  EXPECT_NE(untouched.shown()[0]->playback.world().digest(),
            session.shown()[0]->playback.world().digest());
}

// It says what it is, extends the file it came from wherever that lies, and repeats nothing of it.
TEST_F(SavingTest, ItExtendsWhatWasShown) {
  Session session = session_of(shop_);
  at(session, 3, "web/1", Command::crash, true);
  const ordered_json json = read(saved(session, "shop-by-hand"));
  EXPECT_EQ(json["extends"], std::filesystem::weakly_canonical(shop_).string());
  EXPECT_EQ(json["name"], "shop-by-hand");
  EXPECT_FALSE(json.contains("components"));
  EXPECT_FALSE(json.contains("view"));
  EXPECT_EQ(json["timeline"].begin().value(),
            (ordered_json{{"at", "3.000000001s"}, {"for", "10s"}, {"crash", "web/1"}}));
  Session shipped = session_of("retry-storm");
  EXPECT_EQ(read(saved(shipped, "retry-storm-by-hand"))["extends"], "retry-storm");
}

// A run that was made by hand is broken once more: the new file has what is new, under labels that
// take no earlier entry's place, and together they are what was seen.
TEST_F(SavingTest, AScenarioMadeByHandCanBeBrokenFurther) {
  Session first = session_of(shop_);
  at(first, 3, "web/1", Command::crash, true);
  at(first, 5, "web/0", Command::slow);
  const auto once = saved(first, "shop-by-hand");

  Session second = session_of(once);
  at(second, 4, "cache", Command::crash, true);
  at(second, 12, "web->db", Command::delay, true);
  const auto twice = saved(second, "shop-by-hand-by-hand");
  EXPECT_THAT(read(once)["timeline"], SizeIs(2));
  EXPECT_THAT(read(twice)["timeline"], SizeIs(2));
  EXPECT_THAT(scenario_from(twice)->timeline, SizeIs(4));
  expect_same_run(second, twice);
}

// Gone back before the second fault, and something else done there: the first history is over.
TEST_F(SavingTest, OnlyTheHistoryThatIsSeenIsSaved) {
  Session session = session_of(shop_);
  at(session, 3, "web/1", Command::crash, true);
  at(session, 20, "db", Command::crash);
  at(session, 10, "cache", Command::flush);
  const auto file = saved(session, "shop-by-hand");
  EXPECT_THAT(read(file)["timeline"], SizeIs(2));
  expect_same_run(session, file);
}

TEST_F(SavingTest, CardsStandWhereTheyWerePut) {
  Session session = session_of(shop_);
  const Shown& shown = *session.shown()[0];
  const std::size_t db = shown.stage.find_card("db").value();
  const Point from = shown.camera.to_screen(shown.stage.cards()[db].box.centre());
  session.press(from);
  session.point_at(from + Point{77, -55});
  session.release(from + Point{77, -55});
  const auto file = saved(session, "shop-by-hand");
  EXPECT_FALSE(read(file).contains("timeline"));
  Session again = session_of(file);
  for (std::size_t i = 0; i < shown.stage.cards().size(); ++i) {
    EXPECT_EQ(again.shown()[0]->stage.cards()[i].box, shown.stage.cards()[i].box);
  }
  EXPECT_THAT(again.shown()[0]->stage.put_by_hand(), SizeIs(1));
}

TEST_F(SavingTest, SaysWhenItCannot) {
  Session session = session_of(shop_);
  session.save(folder_.path() / "nowhere");
  EXPECT_THAT(session.answer(), HasSubstr("nowhere"));
  EXPECT_THAT(session.answer(), testing::Not(StartsWith("Saved")));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "nowhere"));
}

// Of two runs it is the one in which something is selected.
TEST_F(SavingTest, TheSelectedRunIsSaved) {
  ordered_json json = small_shop();
  json["name"] = "spared";
  json["components"]["spare"] = json["components"]["cache"];
  const auto other = folder_.write("spared.json", json.dump());
  Session session({scenario_from(shop_), scenario_from(other)}, 1, {1280, 720});
  at(session, 3, "spare", Command::crash);
  EXPECT_THAT(session.shown()[0]->playback.by_hand(), IsEmpty());
  EXPECT_EQ(read(saved(session, "spared-by-hand"))["extends"],
            std::filesystem::weakly_canonical(other).string());
}

// What was set from the command line is part of what is seen, and of what is saved.
TEST_F(SavingTest, WhatWasSetIsSaved) {
  scenarios::Problems problems;
  const std::vector<scenarios::Override> set = {
      scenarios::parse_override("/workloads/users/arrivals=regular(80/s)", problems).value()};
  auto scenario = scenarios::load_scenario(shop_, set, library(), problems);
  ASSERT_TRUE(scenario) << problems.text();
  Session session({std::make_shared<const scenarios::Scenario>(std::move(*scenario))}, 1,
                  {1280, 720});
  at(session, 3, "web/1", Command::crash, true);
  expect_same_run(session, saved(session, "shop-by-hand"));
}

}  // namespace
}  // namespace faultline::viz::saving_test
