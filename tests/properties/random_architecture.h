// RandomArchitecture: a small architecture with load and faults, made from a recipe.
//
// A recipe is three numbers, and the same recipe always makes the same architecture: `seed` decides
// every size and time, `parts` which kinds of things there are, `faults` how many entries the
// timeline has. Taking a part or the last fault away leaves the draws of the rest as they were, so
// that what fails can be made smaller and still fail.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "models/component.h"
#include "models/edge/balancer/settings.h"
#include "models/edge/dns/settings.h"
#include "models/geography.h"
#include "models/policy.h"
#include "models/queue/settings.h"
#include "models/service/service.h"
#include "models/timeline.h"
#include "models/world.h"
#include "sim/time.h"

namespace faultline::properties {

enum Part : std::uint32_t {
  part_balancer = 1U << 0,
  part_name = 1U << 1,  // users resolve a name first
  part_api = 1U << 2,   // a second service behind the first
  part_cache = 1U << 3,
  part_queue = 1U << 4,          // and a service that consumes from it
  part_followers = 1U << 5,      // a replicated database, perhaps with failover
  part_patience = 1U << 6,       // timeouts, retries, backoff, budgets
  part_rough_network = 1U << 7,  // two regions; latencies vary, messages are lost and doubled
  part_parallel = 1U << 8,       // steps side by side
  part_disciplines = 1U << 9,    // backlogs with limits, other disciplines, released workers
  part_visitors = 1U << 10,      // a second workload, bursty and in sessions
  part_crowd = 1U << 11,         // a third, of users who wait for their answers
  part_varied_speed = 1U << 12,  // faults may slow and pause
  part_connections = 1U << 13,   // some calls need connections
  part_files = 1U << 14,         // an object store, and users who are sent to it
  part_cdn = 1U << 15,           // users ask its edges
  part_scaling = 1U << 16,       // how many replicas some services have changes
  part_ailing = 1U << 17,        // processes ail, shed, and serve users of their own
  part_limits = 1U << 18,        // some services refuse who asks too often
};
inline constexpr std::uint32_t all_parts = (1U << 19) - 1;

struct Recipe {
  std::uint64_t seed = 0;
  std::uint32_t parts = all_parts;
  std::uint32_t faults = 0;

  bool has(Part part) const { return (parts & part) != 0; }
};
// "seed:parts:faults", as the environment variable FAULTLINE_RECIPE takes it.
std::ostream& operator<<(std::ostream& out, const Recipe& recipe);

std::vector<std::string> service_names(const Recipe& recipe);

// Load and faults end at `quiet`; open workloads issue nothing after it.
inline constexpr sim::Time quiet{6'000'000'000};
inline constexpr sim::Time horizon{8'000'000'000};

class RandomArchitecture {
 public:
  explicit RandomArchitecture(const Recipe& recipe);

  // A component to be changed before worlds are made.
  template <class Type>
  Type& get(const std::string& name) {
    return dynamic_cast<Type&>(*components_.at(name));
  }
  void add_action(std::shared_ptr<models::Action> action, sim::Time at,
                  std::optional<sim::Duration> lasts = {});

  // At time 0, not started; `seed` of the run.
  std::unique_ptr<models::World> build(std::uint64_t seed) const;
  std::unique_ptr<models::World> make_world(std::uint64_t seed) const {
    auto world = build(seed);
    world->start();
    return world;
  }

 private:
  std::string entry() const;
  void add_edge();
  void add_balancer_settings(models::LoadBalancerSettings& settings) const;
  void add_cdn();
  void add_name_settings(models::DnsSettings& settings) const;
  void add_services();
  void add_stores();
  void add_queue();
  void add_files();
  void add_queue_settings(models::QueueSettings& settings) const;
  void add_workloads();
  void add_faults();

  Recipe recipe_;
  models::GeographySettings network_;
  std::map<std::string, std::unique_ptr<models::Component>> components_;
  std::vector<std::shared_ptr<const models::Action>> timeline_;
};

}  // namespace faultline::properties
