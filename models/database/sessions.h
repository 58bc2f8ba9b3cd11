// Sessions: what users know of the data, to tell when a read goes back behind it.
//
// Two of the session guarantees of Terry et al., "Session guarantees for weakly consistent
// replicated data", PDIS 1994: read your writes (a read returns the user's own last write of the
// key, or something newer) and monotonic reads (it returns nothing older than an earlier read of
// the user did). What a user does at the same time is not in any order: only what was over when a
// read began counts.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "models/database/log.h"
#include "sim/time.h"

namespace faultline::models::database {

using User = std::uint64_t;

class Sessions {
 public:
  struct Missed {
    bool own_write = false;
    bool earlier_read = false;
  };

  // What a read that began at `began` and returned `version` should have returned and did not.
  Missed missed(User user, std::uint64_t key, Version version, sim::Time began) const;

  void wrote(User user, std::uint64_t key, Version version, sim::Time now);
  void read(User user, std::uint64_t key, Version version, sim::Time now);

  // It has grown to the double of what was left when things were last forgotten.
  bool overgrown() const { return known_.size() > 2 * left_ + 1000; }
  // Forgets the versions of which `settled(version)` says that everybody has them.
  template <class Settled>
  void forget(Settled settled) {
    std::erase_if(known_, [&](const auto& known) {
      return settled(known.second.written) && settled(known.second.read);
    });
    left_ = known_.size();
  }

 private:
  struct Known {
    Version written = 0;
    Version read = 0;
    sim::Time written_at;
    sim::Time read_at;
  };

  std::map<std::pair<User, std::uint64_t>, Known> known_;
  std::size_t left_ = 0;
};

// Writers: when each user last wrote, for as long as that matters.
class Writers {
 public:
  void wrote(User user, sim::Time now, sim::Duration matters_for);
  bool has_written(User user, sim::Time since) const;

 private:
  std::map<User, sim::Time> last_;
  std::size_t left_ = 0;
};

}  // namespace faultline::models::database
