// Node: one machine of a database: its workers, its log, its data, and the channel that feeds it.
//
// Durable: log, applied, versions. All else is gone when the process dies.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>

#include "models/database/connections.h"
#include "models/database/log.h"
#include "models/ids.h"
#include "sim/event.h"
#include "sim/station.h"
#include "sim/time.h"

namespace faultline::models::database {

using Versions = std::map<std::uint64_t, Version>;  // by key

struct Node {
  sim::Station workers;  // serve reads and writes
  sim::Station applier;  // one thread that applies the log of the leader, in order
  Connections connections{};

  Log log{};             // written down, applied or not
  Sequence applied = 0;  // what readers here see; at the leader: what is committed
  Versions versions{};   // as applied

  // Whom it takes for the leader: itself where it leads. One that was cut off may lead still, in an
  // epoch that is over.
  bool leads = false;
  ReplicaIndex follows = 0;
  std::uint32_t epoch = 0;      // of that leader
  std::uint64_t divergent = 0;  // writes it has acknowledged since somebody leads in a later epoch
  sim::TimerHandle ship_timer{};
  sim::TimerHandle beat_timer{};

  // As a follower: the ordered channel from the leader.
  std::uint16_t session = 0;  // tells messages of this channel from those of earlier ones
  Sequence sent = 0;          // the leader has sent everything up to here
  Sequence agreed = 0;        // up to here its log is the leader's
  Sequence confirmed = 0;     // up to here the leader has its acknowledgement
  std::deque<Entry> in_flight{};
  Sequence arrived = 0;       // of those, up to here they have reached this node
  sim::Time entries_until{};  // when the last message on the way arrives
  sim::Time confirmations_until{};
  bool loading = false;                      // it has no data, or that of an unfinished snapshot
  std::optional<ReplicaIndex> source{};      // from which it copies a snapshot now
  std::optional<sim::Time> rebuilt_since{};  // it has not caught up since a snapshot was begun
  std::optional<sim::JobId> applying{};

  bool grown = true;  // its machine is of a leader's size
  bool growing = false;
  std::uint32_t copies = 0;  // of its data that are being made

  bool suspects = false;  // it has missed the leader's heartbeats for too long
  sim::TimerHandle silence{};

  Version version_of_key(std::uint64_t key) const {
    if (versions.empty()) return 0;
    const auto found = versions.find(key);
    return found == versions.end() ? 0 : found->second;
  }
};

}  // namespace faultline::models::database
