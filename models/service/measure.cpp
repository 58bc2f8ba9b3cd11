// What is measured of a service.
#include "models/service/service.h"
#include "models/world.h"
#include "sim/station_load.h"

namespace faultline::models {

void Service::measure(const World& world, sim::Metrics& metrics) const {
  Component::measure(world, metrics);
  sim::StationLoad load(world.now());
  for (const sim::Station& station : stations_) load.add(station);
  metrics.ratio({"utilisation", "0..1", "Busy worker-time over worker-time up."}, load.busy,
                load.up);
  metrics.level({"backlog", "requests", "Requests waiting for a worker, over all replicas."},
                load.backlog);
  metrics.times({"waiting_ms", "ms", "Time waited for a worker, each time one was asked for."},
                waiting_);
  metrics.times({"service_ms", "ms", "Time worked, once for every step that computes."}, service_);
  metrics.counter({"shed", "requests",
                   "Requests refused though there was room to wait, at once or after a while."},
                  shed_);
  metrics.counter({"cancelled", "requests",
                   "Requests taken out of the line, as their callers had said they were no longer "
                   "needed."},
                  cancelled_);
  metrics.counter({"degraded", "attempts", "Attempts answered well but for an optional part."},
                  degraded_);
  metrics.counter(
      {"executions", "executions", "Requests done to the end, where it remembers them."},
      executed_);
  metrics.counter(
      {"repeated_executions", "executions", "Of something already done: a double charge."},
      repeated_);
  metrics.counter({"skipped_executions", "attempts",
                   "Of something done or being done: answered without doing it again."},
                  skipped_);
  metrics.ratio({"memory_hit_ratio", "0..1",
                 "Share of reads that a replica could do from its own memory; null without one."},
                recalled_, recalls_);
  deployments_.measure(world.now(), metrics);
  if (autoscaler_) autoscaler_->measure(provisioned_until(world.now()), metrics);
}

}  // namespace faultline::models
