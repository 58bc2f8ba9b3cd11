#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "analysis/recorder.h"
#include "models/observer.h"
#include "models/service/service.h"
#include "models/timeline.h"
#include "models/workload/client.h"
#include "sim/snapshot.h"
#include "tests/properties/dice.h"
#include "tests/properties/drained.h"
#include "tests/properties/for_all_recipes.h"
#include "tests/properties/random_architecture.h"

namespace faultline::properties::bookkeeping_test {
namespace {

using namespace sim::literals;
using models::ComponentId;
using models::World;

// Adds up, from what an observer hears, the time that attempts spend waiting, in service and in the
// system, by component.
class Sojourns final : public models::Observer {
 public:
  explicit Sojourns(std::size_t components)
      : waiting(components), service(components), stay(components), departed_count(components) {}

  std::vector<sim::Int128> waiting;
  std::vector<sim::Int128> service;
  std::vector<sim::Int128> stay;
  std::vector<std::uint64_t> departed_count;

  void arrived(const models::Attempt& attempt, sim::Time now) override {
    since_[{attempt.self.slot, attempt.self.generation}] = now;
  }
  void answered(const models::Attempt& attempt, ComponentId, sim::Time now,
                std::optional<sim::Time>) override {
    const auto found = since_.find({attempt.self.slot, attempt.self.generation});
    if (found == since_.end()) return;
    if (attempt.operation != models::Operation::health_check) {
      stay[attempt.callee] += (now - found->second).ns;
      ++departed_count[attempt.callee];
    }
    since_.erase(found);
  }
  void span(const models::Span& span) override {
    if (span.kind == models::SpanKind::connecting) return;
    auto& sums = span.kind == models::SpanKind::waiting ? waiting : service;
    sums[span.component] += (span.end - span.begin).ns;
  }

 private:
  std::map<std::pair<std::uint32_t, std::uint32_t>, sim::Time> since_;
};

sim::Int128 area(const World& world, ComponentId id, std::string_view metric) {
  const sim::Snapshot snapshot = world.snapshot(id);
  for (const auto& r : snapshot.readings()) {
    if (r.metric.name == metric) return r.part;
  }
  ADD_FAILURE() << "no metric " << metric;
  return 0;
}

// Nobody is lost with a replica that has to go before it has finished, or dies.
void let_all_finish(RandomArchitecture& architecture, const Recipe& recipe) {
  for (const std::string& name : service_names(recipe)) {
    models::ServiceSettings& settings = architecture.get<models::Service>(name).settings;
    if (settings.autoscaling) settings.autoscaling->drain = 3600_s;
    settings.process.reset();
  }
}

// Little's law (Little, "A proof for the queuing formula L = lambda W", 1961) on a path that begins
// and ends empty: the integral of the number there is the sum of the times spent, to the nanosecond
// and at any load. For those in the system as well as for those who wait, and for busy workers.
TEST(Bookkeeping, LittlesLawOnEveryPath) {
  // Nothing arrives whose end an observer would not hear of: no doubled messages, no fills.
  const Trial trial{.seed = 401,
                    .draws = 60,
                    .parts = all_parts & ~(part_rough_network | part_cache | part_crowd),
                    .faults_max = 0};
  for_all_recipes(trial, [](const Recipe& recipe) {
    RandomArchitecture architecture(recipe);
    let_all_finish(architecture, recipe);
    auto& web = architecture.get<models::Service>("web").settings;
    if (web.discipline == sim::Discipline::processor_sharing)
      web.discipline = sim::Discipline::lifo;
    const auto world = architecture.make_world(recipe.seed);
    Sojourns sojourns(world->component_count());
    world->observe(&sojourns);
    std::vector<sim::Int128> presence(world->component_count());
    sim::Time last;
    const auto look = [&](auto&& advance) {
      std::vector<std::uint64_t> there;
      for (ComponentId id = 0; id < presence.size(); ++id) {
        there.push_back(world->component(id).in_system());
      }
      const bool more = advance();
      const sim::Int128 passed = (world->now() - last).ns;
      for (ComponentId id = 0; id < presence.size(); ++id) presence[id] += passed * there[id];
      last = world->now();
      return more;
    };
    const sim::Time end = sim::Time{} + 900_s;
    while (look([&] { return world->step(end); }) && world->now() < end) {
      if (world->now() > horizon && is_drained(*world)) break;
    }
    std::ostringstream wrong;
    const auto expect_same = [&](ComponentId id, std::string_view what, sim::Int128 a,
                                 sim::Int128 b) {
      if (a == b) return;
      wrong << world->component(id).name() << ", " << what << ": " << static_cast<double>(a)
            << " and " << static_cast<double>(b) << " ns\n";
    };
    if (!is_drained(*world)) wrong << "not empty at the end\n";
    for (ComponentId id = 0; id < presence.size(); ++id) {
      const models::Component& c = world->component(id);
      if (c.type() == "workload") continue;
      expect_same(id, "in the system", presence[id], sojourns.stay[id]);
      const auto* service = dynamic_cast<const models::Service*>(&c);
      const bool shares =
          service != nullptr && service->settings.discipline == sim::Discipline::processor_sharing;
      if ((service != nullptr && !shares) || c.type() == "database") {
        expect_same(id, "waiting", area(*world, id, "backlog"), sojourns.waiting[id]);
      }
      const bool released =
          service != nullptr && service->settings.worker == models::WorkerUse::released;
      if (c.type() == "database" || (released && !shares)) {
        expect_same(id, "busy", area(*world, id, "utilisation"), sojourns.service[id]);
      }
    }
    return wrong.str();
  });
}

// Hears when something happens, and notes where the clock runs backwards and where a model acts at
// an instant before the timeline has.
class Clock final : public models::Observer {
 public:
  std::vector<sim::Time> happened;  // to requests and messages
  std::vector<sim::Time> acted_at;
  bool ran_backwards = false;

  void issued(const models::Request&, ComponentId, sim::Time now) override { model(now); }
  void decided(const models::Request&, ComponentId, const models::Outcome&,
               sim::Time now) override {
    model(now);
  }
  void arrived(const models::Attempt&, sim::Time now) override { model(now); }
  void acted(std::uint32_t, bool, sim::Time now) override {
    if (!happened.empty() && happened.back() >= now) ran_backwards = true;
    if (!acted_at.empty() && acted_at.back() > now) ran_backwards = true;
    acted_at.push_back(now);
  }

 private:
  void model(sim::Time now) {
    if (!happened.empty() && happened.back() > now) ran_backwards = true;
    if (!acted_at.empty() && acted_at.back() > now) ran_backwards = true;
    happened.push_back(now);
  }
};

// Acts and does nothing.
class Idle final : public models::Action {
 public:
  void apply(World&, std::uint32_t) const override {}
  void undo(World&, std::uint32_t) const override {}
};

// Time never runs backwards, and at one instant the timeline acts before any request moves: here at
// instants taken from a run before, at which requests are known to move.
TEST(Bookkeeping, TheTimelineActsFirst) {
  for_all_recipes({.seed = 402, .draws = 60}, [](const Recipe& recipe) {
    RandomArchitecture architecture(recipe);
    Clock before;
    const auto first = architecture.make_world(recipe.seed);
    first->observe(&before);
    first->run_until(horizon);
    if (before.happened.empty()) return std::string("nothing happened");
    Dice dice(recipe.seed, "instants");
    std::vector<sim::Time> instants;
    for (int i = 0; i < 10; ++i) {
      instants.push_back(before.happened[dice.between(0, before.happened.size() - 1)]);
      architecture.add_action(std::make_shared<Idle>(), instants.back(), dice.ms(0, 100));
    }
    Clock clock;
    const auto second = architecture.make_world(recipe.seed);
    second->observe(&clock);
    second->run_until(horizon);
    std::string wrong;
    if (before.ran_backwards || clock.ran_backwards) wrong += "not in order\n";
    if (before.happened != clock.happened) wrong += "what does nothing changed the run\n";
    for (const sim::Time instant : instants) {
      const bool hit = std::count(clock.acted_at.begin(), clock.acted_at.end(), instant) > 0;
      if (!hit) wrong += "an entry did not act at its instant\n";
    }
    return wrong;
  });
}

// What windows say adds up to what the run says: counters exactly, in windows as they close and in
// the series that is kept, and means weighted by their counts.
TEST(Bookkeeping, WindowsAddUp) {
  for_all_recipes({.seed = 403, .draws = 40}, [](const Recipe& recipe) {
    const auto world = RandomArchitecture(recipe).make_world(recipe.seed);
    Dice dice(recipe.seed, "window");
    // Some so short that the series has to merge neighbours.
    const sim::Duration window = dice.chance(0.3) ? 3_ms : dice.ms(50, 3000);
    world->set_window(window);
    analysis::Recorder recorder(*world, window, {});
    const analysis::WorldSnapshot begin(*world);
    std::map<std::string, double> sums;
    double latency = 0;
    double count = 0;
    recorder.on_value([&](sim::Time, sim::Time, std::string_view subject, std::string_view metric,
                          std::optional<double> value) {
      sums[std::string(subject) + ' ' + std::string(metric)] += value.value_or(0);
      if (subject != analysis::all_users) return;
      if (metric == "succeeded") count = *value;
      if (metric == "latency_ms.mean") latency += value.value_or(0) * count;
    });
    world->run_until(horizon - dice.ms(0, 2000));
    recorder.finish(*world);
    const analysis::WorldSnapshot end(*world);

    std::ostringstream wrong;
    std::map<std::string, double> kept;
    for (const auto& series : recorder.series()) {
      double& sum = kept[series.subject + ' ' + series.metric];
      for (std::size_t i = 0; i < series.series.size(); ++i) {
        sum += series.series[i].value.value_or(0);
      }
    }
    const auto hold = [&](const std::string& subject, const std::vector<sim::Figure>& figures) {
      for (const sim::Figure& figure : figures) {
        if (figure.kind != sim::MetricKind::counter) continue;
        const std::string name = subject + ' ' + std::string(figure.metric.name);
        for (const double sum : {sums[name], kept[name]}) {
          if (sum != *figure.value) {
            wrong << name << ": windows " << sum << ", run " << *figure.value << '\n';
          }
        }
      }
    };
    const auto users = sim::between(begin.users, end.users);
    hold(std::string(analysis::all_users), users);
    for (ComponentId id = 0; id < world->component_count(); ++id) {
      hold(world->component(id).name(), sim::between(begin.components[id], end.components[id]));
    }
    std::uint64_t decided = 0;
    for (ComponentId id = 0; id < world->component_count(); ++id) {
      const auto* client = dynamic_cast<const models::Client*>(&world->component(id));
      if (client != nullptr) decided += client->felt().succeeded() + client->felt().failed();
    }
    if (decided != world->decided_count() ||
        static_cast<double>(decided) != sums["* succeeded"] + sums["* failed"]) {
      wrong << decided << " decided, in windows " << sums["* succeeded"] << " and "
            << sums["* failed"] << '\n';
    }
    for (const sim::Figure& figure : users) {
      if (figure.metric.name != "latency_ms" || !figure.value) continue;
      const double total = *figure.value * figure.weight;
      if (std::abs(latency - total) > 1e-9 * total) wrong << "latencies do not add up\n";
    }
    return wrong.str();
  });
}

}  // namespace
}  // namespace faultline::properties::bookkeeping_test
