// What a cache tells.
#include <algorithm>

#include "models/cache/cache.h"
#include "models/world.h"
#include "sim/station_load.h"

namespace faultline::models {

void Cache::measure(const World& world, sim::Metrics& metrics) const {
  Component::measure(world, metrics);
  std::uint64_t entries = 0;
  std::uint64_t unflushed = 0;
  std::uint64_t operations = 0;
  std::uint64_t most_operations = 0;
  for (const auto& [key, writes] : owed_) unflushed += writes.size();
  sim::StationLoad load(world.now());
  for (const Node& node : nodes_) {
    entries += node.items.size();
    operations += node.operations;
    most_operations = std::max(most_operations, node.operations);
    if (node.station) load.add(*node.station);
  }
  metrics.ratio({"hit_ratio", "0..1", "Share of reads that found a value still good."}, hits_,
                hits_ + misses_);
  metrics.counter({"hits", "reads", "Reads that found a value still good."}, hits_);
  metrics.counter({"misses", "reads", "Reads that did not."}, misses_);
  metrics.counter({"evictions", "objects", "Values forgotten for want of room."}, evictions_);
  metrics.counter({"expired", "objects", "Values found too old when read."}, expired_);
  metrics.counter({"stores", "operations", "Values put."}, stores_);
  metrics.counter({"stores_refused", "operations", "Not put: a newer version was there."},
                  stores_refused_);
  metrics.counter({"invalidations", "operations", "Removals asked for."}, invalidations_);
  metrics.counter({"fetches", "fetches", "Values read from the origin."}, fetches_);
  metrics.rate({"fetches_per_s", "1/s", "Values read from the origin, per second."}, fetches_);
  metrics.counter({"fetches_failed", "fetches", "Of these, those that failed."}, fetches_failed_);
  metrics.counter({"coalesced", "reads", "Misses that joined a read of the origin under way."},
                  coalesced_);
  metrics.counter({"stale_served", "reads", "Answered with a value past its TTL."}, stale_served_);
  metrics.counter({"writes", "operations", "Writes acknowledged, of those meant for the origin."},
                  writes_);
  metrics.counter({"flushes", "operations", "Values written back to the origin."}, flushes_);
  metrics.counter({"writes_flushed", "operations", "Acknowledged writes that these carried."},
                  writes_flushed_);
  metrics.state({"writes_unflushed", "operations",
                 "Acknowledged writes of which the origin has not confirmed to know, now."},
                static_cast<double>(unflushed));
  metrics.counter({"writes_lost", "operations",
                   "Acknowledged writes that were lost before they were sent to the origin."},
                  writes_lost_);
  metrics.counter({"writes_in_doubt", "operations",
                   "Acknowledged writes on their way to the origin when their node was lost."},
                  writes_in_doubt_);
  metrics.counter({"copies_told", "operations", "Changes told to other copies."}, copies_told_);
  metrics.counter({"without_quorum", "operations",
                   "Changes refused, or not acknowledged, for want of copies that have them."},
                  without_quorum_);
  metrics.ratio(
      {"hottest_node", "0..1", "Share of all operations that the node with the most has done."},
      most_operations, operations);
  metrics.ratio({"hottest_key", "0..1",
                 "Share of reads that the key read most has got; null without `hot-keys`."},
                top_keys_ ? top_keys_->highest() : 0, top_keys_ ? top_keys_->seen() : 0);
  metrics.state({"entries", "objects", "Values held, expired ones included, now."},
                static_cast<double>(entries));
  metrics.ratio({"utilisation", "0..1",
                 "Busy worker-time over worker-time up; null without a limit on workers."},
                load.busy, load.up);
  metrics.level({"backlog", "attempts", "Waiting for a worker."}, load.backlog);
}

}  // namespace faultline::models
