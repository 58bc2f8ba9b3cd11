#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "models/edge/balancer/load_balancer.h"
#include "models/object_store/object_store.h"
#include "models/service/service.h"
#include "models/timeline.h"
#include "models/workload/client.h"
#include "tests/properties/for_all_recipes.h"
#include "tests/properties/random_architecture.h"

namespace faultline::properties::pairing_test {
namespace {

using namespace sim::literals;
using models::World;

// What a request is before anyone serves it.
struct Wish {
  sim::Time sent;
  std::uint64_t luck;
  std::uint64_t key;
  std::uint64_t user;
  std::uint32_t bytes;
  models::EndpointId endpoint;
  bool write;
  bool mobile;

  auto all_but_time() const { return std::tuple(luck, key, user, bytes, endpoint, write, mobile); }
};

// Remembers every request issued, and the work that components spent on each attempt they answered
// in full. All runs at full speed, so that a span of service is as long as the work.
class Witness final : public models::Observer {
 public:
  // Component, who asked it (an edge of a CDN may be asked by another of the same request), luck of
  // the attempt, the tries that led to it.
  using Task = std::tuple<models::ComponentId, models::ComponentId, std::uint64_t, std::uint32_t>;
  using Demands = std::vector<std::int64_t>;

  explicit Witness(const World& world) : world_(world) {}

  std::map<std::uint64_t, Wish> issued_in_open_loop;  // in an open loop
  std::map<std::uint64_t, Wish> issued_by_others;
  std::map<Task, Demands> demands;
  std::size_t contradictions = 0;  // one task, two demands

  void issued(const models::Request& r, models::ComponentId by, sim::Time) override {
    auto& wishes =
        world_.component(by).name() == "shoppers" ? issued_in_open_loop : issued_by_others;
    wishes.emplace(r.id,
                   Wish{r.sent, r.luck.key, r.key, r.user, r.bytes, r.endpoint, r.write, r.mobile});
  }
  void span(const models::Span& span) override {
    const bool worked = span.kind == models::SpanKind::service && span.end > span.begin;
    if (worked)
      open_[{span.attempt.slot, span.attempt.generation}].push_back((span.end - span.begin).ns);
  }
  void answered(const models::Attempt& attempt, models::ComponentId caller, sim::Time,
                std::optional<sim::Time>) override {
    const auto found = open_.find({attempt.self.slot, attempt.self.generation});
    if (found == open_.end()) return;
    Demands spent = std::move(found->second);
    open_.erase(found);
    if (!attempt.outcome.ok() || attempt.outcome.degraded) return;
    std::sort(spent.begin(), spent.end());
    const Task task(attempt.callee, caller, attempt.luck.key, attempt.lineage);
    const auto [known, fresh] = demands.emplace(task, spent);
    if (!fresh && known->second != spent) ++contradictions;
  }

 private:
  const World& world_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, Demands> open_;  // by attempt
};

struct Telling {
  std::unique_ptr<World> world;
  std::unique_ptr<Witness> witness;
};

Telling tell(const RandomArchitecture& architecture, std::uint64_t seed) {
  Telling telling{architecture.make_world(seed), nullptr};
  telling.witness = std::make_unique<Witness>(*telling.world);
  telling.world->observe(telling.witness.get());
  telling.world->run_until(horizon);
  return telling;
}

RandomArchitecture at_full_speed(const Recipe& recipe) {
  RandomArchitecture architecture(recipe);
  for (const char* name : {"web", "api", "worker"}) {
    if (name == std::string("api") && !recipe.has(part_api)) continue;
    if (name == std::string("worker") && !recipe.has(part_queue)) continue;
    auto& settings = architecture.get<models::Service>(name).settings;
    if (settings.discipline == sim::Discipline::processor_sharing) {
      settings.discipline = sim::Discipline::fifo;
    }
    settings.cold_start.reset();
  }
  if (recipe.has(part_files)) {
    architecture.get<models::ObjectStore>("files").settings.bandwidth.reset();
  }
  return architecture;
}

// Held against each other request by request, and task by task where both runs did the task.
std::string compare(std::string_view change, const World& world, const Witness& a,
                    const Witness& b) {
  std::ostringstream wrong;
  if (a.issued_in_open_loop.size() != b.issued_in_open_loop.size()) {
    wrong << change << ": " << a.issued_in_open_loop.size() << " requests, then "
          << b.issued_in_open_loop.size() << '\n';
  }
  for (const auto& [id, wish] : a.issued_in_open_loop) {
    const auto other = b.issued_in_open_loop.find(id);
    if (other == b.issued_in_open_loop.end() || other->second.sent != wish.sent ||
        other->second.all_but_time() != wish.all_but_time()) {
      wrong << change << ": request " << id << " is not the same\n";
      break;
    }
  }
  for (const auto& [id, wish] : a.issued_by_others) {
    const auto other = b.issued_by_others.find(id);
    if (other != b.issued_by_others.end() && other->second.all_but_time() != wish.all_but_time()) {
      wrong << change << ": request " << id << " of a session is not the same\n";
      break;
    }
  }
  std::size_t shared = 0;
  for (const auto& [task, demands] : a.demands) {
    const auto other = b.demands.find(task);
    if (other == b.demands.end()) continue;
    ++shared;
    if (other->second == demands) continue;
    wrong << change << ": a task at " << world.component(std::get<0>(task)).name()
          << " took other work, luck " << std::get<2>(task) << " lineage " << std::get<3>(task)
          << ", " << demands.size() << " spans, then " << other->second.size() << '\n';
    break;
  }
  if (shared * 20 < a.demands.size()) {
    wrong << change << ": only " << shared << " of " << a.demands.size() << " tasks shared\n";
  }
  if (b.contradictions != 0) wrong << change << ": one task, two demands\n";
  return wrong.str();
}

// A retry policy, a server or a fault more, or another way to balance, leaves every arrival, key,
// user, endpoint, size and service demand as it was.
TEST(Pairing, AChangeLeavesTheRequestsAsTheyWere) {
  const Trial trial{.seed = 301,
                    .draws = 60,
                    .parts = all_parts & ~(part_varied_speed | part_ailing),
                    .faults_max = 3};
  for_all_recipes(trial, [](const Recipe& recipe) {
    const Telling usual = tell(at_full_speed(recipe), recipe.seed);
    std::string wrong;
    const auto hold = [&](std::string_view change, const RandomArchitecture& architecture) {
      const Telling other = tell(architecture, recipe.seed);
      wrong += compare(change, *usual.world, *usual.witness, *other.witness);
    };
    RandomArchitecture stubborn = at_full_speed(recipe);
    models::CallPolicy& policy = stubborn.get<models::Client>("shoppers").settings.call;
    policy.timeout = 300_ms;
    policy.retries.emplace();
    policy.retries->max = 4;
    policy.retries->backoff.base = 20_ms;
    policy.retries->backoff.jitter = models::Jitter::full;
    hold("retries", stubborn);

    RandomArchitecture larger = at_full_speed(recipe);
    models::ServiceSettings& web = larger.get<models::Service>("web").settings;
    ++web.hosting.replicas;
    if (web.autoscaling) ++web.autoscaling->maximum;
    hold("a server more", larger);

    RandomArchitecture faulty = at_full_speed(recipe);
    faulty.add_action(std::make_shared<models::CrashAction>(models::Address{"web/0"}),
                      sim::Time{} + 2_s, 700_ms);
    hold("a fault more", faulty);

    if (recipe.has(part_balancer)) {
      RandomArchitecture balanced = at_full_speed(recipe);
      auto& settings = balanced.get<models::LoadBalancer>("lb").settings;
      settings.policy = models::LoadBalancerSettings::Policy::power_of_two;
      settings.health_check.emplace();
      hold("another balancer", balanced);
    }
    return wrong;
  });
}

}  // namespace
}  // namespace faultline::properties::pairing_test
