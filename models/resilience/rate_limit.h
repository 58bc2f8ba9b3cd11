// RateLimit: how many requests one may make per second, by the count of those made of late.
//
// Parameters   algorithm  token-bucket: a bucket of `burst` tokens that is refilled at `rate`, and
//                         of which every request takes one. fixed-window: rate x window requests
//                         in every window, which begin at the multiples of `window` since time 0.
//                         sliding-window: as many, by a count of this window and of so large a
//                         part of the one before as lies within `window` from now
//              rate       allowed requests per second > 0
//              burst      tokens >= 1; absent: those of a second, at least one
//              window     > 0, default 1 s; rate x window >= 1
// Invariant    a bucket lets through at most burst + rate x t in any time t; a fixed window at most
//              rate x window in each, and so twice that around the edge of two
// Not modelled requests that cost more than others
// Sources      token bucket: Turner, "New Directions in Communications", IEEE Communications
//              Magazine 24(10), 1986. Sliding-window counter: Desgats, "How we built rate limiting
//              capable of scaling to millions of domains", Cloudflare blog, 2017
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include "models/fields.h"
#include "sim/time.h"

namespace faultline::models {

struct RateLimitSettings {
  enum class Algorithm : std::uint8_t { token_bucket, fixed_window, sliding_window };

  Algorithm algorithm = Algorithm::token_bucket;
  double rate = 100;  // per second
  std::optional<std::uint64_t> burst;
  std::optional<sim::Duration> window;

  void describe(Fields& fields);

  double tokens() const;           // that the bucket holds at most
  sim::Duration span() const;      // of a window
  double allowed_in_span() const;  // requests
};

// What one key has taken of late: tokens that are missing from its bucket, or requests let through.
struct Taken {
  sim::Time since;    // of tokens: as of when; else the beginning of the current window
  double now = 0;     // tokens; else requests in the current window
  double before = 0;  // requests in the window before
};

class RateLimiter;

// Requests of keys that whoever keeps the counts has not been told of.
class UntoldRequests {
 public:
  explicit UntoldRequests(const RateLimitSettings& settings) : settings_(settings) {}

  void take(sim::Time now, std::uint64_t key);
  void add(sim::Time now, const UntoldRequests& others);
  // Tokens that have been refilled since need not be told of: no more is left than is missing at
  // `view`, which knows of all these requests.
  void keep_missing(sim::Time now, const RateLimiter& view);
  void clear() { taken_.clear(); }
  const std::map<std::uint64_t, Taken>& by_key() const { return taken_; }

 private:
  RateLimitSettings settings_;
  std::map<std::uint64_t, Taken> taken_;
};

// The counts of all keys as one process, or one store, keeps them. Keys that have said nothing for
// so long that they are as new are forgotten.
class RateLimiter {
 public:
  explicit RateLimiter(const RateLimitSettings& settings) : settings_(settings) {}

  // How long until there is room for a request of this key; 0: there is.
  sim::Duration wait(sim::Time now, std::uint64_t key) const;
  // Tokens missing from its bucket, or requests in this window.
  double taken(sim::Time now, std::uint64_t key) const { return aged(now, key).now; }
  // One is let through.
  void take(sim::Time now, std::uint64_t key) { count(now, key, 1, 0); }
  // Others have been let through elsewhere, whether or not there was room.
  void add(sim::Time now, const UntoldRequests& others);
  // What `other` knows of this key, instead of what is known here.
  void believe(sim::Time now, const RateLimiter& other, std::uint64_t key);
  // From now on the limit is another one.
  void change(sim::Time now, const RateLimitSettings& settings);

  std::size_t keys() const { return taken_.size(); }

 private:
  Taken aged(sim::Time now, std::uint64_t key) const;
  void count(sim::Time now, std::uint64_t key, double in_this_window, double before);
  void forget_idle(sim::Time now);

  RateLimitSettings settings_;
  std::map<std::uint64_t, Taken> taken_;
  std::size_t enough_ = 64;  // keys; when there are more, the idle ones are looked for
};

}  // namespace faultline::models
