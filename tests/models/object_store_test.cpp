#include "models/object_store/object_store.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string_view>
#include <vector>

#include "models/edge/cdn/cdn.h"
#include "tests/models/probe.h"

namespace faultline::models::object_store_test {
namespace {

using sim::Distribution;
using sim::Time;
using namespace sim::literals;

ObjectStoreSettings plain(std::uint64_t nodes = 1, std::uint64_t copies = 1) {
  ObjectStoreSettings settings;
  settings.hosting.replicas = nodes;
  settings.copies = copies;
  settings.first_byte = Distribution::constant(30_ms);
  settings.bytes = Distribution::constant(1e6);
  return settings;
}

// A probe and a store.
struct Scene {
  World world;
  Probe* probe = nullptr;
  ObjectStore* files = nullptr;

  explicit Scene(const ObjectStoreSettings& settings, Geography geography = tiny_geography())
      : world(1, std::move(geography)) {
    auto owned_files = std::make_unique<ObjectStore>("files");
    auto owned_probe = std::make_unique<Probe>("probe", "files");
    files = owned_files.get();
    probe = owned_probe.get();
    files->settings = settings;
    world.add(std::move(owned_files));
    world.add(std::move(owned_probe));
  }
  void read(sim::Duration at, std::uint64_t key) {
    probe->ask({.at = at, .operation = Operation::read, .key = key});
  }
  void write(sim::Duration at, std::uint64_t key, std::uint32_t bytes) {
    probe->ask({.at = at, .operation = Operation::write, .key = key, .bytes = bytes});
  }
  void run(sim::Duration until) { world.run_until(Time{} + until); }
  const Probe::Answer& answer(std::size_t ask) const { return *probe->answer_to(ask); }
  std::uint64_t count(std::string_view metric) const {
    return static_cast<std::uint64_t>(reading(world, *files, metric).part);
  }
  double state(std::string_view metric) const { return *reading(world, *files, metric).value; }
};

// Users ask without saying what to do: a GET reads, a PUT writes.
TEST(ObjectStore, UsersReadAndWriteByTheirMethod) {
  Scene scene(plain());
  scene.probe->ask({.at = 0_s, .endpoint = "GET /x", .key = 1});
  scene.probe->ask({.at = 1_s, .endpoint = "PUT /x", .key = 1, .bytes = 700, .write = true});
  scene.probe->ask({.at = 2_s, .endpoint = "GET /x", .key = 1});
  scene.world.start();
  scene.run(3_s);
  EXPECT_EQ(scene.count("reads"), 2U);
  EXPECT_EQ(scene.count("writes"), 1U);
  EXPECT_EQ(scene.answer(0).outcome.bytes, 1'000'000U);
  EXPECT_EQ(scene.answer(2).outcome.bytes, 700U);
}

// A CDN before it fetches an object once, however many want it.
TEST(ObjectStore, IsSparedByACdn) {
  World world(1, tiny_geography());
  auto cdn = std::make_unique<Cdn>("cdn");
  cdn->settings.origin = "files";
  cdn->settings.capacity = Distribution::constant(5e6);
  auto files = std::make_unique<ObjectStore>("files");
  files->settings = plain();
  const ObjectStore& store = *files;
  auto owned_probe = std::make_unique<Probe>("probe", "cdn");
  Probe& probe = *owned_probe;
  world.add(std::move(cdn));
  world.add(std::move(files));
  world.add(std::move(owned_probe));
  for (int i = 0; i < 5; ++i) probe.ask({.at = 1_s * i, .key = 7});
  world.start();
  world.run_until(Time{} + 10_s);
  ASSERT_EQ(probe.answers().size(), 5U);
  for (const Probe::Answer& answer : probe.answers()) {
    EXPECT_EQ(answer.outcome.bytes, 1'000'000U);
  }
  EXPECT_EQ(reading(world, store, "bytes_served").part, 1'000'000);
}

// Without a limit on bandwidth, a hundred reads at one instant end when the first byte is there.
TEST(ObjectStore, WithoutBandwidthNobodyWaitsForAnybody) {
  Scene scene(plain());
  for (std::uint64_t key = 0; key < 100; ++key) scene.read(1_s, key);
  scene.world.start();
  scene.run(2_s);
  ASSERT_EQ(scene.probe->answers().size(), 100U);
  for (const auto& answer : scene.probe->answers()) {
    EXPECT_TRUE(answer.outcome.ok());
    EXPECT_EQ(answer.outcome.bytes, 1'000'000U);
    EXPECT_EQ(answer.at, Time{} + 1030_ms);
  }
  EXPECT_EQ(scene.count("reads"), 100U);
  EXPECT_EQ(scene.count("bytes_served"), 100'000'000U);
  EXPECT_EQ(scene.world.live_records(), 0U);
}

// 1 MB at 80 Mbit/s takes 100 ms alone. Two share from the moment the second begins, 50 ms after
// the first: the first ends after 150, the second after another 50, at 200 ms.
TEST(ObjectStore, TransfersShareTheBandwidth) {
  ObjectStoreSettings settings = plain();
  settings.bandwidth = 80e6;
  Scene scene(settings);
  scene.read(0_ms, 1);
  scene.read(50_ms, 2);
  scene.world.start();
  scene.run(1_s);
  EXPECT_EQ(scene.answer(0).at, Time{} + 30_ms + 150_ms);
  EXPECT_EQ(scene.answer(1).at, Time{} + 30_ms + 200_ms);
  EXPECT_EQ(reading(scene.world, *scene.files, "utilisation").part, (200_ms).ns);
  EXPECT_EQ(reading(scene.world, *scene.files, "transfers").part, (180_ms + 180_ms).ns);
}

// A slow node transfers at half its bandwidth; a paused one goes on where it was.
TEST(ObjectStore, SlowNodesTransferSlowly) {
  ObjectStoreSettings settings = plain();
  settings.bandwidth = 80e6;
  Scene scene(settings);
  scene.read(0_ms, 1);
  scene.world.start();
  scene.run(80_ms);
  scene.files->slow(scene.world, 0, 1, 0.5);
  scene.run(100_ms);
  scene.files->slow(scene.world, 0, 1, 0.0);
  scene.run(500_ms);
  scene.files->recover_speed(scene.world, 0, 1);
  scene.run(1_s);
  EXPECT_EQ(scene.answer(0).at, Time{} + 500_ms + 40_ms);
}

// What was written is read: its size, its version. A write takes in as many bytes, at the node's
// bandwidth, and is copied once more, at the other node's.
TEST(ObjectStore, KeepsWhatIsWritten) {
  ObjectStoreSettings settings = plain(2, 2);
  settings.bandwidth = 80e6;
  Scene scene(settings);
  scene.write(0_ms, 7, 500'000);
  scene.read(500_ms, 7);
  scene.write(1_s, 7, 100'000);
  scene.read(1500_ms, 7);
  scene.world.start();
  scene.run(900_ms);
  EXPECT_EQ(scene.answer(0).at, Time{} + 160_ms);  // twice 30 ms and 50
  EXPECT_EQ(scene.answer(1).outcome.bytes, 500'000U);
  EXPECT_EQ(scene.answer(1).outcome.version, scene.answer(0).outcome.version);
  EXPECT_EQ(scene.state("stored_bytes"), 1e6);
  scene.run(2_s);
  EXPECT_EQ(scene.answer(3).outcome.bytes, 100'000U);
  EXPECT_GT(scene.answer(3).outcome.version, scene.answer(1).outcome.version);
  EXPECT_EQ(scene.state("stored_bytes"), 2e5);
  EXPECT_EQ(scene.count("bytes_taken"), 600'000U);
  EXPECT_EQ(scene.count("bytes_copied"), 600'000U);
  EXPECT_EQ(scene.world.live_records(), 0U);
}

// Answered after one copy of three, a write is not waited for by the copies that follow.
TEST(ObjectStore, AnswersAfterAsManyCopiesAsAsked) {
  ObjectStoreSettings settings = plain(3, 3);
  for (const std::uint64_t wanted : {1, 2, 3}) {
    settings.acknowledgements = wanted;
    Scene scene(settings, tiny_geography({}, 5_ms));
    scene.write(0_ms, 7, 1000);
    scene.world.start();
    scene.run(1_s);
    // Each copy crosses the network twice and has a first byte to wait for.
    EXPECT_EQ(scene.answer(0).at, Time{} + (wanted == 1 ? 30_ms : 30_ms + 5_ms + 30_ms + 5_ms));
    EXPECT_EQ(scene.state("missing_copies"), 0);
  }
}

// A node that is down when an object is written does not get it and is not asked for it later, and
// with both down nobody is.
TEST(ObjectStore, AsksThoseThatHoldTheObject) {
  Scene scene(plain(2, 2));
  for (std::uint64_t key = 0; key < 20; ++key) scene.write(100_ms, key, 1000);
  for (std::uint64_t key = 0; key < 20; ++key) scene.read(300_ms, key);
  scene.read(500_ms, 3);
  scene.read(500_ms, 33);
  scene.world.start();
  scene.run(50_ms);
  scene.files->crash(scene.world, 0);
  scene.run(200_ms);
  EXPECT_EQ(scene.state("missing_copies"), 20);
  scene.files->restart(scene.world, 0);
  scene.run(400_ms);
  for (std::size_t i = 20; i < 40; ++i) EXPECT_EQ(scene.answer(i).outcome.replica, 1);
  scene.files->crash(scene.world, 1);
  scene.run(1_s);
  EXPECT_EQ(scene.answer(40).outcome.status, Status::unavailable);
  EXPECT_TRUE(scene.answer(41).outcome.ok());  // it was there before, on both
}

// Reads of one object go to all who hold it, and those of many objects to all nodes.
TEST(ObjectStore, SpreadsObjectsAndReads) {
  Scene scene(plain(6, 2));
  for (std::uint64_t i = 0; i < 300; ++i) scene.read(0_ms, 5);
  for (std::uint64_t i = 0; i < 300; ++i) scene.read(0_ms, 1000 + i);
  scene.world.start();
  scene.run(1_s);
  std::map<int, int> of_one;
  std::map<int, int> of_many;
  for (std::size_t i = 0; i < 600; ++i) {
    ++(i < 300 ? of_one : of_many)[scene.answer(i).outcome.replica];
  }
  EXPECT_EQ(of_one.size(), 2U);
  for (const auto& [node, reads] : of_one) EXPECT_GT(reads, 100);
  EXPECT_EQ(of_many.size(), 6U);
  for (const auto& [node, reads] : of_many) EXPECT_GT(reads, 20);
}

// Readers are sent to the copy nearest to them.
TEST(ObjectStore, SendsFromNearby) {
  GeographySettings places;
  places.regions["here"].zones = {"a"};
  places.regions["there"].zones = {"a"};
  places.clients["users"] = {.near = "here", .latency = Distribution::constant(5_ms)};
  places.latency.between_regions = Distribution::constant(50_ms);
  ObjectStoreSettings settings = plain(2, 2);
  settings.hosting.zones = {"there/a", "here/a"};
  Scene scene(settings, Geography(places));
  for (std::uint64_t key = 0; key < 20; ++key) scene.read(0_ms, key);
  scene.read(200_ms, 1);
  scene.world.start();
  scene.run(100_ms);
  for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(scene.answer(i).outcome.replica, 1);
  scene.files->crash(scene.world, 1);
  scene.run(1_s);
  EXPECT_EQ(scene.answer(20).outcome.replica, 0);
  EXPECT_EQ(scene.answer(20).at, Time{} + 200_ms + 110_ms + 30_ms);
}

// 1,000 bytes of room: a second object of 600 is refused, one in the place of the first is not, and
// what is forgotten makes room.
TEST(ObjectStore, RefusesWhatDoesNotFit) {
  ObjectStoreSettings settings = plain();
  settings.capacity = Distribution::constant(1000.0);
  Scene scene(settings);
  scene.write(0_ms, 1, 600);
  scene.write(100_ms, 2, 600);
  scene.write(200_ms, 1, 900);
  scene.probe->ask({.at = 300_ms, .operation = Operation::invalidate, .key = 1});
  scene.write(400_ms, 2, 1000);
  scene.world.start();
  scene.run(1_s);
  EXPECT_TRUE(scene.answer(0).outcome.ok());
  EXPECT_EQ(scene.answer(1).outcome.status, Status::rejected);
  EXPECT_TRUE(scene.answer(2).outcome.ok());
  EXPECT_TRUE(scene.answer(4).outcome.ok());
  EXPECT_EQ(scene.count("full"), 1U);
  EXPECT_EQ(scene.state("stored_bytes"), 1000);
}

// A crash ends transfers with a reset, and a write whose copies are under way; what is stored is
// there when the node is back. Nothing is left behind.
TEST(ObjectStore, ACrashEndsTransfersAndKeepsObjects) {
  ObjectStoreSettings settings = plain(2, 2);
  settings.bandwidth = 80e6;
  Scene scene(settings);
  for (std::uint64_t key = 0; key < 8; ++key) scene.write(0_ms, key, 100'000);
  for (std::uint64_t key = 0; key < 8; ++key) scene.read(500_ms, key);
  for (std::uint64_t key = 8; key < 16; ++key) scene.write(500_ms, key, 1'000'000);
  scene.read(2_s, 3);
  scene.world.start();
  scene.run(540_ms);
  scene.files->crash(scene.world, 0);
  scene.run(600_ms);
  scene.files->restart(scene.world, 0);
  scene.run(60_s);
  EXPECT_EQ(scene.probe->answers().size(), 25U);
  std::map<Status, int> ends;
  for (std::size_t i = 8; i < 24; ++i) ++ends[scene.answer(i).outcome.status];
  EXPECT_GT(ends[Status::reset], 3);
  EXPECT_GT(ends[Status::ok], 3);
  EXPECT_EQ(scene.answer(24).outcome.bytes, 100'000U);
  EXPECT_EQ(reading(scene.world, *scene.files, "in_system").value, 0);
  EXPECT_EQ(scene.world.live_records(), 0U);
}

// A clone taken amid transfers and copies ends alike.
TEST(ObjectStore, AClonedWorldEndsAlike) {
  ObjectStoreSettings settings = plain(4, 3);
  settings.bandwidth = 80e6;
  settings.acknowledgements = 2;
  Scene scene(settings, tiny_geography(5_ms, 1_ms));
  for (std::uint64_t i = 0; i < 200; ++i) {
    if (i % 3 == 0) {
      scene.write(3_ms * static_cast<int>(i), i % 20, 50'000);
    } else {
      scene.read(3_ms * static_cast<int>(i), i % 20);
    }
  }
  scene.world.start();
  scene.run(250_ms);
  scene.files->crash(scene.world, 2);
  scene.run(333_ms);
  World clone(scene.world);
  scene.run(60_s);
  clone.run_until(Time{} + 60_s);
  EXPECT_EQ(clone.digest(), scene.world.digest());
  EXPECT_EQ(clone.outcome_digest(), scene.world.outcome_digest());
}

}  // namespace
}  // namespace faultline::models::object_store_test
