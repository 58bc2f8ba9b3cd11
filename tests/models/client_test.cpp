#include "models/workload/client.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <vector>

#include "tests/models/probe.h"

namespace faultline::models::client_test {
namespace {

using namespace sim::literals;

sim::Time at(sim::Duration after) { return sim::Time{} + after; }

// Remembers every request that is issued, with the time.
class Listener final : public Observer {
 public:
  void issued(const Request& request, ComponentId, sim::Time now) override {
    requests.push_back(request);
    times.push_back((now - sim::Time{}).ns);
  }
  std::vector<Request> requests;
  std::vector<std::int64_t> times;
};

// A client before a stub that takes `delay`; nothing else takes time.
struct Scene {
  World world{7, tiny_geography()};
  Client* client;
  Stub* stub;
  Listener listener;

  explicit Scene(sim::Duration delay = {}, Stub::Respond respond = {}) {
    auto owned_client = std::make_unique<Client>("client");
    auto owned_stub = std::make_unique<Stub>("stub", delay, std::move(respond));
    client = owned_client.get();
    stub = owned_stub.get();
    client->settings.from = "users";
    client->settings.to = "stub";
    world.add(std::move(owned_client));
    world.add(std::move(owned_stub));
    world.observe(&listener);
  }
  void arrive(ArrivalSettings::Kind kind, double rate) {
    client->settings.arrivals = ArrivalSettings{
        .kind = kind, .rate_per_s = rate, .low_rate_per_s = 0, .high_for = {}, .low_for = {}};
  }
  void run(sim::Duration end) {
    client->set_horizon(at(end));
    world.start();
    world.run_until(at(end));
  }
};

constexpr auto regular = ArrivalSettings::Kind::regular;
constexpr auto poisson = ArrivalSettings::Kind::poisson;

// At twice the rate request n is the same request, half as late: key, user, luck, all of it.
TEST(Client, IssuesTheSameRequestsAtEveryRate) {
  Scene once;
  Scene twice;
  for (Scene* scene : {&once, &twice}) {
    scene->arrive(poisson, scene == &once ? 10 : 20);
    scene->client->settings.mix = {{"GET /", 1}, {"POST /cart", 2}};
    scene->client->settings.mobile = 0.5;
    scene->client->settings.keys.zipf = 0.9;
    scene->run(scene == &once ? 100_s : 50_s);
  }
  ASSERT_EQ(once.listener.requests.size(), twice.listener.requests.size());
  EXPECT_GT(once.listener.requests.size(), 800U);
  for (std::size_t i = 0; i < once.listener.requests.size(); ++i) {
    const Request& a = once.listener.requests[i];
    const Request& b = twice.listener.requests[i];
    EXPECT_EQ(std::tie(a.id, a.key, a.user, a.luck.key, a.endpoint, a.write, a.mobile),
              std::tie(b.id, b.key, b.user, b.luck.key, b.endpoint, b.write, b.mobile));
    EXPECT_NEAR(static_cast<double>(once.listener.times[i]),
                2 * static_cast<double>(twice.listener.times[i]), 2);
  }
}

// Endpoints by weight, within 3.29 standard deviations; the method says what writes and what may be
// repeated.
TEST(Client, MixesEndpointsByWeight) {
  Scene scene;
  scene.arrive(regular, 100);
  scene.client->settings.mix = {{"GET /", 6}, {"POST /cart", 3}, {"PUT /cart", 1}};
  scene.run(100_s);
  std::map<std::string, double> counts;
  for (const Request& request : scene.listener.requests) {
    const std::string name(scene.world.endpoint_name(request.endpoint));
    counts[name] += 1;
    EXPECT_EQ(request.write, name != "GET /");
    EXPECT_EQ(request.idempotent, name != "POST /cart");
  }
  for (const auto& [name, share] :
       {std::pair{"GET /", 0.6}, std::pair{"POST /cart", 0.3}, std::pair{"PUT /cart", 0.1}}) {
    EXPECT_NEAR(counts[name], 1e4 * share, 3.29 * std::sqrt(1e4 * share * (1 - share))) << name;
  }
}

// Two users who think for 100 ms and wait for 50 ms: at 100 ms, 250 ms, 400 ms, ... both of them,
// and never more than two requests at once.
TEST(Client, ClosedLoopUsersWaitForTheirAnswers) {
  Scene scene(50_ms);
  scene.client->settings.users = {.count = 2, .think = sim::Distribution::constant(100_ms)};
  scene.run(600_ms);
  std::vector<std::int64_t> expected;
  for (const std::int64_t ms : {100, 100, 250, 250, 400, 400, 550, 550}) {
    expected.push_back(ms * 1'000'000);
  }
  EXPECT_EQ(scene.listener.times, expected);
  EXPECT_EQ(scene.client->felt().in_flight(), 2U);
  EXPECT_EQ(scene.listener.requests[0].user, scene.listener.requests[2].user);
  EXPECT_NE(scene.listener.requests[0].user, scene.listener.requests[1].user);
}

// Without time to think they still begin at time 0, one after the other.
TEST(Client, ClosedLoopWithoutThinking) {
  Scene scene(50_ms);
  scene.client->settings.users = {.count = 1, .think = {}};
  scene.run(200_ms);
  EXPECT_EQ(scene.listener.times,
            (std::vector<std::int64_t>{0, 50'000'000, 100'000'000, 150'000'000}));
}

// A user who arrives each second issues three requests, 200 ms of thought after each answer.
TEST(Client, SessionsHaveTheirLengthAndTheirUser) {
  Scene scene(50_ms);
  scene.arrive(regular, 1);
  scene.client->settings.session = {.requests = sim::Distribution::constant(3.0),
                                    .think = sim::Distribution::constant(200_ms)};
  scene.run(2900_ms);
  std::vector<std::int64_t> ms;
  for (const std::int64_t ns : scene.listener.times) ms.push_back(ns / 1'000'000);
  EXPECT_EQ(ms, (std::vector<std::int64_t>{1000, 1250, 1500, 2000, 2250, 2500}));
  const auto& requests = scene.listener.requests;
  EXPECT_EQ(requests[0].user, requests[2].user);
  EXPECT_NE(requests[0].user, requests[3].user);
  EXPECT_NE(requests[0].luck.key, requests[1].luck.key);
  EXPECT_NE(requests[0].id, requests[1].id);
}

// Seven calls in three lines, 50 ms and a pause of 10 each, from 200 ms on and again a second
// later: three, two and two, one after the other in each line.
TEST(Client, JobsMakeSoManyCallsSoManyAtOnce) {
  Scene scene(50_ms);
  scene.client->settings.job = {.first = 200_ms,
                                .every = 1_s,
                                .calls = 7,
                                .concurrency = 3,
                                .pause = sim::Distribution::constant(10_ms)};
  scene.run(2_s);
  std::vector<std::int64_t> ms;
  for (const std::int64_t ns : scene.listener.times) ms.push_back(ns / 1'000'000);
  EXPECT_EQ(ms, (std::vector<std::int64_t>{200, 200, 200, 260, 260, 260, 320, 1200, 1200, 1200,
                                           1260, 1260, 1260, 1320}));
  std::set<std::uint64_t> ids;
  for (const Request& request : scene.listener.requests) ids.insert(request.id);
  EXPECT_EQ(ids.size(), 14U);
  EXPECT_EQ(scene.world.live_records(), 1U);  // the next job
}

// Without `every` it runs once; with less to do than lines, there are as many lines as calls.
TEST(Client, AJobMayRunOnce) {
  Scene scene(50_ms);
  scene.client->settings.job = {
      .first = 0_s, .every = {}, .calls = 2, .concurrency = 9, .pause = {}};
  scene.run(2_s);
  EXPECT_EQ(scene.listener.times, (std::vector<std::int64_t>{0, 0}));
  EXPECT_EQ(scene.world.live_records(), 0U);
}

// After a good answer the object it refers to is fetched: 50 ms each, the request takes 100, and
// the second call is for the same key. It fails if either does, and goes no further if the first
// does.
TEST(Client, FetchesWhatTheAnswerRefersTo) {
  for (const int failing : {0, 1, 2}) {
    Scene scene(50_ms, [failing](const Attempt& attempt) {
      const int call = attempt.operation == Operation::serve ? 1 : 2;
      return Outcome{.status = call == failing ? Status::failed : Status::ok};
    });
    scene.arrive(regular, 1);
    scene.client->settings.then = {.to = "stub", .does = Operation::read, .bytes = {}, .call = {}};
    scene.run(1990_ms);
    const Ledger felt = scene.client->felt();
    EXPECT_EQ(scene.stub->heard(Operation::serve), 1U);
    EXPECT_EQ(scene.stub->heard(Operation::read), failing == 1 ? 0U : 1U);
    EXPECT_EQ(reading(scene.world, *scene.client, "succeeded").part, failing == 0 ? 1 : 0);
    EXPECT_EQ(reading(scene.world, *scene.client, "failed").part, failing == 0 ? 0 : 1);
    EXPECT_EQ(felt.in_flight(), 0U);
    if (failing == 1) continue;
    EXPECT_EQ(scene.stub->heard()[1].at, at(1050_ms));
    EXPECT_EQ(scene.stub->heard()[1].key, scene.stub->heard()[0].key);
    EXPECT_NE(scene.stub->heard()[1].luck.key, scene.stub->heard()[0].luck.key);
  }
}

// What is brought there has its own size, and a retry of the second call is of that alone.
TEST(Client, BringsWhatTheAnswerAsksFor) {
  Scene scene(50_ms, [](const Attempt& attempt) {
    return Outcome{.status = attempt.lineage == 0 && attempt.operation == Operation::write
                                 ? Status::failed
                                 : Status::ok};
  });
  scene.arrive(regular, 1);
  scene.client->settings.bytes = sim::Distribution::constant(300.0);
  scene.client->settings.then = {.to = "stub",
                                 .does = Operation::write,
                                 .bytes = sim::Distribution::constant(5e6),
                                 .call = {}};
  scene.client->settings.then->call.retries.emplace();
  scene.client->settings.then->call.retries->max = 1;
  scene.run(1990_ms);
  ASSERT_EQ(scene.stub->heard().size(), 3U);
  EXPECT_EQ(scene.stub->heard()[0].bytes, 300U);
  EXPECT_EQ(scene.stub->heard()[1].bytes, 5'000'000U);
  EXPECT_EQ(scene.stub->heard()[2].operation, Operation::write);
  EXPECT_EQ(reading(scene.world, *scene.client, "succeeded").part, 1);
}

// Recorded requests come in their order, at their times, with what was recorded.
TEST(Client, ReplaysWhatWasRecorded) {
  Scene scene;
  scene.client->settings.replay.emplace();
  scene.client->set_recorded(std::make_shared<const std::vector<Recorded>>(std::vector<Recorded>{
      {.at = at(1_s), .endpoint = "GET /a", .key = 5, .user = 6, .bytes = 7, .write = false},
      {.at = at(1_s), .endpoint = "POST /b", .key = 8, .user = 9, .bytes = 10, .write = true},
      {.at = at(3_s), .endpoint = "GET /a", .key = 5, .user = 6, .bytes = 7, .write = false}}));
  scene.run(10_s);
  EXPECT_EQ(scene.listener.times,
            (std::vector<std::int64_t>{1'000'000'000, 1'000'000'000, 3'000'000'000}));
  const Request& second = scene.listener.requests.at(1);
  EXPECT_EQ(scene.world.endpoint_name(second.endpoint), "POST /b");
  EXPECT_EQ(second.key, 8U);
  EXPECT_EQ(second.user, 9U);
  EXPECT_EQ(second.bytes, 10U);
  EXPECT_TRUE(second.write);
  EXPECT_FALSE(second.idempotent);
  EXPECT_EQ(scene.client->felt().succeeded(), 3U);
}

// One request a second from 1 s on, answered after 1.5 s, every other one badly; a warm-up of 5 s.
// Until 10 s those of 5, 6, 7, 8 and 9 s are offered, those up to 8 s decided.
TEST(Client, CountsOnlyWhatIsIssuedAfterTheWarmUp) {
  Scene scene(1500_ms, [](const Attempt& a) {
    const auto second = (a.began - sim::Time{}).ns / 1'000'000'000;
    return Outcome{.status = second % 2 == 0 ? Status::failed : Status::ok};
  });
  scene.arrive(regular, 1);
  scene.world.set_warmup(5_s);
  scene.run(10_s);
  const Ledger& measured = scene.client->measured();
  EXPECT_EQ(measured.offered(), 5U);
  EXPECT_EQ(measured.succeeded(), 2U);
  EXPECT_EQ(measured.failed(), 2U);
  EXPECT_EQ(measured.count(Status::failed), 2U);
  EXPECT_EQ(measured.in_flight(), 1U);
  EXPECT_EQ(measured.latency().count(), 2U);
  EXPECT_EQ(measured.latency().min(), (1500_ms).ns);
  EXPECT_EQ(measured.failed_latency().count(), 2U);
  EXPECT_EQ(scene.client->felt().offered(), 9U);
  EXPECT_EQ(scene.world.decided_count(), 8U);
}

// What takes exactly as long as is good is good, a nanosecond less is too little; without a word of
// it the timeout is what counts, and without that everything is good.
TEST(Client, KnowsWhatIsGood) {
  const auto good = [](std::optional<sim::Duration> within, std::optional<sim::Duration> timeout) {
    Scene scene(100_ms);
    scene.arrive(regular, 1);
    scene.client->settings.good_within = within;
    scene.client->settings.call.timeout = timeout;
    scene.run(1500_ms);
    EXPECT_EQ(scene.client->felt().succeeded(), 1U);
    return scene.client->felt().good();
  };
  EXPECT_EQ(good(100_ms, {}), 1U);
  EXPECT_EQ(good(100_ms - 1_ns, {}), 0U);
  EXPECT_EQ(good({}, 200_ms), 1U);
  EXPECT_EQ(good({}, {}), 1U);
}

// Latency counts from the intended sending, through failures and backoff: 100 + 50 + 100 ms.
TEST(Client, FeelsRetriesAsOneLatency) {
  Scene scene(100_ms, [](const Attempt& a) {
    return Outcome{.status = a.tries == 0 ? Status::failed : Status::ok};
  });
  scene.arrive(regular, 1);
  scene.client->settings.call.retries.emplace();
  scene.client->settings.call.retries->max = 1;
  scene.client->settings.call.retries->backoff = {.base = 50_ms};
  scene.client->settings.good_within = 249_ms;
  scene.run(1900_ms);
  EXPECT_EQ(scene.client->felt().latency().max(), (250_ms).ns);
  EXPECT_EQ(scene.client->felt().good(), 0U);
}

// Two ledgers add up to what both felt.
TEST(Ledger, AddsUp) {
  Ledger a;
  Ledger b;
  for (int i = 0; i < 5; ++i) a.issue();
  b.issue();
  a.decide({}, 10_ms, true);
  a.decide({.degraded = true}, 20_ms, false);
  a.decide({.status = Status::reset}, 30_ms, false);
  b.decide({.status = Status::timed_out}, 40_ms, false);
  a.merge(b);
  EXPECT_EQ(a.offered(), 6U);
  EXPECT_EQ(a.succeeded(), 2U);
  EXPECT_EQ(a.failed(), 2U);
  EXPECT_EQ(a.in_flight(), 2U);
  EXPECT_EQ(a.good(), 1U);
  EXPECT_EQ(a.degraded(), 1U);
  EXPECT_EQ(a.count(Status::timed_out), 1U);
  EXPECT_EQ(a.failed_latency().max(), (40_ms).ns);
}

}  // namespace
}  // namespace faultline::models::client_test
