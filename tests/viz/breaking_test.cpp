// Shows what a command to break something does to each kind of component, and that it is what a
// timeline may say: what is offered a file accepts, and what is refused a file refuses.
#include "viz/view/session/breaking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/viz/shown.h"
#include "viz/view/run/hand_fault.h"

namespace faultline::viz::breaking_test {
namespace {

using nlohmann::ordered_json;
using scenarios::Happening;
using testing::ElementsAre;

const std::vector<Command> on_cards = {Command::crash,  Command::bring_back, Command::slow,
                                       Command::freeze, Command::flush,      Command::add_load};
const std::vector<Command> on_wires = {Command::cut, Command::delay};

// One of every kind. `web` has a replica in every region, `db` three in us and two in eu.
ordered_json one_of_each() {
  const auto endpoints = [](const ordered_json& steps) {
    return ordered_json{{"*", ordered_json::array({{{"compute", "1ms"}}, steps})}};
  };
  return {
      {"run", {{"duration", "10s"}}},
      {"network",
       {{"regions", {{"us", {{"zones", {"a", "b"}}}}, {"eu", {{"zones", {"a"}}}}}},
        {"clients", {{"homes", {{"near", "us"}}}}}}},
      {"components",
       {{"name", {{"type", "dns"}, {"answers", "edge"}}},
        {"edge", {{"type", "cdn"}, {"origin", "lb"}, {"capacity", "1GiB"}, {"zones", {"us/a"}}}},
        {"lb", {{"type", "load-balancer"}, {"backends", "web"}, {"zones", {"us/a"}}}},
        {"paid",
         {{"type", "load-balancer"}, {"backends", "web"}, {"capacity", {{"rate", "100/s"}}}}},
        {"web",
         {{"type", "service"},
          {"replicas", 2},
          {"zones", {"us/a", "eu/a"}},
          {"endpoints", endpoints({{"read", "db"}, {"cache", "cache"}})}}},
        {"cache", {{"type", "cache"}, {"capacity", 10}, {"replicas", 2}, {"zones", {"us/a"}}}},
        {"db",
         {{"type", "database"},
          {"replicas", 5},
          {"read-time", "1ms"},
          {"zones", {"us/a", "eu/a", "us/b", "eu/a", "us/b"}}}},
        {"mail",
         {{"type", "queue"}, {"deliver-to", "post"}, {"endpoint", "letter"}, {"concurrency", 1}}},
        {"post",
         {{"type", "service"},
          {"endpoints", {{"letter", ordered_json::array({{{"compute", "1ms"}}})}}}}},
        {"store", {{"type", "object-store"}, {"zones", {"us/a"}}}}}},
      {"workloads",
       {{"users", {{"to", "name"}, {"arrivals", "regular(1/s)"}}},
        {"payers", {{"to", "paid"}, {"arrivals", "regular(1/s)"}}},
        {"writers", {{"to", "mail"}, {"arrivals", "regular(1/s)"}, {"writes", 1}}},
        {"readers", {{"to", "store"}, {"arrivals", "regular(1/s)"}}}}}};
}

class BreakingTest : public ::testing::Test {
 protected:
  std::unique_ptr<models::World> world_ = scenario_of(one_of_each())->make_world(1);
  Regions regions_{world_->geography()};
  Stage stage_{*world_, regions_};

  Selection card(std::string_view name, std::optional<models::ReplicaIndex> replica = {}) const {
    return {.stage = 0, .card = stage_.find_card(name).value(), .replica = replica, .wire = {}};
  }
  Selection wire(std::string_view from, std::string_view to) const {
    for (std::size_t i = 0; i < stage_.wires().size(); ++i) {
      const Wire& wire = stage_.wires()[i];
      if (wire.from == stage_.find_card(from) && wire.to == stage_.find_card(to)) {
        return {.stage = 0, .card = {}, .replica = {}, .wire = i};
      }
    }
    ADD_FAILURE() << from << "->" << to;
    return {};
  }
  Breaking broken(Command command, const Selection& selection) const {
    return breaking(command, selection, stage_, *world_);
  }
  // "crash web/0", or the sentence that says why not.
  std::vector<std::string> told(Command command, const Selection& selection) const {
    const Breaking what = broken(command, selection);
    if (const auto* why_not = std::get_if<std::string>(&what)) return {*why_not};
    std::vector<std::string> all;
    for (const Happening& happening : std::get<0>(what)) all.push_back(happening.what());
    return all;
  }
  // The types of all that a command can be done to.
  std::set<std::string> breakable(Command command) const {
    std::set<std::string> types;
    for (const Card& one : stage_.cards()) {
      if (broken(command, card(one.place)).index() == 0) types.insert(one.type);
    }
    return types;
  }
};

std::string problems_of(const Happening& happening) {
  ordered_json json = one_of_each();
  const HandFault fault{.label = "x", .happening = happening, .at = at_s(1), .lasts = std::nullopt};
  json["timeline"]["x"] = fault.entry();
  const scenarios::ScratchFolder folder;
  scenarios::Problems problems;
  scenarios::load_scenario(folder.write("x.json", json.dump()), {}, library(), problems);
  return problems.text();
}

TEST_F(BreakingTest, EachKindSuffersWhatItCan) {
  const std::set<std::string> machines = {"dns",   "cdn",      "load-balancer", "service",
                                          "cache", "database", "queue",         "object-store"};
  EXPECT_EQ(breakable(Command::crash), machines);
  EXPECT_EQ(breakable(Command::bring_back), machines);
  EXPECT_EQ(breakable(Command::slow), machines);
  EXPECT_EQ(breakable(Command::freeze), machines);
  EXPECT_EQ(breakable(Command::flush), (std::set<std::string>{"cdn", "cache"}));
  EXPECT_EQ(breakable(Command::add_load), (std::set<std::string>{"workload"}));
  EXPECT_TRUE(breakable(Command::cut).empty());
  EXPECT_TRUE(breakable(Command::delay).empty());
}

// A balancer that has no work of its own cannot do it more slowly.
TEST_F(BreakingTest, ABalancerIsSlowedOnlyWhereItsWorkCosts) {
  EXPECT_THAT(told(Command::slow, card("lb")), ElementsAre("lb cannot be slowed down."));
  EXPECT_THAT(told(Command::slow, card("paid")), ElementsAre("slow paid x0.2"));
}

TEST_F(BreakingTest, AWholeComponentSuffersAsOne) {
  EXPECT_THAT(told(Command::crash, card("cache")), ElementsAre("crash cache"));
  EXPECT_THAT(told(Command::bring_back, card("cache")), ElementsAre("restart cache"));
  EXPECT_THAT(told(Command::slow, card("cache")), ElementsAre("slow cache x0.2"));
  EXPECT_THAT(told(Command::freeze, card("cache")), ElementsAre("pause cache"));
  EXPECT_THAT(told(Command::flush, card("cache")), ElementsAre("flush cache"));
  EXPECT_THAT(told(Command::add_load, card("users")), ElementsAre("load users x2"));
}

TEST_F(BreakingTest, AReplicaSuffersAlone) {
  EXPECT_THAT(told(Command::crash, card("cache", 1)), ElementsAre("crash cache/1"));
  EXPECT_THAT(told(Command::slow, card("db@eu", 3)), ElementsAre("slow db/3 x0.2"));
  EXPECT_THAT(told(Command::flush, card("cache", 0)), ElementsAre("flush cache/0"));
}

// Of a component that stands in two regions, a card is one part: its replicas, one by one.
TEST_F(BreakingTest, ACardOfOneRegionStrikesThatRegion) {
  EXPECT_THAT(told(Command::crash, card("db@eu")), ElementsAre("crash db/1", "crash db/3"));
  EXPECT_THAT(told(Command::freeze, card("db@us")),
              ElementsAre("pause db/0", "pause db/2", "pause db/4"));
}

TEST_F(BreakingTest, AWayIsCutOrDelayed) {
  EXPECT_THAT(told(Command::cut, wire("lb", "web@us")), ElementsAre("cut lb->web"));
  EXPECT_THAT(told(Command::delay, wire("users", "edge")),
              ElementsAre("delay users->edge by 200ms"));
  for (const Command command : on_cards) {
    EXPECT_THAT(told(command, wire("lb", "web@eu")), ElementsAre("Select a component for that."));
  }
}

TEST_F(BreakingTest, WhyNotIsSaid) {
  EXPECT_THAT(told(Command::crash, card("users")), ElementsAre("users cannot crash."));
  EXPECT_THAT(told(Command::bring_back, card("users")), ElementsAre("users cannot be restarted."));
  EXPECT_THAT(told(Command::freeze, card("users")),
              ElementsAre("users cannot be stopped for a while."));
  EXPECT_THAT(told(Command::flush, card("db@us")),
              ElementsAre("db holds nothing that it could forget."));
  EXPECT_THAT(told(Command::add_load, card("web@eu")),
              ElementsAre("web sends no load: select users."));
  EXPECT_THAT(told(Command::cut, card("web@us")),
              ElementsAre("Select a way between two components for that."));
  EXPECT_THAT(told(Command::crash, {}),
              ElementsAre("Select a component or a way first: click it."));
}

TEST_F(BreakingTest, OnlySomeCommandsBreak) {
  std::vector<Command> breakers;
  for (const KeyBinding& binding : key_bindings()) {
    if (breaks(binding.command)) breakers.push_back(binding.command);
  }
  std::vector<Command> expected = {Command::crash,  Command::bring_back, Command::slow,
                                   Command::freeze, Command::flush,      Command::cut,
                                   Command::delay,  Command::add_load};
  EXPECT_THAT(breakers, testing::UnorderedElementsAreArray(expected));
}

// Every command on every card, every replica and every way: as entries of a timeline they are read
// without complaint.
TEST_F(BreakingTest, AFileAcceptsWhatIsOffered) {
  std::vector<std::pair<Command, Selection>> all;
  for (const Card& one : stage_.cards()) {
    for (const Command command : on_cards) {
      all.emplace_back(command, card(one.place));
      for (const Cell& cell : one.cells) all.emplace_back(command, card(one.place, cell.replica));
    }
  }
  for (const Wire& one : stage_.wires()) {
    for (const Command command : on_wires) {
      all.emplace_back(command, wire(stage_.cards()[one.from].place, stage_.cards()[one.to].place));
    }
  }
  std::set<std::string> offered;
  for (const auto& [command, selection] : all) {
    const Breaking what = broken(command, selection);
    if (what.index() != 0) continue;
    EXPECT_FALSE(std::get<0>(what).empty());
    for (const Happening& happening : std::get<0>(what)) {
      EXPECT_EQ(problems_of(happening), "");
      offered.insert(happening.what());
    }
  }
  EXPECT_GT(offered.size(), 100U);
}

// What cannot be done to a component here cannot be done to it in a file either.
TEST_F(BreakingTest, AFileRefusesWhatIsRefused) {
  const std::map<Command, std::string Happening::*> verbs = {
      {Command::crash, &Happening::crash}, {Command::bring_back, &Happening::restart},
      {Command::slow, &Happening::slow},   {Command::freeze, &Happening::pause},
      {Command::flush, &Happening::flush}, {Command::add_load, &Happening::load}};
  int refused = 0;
  for (const Card& one : stage_.cards()) {
    for (const auto& [command, verb] : verbs) {
      if (broken(command, card(one.place)).index() == 0) continue;
      Happening happening;
      happening.*verb = one.name;
      if (command == Command::slow || command == Command::add_load) happening.factor = 2;
      EXPECT_NE(problems_of(happening), "") << happening.what();
      ++refused;
    }
  }
  EXPECT_GT(refused, 30);
}

}  // namespace
}  // namespace faultline::viz::breaking_test
