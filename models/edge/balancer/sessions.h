// Sessions: on which backend's memory each user's session is. A session is lost when another
// backend answers its user, or the same one after it has started anew: what was in memory is gone.
//
// Parameters   sticky  requests follow the session (a cookie names its backend)
//              idle    after so long without a request a session is over, and not lost
// Cost         one record per user who has ever had a session
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "models/fields.h"
#include "models/ids.h"
#include "sim/time.h"

namespace faultline::models {

struct SessionSettings {
  bool sticky = true;
  sim::Duration idle = sim::Duration::from_seconds(1800);

  void describe(Fields& fields);
};

class Sessions {
 public:
  struct Place {
    ReplicaIndex backend = 0;
    std::uint32_t boots = 0;  // of the backend: tells one life from the next
    friend bool operator==(const Place&, const Place&) = default;
  };
  enum class Met : std::uint8_t { none, its_own, lost };

  std::optional<ReplicaIndex> backend_of(std::uint64_t user, sim::Time now,
                                         sim::Duration idle) const {
    const auto found = sessions_.find(user);
    if (found == sessions_.end() || now - found->second.used > idle) return std::nullopt;
    return found->second.place.backend;
  }

  // The user was answered at `place`, where their session is from now on.
  Met answered(std::uint64_t user, const Place& place, sim::Time now, sim::Duration idle) {
    const auto [entry, is_new] = sessions_.try_emplace(user);
    Session& session = entry->second;
    const bool had_none = is_new || now - session.used > idle;
    const bool elsewhere = session.place != place;
    session = {place, now};
    if (had_none) return Met::none;
    return elsewhere ? Met::lost : Met::its_own;
  }

 private:
  struct Session {
    Place place;
    sim::Time used;
  };

  std::map<std::uint64_t, Session> sessions_;  // by user
};

}  // namespace faultline::models
