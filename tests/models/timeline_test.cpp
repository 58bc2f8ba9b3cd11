#include "models/timeline.h"

#include <gtest/gtest.h>

#include <vector>

#include "models/arrow.h"
#include "models/workload/client.h"
#include "tests/models/probe.h"

namespace faultline::models::timeline_test {
namespace {

using namespace sim::literals;

sim::Time at(sim::Duration after) { return sim::Time{} + after; }

// A stub with a leader and a memory.
class Led final : public Component {
 public:
  using Component::Component;
  std::unique_ptr<Component> clone() const override { return std::make_unique<Led>(*this); }
  std::string_view type() const override { return "led"; }
  void describe(Fields&) override {}
  void bind(World& world) override { make_replicas(world, hosting); }
  void receive(World& world, Attempt& attempt) override { world.reply(attempt, {}); }
  void flush(World&, ReplicaIndex replica) override { flushed.push_back(replica); }
  bool has_role(std::string_view role) const override { return role == "leader"; }
  std::optional<ReplicaIndex> role(const World&, std::string_view role) const override {
    if (role != "leader") return std::nullopt;
    return static_cast<ReplicaIndex>(leader);
  }

  HostingSettings hosting;
  std::uint64_t leader = 0;
  std::vector<int> flushed;
};

GeographySettings two_regions() {
  GeographySettings settings;
  settings.regions["east"].zones = {"a", "b"};
  settings.regions["west"].zones = {"a"};
  settings.clients["users"] = {.near = "east", .latency = sim::Distribution::constant(10_ms)};
  settings.latency.between_regions = sim::Distribution::constant(40_ms);
  settings.latency.same_region = sim::Distribution::constant(2_ms);
  return settings;
}

// `db` has replicas in east/a, east/b and west/a.
struct Scene {
  World world{1, Geography(two_regions())};
  Probe* probe;
  Led* db;

  Scene() {
    auto owned_db = std::make_unique<Led>("db");
    CallPolicy policy;
    policy.timeout = 1_s;
    auto owned_probe = std::make_unique<Probe>("probe", "db", policy);
    db = owned_db.get();
    probe = owned_probe.get();
    db->hosting.replicas = 3;
    world.add(std::move(owned_db));
    world.add(std::move(owned_probe));
  }
  template <class Kind, class... Arguments>
  void act(sim::Duration begin, std::optional<sim::Duration> lasts, Arguments&&... arguments) {
    auto action = std::make_shared<Kind>(std::forward<Arguments>(arguments)...);
    action->at = at(begin);
    action->lasts = lasts;
    world.add_action(std::move(action));
  }
  // What lies before `end`, and what the timeline does at it, has happened.
  void through(sim::Duration end) { world.run_until(at(end + 1_ns)); }
  std::string states() const {
    std::string letters;
    for (const Replica& replica : db->replicas()) {
      letters += "sudx"[static_cast<std::size_t>(replica.state)];
    }
    return letters;
  }
  // When the ask is answered, in milliseconds; 0 for a failure.
  std::vector<std::int64_t> answers() const {
    std::vector<std::int64_t> result;
    for (const auto& answer : probe->answers()) {
      result.push_back(answer.outcome.ok() ? (answer.at - sim::Time{}).ns / 1'000'000 : 0);
    }
    return result;
  }
};

// A crash of one replica, of all, and of whoever leads at that moment, each undone by a start of
// those it struck, even if another leads by then.
TEST(Timeline, CrashesWhomItNamesAndStartsThemAgain) {
  Scene scene;
  scene.act<CrashAction>(1_s, 1_s, Address{"db/1"});
  scene.act<CrashAction>(3_s, 1_s, Address{"db"});
  scene.act<CrashAction>(5_s, 1_s, Address{"db/leader"});
  scene.world.start();
  scene.through(1_s);
  EXPECT_EQ(scene.states(), "uxu");
  scene.through(2_s);
  EXPECT_EQ(scene.states(), "uuu");
  scene.through(3_s);
  EXPECT_EQ(scene.states(), "xxx");
  scene.through(4_s);
  EXPECT_EQ(scene.states(), "uuu");
  scene.db->leader = 2;
  scene.through(5_s);
  EXPECT_EQ(scene.states(), "uux");
  scene.db->leader = 0;
  scene.through(6_s);
  EXPECT_EQ(scene.states(), "uuu");
}

// Of two crashes that overlap, the end of the first starts nothing.
TEST(Timeline, OverlappingCrashesEndTogether) {
  Scene scene;
  scene.act<CrashAction>(1_s, 3_s, Address{"db/0"});
  scene.act<CrashAction>(2_s, 5_s, Address{"db"});
  scene.act<RestartAction>(6_s, std::nullopt, Address{"db/2"});
  scene.world.start();
  scene.through(4_s);
  EXPECT_EQ(scene.states(), "xxx");
  scene.through(6_s);
  EXPECT_EQ(scene.states(), "xxu");
  scene.through(7_s);
  EXPECT_EQ(scene.states(), "uuu");
}

// Of two drains that overlap, the end of the first brings nobody back; a restart ends both, and
// then their ends mean nothing.
TEST(Timeline, DrainsEndTogetherOrWithARestart) {
  Scene scene;
  scene.act<DrainAction>(1_s, 3_s, Address{"db/0"});
  scene.act<DrainAction>(2_s, 5_s, Address{"db"});
  scene.act<RestartAction>(6_s, std::nullopt, Address{"db/2"});
  scene.world.start();
  scene.through(1_s);
  EXPECT_EQ(scene.db->replicas()[0].state, Lifecycle::draining);
  EXPECT_EQ(scene.db->replicas()[1].state, Lifecycle::up);
  scene.through(4_s);
  EXPECT_EQ(scene.db->replicas()[0].state, Lifecycle::draining);
  scene.through(6_s);
  EXPECT_EQ(scene.db->replicas()[1].state, Lifecycle::draining);
  EXPECT_EQ(scene.db->replicas()[2].state, Lifecycle::up);
  scene.through(7_s);
  EXPECT_EQ(scene.states(), "uuu");
}

// Slowness and pauses end alone; flushing reaches those named.
TEST(Timeline, SlowsPausesAndFlushes) {
  Scene scene;
  scene.act<SlowAction>(1_s, 4_s, Address{"db"}, 0.5);
  scene.act<SlowAction>(2_s, 1_s, Address{"db/0"}, 0.0);
  scene.act<FlushAction>(2_s, std::nullopt, Address{"db/1"});
  scene.world.start();
  scene.through(2_s);
  EXPECT_EQ(scene.db->replicas()[0].speed, 0);
  EXPECT_EQ(scene.db->replicas()[1].speed, 0.5);
  EXPECT_EQ(scene.db->flushed, std::vector{1});
  scene.through(3_s);
  EXPECT_EQ(scene.db->replicas()[0].speed, 0.5);
  scene.through(5_s);
  EXPECT_EQ(scene.db->replicas()[0].speed, 1);
}

// An outage of a zone takes what stands in it, one of the region all its zones and its links: whom
// it cuts off cannot be reached, nor passed through; both end when both have ended.
TEST(Timeline, OutagesTakeEverythingInThem) {
  Scene scene;
  scene.act<OutageAction>(1_s, 6_s, Address{"east/b"});
  scene.act<OutageAction>(3_s, 2_s, Address{"east"});
  for (const auto when : {2_s, 4_s, 8_s}) scene.probe->ask({.at = when, .to = 2});
  scene.world.start();
  scene.through(1_s);
  EXPECT_EQ(scene.states(), "uxu");
  EXPECT_TRUE(scene.db->replicas()[1].silent);
  scene.through(3_s);
  EXPECT_EQ(scene.states(), "xxu");
  scene.through(5_s);
  EXPECT_EQ(scene.states(), "uxu");
  scene.through(7_s);
  EXPECT_EQ(scene.states(), "uuu");
  scene.through(20_s);
  // The users stand before east: its gates are the only way to west.
  EXPECT_EQ(scene.answers(), (std::vector<std::int64_t>{2100, 0, 8100}));
}

// An outage of one host is silent, too.
TEST(Timeline, OutageOfOneHost) {
  Scene scene;
  scene.act<OutageAction>(1_s, 1_s, Address{"db/0"});
  scene.world.start();
  scene.through(1_s);
  EXPECT_EQ(scene.states(), "xuu");
  EXPECT_TRUE(scene.db->replicas()[0].silent);
  scene.through(2_s);
  EXPECT_EQ(scene.states(), "uuu");
}

// The answer of a call that takes 50 ms each way is lost when the way back is cut before it departs
// and not when only the way there is.
TEST(Timeline, CutsBetweenRegionsOneWayAndBoth) {
  for (const auto& [from, to, both, survives] :
       {std::tuple{"east", "west", false, true}, std::tuple{"west", "east", false, false},
        std::tuple{"east", "west", true, false}}) {
    Scene scene;
    scene.act<LinkAction>(1020_ms, 1_s, from, to, both, EdgeChange{.cut = true});
    scene.probe->ask({.at = 1_s, .to = 2});
    scene.probe->ask({.at = 3_s, .to = 2});
    scene.world.start();
    scene.through(20_s);
    EXPECT_EQ(scene.answers(), (std::vector<std::int64_t>{survives ? 1100 : 0, 3100}));
  }
}

// The same between two components, which the network knows nothing of; and from a home.
TEST(Timeline, CutsBetweenComponentsAndFromHomes) {
  for (const auto& [from, to, both, survives] :
       {std::tuple{"probe", "db", false, true}, std::tuple{"db", "probe", false, false},
        std::tuple{"probe", "db", true, false}, std::tuple{"users", "east", false, true},
        std::tuple{"east", "users", false, false}}) {
    Scene scene;
    scene.act<LinkAction>(1005_ms, 1_s, from, to, both, EdgeChange{.cut = true});
    scene.probe->ask({.at = 1_s, .to = 0});
    scene.probe->ask({.at = 3_s, .to = 0});
    scene.world.start();
    scene.through(20_s);
    EXPECT_EQ(scene.answers(), (std::vector<std::int64_t>{survives ? 1020 : 0, 3020}));
  }
}

// Delays of two entries add up while both last: 20 ms, then 5 and 7 ms more, then 7, then none.
TEST(Timeline, DelaysOverlap) {
  for (const auto& [from, to] : {std::pair{"users", "east"}, std::pair{"probe", "db"}}) {
    Scene scene;
    scene.act<LinkAction>(1_s, 2_s, from, to, false, EdgeChange{.delay = 5_ms});
    scene.act<LinkAction>(2_s, 2_s, from, to, false, EdgeChange{.delay = 7_ms});
    for (const auto when : {500_ms, 1500_ms, 2500_ms, 3500_ms, 4500_ms}) {
      scene.probe->ask({.at = when, .to = 0});
    }
    scene.world.start();
    scene.through(20_s);
    EXPECT_EQ(scene.answers(), (std::vector<std::int64_t>{520, 1525, 2532, 3527, 4520}));
  }
}

// A home and a region it is joined to in one direction alone: a cut both ways troubles that one.
TEST(Timeline, CutsBothWaysWhatIsJoinedOneWay) {
  GeographySettings settings = two_regions();
  settings.links["users->west"].latency = sim::Distribution::constant(1_ms);
  World world(1, Geography(settings));
  auto owned = std::make_unique<Led>("db");
  owned->hosting.zones = {"west/a"};
  auto owned_probe = std::make_unique<Probe>("probe", "db");
  Probe& probe = *owned_probe;
  probe.ask({.at = 1500_ms});
  probe.ask({.at = 3_s});
  world.add(std::move(owned));
  world.add(std::move(owned_probe));
  auto cut = std::make_shared<LinkAction>("users", "west", true, EdgeChange{.cut = true});
  cut->at = at(1_s);
  cut->lasts = 1_s;
  world.add_action(cut);
  world.start();
  world.run_until(at(20_s));
  ASSERT_EQ(probe.answers().size(), 2U);
  EXPECT_EQ(probe.answers()[0].at, at(1600_ms));  // round through east, 50 ms each way
  EXPECT_EQ(probe.answers()[1].at, at(3051_ms));
}

// At one instant the timeline acts first: what arrives at 1010 ms finds the process dead.
TEST(Timeline, ActsBeforeEverythingElseAtItsInstant) {
  Scene scene;
  scene.act<CrashAction>(1010_ms, std::nullopt, Address{"db/0"});
  scene.probe->ask({.at = 1_s, .to = 0});
  scene.world.start();
  scene.through(20_s);
  ASSERT_EQ(scene.probe->answers().size(), 1U);
  EXPECT_EQ(scene.probe->answers()[0].outcome.status, Status::reset);
}

// Regular arrivals at 1/s, doubled between 2.5 s and 4 s: the one due at 3 s has half its way left
// at 2.5 s and comes at 2.75 s; half a second apart until 4 s, when a half is left that takes half.
TEST(Timeline, ScalesLoadInTheMiddleOfAGap) {
  auto owned_client = std::make_unique<Client>("client");
  auto owned_stub = std::make_unique<Stub>("stub");
  Stub& stub = *owned_stub;
  owned_client->settings.from = "users";
  owned_client->settings.to = "stub";
  owned_client->settings.arrivals =
      ArrivalSettings{.kind = ArrivalSettings::Kind::regular, .rate_per_s = 1};
  World world(1, tiny_geography());
  world.add(std::move(owned_client));
  world.add(std::move(owned_stub));
  auto twice = std::make_shared<LoadAction>(std::nullopt, 2.0);
  twice->at = at(2500_ms);
  twice->lasts = 1500_ms;
  world.add_action(twice);
  auto none = std::make_shared<LoadAction>("client", 0.0);
  none->at = at(5_s);
  none->lasts = 10_s;
  world.add_action(none);
  world.start();
  world.run_until(at(17_s));
  std::vector<std::int64_t> times;
  for (const auto& heard : stub.heard()) times.push_back((heard.at - sim::Time{}).ns / 1'000'000);
  EXPECT_EQ(times, (std::vector<std::int64_t>{1000, 2000, 2750, 3250, 3750, 4500, 15500, 16500}));
}

// Places mean who stands there; components, replicas and roles mean themselves; and what means
// nothing says why.
TEST(Address, MeansReplicas) {
  Scene scene;
  scene.world.start();
  const auto meant = [&](std::string text) {
    std::vector<int> replicas;
    for (const auto& [c, r] : Address{std::move(text)}.replicas(scene.world)) replicas.push_back(r);
    return replicas;
  };
  EXPECT_EQ(meant("db"), (std::vector{0, 1, 2}));
  EXPECT_EQ(meant("db/2"), std::vector{2});
  EXPECT_EQ(meant("db/leader"), std::vector{0});
  EXPECT_EQ(meant("east"), (std::vector{0, 1}));
  EXPECT_EQ(meant("east/b"), std::vector{1});
  EXPECT_TRUE(meant("eas").empty());
  const auto wrong = [&](std::string text) {
    return Address{std::move(text)}.problem(scene.world);
  };
  for (const auto* good : {"db", "db/2", "db/leader", "east", "west/a"}) {
    EXPECT_EQ(wrong(good), std::nullopt) << good;
  }
  for (const auto* bad : {"db/3", "db/follower", "north", "east/c", "probe", "db/0x"}) {
    EXPECT_NE(wrong(bad), std::nullopt) << bad;
  }
}

// Both heads, with the names on either side; and nothing that is not an arrow.
TEST(Arrow, IsReadOneWayAndBoth) {
  const auto one = parse_arrow("a->b");
  ASSERT_TRUE(one);
  EXPECT_EQ(one->from + one->to, "ab");
  EXPECT_FALSE(one->both_ways);
  const auto both = parse_arrow("us-east<->eu-west");
  ASSERT_TRUE(both);
  EXPECT_EQ(both->from + both->to, "us-easteu-west");
  EXPECT_TRUE(both->both_ways);
  for (const auto* bad : {"", "ab", "->", "a->", "->b", "<->b", "a->b->c", "a-b"}) {
    EXPECT_FALSE(parse_arrow(bad)) << bad;
  }
}

}  // namespace
}  // namespace faultline::models::timeline_test
