#include "models/registry.h"

#include <algorithm>
#include <array>

#include "models/cache/cache.h"
#include "models/database/database.h"
#include "models/edge/balancer/load_balancer.h"
#include "models/edge/cdn/cdn.h"
#include "models/edge/dns/dns.h"
#include "models/object_store/object_store.h"
#include "models/queue/queue.h"
#include "models/service/service.h"

namespace faultline::models {
namespace {

template <class Type>
std::unique_ptr<Component> make(std::string name) {
  return std::make_unique<Type>(std::move(name));
}

constexpr auto types = std::to_array<ComponentType>({
    {"cache", "Keeps values under keys in memory, least recently used out.", make<Cache>},
    {"cdn", "Edges near the users that keep what they fetched from an origin.", make<Cdn>},
    {"database", "A leader and followers with a versioned log, lag, failover.", make<Database>},
    {"dns", "A name that has to be resolved before its component can be reached.", make<Dns>},
    {"load-balancer", "Passes each request on to one of several replicas.", make<LoadBalancer>},
    {"object-store", "Nodes that hold copies of large objects and share their bandwidth.",
     make<ObjectStore>},
    {"queue", "Stores messages and delivers them to a service, at least once each.", make<Queue>},
    {"service", "Servers that do steps of work for each request.", make<Service>},
});

}  // namespace

std::span<const ComponentType> component_types() { return types; }

const ComponentType* find_component_type(std::string_view type) {
  const auto found = std::find_if(types.begin(), types.end(),
                                  [&](const ComponentType& t) { return t.type == type; });
  return found == types.end() ? nullptr : &*found;
}

}  // namespace faultline::models
