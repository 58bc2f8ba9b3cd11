// Limiting: what a service refuses because it is asked for more often than allowed (429).
//
// Parameters   those of RateLimit
//              per          whose requests are counted: everyone's together, or each user's
//              retry-after  whether a refusal says when to ask again
//              store        who keeps the counts of all replicas; absent: each knows its own only
// With a store each replica decides by its view: the totals as the store told them last, and what
// it has let through since. Every `sync` it tells the store what that was, in one call, and hears
// the totals. While the store cannot be asked it goes on by its last view; what it could not tell,
// it tells the next time, but for tokens refilled since. Its view dies with its process.
// Not modelled the size of what is told; a call that arrived, and whose answer did not: it is told
//              again, and counts once
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "models/ids.h"
#include "models/policy.h"
#include "models/resilience/rate_limit.h"
#include "sim/time.h"

namespace faultline::models {

struct LimitStoreSettings {
  std::string name;
  sim::Duration sync = sim::Duration::from_seconds(1);
  CallPolicy call;

  void describe(Fields& fields);
};

struct LimitingSettings {
  enum class Per : std::uint8_t { everyone, user };

  RateLimitSettings limit;
  Per per = Per::everyone;
  bool retry_after = true;
  std::optional<LimitStoreSettings> store;

  void describe(Fields& fields);
};

// The counts of a service, at its replicas and in its store.
class Limiting {
 public:
  Limiting(const LimitingSettings& settings, std::size_t replicas)
      : shared_(settings.store.has_value()),
        totals_(settings.limit),
        members_(replicas, Member(settings.limit)),
        as_new_(settings.limit) {}

  // Lets a request through, and counts it; or says how long until there would be room for it.
  sim::Duration ask(sim::Time now, ReplicaIndex replica, std::uint64_t key);
  // How long until there would be room; 0: there is.
  sim::Duration wait(sim::Time now, ReplicaIndex replica, std::uint64_t key) const {
    return members_[replica].view.wait(now, key);
  }
  // What there is to tell is on its way to the store; false: it still is, from the last time.
  bool begin_sync(ReplicaIndex replica);
  void end_sync(sim::Time now, ReplicaIndex replica, bool well);
  // The process has died.
  void lose(sim::Time now, ReplicaIndex replica) {
    members_[replica] = as_new_;
    members_[replica].told = now;
  }
  void change(sim::Time now, const RateLimitSettings& limit);

  // How old what it knows of the others is.
  sim::Duration age_of_view(sim::Time now, ReplicaIndex replica) const {
    return now - members_[replica].told;
  }

 private:
  struct Member {
    RateLimiter view;
    UntoldRequests untold;    // in the view, and not in the totals
    UntoldRequests telling;   // of those, what is on its way
    sim::Time told;           // when it knew the totals, or began to know nothing
    std::uint64_t heard = 0;  // how many changes of the totals are in the view
    bool tells = false;

    explicit Member(const RateLimitSettings& limit) : view(limit), untold(limit), telling(limit) {}
  };

  void hear_totals(sim::Time now, Member& member);

  bool shared_;
  RateLimiter totals_;                 // as in the store
  std::deque<std::uint64_t> changed_;  // keys whose totals have changed, the last times
  std::uint64_t changes_ = 0;          // how often one has
  std::vector<Member> members_;
  Member as_new_;
};

}  // namespace faultline::models
