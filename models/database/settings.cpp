#include "models/database/settings.h"

namespace faultline::models {

void FailoverSettings::describe(Fields& fields) {
  fields.duration({"detection",
                   "How long a follower hears nothing before it takes the leader for "
                   "lost; longer than a heartbeat."},
                  detection, sim::Duration{1});
  fields.distribution({"election", "From the loss being noticed to the promotion."}, election);
}

void DatabaseSettings::describe(Fields& fields) {
  hosting.describe(fields);
  fields.count({.name = "workers", .meaning = "Requests each node serves at once.", .live = true},
               workers, {1, 100'000});
  fields.count({"backlog", "Requests that may wait at each node; absent: no limit."}, backlog);
  fields.distribution({.name = "read-time",
                       .meaning = "Time a worker needs for a read.",
                       .required = true,
                       .live = true},
                      read_time);
  fields.distribution({.name = "write-time",
                       .meaning = "Time a worker needs for a write; absent: as for a read.",
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
  fields.count({"log-limit",
                "Entries kept for followers that are behind; who needs more gets a "
                "snapshot."},
               log_limit, {1});
  fields.distribution({"snapshot-time", "Time to copy a snapshot to a follower."}, snapshot_time);
  if (acknowledgements >= hosting.replicas && acknowledgements > 0) {
    fields.reject("acknowledgements", "must be less than `replicas`: the leader does not count");
  }
  if (failover && failover->detection <= heartbeat) {
    fields.reject("failover", "`detection` must be longer than `heartbeat`");
  }
}

}  // namespace faultline::models
