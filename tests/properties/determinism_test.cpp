#include <gtest/gtest.h>

#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "analysis/recorder.h"
#include "models/observer.h"
#include "sim/snapshot.h"
#include "tests/properties/dice.h"
#include "tests/properties/for_all_recipes.h"
#include "tests/properties/random_architecture.h"

namespace faultline::properties::determinism_test {
namespace {

using namespace sim::literals;
using models::World;

// All that a run can be told apart by.
std::string ending(const World& world) {
  std::ostringstream text;
  text << std::hex << world.digest() << ' ' << world.outcome_digest() << std::dec << ' '
       << world.executed() << " events, " << world.live_records() << " live, at " << world.now().ns;
  return text.str();
}

// And every metric of every component.
std::string full_ending(const World& world) {
  std::ostringstream text;
  text << ending(world) << std::hexfloat;
  for (models::ComponentId id = 0; id < world.component_count(); ++id) {
    const sim::Snapshot snapshot = world.snapshot(id);
    for (const auto& r : snapshot.readings()) {
      text << '\n'
           << world.component(id).name() << ' ' << r.metric.name << ' '
           << static_cast<double>(r.part) << ' ' << static_cast<double>(r.whole) << ' '
           << r.value.value_or(-1);
      if (r.kind != sim::MetricKind::times) continue;
      text << ' ' << snapshot.histogram(r).count() << ' '
           << static_cast<double>(snapshot.histogram(r).sum());
    }
  }
  return text.str();
}

std::string differ(std::string_view what, const std::string& usual, const std::string& other) {
  if (usual == other) return {};
  std::istringstream a(usual);
  std::istringstream b(other);
  std::string line_a;
  std::string line_b;
  while (std::getline(a, line_a) && std::getline(b, line_b) && line_a == line_b) {
  }
  return std::string(what) + ":\n  usually " + line_a + "\n  now     " + line_b + "\n";
}

std::unique_ptr<World> finished(const RandomArchitecture& architecture, std::uint64_t seed) {
  auto world = architecture.make_world(seed);
  world->run_until(horizon);
  return world;
}

// A run is a function of architecture and seed: the same again, and another for another seed.
TEST(Determinism, SameSeedSameRun) {
  for_all_recipes({.seed = 201, .draws = 60}, [](const Recipe& recipe) {
    const RandomArchitecture architecture(recipe);
    const std::string usual = full_ending(*finished(architecture, recipe.seed));
    std::string wrong = differ("again", usual, full_ending(*finished(architecture, recipe.seed)));
    const auto other = finished(RandomArchitecture(recipe), recipe.seed + 1);
    if (ending(*other) == usual.substr(0, usual.find('\n'))) wrong += "another seed, the same run";
    return wrong;
  });
}

class Listener final : public models::Observer {
 public:
  explicit Listener(bool to_messages) : to_messages_(to_messages) {}
  bool wants_messages() const override { return to_messages_; }

 private:
  bool to_messages_;
};

// Whoever watches changes nothing: observers, a recorder, windows of any length, marks.
TEST(Determinism, WatchingChangesNothing) {
  for_all_recipes({.seed = 202, .draws = 60}, [](const Recipe& recipe) {
    const RandomArchitecture architecture(recipe);
    const std::string usual = full_ending(*finished(architecture, recipe.seed));
    std::string wrong;
    for (const bool to_messages : {false, true}) {
      Listener listener(to_messages);
      const auto world = architecture.make_world(recipe.seed);
      world->observe(&listener);
      world->run_until(horizon);
      wrong += differ(to_messages ? "observed in full" : "observed", usual, full_ending(*world));
    }
    Dice dice(recipe.seed, "windows");
    for (const sim::Duration window : {dice.ms(4, 40), dice.ms(100, 9000)}) {
      const auto world = architecture.make_world(recipe.seed);
      world->set_window(window);
      const std::vector<sim::Time> marks = {sim::Time{} + dice.ms(0, 8000)};
      analysis::Recorder recorder(*world, window, marks);
      world->run_until(horizon);
      recorder.finish(*world);
      wrong += differ("recorded", usual, full_ending(*world));
    }
    return wrong;
  });
}

// How a run is cut into calls changes nothing: event by event, in slices, stopped by a limit and
// continued.
TEST(Determinism, SlicingChangesNothing) {
  for_all_recipes({.seed = 203, .draws = 60}, [](const Recipe& recipe) {
    const RandomArchitecture architecture(recipe);
    const auto reference = finished(architecture, recipe.seed);
    const std::string usual = full_ending(*reference);
    Dice dice(recipe.seed, "slices");

    const auto stepped = architecture.make_world(recipe.seed);
    while (stepped->step(horizon)) {
    }
    stepped->run_until(horizon);
    std::string wrong = differ("stepped", usual, full_ending(*stepped));

    const auto sliced = architecture.make_world(recipe.seed);
    while (sliced->now() < horizon) {
      sliced->run_until(std::min(sliced->now() + dice.ms(0, 400), horizon));
      for (std::uint64_t steps = dice.between(0, 5); steps > 0; --steps) sliced->step(horizon);
    }
    wrong += differ("sliced", usual, full_ending(*sliced));

    const auto limited = architecture.make_world(recipe.seed);
    while (limited->now() < horizon) {
      const std::uint64_t limit = limited->executed() + dice.between(1, 3000);
      limited->set_limits({.events = limit, .records = {}});
      const sim::Stop stop = limited->run_until(horizon);
      if (stop == sim::Stop::event_limit && limited->executed() != limit) {
        wrong += "stopped at " + std::to_string(limited->executed()) + " events, not at " +
                 std::to_string(limit) + "\n";
      }
    }
    limited->set_limits({});
    limited->run_until(horizon);
    return wrong + differ("limited", usual, full_ending(*limited));
  });
}

// A clone taken at any time, a clone of that, and the original finish alike, in whatever order they
// run, and when the original is gone.
TEST(Determinism, ClonesFinishAlike) {
  for_all_recipes({.seed = 204, .draws = 60}, [](const Recipe& recipe) {
    const RandomArchitecture architecture(recipe);
    const std::string usual = full_ending(*finished(architecture, recipe.seed));
    Dice dice(recipe.seed, "clones");
    auto original = architecture.make_world(recipe.seed);
    original->run_until(sim::Time{} + dice.ms(0, 6000));
    for (std::uint64_t steps = dice.between(0, 20); steps > 0; --steps) original->step(horizon);
    const auto clone = std::make_unique<World>(*original);
    clone->run_until(clone->now() + dice.ms(0, 1500));
    const auto second = std::make_unique<World>(*clone);
    while (original->now() < horizon) {  // all in turn
      for (World* world : {second.get(), original.get()}) {
        world->run_until(
            std::min(std::max(world->now() + dice.ms(1, 300), original->now()), horizon));
      }
    }
    std::string wrong = differ("original", usual, full_ending(*original));
    original.reset();
    clone->run_until(horizon);
    second->run_until(horizon);
    wrong += differ("clone", usual, full_ending(*clone));
    return wrong + differ("clone of the clone", usual, full_ending(*second));
  });
}

}  // namespace
}  // namespace faultline::properties::determinism_test
