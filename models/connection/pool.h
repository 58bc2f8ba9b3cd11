// ConnectionPool: the connections of one call site, by the ends they join, and who waits for one.
//
// Whoever wants to call waits in line. A connection that opens, or has a stream free, takes the
// first in line; one is opened whenever fewer are opening than could take all who wait, unless
// there are `max`. So a call may go over a connection that another one asked for (as in the
// transport of Go's net/http). The least long unused goes first.
//
// Memory       grows with the connections open, and not with those that were
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "models/cache/lru.h"
#include "models/connection/connection.h"
#include "models/connection/settings.h"
#include "sim/draw.h"
#include "sim/gauge.h"
#include "sim/histogram.h"
#include "sim/metrics.h"
#include "sim/pool.h"
#include "sim/time.h"

namespace faultline::models {

class ConnectionPool {
 public:
  struct Waiting {
    sim::Handle attempt;
    sim::Time since;
  };
  struct Line {
    std::vector<sim::Handle> usable;  // open, with a stream free; the last was used last
    std::deque<Waiting> waiting;      // may hold some who have left
    std::uint64_t waiting_count = 0;  // without those
    std::uint64_t opening = 0;
    std::uint64_t connections = 0;  // opening ones included
  };
  struct Counts {
    std::uint64_t opened = 0;
    std::uint64_t resumed = 0;  // of those: with a shorter handshake
    std::uint64_t failed = 0;   // refused, or given up
    std::uint64_t round_trips = 0;
    std::uint64_t leaked = 0;
    sim::TimeWeighted open{0};
    sim::Histogram waits;
  };

  explicit ConnectionPool(const ConnectionPolicy& how) : settings(how) {}

  ConnectionPolicy settings;
  Counts counts;

  Line& line(const Peers& peers) { return lines_[peers]; }
  void forget_if_unused(const Peers& peers);
  // Forgets every line of this caller.
  void forget_caller(std::uint64_t caller);
  bool wants_another(const Line& line) const {
    return line.waiting_count > line.opening * settings.streams_each() &&
           line.connections < settings.max_connections();
  }

  // Whether the caller has been at some replica of the callee before, as it remembers.
  bool knows(const Peers& peers) { return known_.use(session_key(peers)) != nullptr; }
  void remember(const Peers& peers) { known_.put(session_key(peers), true); }

 private:
  static constexpr std::uint32_t sessions_kept = 100'000;

  static std::uint64_t session_key(const Peers& peers) {
    return sim::mix64(peers.caller) + peers.callee;
  }

  std::map<Peers, Line> lines_;
  Lru<bool> known_{sessions_kept};
};

// The connections of one caller, whomever it calls.
struct ConnectionTotals {
  void add(const ConnectionPool& pool, sim::Time now);
  void measure(sim::Metrics& metrics) const;

 private:
  std::uint64_t opened_ = 0;
  std::uint64_t resumed_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t round_trips_ = 0;
  std::uint64_t leaked_ = 0;
  sim::TimeWeighted::Mark open_;
  sim::Histogram waits_;
};

}  // namespace faultline::models
