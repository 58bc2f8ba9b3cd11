#include "tests/properties/random_steps.h"

namespace faultline::properties {

using namespace sim::literals;

namespace {

models::Backoff random_backoff(Dice& dice) {
  models::Backoff backoff;
  backoff.kind = dice.one_of({models::BackoffKind::fixed, models::BackoffKind::exponential});
  backoff.base = dice.ms(0, 50);
  backoff.cap = 400_ms;
  backoff.jitter = dice.one_of({models::Jitter::none, models::Jitter::equal, models::Jitter::full,
                                models::Jitter::decorrelated});
  return backoff;
}

models::StepSettings random_step(const Recipe& recipe, Dice& dice, const StepSources& sources,
                                 bool nested) {
  models::StepSettings step;
  const std::uint64_t what = dice.between(0, 11);
  const bool optional = dice.chance(0.3);
  if (what >= 3) {
    step.policy = random_policy(recipe, dice);
    step.optional = optional;
  }
  if (what >= 3 && what <= 4 && !sources.service.empty()) {
    step.call = sources.service;
    if (dice.chance(0.5)) step.endpoint = "GET /item";
  } else if (what >= 3 && what <= 7) {
    step.read = sources.store;
    step.key = dice.one_of<const char*>({"request", "user", "profile"});
    step.memory = dice.chance(0.3);
    if (!sources.cache.empty() && dice.chance(0.7)) {
      step.cache = sources.cache;
      step.fill = dice.one_of({models::Fill::async, models::Fill::wait});
      if (dice.chance(0.5)) step.cache_policy = random_policy(recipe, dice);
      if (dice.chance(0.3)) step.cache_down = models::CacheDown::fail;
    } else if (!sources.cache.empty() && dice.chance(0.5)) {
      step.read = sources.cache;
    }
  } else if (what == 8) {
    step.write = sources.store;
    step.memory = dice.chance(0.3);
    if (!sources.cache.empty() && dice.chance(0.4)) step.write = sources.cache;
    if (!sources.cache.empty() && dice.chance(0.5)) step.invalidate = sources.cache;
  } else if (what == 9 && !sources.queue.empty()) {
    step.publish = sources.queue;
  } else if (what >= 10 && recipe.has(part_parallel) && !nested) {
    step.policy.reset();
    for (int branch = 0; branch < 2; ++branch) {
      step.parallel.push_back({random_step(recipe, dice, sources, true)});
      if (dice.chance(0.5))
        step.parallel.back().push_back(random_step(recipe, dice, sources, true));
    }
  } else {
    step = {};
    step.compute = dice.law(dice.ms(1, 12));
  }
  return step;
}

models::ConnectionPolicy random_connection(Dice& dice) {
  using models::Http;
  using models::Tls;
  models::ConnectionPolicy connection;
  connection.http = dice.one_of({Http::one, Http::two});
  connection.tls = dice.one_of({Tls::none, Tls::v1_2, Tls::v1_3});
  connection.resumption = dice.chance(0.7);
  connection.early_data = connection.resumption && dice.chance(0.3);
  connection.idle_timeout = dice.ms(0, 1500);
  connection.initial_window = dice.between(1, 10);
  const std::uint64_t few = dice.between(1, 5);
  if (dice.chance(0.5)) connection.max = few;
  if (connection.http == Http::two) connection.streams = few;
  return connection;
}

}  // namespace

// A caller without a timeout waits for as long as a connection may take; shortened here, so that
// even an architecture without patience is quiet soon after its faults.
void guard_at_random(Dice& dice, models::CallPolicy& policy) {
  if (dice.chance(0.2)) {
    policy.breaker.emplace();
    policy.breaker->open_for = dice.ms(50, 1000);
    policy.breaker->trial_calls = dice.between(1, 3);
  }
  if (dice.chance(0.2)) policy.bulkhead = models::BulkheadSettings{.max = dice.between(1, 20)};
  if (dice.chance(0.3)) {
    policy.hedge.emplace().after = dice.ms(1, 200);
    if (dice.chance(0.5)) policy.hedge->percentile = 0.9;
    if (dice.chance(0.5)) policy.hedge->budget = {.ratio = 0.1, .burst = 5};
  }
  policy.cancel = dice.chance(0.3);
}

models::CallPolicy random_policy(const Recipe& recipe, Dice& dice) {
  models::CallPolicy policy;
  policy.connect_timeout = dice.ms(200, 2000);
  const bool patient = dice.chance(0.3);
  const bool retries = dice.chance(0.6);
  models::CallPolicy full = policy;
  if (!patient) full.timeout = dice.ms(5, 800);
  if (retries) {
    full.retries.emplace();
    full.retries->max = dice.between(0, 3);
    full.retries->backoff = random_backoff(dice);
    full.retries->writes = dice.chance(0.5);
    if (dice.chance(0.4)) full.retries->budget = {.ratio = 0.1, .burst = 5};
  }
  guard_at_random(dice, full);
  const models::ConnectionPolicy connection = random_connection(dice);
  models::CallPolicy& chosen = recipe.has(part_patience) ? full : policy;
  if (dice.chance(0.6) && recipe.has(part_connections)) chosen.connection = connection;
  return chosen;
}

models::Steps random_steps(const Recipe& recipe, const std::string& purpose,
                           const StepSources& sources) {
  models::Steps steps;
  const std::uint64_t count = Dice(recipe.seed, purpose).between(1, 4);
  for (std::uint64_t i = 0; i < count; ++i) {
    Dice dice(recipe.seed, purpose, i + 1);
    steps.push_back(random_step(recipe, dice, sources, false));
    if (Dice(recipe.seed, purpose + " sampling", i).chance(0.2)) steps.back().sampling = 0.5;
  }
  Dice dice(recipe.seed, purpose + " files");
  if (!sources.files.empty() && dice.chance(0.4)) {
    models::StepSettings step;
    (dice.chance(0.5) ? step.read : step.write) = sources.files;
    step.bytes = sim::Distribution::uniform(0, 20'000);
    step.policy = random_policy(recipe, dice);
    step.optional = dice.chance(0.5);
    steps.push_back(step);
  }
  models::StepSettings respond;
  respond.respond = sim::Distribution::uniform(0, 5000);
  steps.push_back(respond);
  return steps;
}

}  // namespace faultline::properties
