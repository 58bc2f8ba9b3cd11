#include "models/connection/pool.h"

namespace faultline::models {

void ConnectionPool::forget_if_unused(const Peers& peers) {
  const auto found = lines_.find(peers);
  if (found == lines_.end()) return;
  if (found->second.connections == 0 && found->second.waiting_count == 0) lines_.erase(found);
}

void ConnectionPool::forget_caller(std::uint64_t caller) {
  std::erase_if(lines_, [&](const auto& line) { return line.first.caller == caller; });
}

void ConnectionTotals::add(const ConnectionPool& pool, sim::Time now) {
  opened_ += pool.counts.opened;
  resumed_ += pool.counts.resumed;
  failed_ += pool.counts.failed;
  round_trips_ += pool.counts.round_trips;
  leaked_ += pool.counts.leaked;
  open_ = {now, open_.area + pool.counts.open.mark(now).area};
  waits_.merge(pool.counts.waits);
}

void ConnectionTotals::measure(sim::Metrics& metrics) const {
  metrics.counter({"pool_opened", "connections", "Connections opened to callees."}, opened_);
  metrics.counter({"pool_resumed", "connections",
                   "Of those, by a shorter handshake, as the caller had been there before."},
                  resumed_);
  metrics.counter({"pool_failed", "connections",
                   "Connections that were refused, or given up before they opened."},
                  failed_);
  metrics.counter({"handshake_round_trips", "round trips", "Made to open connections."},
                  round_trips_);
  metrics.counter({"pool_leaked", "connections", "Connections never given back."}, leaked_);
  metrics.level({"pool_open", "connections", "Connections that are open."}, open_);
  metrics.times({"pool_wait_ms", "ms",
                 "From wanting to call until there was a connection for it; 0 if there was one."},
                waits_);
}

}  // namespace faultline::models
