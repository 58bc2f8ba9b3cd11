#include "models/edge/cdn/cdn.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sim/snapshot.h"
#include "tests/models/probe.h"

namespace faultline::models::cdn_test {
namespace {

using sim::Distribution;
using sim::Time;
using namespace sim::literals;

// Regions east and west 40 ms apart; the users 1 ms from east.
Geography two_coasts() {
  GeographySettings settings;
  settings.regions["east"].zones = {"a"};
  settings.regions["west"].zones = {"a"};
  settings.clients["users"] = {.near = "east", .latency = Distribution::constant(1_ms)};
  settings.latency.same_zone = Distribution::constant(0_ms);
  settings.latency.same_region = Distribution::constant(0_ms);
  settings.latency.between_regions = Distribution::constant(40_ms);
  return Geography(settings);
}

// A CDN asked by a probe, with an origin that takes 10 ms and answers 100 bytes.
struct Scene {
  World world;
  Cdn* cdn = nullptr;
  Probe* probe = nullptr;
  Stub* origin = nullptr;
  bool origin_fails = false;
  std::uint32_t bytes = 100;  // of an answer of the origin
  std::uint64_t answers = 0;  // of the origin, and the version of the last

  explicit Scene(const CdnSettings& settings, Geography geography = tiny_geography(),
                 sim::Duration origin_delay = 10_ms)
      : world(1, std::move(geography)) {
    auto made = std::make_unique<Cdn>("cdn");
    made->settings = settings;
    made->settings.origin = "origin";
    cdn = made.get();
    world.add(std::move(made));
    auto stub = std::make_unique<Stub>("origin", origin_delay, [this](const Attempt&) {
      return Outcome{.status = origin_fails ? Status::failed : Status::ok,
                     .bytes = bytes,
                     .version = ++answers};
    });
    origin = stub.get();
    world.add(std::move(stub));
    auto asking = std::make_unique<Probe>("probe", "cdn");
    probe = asking.get();
    world.add(std::move(asking));
  }
  void ask(sim::Duration at, std::uint64_t key) { probe->ask({.at = at, .key = key}); }
  void run(sim::Duration until) { world.run_until(Time{} + until); }
  const Outcome& outcome(std::size_t ask) const { return probe->answer_to(ask)->outcome; }
  sim::Duration answered(std::size_t ask) const { return probe->answer_to(ask)->at - Time{}; }
  double figure(std::string_view name) const {
    const sim::Snapshot::Reading got = reading(world, *cdn, name);
    if (got.kind == sim::MetricKind::state) return *got.value;
    if (got.kind == sim::MetricKind::counter) return static_cast<double>(got.part);
    return *sim::ratio(got.part, got.whole);
  }
};

CdnSettings edge(double capacity = 1000) {
  CdnSettings settings;
  settings.capacity = Distribution::constant(capacity);
  return settings;
}

CdnSettings edges_on_both_coasts() {
  CdnSettings settings = edge();
  settings.hosting.replicas = 2;
  settings.hosting.zones = {"east/a", "west/a"};
  return settings;
}

// The first to ask waits for the origin, the second does not; an old object is fetched anew, to the
// nanosecond.
TEST(Cdn, KeepsWhatItFetchedForItsTtl) {
  CdnSettings settings = edge();
  settings.ttl = 100_ms;
  settings.service_time = Distribution::constant(1_ms);
  Scene scene(settings);
  scene.ask(0_ms, 7);           // fetched from 1 ms to 11 ms
  scene.ask(20_ms, 7);          // looked up at 21 ms
  scene.ask(110_ms - 1_ns, 7);  // 1 ns before it is too old
  scene.ask(110_ms, 7);
  scene.world.start();
  scene.run(1_s);
  EXPECT_EQ(scene.answered(0), 11_ms);
  EXPECT_EQ(scene.answered(1), 21_ms);
  EXPECT_EQ(scene.outcome(2).version, 1U);
  EXPECT_EQ(scene.outcome(3).version, 2U);
  EXPECT_EQ(scene.figure("hit_ratio"), 0.5);
  EXPECT_EQ(scene.figure("byte_hit_ratio"), 0.5);
  EXPECT_EQ(scene.figure("fetches"), 2);
  EXPECT_EQ(scene.figure("bytes_served"), 400);
  EXPECT_EQ(scene.figure("bytes_fetched"), 200);
}

// Two objects of 400 bytes fit into 1,000; a third pushes out the one least recently used.
TEST(Cdn, HasRoomForSoManyBytes) {
  Scene scene(edge(1000));
  scene.bytes = 400;
  std::int64_t round = 0;
  for (const std::uint64_t key : {1, 2, 1, 3, 1, 2}) scene.ask(20_ms * round++, key);
  scene.world.start();
  scene.run(1_s);
  EXPECT_EQ(scene.figure("hits"), 2);  // of object 1
  EXPECT_EQ(scene.figure("evictions"), 2);
  EXPECT_EQ(scene.figure("entries"), 2);
  EXPECT_EQ(scene.figure("stored_bytes"), 800);
}

// Answers that may not be kept are passed on, each to the origin: other endpoints, and writes.
TEST(Cdn, PassesOnWhatMayNotBeKept) {
  CdnSettings settings = edge();
  settings.cacheable = {"GET /image"};
  Scene scene(settings);
  for (int i = 0; i < 2; ++i) {
    scene.probe->ask({.at = 20_ms * i, .endpoint = "GET /image", .key = 1});
    scene.probe->ask({.at = 20_ms * i, .endpoint = "GET /page", .key = 1});
    scene.probe->ask({.at = 20_ms * i, .endpoint = "GET /image", .key = 1, .write = true});
  }
  scene.world.start();
  scene.run(1_s);
  EXPECT_EQ(scene.origin->heard().size(), 5U);
  EXPECT_EQ(scene.figure("passed"), 4);
  EXPECT_EQ(scene.figure("hit_ratio"), 0.5);
  EXPECT_EQ(scene.figure("bytes_served"), 600);
}

// Five who miss the same object at once: one fetch, or five.
TEST(Cdn, CoalescesFetches) {
  for (const bool coalescing : {true, false}) {
    CdnSettings settings = edge();
    settings.coalescing = coalescing;
    Scene scene(settings);
    for (int i = 0; i < 5; ++i) scene.ask(1_ms * i, 1);
    scene.ask(5_ms, 2);
    scene.world.start();
    scene.run(1_s);
    EXPECT_EQ(scene.origin->heard().size(), coalescing ? 2U : 6U);
    EXPECT_EQ(scene.figure("coalesced"), coalescing ? 4 : 0);
    EXPECT_EQ(scene.figure("misses"), 6);
    EXPECT_EQ(scene.answered(4), coalescing ? 10_ms : 14_ms);
    EXPECT_EQ(scene.world.live_records(), 0U);
  }
}

// Within the time allowed the old object is handed out at once and fetched once behind the users'
// backs; after it, they wait.
TEST(Cdn, HandsOutStaleObjectsWhileItRevalidates) {
  for (const bool coalescing : {true, false}) {
    CdnSettings settings = edge();
    settings.ttl = 100_ms;
    settings.stale_while_revalidate = 50_ms;
    settings.coalescing = coalescing;
    Scene scene(settings);
    scene.ask(0_ms, 1);    // kept at 10 ms, fresh until 110 ms
    scene.ask(120_ms, 1);  // old; fetched by 130 ms
    scene.ask(125_ms, 1);  // old, and being fetched
    scene.ask(140_ms, 1);  // the new one, until 230 ms
    scene.ask(280_ms, 1);  // too old
    scene.world.start();
    scene.run(1_s);
    EXPECT_EQ(scene.outcome(1).version, 1U);
    EXPECT_EQ(scene.answered(1), 120_ms);
    EXPECT_EQ(scene.outcome(2).version, 1U);
    EXPECT_EQ(scene.outcome(3).version, 2U);
    EXPECT_EQ(scene.answered(4), 290_ms);
    EXPECT_EQ(scene.figure("stale_served"), 2);
    EXPECT_EQ(scene.figure("stale_on_error"), 0);
    EXPECT_EQ(scene.origin->heard().size(), 3U);
    EXPECT_EQ(reading(scene.world, *scene.origin, "wasted_work").part, 0);
  }
}

// When the origin fails, the old object is better than none, for as long as that is allowed.
TEST(Cdn, HandsOutStaleObjectsWhenAFetchFails) {
  CdnSettings settings = edge();
  settings.ttl = 100_ms;
  settings.stale_if_error = 1_s;
  Scene scene(settings);
  scene.ask(0_ms, 1);       // fresh until 110 ms
  scene.ask(110_ms, 1);     // fails at 120 ms
  scene.ask(1099.9_ms, 1);  // fails at 1,109.9 ms
  scene.ask(1110_ms, 1);    // fails at 1,120 ms, too late
  scene.ask(1100_ms, 2);    // was never there
  scene.world.start();
  scene.run(50_ms);
  scene.origin_fails = true;
  scene.run(3_s);
  EXPECT_TRUE(scene.outcome(1).ok());
  EXPECT_EQ(scene.outcome(1).version, 1U);
  EXPECT_EQ(scene.answered(1), 120_ms);
  EXPECT_EQ(scene.outcome(3).status, Status::failed);
  EXPECT_EQ(scene.figure("stale_on_error"), 2);
  EXPECT_EQ(scene.outcome(4).status, Status::failed);
  EXPECT_EQ(scene.figure("fetches_failed"), 4);
}

// Users go to the nearest edge; when it is down, to the next, as soon as that is detected. The edge
// comes back empty.
TEST(Cdn, ServesFromTheNearestLivingEdge) {
  CdnSettings settings = edges_on_both_coasts();
  settings.detection = 500_ms;
  Scene scene(settings, two_coasts(), 0_ms);
  for (const auto at : {0_s, 1_s, 2_s, 3_s, 4_s}) scene.ask(at, 1);
  scene.world.start();
  scene.run(1.9_s);
  EXPECT_EQ(scene.answered(1) - 1_s, 2_ms);
  scene.cdn->crash(scene.world, 0);
  scene.run(2.9_s);
  EXPECT_EQ(scene.outcome(2).status, Status::reset);
  scene.run(3.5_s);
  EXPECT_TRUE(scene.outcome(3).ok());
  EXPECT_EQ(scene.outcome(3).replica, 1U);
  scene.cdn->restart(scene.world, 0);
  scene.run(5_s);
  EXPECT_EQ(scene.outcome(4).replica, 0U);
  EXPECT_EQ(scene.figure("hits"), 1);
  EXPECT_EQ(scene.figure("fetches"), 3);
}

// With no edge alive, callers learn it by a reset; whom no way leads to is not near.
TEST(Cdn, GoesToNobodyWhenAllAreDown) {
  Scene scene(edges_on_both_coasts(), two_coasts());
  scene.ask(1_s, 1);
  scene.world.start();
  scene.cdn->crash(scene.world, 0);
  scene.cdn->crash(scene.world, 1);
  scene.run(2_s);
  EXPECT_EQ(scene.outcome(0).status, Status::reset);
}

// The edge in east, where the users are, is away from 1 s to 4 s, which is known after 500 ms; that
// in west, where the origin is, from 3 s to 4 s. Asked at 0 s, and every 500 ms from 1.2 s on.
struct EdgesAway : Scene {
  explicit EdgesAway(CdnFallback fallback, bool silent = false)
      : Scene(settings_with(fallback), two_coasts()) {
    origin->hosting.zones = {"west/a"};
    ask(0_s, 1);
    for (int i = 0; i < 7; ++i) ask(1200_ms + 500_ms * i, 1);
    world.start();
    for (const ReplicaIndex edge : {0U, 1U}) {
      run(edge == 0 ? 1_s : 3_s);
      silent ? cdn->begin_outage(world, edge) : cdn->crash(world, edge);
      if (silent) world.isolate(edge, cdn->replicas()[edge].place);
    }
    run(4_s);
    for (const ReplicaIndex edge : {0U, 1U}) {
      silent ? cdn->end_outage(world, edge) : cdn->restart(world, edge);
      if (silent) world.heal(edge);
    }
    run(60_s);
  }
  static CdnSettings settings_with(CdnFallback fallback) {
    CdnSettings settings = edges_on_both_coasts();
    settings.detection = 500_ms;
    settings.service_time = Distribution::constant(1_ms);
    settings.fallback = fallback;
    return settings;
  }
  // By whom each was answered: the edge in (e)ast or (w)est, the (o)rigin, or nobody (-). To west
  // and back and the origin's 10 ms are 92 ms; with an edge's 1 ms on the way more.
  std::string answered_by() const {
    std::string who;
    for (std::size_t i = 0; i < 8; ++i) {
      const Outcome& got = outcome(i);
      const bool of_origin = answered(i) - asked(i) == 92_ms;
      who += !got.ok() ? '-' : of_origin ? 'o' : got.replica == 0 ? 'e' : 'w';
    }
    return who;
  }
  static sim::Duration asked(std::size_t i) {
    return i == 0 ? 0_s : 700_ms + 500_ms * static_cast<std::int64_t>(i);
  }
};

// From the moment a loss is known.
TEST(Cdn, ItsCallersTurnWhereFallbackSays) {
  EXPECT_EQ(EdgesAway(CdnFallback::edge).answered_by(), "e-www--e");
  EXPECT_EQ(EdgesAway(CdnFallback::origin).answered_by(), "e-oooooe");
  const EdgesAway both(CdnFallback::edge_then_origin);
  EXPECT_EQ(both.answered_by(), "e-www-oe");
  EXPECT_EQ(both.figure("fallbacks"), 1);
}

// An edge that is silent is not known to be down any sooner.
TEST(Cdn, AnOutageIsDetectedLikeACrash) {
  EXPECT_EQ(EdgesAway(CdnFallback::edge, true).answered_by(), "e-www--e");
}

// Edges ask the shield, the shield asks the origin once; without a living shield they ask it
// themselves.
TEST(Cdn, FetchesThroughTheShield) {
  for (const bool shield_lives : {true, false}) {
    CdnSettings settings = edges_on_both_coasts();
    settings.hosting.replicas = 4;
    settings.hosting.zones = {"east/a", "west/a", "east/a", "east/a"};
    settings.shield = "west/a";
    Scene scene(settings, two_coasts(), 0_ms);
    for (const ReplicaIndex to : {0, 2, 3}) {
      scene.probe->ask({.at = 1_s + 1_ms * to, .key = 5, .to = to});
    }
    scene.world.start();
    if (!shield_lives) scene.cdn->crash(scene.world, 1);
    scene.run(2_s);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(scene.outcome(i).ok());
    EXPECT_EQ(scene.origin->heard().size(), shield_lives ? 1U : 3U);
    EXPECT_EQ(scene.figure("fetches"), shield_lives ? 1 : 3);
    EXPECT_EQ(scene.figure("bytes_served"), 300);
    if (shield_lives) {
      EXPECT_EQ(scene.figure("shield_hit_ratio"), 0);  // all came while it was fetching
    }
  }
}

// The edge that is asked to forget does so at once, the others after the delay.
TEST(Cdn, ForgetsEverywhereWhatIsInvalidated) {
  CdnSettings settings = edges_on_both_coasts();
  settings.invalidation_delay = 500_ms;
  Scene scene(settings, two_coasts(), 0_ms);
  const auto ask = [&](sim::Duration at, ReplicaIndex to) {
    scene.probe->ask({.at = at, .key = 5, .to = to});
  };
  ask(0_s, 0);
  ask(0_s, 1);
  scene.probe->ask({.at = 1_s, .operation = Operation::invalidate, .key = 5});
  ask(1.1_s, 0);
  ask(1.1_s, 1);
  ask(2_s, 1);
  scene.world.start();
  scene.run(3_s);
  EXPECT_TRUE(scene.outcome(2).found);
  EXPECT_EQ(scene.outcome(3).version, 3U);
  EXPECT_EQ(scene.outcome(4).version, 2U);
  EXPECT_EQ(scene.outcome(5).version, 4U);
  EXPECT_EQ(scene.figure("invalidations"), 1);
}

// After a release the objects it changes have new URLs, and are fetched; the others are still
// there. A tenth of 2,000, within 3.3 standard deviations.
TEST(Cdn, FetchesWhatAReleaseChanges) {
  CdnSettings settings = edge(1e6);
  settings.changes = 0.1;
  Scene scene(settings);
  for (std::uint64_t key = 1; key <= 2000; ++key) {
    scene.ask(0_s, key);
    scene.ask(1_s, key);
    scene.ask(2_s, key);
  }
  scene.world.start();
  scene.run(900_ms);
  scene.cdn->settings.release = 1;
  scene.run(1.9_s);
  EXPECT_NEAR(scene.figure("fetches"), 2200, 3.3 * std::sqrt(2000 * 0.1 * 0.9));
  const double before = scene.figure("fetches");
  scene.cdn->settings.release = 2;  // changes others
  scene.run(3_s);
  EXPECT_NEAR(scene.figure("fetches") - before, 200, 3.3 * std::sqrt(2000 * 0.1 * 0.9));
}

// A flush empties an edge and disturbs nobody; a crash does, and the edge comes back empty.
TEST(Cdn, IsEmptyAfterAFlushOrACrash) {
  Scene scene(edge(), tiny_geography(), 100_ms);
  for (const auto at : {0_s, 1_s, 2_s, 3_s}) scene.ask(at, 1);
  scene.world.start();
  scene.run(950_ms);
  scene.cdn->flush(scene.world, 0);
  scene.run(1.05_s);  // while it fetches anew
  scene.cdn->flush(scene.world, 0);
  scene.run(1.5_s);
  EXPECT_TRUE(scene.outcome(1).ok());
  scene.cdn->flush(scene.world, 0);
  scene.run(2.05_s);
  scene.cdn->restart(scene.world, 0);
  scene.run(5_s);
  EXPECT_EQ(scene.outcome(2).status, Status::reset);
  EXPECT_EQ(scene.answered(3), 3.1_s);
  EXPECT_EQ(scene.figure("hits"), 0);
  EXPECT_EQ(scene.world.live_records(), 0U);
}

CdnSettings busy(bool limited) {
  CdnSettings settings = edge(3000);
  settings.hosting.replicas = 3;
  settings.hosting.zones = {"east/a", "west/a"};
  settings.hosting.start_time = 5_ms;
  settings.shield = "west/a";
  settings.service_time = Distribution::exponential(2_ms);
  settings.ttl = 40_ms;
  settings.stale_while_revalidate = 10_ms;
  settings.stale_if_error = 200_ms;
  settings.invalidation_delay = 3_ms;
  settings.call.timeout = 200_ms;
  if (limited) settings.workers = 2;
  return settings;
}

void ask_much(Scene& scene) {
  sim::Draw draw(99);
  for (int i = 0; i < 3000; ++i) {
    const sim::Duration at = 50_us * static_cast<std::int64_t>(draw.below(20'000));
    const Operation operation = draw.below(20) == 0 ? Operation::invalidate : Operation::serve;
    scene.probe->ask(
        {.at = at, .operation = operation, .key = draw.below(60), .write = draw.below(10) == 0});
  }
}

// Through crashes, outages, a slow spell and a failing origin every request is answered once, every
// look-up is a hit or a miss, and nothing is left behind.
TEST(Cdn, ConservesRequests) {
  for (const bool limited : {true, false}) {
    Scene scene(busy(limited), two_coasts());
    ask_much(scene);
    scene.world.start();
    scene.run(100_ms);
    scene.cdn->slow(scene.world, 0, 1, 0.1);
    scene.run(200_ms);
    scene.cdn->crash(scene.world, 1);
    scene.run(300_ms);
    scene.cdn->restart(scene.world, 1);
    scene.cdn->restart(scene.world, 0);
    scene.cdn->recover_speed(scene.world, 0, 1);
    scene.run(500_ms);
    scene.cdn->begin_outage(scene.world, 0);
    scene.cdn->begin_outage(scene.world, 2);
    scene.origin_fails = true;
    scene.run(700_ms);
    scene.cdn->end_outage(scene.world, 0);
    scene.run(100_s);
    EXPECT_EQ(scene.probe->answers().size(), 3000U);
    EXPECT_EQ(scene.cdn->in_system(), 0U);
    EXPECT_EQ(scene.world.live_records(), 0U);
    for (const char* metric : {"lost", "hits", "coalesced", "stale_served", "stale_on_error",
                               "fetches_failed", "passed", "evictions"}) {
      EXPECT_GT(scene.figure(metric), 0) << metric;
    }
  }
}

// A clone taken in the middle and the original end alike.
TEST(Cdn, AClonedWorldEndsAlike) {
  Scene scene(busy(true), two_coasts());
  ask_much(scene);
  scene.world.start();
  scene.run(223_ms);
  const std::uint64_t answers = scene.answers;
  World clone(scene.world);
  scene.run(5_s);
  scene.answers = answers;
  clone.run_until(Time{} + 5_s);
  EXPECT_EQ(clone.digest(), scene.world.digest());
  EXPECT_EQ(clone.outcome_digest(), scene.world.outcome_digest());
}

}  // namespace
}  // namespace faultline::models::cdn_test
