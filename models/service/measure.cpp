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
  metrics.counter({"throttled", "attempts", "Attempts refused by the rate limit."}, throttled_);
  metrics.times({"limit_view_age_ms", "ms",
                 "At each decision of the rate limit, the age of what the replica knew of the "
                 "others; null without a store."},
                limit_view_age_);
  metrics.counter({"limit_syncs_failed", "calls", "Updates of the rate limit's store that failed."},
                  limit_syncs_failed_);
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
  metrics.ratio({"refusal_work", "0..1", "Share of refusals in all the work there was to do."},
                refusal_ns_, refusal_ns_ + worked_ns_);
  metrics.state({"limit", "requests",
                 "How many an adaptive limit lets in at a replica, on average; null without one."},
                mean_limit());
  measure_processes(world.now(), metrics);
  deployments_.measure(world.now(), metrics);
  if (autoscaler_) autoscaler_->measure(provisioned_until(world.now()), metrics);
}

// Over the replicas there is a machine for.
template <class Of>
std::optional<double> Service::mean_over_machines(Of of) const {
  double sum = 0;
  double count = 0;
  for (ReplicaIndex i = 0; i < replicas_.size(); ++i) {
    if (replicas_[i].state == Lifecycle::absent) continue;
    sum += of(i);
    ++count;
  }
  return count > 0 ? std::optional(sum / count) : std::nullopt;
}

std::optional<double> Service::mean_limit() const {
  if (limits_.empty()) return std::nullopt;
  return mean_over_machines(
      [&](ReplicaIndex i) { return static_cast<double>(limits_[i].limit()); });
}

// Of its heaps: what is live of the whole.
std::optional<double> Service::mean_heap() const {
  if (processes_.empty() || !processes_.front().heap) return std::nullopt;
  return mean_over_machines([&](ReplicaIndex i) { return processes_[i].heap->occupied(); });
}

void Service::measure_processes(sim::Time now, sim::Metrics& metrics) const {
  metrics.state({"heap_live", "0..1",
                 "Share of their heaps that is live, on average; null where there is no limit."},
                mean_heap());
  metrics.counter({"collections", "collections", "Garbage collections."}, collections_);
  metrics.ratio({"time_collecting", "0..1", "Share of replica-time spent collecting garbage."},
                collecting_.mark(now).area, provisioned_until(now).area);
  metrics.counter({"deaths", "processes", "Processes that died for want of memory."}, deaths_);
  metrics.counter({"leaked_workers", "workers", "Workers that did not come back."},
                  leaked_workers_);
  metrics.counter({"watchdog_restarts", "restarts", "Processes restarted as they ailed."},
                  watchdog_restarts_);
}

}  // namespace faultline::models
