#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "models/edge/balancer/load_balancer.h"
#include "models/edge/dns/dns.h"
#include "models/queue/queue.h"
#include "models/service/service.h"
#include "models/workload/client.h"
#include "sim/snapshot.h"
#include "tests/properties/dice.h"
#include "tests/properties/drained.h"
#include "tests/properties/for_all_recipes.h"
#include "tests/properties/random_architecture.h"

namespace faultline::properties::conservation_test {
namespace {

using namespace sim::literals;
using models::Component;
using models::ComponentId;
using models::World;

double reading(const World& world, ComponentId id, std::string_view name) {
  const sim::Snapshot snapshot = world.snapshot(id);
  for (const auto& r : snapshot.readings()) {
    if (r.metric.name != name) continue;
    return r.kind == sim::MetricKind::state ? r.value.value_or(0) : static_cast<double>(r.part);
  }
  ADD_FAILURE() << "no metric " << name;
  return 0;
}

// What the attempts that exist say of every component.
struct Census {
  std::vector<std::uint64_t> held;    // attempts it is dealing with
  std::vector<std::uint64_t> called;  // calls it has made and waits for

  explicit Census(const World& world)
      : held(world.component_count()), called(world.component_count()) {
    world.for_each_attempt([&](sim::Handle, const models::Attempt& attempt) {
      if (attempt.operation == models::Operation::health_check) return;
      if (attempt.stage == models::Stage::held) ++held[attempt.callee];
      const bool beside_another = attempt.is_hedge && attempt.rival;
      const bool awaited = !attempt.abandoned && !attempt.one_way && !beside_another;
      if (awaited) ++called[world.call_sites()[attempt.site].caller];
    });
  }
};

std::string wrong_books(const World& world) {
  const Census census(world);
  std::ostringstream wrong;
  const auto expect = [&](const Component& c, std::string_view what, double told, double counted) {
    if (told == counted) return;
    wrong << "at " << world.now().seconds() << " s " << c.name() << " has " << what << ' ' << told
          << ", counted " << counted << '\n';
  };
  for (ComponentId id = 0; id < world.component_count(); ++id) {
    const Component& c = world.component(id);
    const auto held = static_cast<double>(census.held[id]);
    const auto called = static_cast<double>(census.called[id]);
    if (const auto* client = dynamic_cast<const models::Client*>(&c)) {
      expect(c, "in flight", static_cast<double>(client->felt().in_flight()), called);
      continue;
    }
    expect(c, "in the system", static_cast<double>(c.in_system()), held);
    if (const auto* lb = dynamic_cast<const models::LoadBalancer*>(&c)) {
      const auto still_worked_on = static_cast<double>(lb->requests_worked_on());
      expect(c, "requests passed on, for each a call", held - still_worked_on, called);
    }
    if (const auto* service = dynamic_cast<const models::Service*>(&c)) {
      const auto frames = static_cast<double>(service->frames());
      if (frames < held) expect(c, "frames, at least", frames, held);
    }
    if (const auto* queue = dynamic_cast<const models::Queue*>(&c)) {
      const std::size_t named = queue->settings.subscribers.size();
      expect(c, "copies of what was published",
             reading(world, id, "published") * static_cast<double>(named == 0 ? 1 : named),
             reading(world, id, "acknowledged") + reading(world, id, "dropped") +
                 reading(world, id, "dead_letter_depth") + reading(world, id, "stored"));
    }
  }
  return wrong.str();
}

// At any time, at every component: arrived == completed + rejected + failed + lost + in the system,
// where what is in the system is counted from the attempts that exist; users' requests in flight
// are their calls undecided; every copy of a message published is done, dropped, dead or stored.
TEST(Conservation, HoldsAtAnyTime) {
  for_all_recipes({.seed = 101, .draws = 300}, [](const Recipe& recipe) {
    const auto world = RandomArchitecture(recipe).make_world(recipe.seed);
    Dice dice(recipe.seed, "looks");
    std::string wrong;
    while (wrong.empty() && world->now() < horizon) {
      world->run_until(std::min(world->now() + dice.ms(0, 60), horizon));
      // And in the middle of an instant.
      for (std::uint64_t steps = dice.between(0, 3); steps > 0; --steps) world->step(horizon);
      wrong = wrong_books(*world);
    }
    return wrong;
  });
}

std::string what_is_left(const World& world) {
  std::ostringstream text;
  text << "at " << world.now().seconds() << " s not drained\n";
  std::map<std::string, int> kinds;
  world.for_each_attempt([&](sim::Handle, const models::Attempt& a) {
    std::ostringstream kind;
    kind << world.component(world.call_sites()[a.site].caller).name() << " -> "
         << world.component(world.call_sites()[a.site].callee).name() << '/' << a.to
         << " operation " << static_cast<int>(a.operation) << " stage " << static_cast<int>(a.stage)
         << (a.abandoned ? " abandoned" : "") << (a.one_way ? " one way" : "");
    ++kinds[kind.str()];
  });
  for (const auto& [kind, count] : kinds) text << "  " << count << " x " << kind << '\n';
  return text.str();
}

// The fewest records alive at any of some instants, when only periodic things go on.
std::uint64_t idle_level(World& world) {
  std::uint64_t least = world.live_records();
  for (int i = 0; i < 200; ++i) {
    world.run_until(world.now() + 37_ms);
    least = std::min(least, world.live_records());
  }
  return least;
}

std::uint64_t dead_letters(const World& world) {
  double all = 0;
  for (ComponentId id = 0; id < world.component_count(); ++id) {
    const sim::Snapshot snapshot = world.snapshot(id);
    for (const auto& one : snapshot.readings()) {
      if (one.metric.name == "dead_letter_depth") all += one.value.value_or(0);
    }
  }
  return static_cast<std::uint64_t>(all);
}

std::string traces_left(const World& world) {
  std::ostringstream wrong;
  for (ComponentId id = 0; id < world.component_count(); ++id) {
    const Component& c = world.component(id);
    if (c.in_system() != 0) wrong << c.name() << " has " << c.in_system() << " in the system\n";
    const auto* service = dynamic_cast<const models::Service*>(&c);
    if (service != nullptr && service->frames() != 0) wrong << c.name() << " keeps frames\n";
    if (c.type() == "queue" && reading(world, id, "messages") != 0) wrong << "messages left\n";
    for (const models::Replica& replica : c.replicas()) {
      const bool may_be_away = service != nullptr && service->settings.autoscaling;
      const bool up = replica.state == models::Lifecycle::up;
      if (!up && !may_be_away) wrong << c.name() << " has a replica not up\n";
      if (replica.speed != 1) wrong << c.name() << " has a replica not at full speed\n";
    }
  }
  return wrong.str();
}

// With health checks, and updates of rate limits, so rare that there are instants at which none is
// under way.
RandomArchitecture rarely_checked(const Recipe& recipe) {
  RandomArchitecture architecture(recipe);
  for (const std::string& name : service_names(recipe)) {
    auto& limit = architecture.get<models::Service>(name).settings.rate_limit;
    if (limit && limit->store) limit->store->sync = 2_s;
  }
  if (recipe.has(part_name)) {
    auto& of_name = architecture.get<models::Dns>("name").settings.health_check;
    if (of_name) of_name->interval = 2_s;
  }
  if (!recipe.has(part_balancer)) return architecture;
  auto& checks = architecture.get<models::LoadBalancer>("lb").settings.health_check;
  if (checks) checks->interval = 2_s;
  return architecture;
}

// When the load has stopped and every fault is over, all that was begun ends, every replica is up
// and well, and nothing is left behind but dead letters: as many records live as where there never
// was a user. A slow consumer may take an hour for what is queued.
TEST(Conservation, DrainsWithoutALeak) {
  const Trial trial{.seed = 102, .draws = 400, .parts = all_parts & ~part_crowd, .faults_max = 8};
  for_all_recipes(trial, [](const Recipe& recipe) {
    const auto world = rarely_checked(recipe).make_world(recipe.seed);
    world->run_until(horizon);
    const sim::Time patience_ends = horizon + 6000_s;
    while (!is_drained(*world) && world->now() < patience_ends) {
      world->run_until(world->now() + 500_ms);
    }
    if (!is_drained(*world)) return what_is_left(*world);
    // Elections and replicas that catch up may take a little longer than the last request.
    world->run_until(world->now() + 20_s);
    for (int i = 0; i < 200 && !is_drained(*world); ++i) world->run_until(world->now() + 37_ms);
    std::string wrong = traces_left(*world) + wrong_books(*world);
    RandomArchitecture empty = rarely_checked({recipe.seed, recipe.parts, 0});
    empty.add_action(std::make_shared<models::LoadAction>(std::nullopt, 0.0), sim::Time{});
    const auto idle = empty.make_world(recipe.seed);
    idle->run_until(idle->now() + 20_s);  // until all that goes on by itself has begun
    const std::uint64_t left = idle_level(*world) - dead_letters(*world);
    const std::uint64_t usual = idle_level(*idle);
    // Where heartbeats are lost, followers may have stopped to wait for the next.
    const std::uint64_t doubt = recipe.has(part_rough_network) ? 3 : 0;
    if (left > usual + doubt || left + doubt < usual) {
      wrong += std::to_string(left) + " records live, where " + std::to_string(usual) +
               " live in an idle world\n";
    }
    return wrong;
  });
}

}  // namespace
}  // namespace faultline::properties::conservation_test
