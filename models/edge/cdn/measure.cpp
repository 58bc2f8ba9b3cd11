// What a CDN tells.
#include "models/edge/cdn/cdn.h"
#include "models/world.h"
#include "sim/station_load.h"

namespace faultline::models {

void Cdn::measure(const World& world, sim::Metrics& metrics) const {
  Component::measure(world, metrics);
  std::uint64_t entries = 0;
  std::uint64_t stored = 0;
  sim::StationLoad load(world.now());
  for (const EdgeServer& edge : edges_) {
    entries += edge.objects.size();
    stored += edge.objects.bytes();
    load.add(edge.station);
  }
  metrics.ratio({"hit_ratio", "0..1", "Share of look-ups that had no fetch to wait for."},
                outer_.hits, outer_.hits + outer_.misses);
  metrics.ratio({"byte_hit_ratio", "0..1", "The same, of the bytes handed out."}, outer_.bytes_hit,
                outer_.bytes_served);
  metrics.counter({"hits", "requests", "Look-ups that had no fetch to wait for."}, outer_.hits);
  metrics.counter({"misses", "requests", "Look-ups that had."}, outer_.misses);
  metrics.counter({"coalesced", "requests", "Misses that joined a fetch already under way."},
                  coalesced_);
  metrics.counter({"passed", "requests", "Passed on to the origin: their answers may not be kept."},
                  passed_);
  metrics.counter({"stale_served", "requests", "Answered with an object past its TTL."},
                  stale_served_);
  metrics.counter({"stale_on_error", "requests", "Of these, because a fetch had failed."},
                  stale_on_error_);
  metrics.counter({"fetches", "fetches", "Objects asked of the origin."}, origin_fetches_);
  metrics.rate({"fetches_per_s", "1/s", "Objects asked of the origin, per second."},
               origin_fetches_);
  metrics.counter({"fetches_failed", "fetches", "Fetches from origin or shield that failed."},
                  failed_fetches_);
  metrics.ratio({"shield_hit_ratio", "0..1",
                 "Share of the edges' fetches that the shield had no fetch to wait for."},
                inner_.hits, inner_.hits + inner_.misses);
  metrics.counter({"bytes_served", "bytes", "Handed out to callers."}, bytes_out_);
  metrics.counter({"bytes_fetched", "bytes", "Got from the origin."}, bytes_fetched_);
  metrics.counter(
      {"fallbacks", "tries", "Tries of callers that went to the origin, their edge being out."},
      fallbacks_);
  metrics.counter({"evictions", "objects", "Objects forgotten for want of room."}, evictions_);
  metrics.counter({"invalidations", "operations", "Invalidations asked for."}, invalidations_);
  metrics.state({"entries", "objects", "Objects held, expired ones included, now."},
                static_cast<double>(entries));
  metrics.state({"stored_bytes", "bytes", "Bytes held, now."}, static_cast<double>(stored));
  metrics.ratio({"utilisation", "0..1",
                 "Busy worker-time over worker-time up; null without a limit on workers."},
                settings.workers ? load.busy : 0, load.up);
  metrics.level({"backlog", "requests", "Waiting for a worker, over all edges."}, load.backlog);
}

}  // namespace faultline::models
