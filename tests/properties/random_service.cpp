#include "tests/properties/random_service.h"

namespace faultline::properties {

using namespace sim::literals;

namespace {

void add_scaling(const Recipe& recipe, const std::string& name, models::ServiceSettings& settings) {
  Dice dice(recipe.seed, "scaling of " + name);
  if (dice.chance(0.3)) return;
  models::AutoscalingSettings& scaling = settings.autoscaling.emplace();
  scaling.minimum = dice.between(1, settings.hosting.replicas);
  scaling.maximum = dice.between(settings.hosting.replicas, 5);
  if (dice.chance(0.7)) scaling.utilisation = {.target = dice.one_of({0.1, 0.5, 0.9})};
  if (dice.chance(0.3)) scaling.backlog = {.target = dice.one_of({0.2, 3.0})};
  if (recipe.has(part_queue) && dice.chance(0.3)) scaling.queue = {.name = "queue", .target = 1};
  if (dice.chance(0.3)) scaling.schedule = {{dice.ms(0, 3000), scaling.maximum}};
  scaling.interval = dice.ms(50, 800);
  scaling.cool_down = {.out = dice.ms(0, 500), .in = dice.ms(0, 1000)};
  scaling.boot_time = dice.law(dice.ms(0, 600));
  scaling.drain = dice.ms(1, 1000);
}

models::SheddingSettings random_shedding(Dice& dice) {
  models::SheddingSettings shedding;
  if (dice.chance(0.5)) shedding.in_system = dice.between(1, 20);
  if (dice.chance(0.5)) {
    using Algorithm = models::AdaptiveLimitSettings::Algorithm;
    shedding.adaptive.emplace();
    shedding.adaptive->algorithm = dice.one_of({Algorithm::aimd, Algorithm::gradient});
    shedding.adaptive->late = dice.ms(1, 200);
    shedding.adaptive->window = dice.ms(10, 500);
  }
  if (dice.chance(0.3)) shedding.max_wait = dice.law(dice.ms(1, 300));
  if (dice.chance(0.3)) shedding.controlled_delay.emplace();
  shedding.past_deadline = dice.chance(0.3);
  return shedding;
}

void add_limit(const Recipe& recipe, const std::string& name, models::ServiceSettings& settings) {
  Dice dice(recipe.seed, "limit of " + name);
  if (dice.chance(0.3)) return;
  models::LimitingSettings& limiting = settings.rate_limit.emplace();
  using Algorithm = models::RateLimitSettings::Algorithm;
  limiting.limit.algorithm =
      dice.one_of({Algorithm::token_bucket, Algorithm::fixed_window, Algorithm::sliding_window});
  limiting.limit.rate = static_cast<double>(dice.between(5, 100));
  const bool is_bucket = limiting.limit.algorithm == Algorithm::token_bucket;
  if (is_bucket && dice.chance(0.7)) limiting.limit.burst = dice.between(1, 50);
  if (!is_bucket) limiting.limit.window = dice.ms(200, 2000);
  limiting.per =
      dice.one_of({models::LimitingSettings::Per::everyone, models::LimitingSettings::Per::user});
  limiting.retry_after = dice.chance(0.7);
  if (dice.chance(0.4)) return;
  limiting.store = {.name = recipe.has(part_cache) && dice.chance(0.5) ? "cache" : "db",
                    .sync = dice.ms(10, 1000),
                    .call = random_policy(recipe, dice)};
}

// Nothing that never comes back: what is left over in the end must be nothing.
void add_ailments(const Recipe& recipe, const std::string& name,
                  models::ServiceSettings& settings) {
  Dice dice(recipe.seed, "ailments of " + name);
  if (dice.chance(0.5)) settings.shedding = random_shedding(dice);
  settings.refusal = dice.ms(0, 3);
  if (dice.chance(0.3)) return;
  models::ProcessSettings& process = settings.process.emplace();
  if (dice.chance(0.7)) {
    models::HeapSettings& heap = process.heap.emplace();
    heap.size = sim::Distribution::constant(1e9);
    heap.base = sim::Distribution::constant(dice.one_of({0.0, 5e8}));
    heap.request = sim::Distribution::constant(dice.one_of({1e6, 5e7}));
    heap.leak = sim::Distribution::constant(dice.one_of({0.0, 5e6}));
    if (dice.chance(0.7)) heap.pause_per_gb = dice.ms(0, 200);
  }
  if (dice.chance(0.4)) process.contention = models::ContentionSettings{0.05, 0.01};
  if (dice.chance(0.5)) {
    process.watchdog.emplace();
    if (process.heap) process.watchdog->heap_above = 0.8;
    process.watchdog->stuck_for = dice.ms(50, 2000);
    process.watchdog->interval = dice.ms(20, 500);
    process.watchdog->drain = dice.ms(0, 300);
  }
}

}  // namespace

models::HostingSettings random_hosting(const Recipe& recipe, Dice& dice, std::uint64_t most) {
  models::HostingSettings hosting;
  hosting.replicas = dice.between(1, most);
  hosting.start_time = dice.one_of({0_ms, 1_ms, 300_ms});
  if (dice.chance(0.5)) hosting.zones = {"east/a"};
  if (recipe.has(part_rough_network) && dice.chance(0.3)) hosting.zones = {"west/c", "east/b"};
  return hosting;
}

models::ServiceSettings random_service(const Recipe& recipe, const std::string& name,
                                       std::uint64_t most, const StepSources& sources) {
  Dice dice(recipe.seed, name);
  models::ServiceSettings settings;
  settings.hosting = random_hosting(recipe, dice, most);
  settings.workers = dice.between(1, 6);
  const bool odd = recipe.has(part_disciplines);
  if (odd && dice.chance(0.6)) settings.backlog = dice.between(0, 30);
  if (odd) {
    settings.discipline =
        dice.one_of({sim::Discipline::fifo, sim::Discipline::lifo, sim::Discipline::priority,
                     sim::Discipline::processor_sharing});
    settings.worker = dice.one_of({models::WorkerUse::held, models::WorkerUse::released});
  }
  if (Dice(recipe.seed, name + " executions").chance(0.3)) {
    settings.executions = {.window = dice.ms(50, 5000), .once = dice.chance(0.6)};
  }
  Dice more(recipe.seed, "machine of " + name);
  settings.speed = more.one_of({1.0, 0.7, 3.0});
  settings.memory = {.capacity = more.between(1, 50), .ttl = more.ms(50, 2000)};
  if (more.chance(0.5)) {
    settings.cold_start = {.lasts = more.ms(1, 1000), .speed = more.one_of({0.2, 1.0})};
  }
  if (recipe.has(part_scaling)) add_scaling(recipe, name, settings);
  if (recipe.has(part_limits)) add_limit(recipe, name, settings);
  if (recipe.has(part_ailing)) add_ailments(recipe, name, settings);
  for (const char* endpoint : {"*", "GET /item", "POST /order", "mobile GET /item"}) {
    settings.endpoints[endpoint] = random_steps(recipe, name + endpoint, sources);
  }
  return settings;
}

}  // namespace faultline::properties
