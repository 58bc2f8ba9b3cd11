// Random faults: each target alternates at times of its own, which belong to the seed, the label
// and the target.
#include "models/random_fault.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/models/probe.h"

namespace faultline::models::random_fault_test {
namespace {

using namespace sim::literals;

RandomFault crashes(const std::string& label, const std::string& target, bool apart,
                    sim::Distribution up, sim::Distribution down) {
  return {.label = label,
          .target = target,
          .apart = apart,
          .up = std::move(up),
          .down = std::move(down),
          .make = [](const std::string& one) {
            auto action = std::make_unique<CrashAction>(Address{one});
            action->what = "crash " + one;
            return action;
          }};
}

// When each action acted and was undone, by what it does.
struct Turns final : Observer {
  explicit Turns(const World& world) : world_(world) {}
  void acted(std::uint32_t action, bool undone, sim::Time now) override {
    const std::string& what = world_.actions()[action]->what;
    at[what + (undone ? " ends" : "")].push_back(now.seconds());
  }
  std::map<std::string, std::vector<double>> at;

 private:
  const World& world_;
};

std::map<std::string, std::vector<double>> turns_of(const std::vector<RandomFault>& faults,
                                                    std::uint64_t seed = 5) {
  World world(seed, tiny_geography());
  for (const char* name : {"db", "web"}) {
    auto stub = std::make_unique<Stub>(name);
    stub->hosting.replicas = 2;
    world.add(std::move(stub));
  }
  for (const RandomFault& fault : faults) world.add_fault(fault);
  Turns turns(world);
  world.observe(&turns);
  world.start();
  world.run_until(sim::Time{} + 100_s);
  return turns.at;
}

const auto constant = [](double seconds) { return sim::Distribution::constant(seconds * 1e9); };

// Up 7 s, down 3 s: it goes at 7, 17, 27, ... and is back at 10, 20, 30, ...
TEST(RandomFault, Alternates) {
  const auto turns = turns_of({crashes("x", "web/1", true, constant(7), constant(3))});
  ASSERT_EQ(turns.size(), 2U);
  const auto& begins = turns.at("crash web/1");
  const auto& ends = turns.at("crash web/1 ends");
  ASSERT_EQ(begins.size(), 10U);
  ASSERT_EQ(ends.size(), 9U);  // the last one would end when the run does
  for (std::size_t i = 0; i < ends.size(); ++i) {
    EXPECT_DOUBLE_EQ(begins[i], 7.0 + 10.0 * static_cast<double>(i));
    EXPECT_DOUBLE_EQ(ends[i], 10.0 + 10.0 * static_cast<double>(i));
  }
}

// Each replica at its own times, or all at once.
TEST(RandomFault, StrikesApartOrTogether) {
  const auto law = sim::Distribution::exponential(5e9);
  const auto apart = turns_of({crashes("x", "web", true, law, law)});
  EXPECT_EQ(apart.count("crash web"), 0U);
  EXPECT_NE(apart.at("crash web/0"), apart.at("crash web/1"));
  const auto together = turns_of({crashes("x", "web", false, law, law)});
  EXPECT_EQ(together.size(), 2U);
  EXPECT_EQ(together.count("crash web"), 1U);
}

// The times are those of the label and the target: a fault added elsewhere moves none of them.
TEST(RandomFault, LeavesOthersWhereTheyWere) {
  const auto law = sim::Distribution::exponential(5e9);
  const RandomFault first = crashes("x", "web", true, law, law);
  const RandomFault second = crashes("y", "db", true, law, law);
  const auto alone = turns_of({first});
  const auto beside = turns_of({second, first});
  for (const auto& [what, times] : alone) EXPECT_EQ(beside.at(what), times) << what;
  EXPECT_NE(beside.at("crash db/0"), beside.at("crash web/0"));
  EXPECT_NE(turns_of({first}, 6), alone);
  EXPECT_NE(turns_of({crashes("z", "web", true, law, law)}), alone);
}

// A clone taken in the middle goes the same way.
TEST(RandomFault, IsCloned) {
  World world(5, tiny_geography());
  world.add(std::make_unique<Stub>("web"));
  const auto law = sim::Distribution::exponential(5e9);
  world.add_fault(crashes("x", "web", true, law, law));
  world.start();
  world.run_until(sim::Time{} + 50_s);
  World clone(world);
  world.run_until(sim::Time{} + 500_s);
  clone.run_until(sim::Time{} + 500_s);
  EXPECT_GT(world.executed(), 50U);
  EXPECT_EQ(clone.digest(), world.digest());
}

}  // namespace
}  // namespace faultline::models::random_fault_test
