#include <gtest/gtest.h>

#include <vector>

#include "tests/models/probe.h"

namespace faultline::models::connections_test {
namespace {

using namespace sim::literals;

// A probe 10 ms away from a stub that takes 5 ms: a round trip is 20 ms, and a call over a
// connection that is there takes 25 ms.
struct Scene {
  World world{1, tiny_geography(10_ms)};
  Probe* probe;
  Stub* stub;

  explicit Scene(const CallPolicy& policy, Stub::Respond respond = {}) {
    auto owned_probe = std::make_unique<Probe>("probe", "stub", policy);
    auto owned_stub = std::make_unique<Stub>("stub", 5_ms, std::move(respond));
    probe = owned_probe.get();
    stub = owned_stub.get();
    world.add(std::move(owned_probe));
    world.add(std::move(owned_stub));
  }
  void ask(std::vector<sim::Duration> at, bool write = false) {
    for (const sim::Duration one : at) probe->ask({.at = one, .write = write});
  }
  void run() {
    world.start();
    world.run_until(sim::Time{} + 1000_s);
  }
  void run_with(sim::Duration at, void (Component::*fault)(World&, ReplicaIndex)) {
    world.run_until(sim::Time{} + at);
    (stub->*fault)(world, 0);
  }
  // How long each call took, in the order in which they were made.
  std::vector<sim::Duration> took(const std::vector<sim::Duration>& asked) const {
    std::vector<sim::Duration> result;
    for (std::size_t i = 0; i < asked.size(); ++i) {
      result.push_back(probe->answer_to(i)->at - (sim::Time{} + asked[i]));
    }
    return result;
  }
  Status status(std::size_t ask) const { return probe->answer_to(ask)->outcome.status; }
  std::int64_t count(std::string_view metric) const {
    return static_cast<std::int64_t>(reading(world, *probe, metric).part);
  }
};

CallPolicy over(const ConnectionPolicy& connection) {
  CallPolicy policy;
  policy.connection = connection;
  return policy;
}

std::vector<sim::Duration> durations(const CallPolicy& policy,
                                     const std::vector<sim::Duration>& asked, bool write = false) {
  Scene scene(policy);
  scene.ask(asked, write);
  scene.run();
  EXPECT_EQ(scene.world.live_records(), 0U) << "unused connections are not kept for ever";
  return scene.took(asked);
}

// The first call pays for one round trip of TCP, and two, or one, of TLS; the next one for none.
TEST(Connections, OpenInTheRoundTripsOfTheirHandshake) {
  using Took = std::vector<sim::Duration>;
  EXPECT_EQ(durations({}, {0_s, 1_s}), (Took{25_ms, 25_ms}));
  EXPECT_EQ(durations(over({}), {0_s, 1_s}), (Took{45_ms, 25_ms}));
  EXPECT_EQ(durations(over({.tls = Tls::v1_2}), {0_s, 1_s}), (Took{85_ms, 25_ms}));
  EXPECT_EQ(durations(over({.tls = Tls::v1_3}), {0_s, 1_s}), (Took{65_ms, 25_ms}));
}

// One who was there before saves a round trip of TLS 1.2, none of 1.3, and with early data that
// one too, unless they write.
TEST(Connections, AreSoonerOpenedByWhoWasThereBefore) {
  using Took = std::vector<sim::Duration>;
  const std::vector<sim::Duration> asked{0_s, 100_s};
  EXPECT_EQ(durations(over({.tls = Tls::v1_2}), asked), (Took{85_ms, 65_ms}));
  EXPECT_EQ(durations(over({.tls = Tls::v1_2, .resumption = false}), asked), (Took{85_ms, 85_ms}));
  EXPECT_EQ(durations(over({.tls = Tls::v1_3}), asked), (Took{65_ms, 65_ms}));
  const CallPolicy early = over({.tls = Tls::v1_3, .early_data = true});
  EXPECT_EQ(durations(early, asked), (Took{65_ms, 45_ms}));
  EXPECT_EQ(durations(early, asked, true), (Took{65_ms, 65_ms}));
}

// Unused for the idle timeout, it is closed: a call that begins just then finds it, one later does
// not. The first answer came at 45 ms.
TEST(Connections, AreKeptForTheIdleTimeout) {
  using Took = std::vector<sim::Duration>;
  const CallPolicy policy = over({.idle_timeout = 1_s});
  EXPECT_EQ(durations(policy, {0_s, 1044_ms}), (Took{45_ms, 25_ms}));
  EXPECT_EQ(durations(policy, {0_s, 1046_ms}), (Took{45_ms, 45_ms}));
  EXPECT_EQ(durations(over({.idle_timeout = 0_s}), {0_s, 50_ms}), (Took{45_ms, 45_ms}));
}

// With HTTP/1.1 each of three at a time needs a connection of its own; where one is all there may
// be, they go one after the other.
TEST(Connections, CarryOneRequestAtATime) {
  using Took = std::vector<sim::Duration>;
  Scene scene(over({}));
  scene.ask({0_s, 0_s, 0_s});
  scene.run();
  EXPECT_EQ(scene.took({0_s, 0_s, 0_s}), (Took{45_ms, 45_ms, 45_ms}));
  EXPECT_EQ(scene.count("pool_opened"), 3);
  EXPECT_EQ(durations(over({.max = 1}), {0_s, 0_s, 0_s}), (Took{45_ms, 70_ms, 95_ms}));
}

// With HTTP/2 they share one, as far as its streams go.
TEST(Connections, CarryManyStreamsAtATime) {
  using Took = std::vector<sim::Duration>;
  Scene scene(over({.http = Http::two}));
  scene.ask({0_s, 0_s, 0_s});
  scene.run();
  EXPECT_EQ(scene.took({0_s, 0_s, 0_s}), (Took{45_ms, 45_ms, 45_ms}));
  EXPECT_EQ(scene.count("pool_opened"), 1);
  EXPECT_EQ(durations(over({.http = Http::two, .streams = 2}), {0_s, 0_s, 0_s}),
            (Took{45_ms, 45_ms, 70_ms}));
}

// Another connection is opened for those only whom the one being opened cannot take.
TEST(Connections, AreOpenedForWhomOneCannotTake) {
  for (const int callers : {2, 3}) {
    Scene scene(over({.http = Http::two, .max = 5, .streams = 2}));
    scene.ask(std::vector<sim::Duration>(static_cast<std::size_t>(callers), 0_s));
    scene.run();
    EXPECT_EQ(scene.count("pool_opened"), callers == 2 ? 1 : 2);
  }
}

// A call for which one is being opened takes the first that comes free: the second call begins at
// 30 ms, its own would be there at 50, but the first one's is free at 45.
TEST(Connections, ServeWhoeverIsFirstInLine) {
  using Took = std::vector<sim::Duration>;
  EXPECT_EQ(durations(over({}), {0_s, 30_ms}), (Took{45_ms, 40_ms}));
}

// A caller that gives up before the answer cannot use an HTTP/1.1 connection any more: the answer
// would be taken for that of the next. With HTTP/2 only the stream ends.
TEST(Connections, AreSpoiltByGivingUpUnlessTheyHaveStreams) {
  for (const Http http : {Http::one, Http::two}) {
    CallPolicy policy = over({.http = http});
    policy.timeout = 42_ms;
    Scene scene(policy);
    scene.ask({0_s, 1_s});
    scene.run();
    EXPECT_EQ(scene.status(0), Status::timed_out);
    const bool spoilt = http == Http::one;
    EXPECT_EQ(scene.status(1), spoilt ? Status::timed_out : Status::ok);
    EXPECT_EQ(scene.count("pool_opened"), spoilt ? 2 : 1);
    EXPECT_EQ(scene.world.live_records(), 0U);
  }
}

// An answer that says so of a timeout further down is an answer: the connection stays.
TEST(Connections, AreNotSpoiltByAnswersOfTimeouts) {
  Scene scene(over({}), [](const Attempt&) { return Outcome{.status = Status::timed_out}; });
  scene.ask({0_s, 1_s});
  scene.run();
  EXPECT_EQ(scene.took({0_s, 1_s}), (std::vector{45_ms, 25_ms}));
  EXPECT_EQ(scene.count("pool_opened"), 1);
}

// Who gives up while the handshake is on leaves it to go on: the next call finds it done.
TEST(Connections, OpenAlsoForWhoHasLeft) {
  CallPolicy policy = over({});
  policy.timeout = 15_ms;
  Scene scene(policy);
  scene.ask({0_s});
  scene.run();
  EXPECT_EQ(scene.status(0), Status::timed_out);
  EXPECT_EQ(scene.probe->answers()[0].at, sim::Time{} + 15_ms);
  EXPECT_EQ(scene.count("pool_opened"), 1);
  EXPECT_EQ(scene.stub->heard().size(), 0U);
  EXPECT_EQ(scene.world.live_records(), 0U);
}

// A crash is told to everyone connected. Who knocks at a dead process is refused after one round
// trip; the new process has to be connected to anew.
TEST(Connections, EndWithTheProcessAtTheOtherEnd) {
  Scene scene(over({}));
  scene.ask({0_s, 150_ms, 300_ms});
  scene.world.start();
  scene.run_with(100_ms, &Component::crash);
  scene.run_with(200_ms, &Component::restart);
  scene.world.run_until(sim::Time{} + 1000_s);
  EXPECT_EQ(scene.status(1), Status::reset);
  EXPECT_EQ(scene.took({0_s, 150_ms, 300_ms}), (std::vector{45_ms, 20_ms, 45_ms}));
  EXPECT_EQ(scene.count("pool_failed"), 1);
  EXPECT_EQ(scene.world.live_records(), 0U);
}

// Of an outage nobody is told: a connection from before it seems to be there, and the first message
// that reaches the restarted host is answered by a reset.
TEST(Connections, SurviveAnOutageInTheCallersMindOnly) {
  Scene scene(over({}));
  scene.ask({0_s, 300_ms, 400_ms});
  scene.world.start();
  scene.run_with(100_ms, &Component::begin_outage);
  scene.run_with(200_ms, &Component::end_outage);
  scene.world.run_until(sim::Time{} + 1000_s);
  EXPECT_EQ(scene.status(1), Status::reset);
  EXPECT_EQ(scene.took({0_s, 300_ms, 400_ms}), (std::vector{45_ms, 20_ms, 45_ms}));
  EXPECT_EQ(scene.world.live_records(), 0U);
}

// Nobody answers the handshake: without a timeout of its own a call ends with the patience of the
// connection.
TEST(Connections, AreGivenUpAfterTheConnectTimeout) {
  Scene scene(over({}));
  scene.ask({0_s});
  scene.world.start();
  scene.stub->begin_outage(scene.world, 0);
  scene.world.run_until(sim::Time{} + 1000_s);
  EXPECT_EQ(scene.status(0), Status::timed_out);
  EXPECT_EQ(scene.probe->answers()[0].at, sim::Time{} + 30_s);
  EXPECT_EQ(scene.count("pool_failed"), 1);
  EXPECT_EQ(scene.world.live_records(), 0U);
}

// Users have connections of their own, and a user's end where the user asks another replica.
TEST(Connections, BelongToOneUserAndOneReplica) {
  Scene scene(over({}));
  scene.stub->hosting.replicas = 2;
  scene.probe->ask({.at = 0_s, .user = 1, .to = ReplicaIndex{0}});
  scene.probe->ask({.at = 1_s, .user = 2, .to = ReplicaIndex{0}});
  scene.probe->ask({.at = 2_s, .user = 1, .to = ReplicaIndex{1}});
  scene.probe->ask({.at = 3_s, .user = 1, .to = ReplicaIndex{0}});
  scene.run();
  EXPECT_EQ(scene.took({0_s, 1_s, 2_s, 3_s}), (std::vector{45_ms, 45_ms, 45_ms, 25_ms}));
}

// What the network loses is sent again: without connections half of the calls are lost for good.
TEST(Connections, LoseNoMessage) {
  for (const bool connected : {false, true}) {
    CallPolicy policy;
    if (connected) policy.connection.emplace();
    Scene scene(policy);
    for (int i = 0; i < 200; ++i) scene.probe->ask({.at = 1_s * i});
    scene.world.start();
    scene.world.edge(scene.probe->id(), scene.stub->id()).change(1, {.loss = 0.5});
    scene.world.run_until(sim::Time{} + 10'000_s);
    std::size_t lost = 0;
    for (const Probe::Answer& answer : scene.probe->answers()) {
      lost += answer.outcome.ok() ? 0 : 1;
    }
    if (connected) {
      EXPECT_EQ(lost, 0U);
    } else {
      EXPECT_GT(lost, 60U);
    }
  }
}

// An answer of 30 segments waits once for acknowledgements: 10 go at once, 20 after a round trip.
// The next one finds a window that has grown, unless silence has lasted for longer than the
// retransmission timeout of 220 ms.
TEST(Connections, StartSlowly) {
  const auto large = [](const Attempt&) { return Outcome{.bytes = 30 * segment_bytes}; };
  for (const sim::Duration silence : {200_ms, 240_ms}) {
    Scene scene(over({}), large);
    // The first answer is sent at 35 ms and stands still until 55 ms; the second is sent 15 ms
    // after it was asked for.
    const sim::Duration second = 55_ms + silence - 15_ms;
    scene.ask({0_s, second});
    scene.run();
    const sim::Duration stall = silence > 220_ms ? 20_ms : 0_ms;
    EXPECT_EQ(scene.took({0_s, second}), (std::vector{65_ms, 25_ms + stall}));
  }
}

}  // namespace
}  // namespace faultline::models::connections_test
