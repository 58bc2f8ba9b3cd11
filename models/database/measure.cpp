#include <algorithm>

#include "models/database/database.h"
#include "models/world.h"
#include "sim/station_load.h"

namespace faultline::models {

using namespace database;

void Database::measure(const World& world, sim::Metrics& metrics) const {
  Component::measure(world, metrics);
  const sim::Time now = world.now();
  sim::StationLoad load(now);
  std::optional<double> lag_ms = has_leader() ? std::optional(0.0) : std::nullopt;
  double loading = 0;
  const Log& log = nodes_[leader_].log;
  for (ReplicaIndex i = 0; i < node_count(); ++i) {
    const Node& node = nodes_[i];
    load.add(node.workers);
    loading += lives(i) && node.loading ? 1 : 0;
    if (lag_ms && lag_of(i) > 0 && log.keeps(node.applied + 1)) {
      lag_ms = std::max(*lag_ms, (now - log[node.applied + 1].time).milliseconds());
    }
  }
  metrics.ratio({"utilisation", "0..1", "Busy worker-time over worker-time up."}, load.busy,
                load.up);
  metrics.level({"backlog", "requests", "Requests that wait at the nodes."}, load.backlog);
  metrics.counter({"reads", "reads", "Reads answered."}, reads_);
  metrics.counter({"writes", "writes", "Writes committed."}, writes_);
  metrics.rate({"writes_per_s", "1/s", "Writes committed, per second."}, writes_);
  metrics.ratio({"stale_reads", "0..1",
                 "Share of reads that returned less than the newest committed version."},
                stale_reads_, reads_);
  metrics.counter({"stale_read_count", "reads", "Those reads, counted."}, stale_reads_);
  metrics.times({"stale_age_ms", "ms", "How long what a stale read returned had been out of date."},
                stale_age_);
  metrics.counter({"own_writes_missed", "reads",
                   "Reads that returned less than what the same user had been told was written."},
                  own_writes_missed_);
  metrics.counter({"reads_gone_back", "reads",
                   "Reads that returned less than an earlier read of the same user did."},
                  reads_gone_back_);
  metrics.level({"replication_lag", "entries",
                 "Committed writes not applied yet, at the living follower furthest behind."},
                lag_.mark(now));
  metrics.state(
      {"replication_lag_ms", "ms", "How long ago the oldest of these was committed, now."}, lag_ms);
  metrics.times({"replication_delay_ms", "ms",
                 "From a write's commit to its being applied by a "
                 "follower (from its being written, while that "
                 "waits for acknowledgements)."},
                replication_delay_);
  metrics.counter({"acknowledged_writes_lost", "writes",
                   "Writes answered as safe that a promoted follower or a restored backup did "
                   "not have, divergent ones once they are given up."},
                  writes_lost_);
  metrics.counter({"promotions", "promotions", "Followers promoted."}, promotions_);
  metrics.counter({"growths", "machines", "Standby machines that began to grow."}, growths_);
  metrics.counter({"snapshots", "snapshots", "Snapshots begun, for followers too far behind."},
                  snapshots_);
  metrics.state({"nodes_loading", "nodes", "Living nodes that do not have the data yet, now."},
                loading);
  metrics.times({"rebuild_time_ms", "ms",
                 "From the beginning of a follower's first snapshot until it has all that the "
                 "leader has committed."},
                rebuild_time_);
  metrics.counter({"backups", "backups", "Backups finished."}, backups_);
  metrics.counter({"restores", "restores",
                   "Times the data was brought back from a backup, or "
                   "begun anew for want of one."},
                  restores_);
  metrics.times({"restore_point_ms", "ms",
                 "From the moment whose data a restore brought back until all was lost."},
                restore_point_);
  metrics.counter({"writes_waited", "writes", "Writes that found no leader and waited for one."},
                  writes_waited_);
  const sim::TimeWeighted::Mark leaderless = leaderless_.mark(now);
  metrics.ratio({"without_leader", "0..1", "Share of time without a living leader."},
                leaderless.area, now.ns);
  metrics.counter({"time_without_leader_ms", "ms", "That time, in whole milliseconds."},
                  static_cast<std::uint64_t>(leaderless.area / 1'000'000));
  const sim::TimeWeighted::Mark two_leaders = two_leaders_.mark(now);
  metrics.ratio({"two_leaders", "0..1", "Share of time in which two nodes lead at once."},
                two_leaders.area, now.ns);
  metrics.counter({"time_with_two_leaders_ms", "ms", "That time, in whole milliseconds."},
                  static_cast<std::uint64_t>(two_leaders.area / 1'000'000));
  metrics.counter({"divergent_writes", "writes",
                   "Writes that a leader whose successor was promoted already answered as safe."},
                  divergent_writes_);
  metrics.times({"recovery_time_ms", "ms", "From the loss of a leader until there is one again."},
                recovery_time_);
  metrics.level({"connections_open", "connections", "Requests that hold a connection to a node."},
                connections_open_.mark(now));
  metrics.level({"connections_waited_for", "requests", "Requests that wait for a connection."},
                connections_waiting_.mark(now));
  metrics.times({"connection_wait_ms", "ms", "Waited for a connection by those who got one."},
                connection_wait_);
  metrics.counter({"connection_timeouts", "requests",
                   "Requests refused after waiting too long for a connection."},
                  connection_timeouts_);
  metrics.times({"waiting_time_ms", "ms", "Waited for a worker."}, waiting_time_);
  metrics.times({"service_time_ms", "ms", "Served by a worker."}, service_time_);
}

}  // namespace faultline::models
