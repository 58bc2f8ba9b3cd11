#include "models/database/settings.h"

namespace faultline::models {

namespace {

struct Times {
  double read_ms;
  double write_ms;
  double cv;
};

// Orders of magnitude, not measurements: see docs/models/database.md.
constexpr Times times_of(DatabaseSettings::Kind kind) {
  switch (kind) {
    case DatabaseSettings::Kind::custom:
      break;
    case DatabaseSettings::Kind::relational:
      return {.read_ms = 4, .write_ms = 8, .cv = 1};
    case DatabaseSettings::Kind::key_value:
      return {.read_ms = 1, .write_ms = 2, .cv = 1};
  }
  return {};
}

}  // namespace

sim::Distribution DatabaseSettings::service_time(bool write) const {
  if (write && write_time) return *write_time;
  const bool stands_for_both = !write || kind == Kind::custom;
  if (read_time && stands_for_both) return *read_time;
  if (kind == Kind::custom) return {};
  const Times times = times_of(kind);
  const double mean_ms = write ? times.write_ms : times.read_ms;
  return sim::Distribution::lognormal(mean_ms * 1e6, times.cv);
}

sim::Duration DatabaseSettings::copy_time(std::optional<double> bandwidth) const {
  if (!bandwidth) return {};
  return sim::Duration::from_ns(data_size.mean() * 8e9 / *bandwidth);
}

void BackupSettings::describe(Fields& fields) {
  fields.duration({.name = "interval",
                   .meaning = "From the beginning of one to that of the next.",
                   .required = true},
                  interval, sim::Duration{1'000'000});
  fields.distribution({"restore-time",
                       "Until a restore begins to copy: to notice, decide, find machines and the "
                       "backup."},
                      restore_time);
  fields.bandwidth({"restore-bandwidth", "At which the data is copied back; absent: no limit."},
                   restore_bandwidth);
}

void ConnectionSettings::describe(Fields& fields) {
  fields.count({.name = "limit",
                .meaning = "Requests at a node at once, whatever they wait for there.",
                .required = true},
               limit, {1, 1'000'000});
  fields.count({"queue", "Requests that may wait for a connection to a node; absent: no limit."},
               queue);
  fields.duration({"timeout", "How long they wait before they are refused; absent: no limit."},
                  timeout, sim::Duration{1});
}

void StandbySettings::describe(Fields& fields) {
  fields.count({.name = "workers", .meaning = "Of each follower.", .required = true}, workers,
               {1, 100'000});
  fields.distribution({"grow-time", "From a promotion until the machine has grown."}, grow_time);
}

void FailoverSettings::describe(Fields& fields) {
  fields.duration({"detection",
                   "How long a follower hears nothing before it takes the leader for "
                   "lost; longer than a heartbeat."},
                  detection, sim::Duration{1});
  fields.distribution({"election", "From the loss being noticed to the promotion."}, election);
  fields.choice_of({"fencing",
                    "Whether a leader that was only cut off writes no more once another is "
                    "promoted, because its writes bear an older token; or goes on until it hears "
                    "of that one."},
                   fencing_words, fencing);
}

void DatabaseSettings::describe(Fields& fields) {
  hosting.describe(fields);
  fields.choice_of(
      {"kind", "Whose usual times it has where they are not stated; `custom`: those of none."},
      kind_words, kind);
  fields.count({.name = "workers", .meaning = "Requests each node serves at once.", .live = true},
               workers, {1, 100'000});
  fields.count({"backlog", "Requests that may wait at each node; absent: no limit."}, backlog);
  fields.nested({"connections",
                 "A limit on callers at a node; absent: none. Unlike a worker, a connection is "
                 "held until the answer."},
                "connections", connections);
  fields.distribution({.name = "read-time",
                       .meaning = "Time a worker needs for a read; absent: the usual of `kind`.",
                       .live = true},
                      read_time);
  fields.distribution({.name = "write-time",
                       .meaning = "Time a worker needs for a write; absent: the usual of `kind`, "
                                  "of a custom one as for a read.",
                       .live = true},
                      write_time);
  fields.bytes({"bytes", "Size of the answer to a read."}, bytes);
  fields.choice_of({.name = "reads", .meaning = "Which nodes answer reads.", .live = true},
                   reads_words, reads);
  fields.duration({.name = "leader-after-write",
                   .meaning = "For so long after a write of their own, a user's reads go to the "
                              "leader; absent: never.",
                   .live = true},
                  leader_after_write);
  fields.choice_of({"writes-without-leader",
                    "Whether a write that finds no leader fails at once, or waits for one as long "
                    "as its caller does."},
                   leaderless_words, writes_without_leader);
  fields.count({.name = "acknowledgements",
                .meaning = "Followers that must have a write in their log before it is answered; "
                           "0: asynchronous.",
                .live = true},
               acknowledgements);
  fields.duration({.name = "ship-interval",
                   .meaning = "How long the leader gathers writes before it sends them to its "
                              "followers; 0: each at once.",
                   .live = true},
                  ship_interval);
  fields.distribution(
      {.name = "apply-time", .meaning = "Time a follower needs to apply one write.", .live = true},
      apply_time);
  fields.duration({"heartbeat",
                   "How often the leader gives a sign of life, and tries again to "
                   "send what did not get through."},
                  heartbeat, sim::Duration{1});
  fields.nested({"failover", "Promotion of a follower when the leader is lost; absent: none."},
                "failover", failover);
  fields.nested({"standby",
                 "Followers on smaller machines, that grow to the size of a leader's once promoted "
                 "and stay so; absent: all are alike."},
                "standby", standby);
  fields.count({"log-limit",
                "Entries kept for followers that are behind; who needs more gets a "
                "snapshot."},
               log_limit, {1});
  fields.distribution(
      {"snapshot-time", "Time to prepare a snapshot for a follower, before `data-size` is copied."},
      snapshot_time);
  fields.bytes({"data-size", "All that a node stores, one fixed size."}, data_size);
  fields.bandwidth({"copy-bandwidth",
                    "At which it is copied to a follower or a backup; absent: no "
                    "limit."},
                   copy_bandwidth);
  fields.count({"copy-workers",
                "Workers of the leader that are busy with each copy while it is made; one worker "
                "is always left."},
               copy_workers, {0, 100'000});
  fields.nested({"backups", "Copies of the data that survive the loss of all nodes; absent: none."},
                "backups", backups);
  if (!data_size.constant_value()) fields.reject("data-size", "expected one size");
  if (backups && copy_time(copy_bandwidth) >= backups->interval) {
    fields.reject("backups", "`interval` must be longer than the copying of `data-size` takes");
  }
  if (kind == Kind::custom && !read_time) {
    fields.reject("", "the key \"read-time\" is missing, and no `kind` stands in for it");
  }
  if (acknowledgements >= hosting.replicas && acknowledgements > 0) {
    fields.reject("acknowledgements", "must be less than `replicas`: the leader does not count");
  }
  if (standby && standby->workers > workers) {
    fields.reject("standby", "`workers` must not be more than the leader's");
  }
  if (failover && failover->detection <= heartbeat) {
    fields.reject("failover", "`detection` must be longer than `heartbeat`");
  }
}

}  // namespace faultline::models
