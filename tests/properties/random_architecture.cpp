#include "tests/properties/random_architecture.h"

#include <utility>

#include "models/cache/cache.h"
#include "models/database/database.h"
#include "models/edge/balancer/load_balancer.h"
#include "models/edge/cdn/cdn.h"
#include "models/edge/dns/dns.h"
#include "models/object_store/object_store.h"
#include "models/queue/queue.h"
#include "models/service/service.h"
#include "models/workload/client.h"
#include "tests/properties/dice.h"
#include "tests/properties/random_faults.h"
#include "tests/properties/random_service.h"
#include "tests/properties/random_steps.h"

namespace faultline::properties {

using namespace sim::literals;

namespace {

models::GeographySettings random_network(const Recipe& recipe) {
  Dice dice(recipe.seed, "network");
  models::GeographySettings network;
  network.regions["east"].zones = {"a", "b"};
  network.clients["homes"].near = "east";
  network.clients["homes"].latency = sim::Distribution::constant(dice.ms(1, 40));
  network.latency.same_zone = sim::Distribution::constant(dice.ms(0, 1));
  network.latency.same_region = sim::Distribution::constant(dice.ms(1, 2));
  if (!recipe.has(part_rough_network)) return network;
  network.regions["west"].zones = {"c"};
  network.clients["homes"].latency = dice.law(dice.ms(1, 40));
  network.latency.same_zone = dice.law(dice.ms(0, 1));
  network.latency.between_regions = dice.law(dice.ms(10, 60));
  network.transport = dice.between(0, 1);
  network.links["east<->west"].loss = 0.02;
  models::GeographySettings::Link& line = network.links["web->db"];
  line.latency = dice.law(1_ms);
  line.loss = dice.one_of({0.0, 0.02});
  line.duplication = dice.one_of({0.0, 0.05});
  line.bandwidth = 1e8;
  models::GeographySettings::Link& to_users = network.links["homes<->east"];
  to_users.duplication = dice.one_of({0.0, 0.03});
  to_users.loss = dice.one_of({0.0, 0.01});
  return network;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Recipe& recipe) {
  return out << recipe.seed << ':' << recipe.parts << ':' << recipe.faults;
}

std::vector<std::string> service_names(const Recipe& recipe) {
  std::vector<std::string> names = {"web"};
  if (recipe.has(part_api)) names.emplace_back("api");
  if (recipe.has(part_queue)) names.emplace_back("worker");
  return names;
}

RandomArchitecture::RandomArchitecture(const Recipe& recipe)
    : recipe_(recipe), network_(random_network(recipe)) {
  add_edge();
  add_cdn();
  add_services();
  add_stores();
  add_queue();
  add_files();
  add_workloads();
  add_faults();
}

// Whom users call where no CDN stands in between.
std::string RandomArchitecture::entry() const {
  if (recipe_.has(part_name)) return "name";
  return recipe_.has(part_balancer) ? "lb" : "web";
}

void RandomArchitecture::add_edge() {
  if (recipe_.has(part_balancer)) {
    Dice dice(recipe_.seed, "lb");
    auto lb = std::make_unique<models::LoadBalancer>("lb");
    lb->settings.hosting = random_hosting(recipe_, dice, 2);
    lb->settings.backends = "web";
    using Policy = models::LoadBalancerSettings::Policy;
    lb->settings.policy = dice.one_of(
        {Policy::round_robin, Policy::random, Policy::least_connections, Policy::power_of_two});
    if (dice.chance(0.7)) {
      lb->settings.health_check = {.interval = dice.ms(50, 1000),
                                   .timeout = dice.ms(10, 1500),
                                   .down_after = dice.between(1, 3),
                                   .up_after = dice.between(1, 2)};
    }
    lb->settings.call = random_policy(recipe_, dice);
    add_balancer_settings(lb->settings);
    components_["lb"] = std::move(lb);
  }
  if (recipe_.has(part_name)) {
    Dice dice(recipe_.seed, "name");
    auto name = std::make_unique<models::Dns>("name");
    name->settings.hosting = random_hosting(recipe_, dice, 2);
    name->settings.answers = recipe_.has(part_balancer) ? "lb" : "web";
    name->settings.ttl = dice.ms(1, 3000);
    name->settings.resolver_latency = dice.one_of({0_ms, 2_ms});
    name->settings.query_time = dice.law(1_ms);
    name->settings.query_timeout = dice.ms(50, 500);
    name->settings.tries = dice.between(1, 3);
    add_name_settings(name->settings);
    components_["name"] = std::move(name);
  }
}

// Of the parts of a balancer that it works without.
void RandomArchitecture::add_balancer_settings(models::LoadBalancerSettings& settings) const {
  Dice dice(recipe_.seed, "more of the lb");
  using Policy = models::LoadBalancerSettings::Policy;
  if (dice.chance(0.4)) {
    settings.policy = dice.one_of({Policy::weighted, Policy::least_response_time,
                                   Policy::consistent_hash, Policy::least_connections});
  }
  settings.hash_by = dice.one_of(
      {models::LoadBalancerSettings::HashBy::key, models::LoadBalancerSettings::HashBy::user});
  settings.virtual_nodes = dice.between(1, 20);
  if (dice.chance(0.3)) settings.figures_every = dice.ms(200, 1000);
  if (settings.policy != Policy::round_robin && dice.chance(0.5)) {
    settings.weights = {{"web/0", 1}, {"web/1", dice.one_of({0.0, 0.5, 3.0})}, {"web/2", 2}};
  }
  if (dice.chance(0.4)) {
    settings.ejection = {.errors = dice.between(1, 5),
                         .base = dice.ms(10, 1000),
                         .max = 3_s,
                         .max_share = dice.one_of({0.1, 0.5, 1.0}),
                         .forgive_after = dice.ms(100, 2000)};
  }
  settings.panic_below = dice.one_of({0.0, 0.5, 1.0});
  if (dice.chance(0.4)) settings.registry = {.delay = dice.ms(0, 1000)};
  if (dice.chance(0.4)) settings.slow_start = {.window = dice.ms(100, 3000), .floor = 0.1};
  if (dice.chance(0.4)) settings.sessions = {.sticky = dice.chance(0.7), .idle = dice.ms(50, 5000)};
  if (dice.chance(0.3)) settings.connections = {.idle = dice.ms(50, 2000)};
  if (dice.chance(0.3)) {
    settings.capacity.emplace();
    settings.capacity->workers = dice.between(1, 4);
    settings.capacity->compute = dice.law(1_ms);
    if (dice.chance(0.5)) settings.capacity->backlog = dice.between(0, 20);
  }
  settings.retry_elsewhere = dice.chance(0.5);
  Dice shards(recipe_.seed, "shards");
  if (recipe_.has(part_ailing) && shards.chance(0.4)) {
    using Kind = models::ShardingSettings::Kind;
    settings.sharding = {.kind = shards.one_of({Kind::cells, Kind::shuffle}),
                         .size = shards.between(1, 3)};
  }
}

// Of the parts of a name that it works without.
void RandomArchitecture::add_name_settings(models::DnsSettings& settings) const {
  Dice dice(recipe_.seed, "more of the name");
  if (recipe_.has(part_balancer) && dice.chance(0.6)) {
    settings.answers.clear();
    settings.addresses = {"lb", "web"};
    settings.each_replica = dice.chance(0.4);
    using models::DnsPolicy;
    settings.policy = dice.one_of(
        {DnsPolicy::round_robin, DnsPolicy::weighted, DnsPolicy::geo, DnsPolicy::failover});
    if (settings.policy == DnsPolicy::failover || dice.chance(0.5)) {
      settings.health_check = {.interval = dice.ms(50, 500), .timeout = dice.ms(10, 700)};
    }
  }
  settings.resolvers = dice.between(1, 3);
  settings.anycast = dice.chance(0.5);
  if (dice.chance(0.4)) {
    settings.serve_stale = {
        .keep = dice.ms(100, 4000), .after = dice.ms(10, 300), .ttl = dice.ms(10, 1000)};
  }
  if (dice.chance(0.5)) {
    settings.stub.emplace();
    settings.stub->browser = dice.ms(0, 1000);
    settings.stub->stragglers = dice.one_of({0.0, 0.3});
    settings.stub->clients = dice.between(1, 50);
  }
}

void RandomArchitecture::add_cdn() {
  if (!recipe_.has(part_cdn)) return;
  Dice dice(recipe_.seed, "cdn");
  auto cdn = std::make_unique<models::Cdn>("cdn");
  models::CdnSettings& settings = cdn->settings;
  settings.hosting = random_hosting(recipe_, dice, 3);
  settings.origin = entry();
  settings.cacheable = {"GET /item"};
  settings.capacity = sim::Distribution::constant(static_cast<double>(dice.between(1, 100'000)));
  if (dice.chance(0.7)) settings.ttl = dice.ms(10, 2000);
  settings.stale_while_revalidate = dice.ms(0, 500);
  settings.stale_if_error = dice.ms(0, 500);
  settings.coalescing = dice.chance(0.6);
  if (dice.chance(0.4) && !settings.hosting.zones.empty()) {
    settings.shield = settings.hosting.zones.front();
  }
  settings.detection = dice.ms(0, 500);
  using models::CdnFallback;
  settings.fallback =
      dice.one_of({CdnFallback::edge, CdnFallback::origin, CdnFallback::edge_then_origin});
  settings.service_time = dice.law(dice.ms(0, 2));
  if (dice.chance(0.5)) settings.workers = dice.between(1, 4);
  settings.call = random_policy(recipe_, dice);
  components_["cdn"] = std::move(cdn);
}

void RandomArchitecture::add_services() {
  const auto add = [&](const std::string& name, std::uint64_t most, const StepSources& sources) {
    auto service = std::make_unique<models::Service>(name);
    service->settings = random_service(recipe_, name, most, sources);
    components_[name] = std::move(service);
  };
  StepSources behind{.cache = recipe_.has(part_cache) ? "cache" : "", .store = "db"};
  if (recipe_.has(part_files)) behind.files = "files";
  if (recipe_.has(part_api)) add("api", 2, behind);
  if (recipe_.has(part_queue)) add("worker", 2, behind);
  if (recipe_.has(part_api)) behind.service = "api";
  if (recipe_.has(part_queue)) behind.queue = "queue";
  add("web", 3, behind);
}

void RandomArchitecture::add_stores() {
  Dice dice(recipe_.seed, "stores");
  models::DatabaseSettings db;
  db.workers = dice.between(1, 8);
  db.read_time = dice.law(dice.ms(1, 6));
  if (dice.chance(0.5)) db.write_time = dice.law(dice.ms(1, 6));
  db.bytes = sim::Distribution::uniform(0, 4000);
  if (recipe_.has(part_disciplines) && dice.chance(0.3)) db.backlog = dice.between(0, 50);
  Dice pool(recipe_.seed, "connections");
  if (recipe_.has(part_disciplines) && pool.chance(0.5)) {
    db.connections.emplace();
    db.connections->limit = pool.between(1, 12);
    if (pool.chance(0.5)) db.connections->queue = pool.between(0, 30);
    if (pool.chance(0.7)) db.connections->timeout = pool.ms(1, 800);
  }
  if (recipe_.has(part_followers)) {
    Dice more(recipe_.seed, "followers");
    db.hosting = random_hosting(recipe_, more, 2);
    ++db.hosting.replicas;
    using Reads = models::DatabaseSettings::Reads;
    db.reads = more.one_of(
        {Reads::leader, Reads::followers, Reads::any, Reads::nearest, Reads::same_follower});
    db.acknowledgements = more.between(0, db.hosting.replicas - 1);
    db.ship_interval = more.one_of({0_ms, 20_ms});
    db.apply_time = more.law(1_ms);
    db.heartbeat = more.ms(20, 300);
    if (more.chance(0.7)) {
      db.failover.emplace();
      db.failover->detection = db.heartbeat * 3;
      db.failover->election = more.law(100_ms);
      using Fencing = models::FailoverSettings::Fencing;
      db.failover->fencing = more.one_of({Fencing::token, Fencing::none});
    }
    if (more.chance(0.4)) {
      db.standby = {.workers = more.between(1, db.workers), .grow_time = more.law(300_ms)};
    }
    db.log_limit = more.one_of<std::uint64_t>({1, 20, 100'000});
    db.snapshot_time = more.law(200_ms);
    db.data_size = sim::Distribution::constant(1e6);
    if (more.chance(0.7)) db.copy_bandwidth = 1e7;
    db.copy_workers = more.between(0, 4);
  }
  Dice spare(recipe_.seed, "backups");
  if (recipe_.has(part_followers) && spare.chance(0.5)) {
    db.backups = {.interval = spare.ms(1000, 2000), .restore_time = spare.law(200_ms)};
    if (spare.chance(0.5)) db.backups->restore_bandwidth = 2e7;
  }
  components_["db"] = std::make_unique<models::Database>("db", db);
  if (!recipe_.has(part_cache)) return;
  Dice more(recipe_.seed, "cache");
  auto cache = std::make_unique<models::Cache>("cache");
  models::CacheSettings& settings = cache->settings;
  settings.hosting = random_hosting(recipe_, more, 3);
  settings.capacity = more.between(1, 300);
  settings.spread =
      more.one_of({models::CacheSettings::Spread::ring, models::CacheSettings::Spread::modulo});
  settings.virtual_nodes = 20;
  settings.on_node_down = more.one_of(
      {models::CacheSettings::OnNodeDown::stay, models::CacheSettings::OnNodeDown::rehash});
  if (more.chance(0.5)) settings.ttl = more.ms(100, 3000);
  settings.service_time = more.law(more.ms(0, 2));
  if (more.chance(0.5)) settings.workers = more.between(1, 4);
  settings.prefill = more.between(0, 200);
  settings.eviction =
      more.one_of({models::Eviction::lru, models::Eviction::lfu, models::Eviction::fifo});
  if (more.chance(0.6)) {
    settings.origin = "db";
    using Writes = models::CacheSettings::Writes;
    settings.writes = more.one_of({Writes::through, Writes::around, Writes::back});
    settings.flush_interval = more.ms(50, 1000);
    settings.coalescing = more.chance(0.5);
    settings.call = random_policy(recipe_, more);
    // It writes back until it succeeds: with too little patience, for ever.
    if (settings.writes == Writes::back) settings.call.timeout.reset();
    if (settings.ttl) settings.stale_if_error = more.one_of({0_ms, 1_s});
  }
  if (settings.on_node_down == models::CacheSettings::OnNodeDown::stay) {
    settings.copies = more.between(1, settings.hosting.replicas);
    if (more.chance(0.5)) settings.write_quorum = more.between(1, settings.copies);
    using ReadFrom = models::CacheSettings::ReadFrom;
    settings.read_from = more.one_of({ReadFrom::first, ReadFrom::any});
    settings.resync_time = more.law(100_ms);
  }
  settings.detection = more.one_of({0_ms, 200_ms});
  if (more.chance(0.5)) settings.hot_keys = more.between(1, 20);
  if (settings.ttl) settings.ttl_jitter = more.one_of({0.0, 0.3, 1.0});
  components_["cache"] = std::move(cache);
}

// Deliveries end some time: an endless one that always fails would never drain.
void RandomArchitecture::add_queue() {
  if (!recipe_.has(part_queue)) return;
  Dice dice(recipe_.seed, "queue");
  auto queue = std::make_unique<models::Queue>("queue");
  models::QueueSettings& settings = queue->settings;
  settings.hosting = random_hosting(recipe_, dice, 2);
  settings.deliver_to = "worker";
  settings.concurrency = dice.between(1, 20);
  settings.visibility_timeout = dice.ms(50, 2000);
  settings.max_receives = dice.between(1, 4);
  settings.redelivery_delay = dice.one_of({0_ms, 100_ms});
  if (dice.chance(0.3)) settings.capacity = dice.between(1, 100);
  settings.store_time = dice.law(dice.ms(0, 3));
  settings.call = random_policy(recipe_, dice);
  add_queue_settings(settings);
  components_["queue"] = std::move(queue);
}

// Of the parts of a queue that it works without.
void RandomArchitecture::add_queue_settings(models::QueueSettings& settings) const {
  Dice dice(recipe_.seed, "more of the queue");
  if (dice.chance(0.4)) settings.partitions = dice.between(1, 20);
  if (dice.chance(0.3)) {
    settings.capacity_bytes =
        sim::Distribution::constant(static_cast<double>(dice.between(1500, 50'000)));
  }
  if (settings.capacity || settings.capacity_bytes) {
    using models::OnFull;
    settings.on_full =
        dice.one_of({OnFull::reject, OnFull::wait, OnFull::drop_newest, OnFull::drop_oldest});
  }
  if (dice.chance(0.6)) return;
  models::SubscriberSettings& own = settings;
  settings.subscribers["first"] = own;
  settings.subscribers["second"] = own;
  settings.subscribers["second"].concurrency = dice.between(1, 5);
  settings.subscribers["second"].endpoint = "GET /item";
  own = {};
}

void RandomArchitecture::add_files() {
  if (!recipe_.has(part_files)) return;
  Dice dice(recipe_.seed, "files");
  auto files = std::make_unique<models::ObjectStore>("files");
  models::ObjectStoreSettings& settings = files->settings;
  settings.hosting = random_hosting(recipe_, dice, 4);
  settings.copies = dice.between(1, settings.hosting.replicas);
  if (dice.chance(0.5)) settings.acknowledgements = dice.between(1, settings.copies);
  settings.first_byte = dice.law(dice.ms(0, 20));
  if (dice.chance(0.8)) settings.bandwidth = static_cast<double>(dice.between(10, 1000)) * 1e6;
  settings.bytes = sim::Distribution::uniform(0, 200'000);
  if (dice.chance(0.3)) {
    settings.capacity =
        sim::Distribution::constant(static_cast<double>(dice.between(10'000, 300'000)));
  }
  settings.call = random_policy(recipe_, dice);
  components_["files"] = std::move(files);
}

void RandomArchitecture::add_workloads() {
  const auto add = [&](const std::string& name) -> models::ClientSettings& {
    auto client = std::make_unique<models::Client>(name);
    client->set_horizon(horizon);
    models::ClientSettings& settings = client->settings;
    Dice dice(recipe_.seed, name);
    settings.from = "homes";
    settings.to = recipe_.has(part_cdn) ? "cdn" : entry();
    settings.mix = {{"GET /", 2}, {"GET /item", 2}, {"POST /order", 1}};
    if (dice.chance(0.3)) settings.writes = 0.2;
    settings.keys = {.objects = dice.between(1, 500), .zipf = dice.one_of({0.0, 0.9, 1.3})};
    settings.population = 1000;
    settings.mobile = 0.3;
    settings.bytes = sim::Distribution::uniform(0, 2000);
    settings.priority = dice.between(0, 2);
    settings.call = random_policy(recipe_, dice);
    Dice further(recipe_.seed, name + " further");
    if (recipe_.has(part_files) && further.chance(0.5)) {
      settings.then = {.to = "files",
                       .does = further.one_of({models::Operation::read, models::Operation::write}),
                       .bytes = sim::Distribution::uniform(0, 50'000),
                       .call = random_policy(recipe_, further)};
    }
    components_[name] = std::move(client);
    return settings;
  };
  using Kind = models::ArrivalSettings::Kind;
  Dice dice(recipe_.seed, "load");
  add("shoppers").arrivals = {.kind = dice.one_of({Kind::poisson, Kind::regular}),
                              .rate_per_s = static_cast<double>(dice.between(10, 150))};
  if (recipe_.has(part_visitors)) {
    models::ClientSettings& visitors = add("visitors");
    visitors.arrivals = {.kind = Kind::bursty,
                         .rate_per_s = 30,
                         .low_rate_per_s = 2,
                         .high_for = 500_ms,
                         .low_for = 1_s};
    visitors.session = {.requests = sim::Distribution::uniform(1, 4), .think = dice.law(100_ms)};
  }
  if (recipe_.has(part_crowd)) {
    add("crowd").users = {.count = dice.between(1, 10), .think = dice.law(dice.ms(20, 300))};
  }
}

void RandomArchitecture::add_faults() {
  add_action(std::make_shared<models::LoadAction>(std::nullopt, 0.0), quiet);
  std::vector<std::pair<std::string, std::uint64_t>> targets;
  for (const auto& [name, component] : components_) {
    const bool is_workload = component->offers_load();
    if (!is_workload) targets.emplace_back(name, name == "web" ? 3 : 2);
  }
  for (std::uint32_t i = 0; i < recipe_.faults; ++i) {
    RandomFault fault = random_fault(recipe_, i, targets);
    add_action(std::move(fault.action), fault.at, fault.lasts);
  }
}

void RandomArchitecture::add_action(std::shared_ptr<models::Action> action, sim::Time at,
                                    std::optional<sim::Duration> lasts) {
  action->at = at;
  action->lasts = lasts;
  timeline_.push_back(std::move(action));
}

std::unique_ptr<models::World> RandomArchitecture::build(std::uint64_t seed) const {
  auto world = std::make_unique<models::World>(seed, models::Geography(network_));
  for (const auto& [name, component] : components_) world->add(component->clone());
  for (const auto& action : timeline_) world->add_action(action);
  return world;
}

}  // namespace faultline::properties
