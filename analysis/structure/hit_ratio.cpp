#include "analysis/structure/hit_ratio.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "analysis/structure/traffic.h"
#include "models/cache/cache.h"
#include "models/edge/cdn/cdn.h"
#include "models/workload/client.h"

namespace faultline::analysis {
namespace {

// Keys of nearly one popularity, taken together.
struct KeyClass {
  double keys = 0;
  double probability = 0;  // of each
};

// The first thousand ranks one by one, then classes each a hundredth wider than the last.
std::vector<KeyClass> classes_of(const KeyPopularity& popularity) {
  const auto objects = static_cast<double>(popularity.objects);
  if (popularity.zipf == 0) return {{objects, 1 / objects}};
  std::vector<KeyClass> classes;
  double total = 0;
  for (double rank = 1; rank <= objects;) {
    const double width = std::min(std::max(1.0, std::floor(rank / 1000)), objects - rank + 1);
    const double weight = std::pow(rank + (width - 1) / 2, -popularity.zipf);
    classes.push_back({width, weight});
    total += width * weight;
    rank += width;
  }
  for (KeyClass& keys : classes) keys.probability /= total;
  return classes;
}

double held(const std::vector<KeyClass>& classes, double time) {
  double sum = 0;
  for (const KeyClass& keys : classes) sum += keys.keys * -std::expm1(-keys.probability * time);
  return sum;
}

// In reads from one to the next; capacity below the number of objects.
double characteristic_time(const std::vector<KeyClass>& classes, double capacity) {
  double low = 0;
  double high = 1;
  while (held(classes, high) < capacity && high < 1e18) high *= 2;
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    (held(classes, middle) < capacity ? low : high) = middle;
  }
  return low;
}

std::optional<double> seconds_of(const std::optional<sim::Duration>& time) {
  return time ? std::optional(time->seconds()) : std::nullopt;
}

}  // namespace

double lru_hit_ratio(const KeyPopularity& keys, double capacity, double reads_per_s,
                     std::optional<double> ttl_s) {
  const std::vector<KeyClass> classes = classes_of(keys);
  const bool holds_all = capacity >= static_cast<double>(keys.objects);
  const double time = holds_all ? 0 : characteristic_time(classes, capacity);
  double ratio = 0;
  for (const KeyClass& one : classes) {
    double hit = holds_all ? 1 : -std::expm1(-one.probability * time);
    if (ttl_s) {
      const double reads = one.probability * reads_per_s * *ttl_s;
      hit = std::min(hit, reads / (1 + reads));
    }
    ratio += one.keys * one.probability * hit;
  }
  return std::min(ratio, 1.0);
}

HitRatios estimate_hit_ratios(const scenarios::Scenario& scenario, models::World& world,
                              const HitRatios& given) {
  // The busiest workload's keys stand for all.
  HitRatios ratios = given;
  const WorkPlans cold(scenario, {});
  const Traffic traffic = find_traffic(cold, world);
  const models::Client* busiest = nullptr;
  double most = -1;
  for (const WorkloadRate& rate : traffic.workloads) {
    if (rate.mean_per_s <= most) continue;
    most = rate.mean_per_s;
    busiest = dynamic_cast<const models::Client*>(world.find(rate.workload));
  }
  if (busiest == nullptr) return ratios;
  const KeyPopularity keys{busiest->settings.keys.objects, busiest->settings.keys.zipf};
  for (const StationLoad& station : traffic.stations) {
    if (ratios.contains(station.name)) continue;
    const models::Component* component = world.find(station.name);
    const auto nodes = static_cast<double>(station.replicas);
    if (const auto* cache = dynamic_cast<const models::Cache*>(component)) {
      const auto& settings = cache->settings;
      const auto copies = static_cast<double>(std::max<std::uint64_t>(1, settings.copies));
      ratios[station.name] =
          lru_hit_ratio(keys, static_cast<double>(settings.capacity) * nodes / copies,
                        station.reads_per_s, seconds_of(settings.ttl));
    } else if (const auto* cdn = dynamic_cast<const models::Cdn*>(component)) {
      // Each edge serves its own share of the users, and is taken to hold all they ask for.
      ratios[station.name] =
          lru_hit_ratio(keys, static_cast<double>(keys.objects), station.reads_per_s / nodes,
                        seconds_of(cdn->settings.ttl));
    }
  }
  return ratios;
}

}  // namespace faultline::analysis
