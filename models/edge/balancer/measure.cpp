// What is measured of a load balancer.
#include "models/edge/balancer/load_balancer.h"
#include "models/world.h"
#include "sim/station_load.h"

namespace faultline::models {

void LoadBalancer::measure(const World& world, sim::Metrics& metrics) const {
  Component::measure(world, metrics);
  const sim::Time now = world.now();
  sim::StationLoad load(now);
  for (const sim::Station& station : stations_) load.add(station);
  metrics.level({"unhealthy", "backends", "Backends believed dead, over all replicas."},
                unhealthy_.mark(now));
  metrics.level({"ejected", "backends", "Backends ejected for their errors, over all replicas."},
                ejected_.mark(now));
  metrics.level({"healthy", "backends", "Neither of the two, over all replicas."},
                healthy_.mark(now));
  metrics.counter({"ejections", "backends", "Ejections begun."}, ejections_);
  metrics.ratio({"imbalance", "ratio",
                 "What requests found outstanding at their backend, over what they would have at "
                 "the average one."},
                outstanding_found_, outstanding_all_);
  metrics.counter({"no_backend", "requests", "Refused because no backend was believed alive."},
                  no_backend_);
  metrics.counter({"panicked", "requests", "Placed as if all backends were well, for few were."},
                  panicked_);
  metrics.counter({"health_checks_failed", "checks", "Health checks without a good answer."},
                  failed_checks_);
  metrics.counter({"retried_elsewhere", "attempts", "Retries that went to another backend."},
                  moved_);
  metrics.counter({"sessions_begun", "sessions", "Sessions begun in the memory of a backend."},
                  sessions_begun_);
  metrics.counter({"sessions_lost", "sessions",
                   "Sessions whose user was answered by a backend, or a life of it, that has no "
                   "memory of them."},
                  sessions_lost_);
  metrics.level({"connections", "connections", "Connections open, over all replicas."},
                connections_.mark(now));
  metrics.counter({"connections_opened", "connections", "Connections opened."}, opened_);
  metrics.ratio({"utilisation", "0..1", "Its own busy worker-time over worker-time up."}, load.busy,
                load.up);
  metrics.level({"backlog", "requests", "Requests waiting for its own workers."}, load.backlog);
}

}  // namespace faultline::models
